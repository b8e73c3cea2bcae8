-- The key store, apart from the data: short-lived snapshots, its own backups.
-- ledger is empty as long as it follows from the key itself; next is empty unless the person is being renewed.
CREATE TABLE subject_key (person BYTEA PRIMARY KEY, epoch BIGINT NOT NULL, generation BIGINT NOT NULL, wrapped BYTEA NOT NULL, ledger BYTEA NOT NULL, next BYTEA NOT NULL);
CREATE INDEX subject_key_next ON subject_key (person) WHERE length(next) > 0;
CREATE TABLE destroyed (person BYTEA PRIMARY KEY, at BIGINT NOT NULL);
CREATE TABLE epoch (n BIGINT PRIMARY KEY, mark BYTEA NOT NULL);
