-- The key store, apart from the data: short-lived snapshots, its own backups.
CREATE TABLE subject_key (person BYTEA PRIMARY KEY, epoch BIGINT NOT NULL, wrapped BYTEA NOT NULL);
CREATE TABLE destroyed (person BYTEA PRIMARY KEY, at BIGINT NOT NULL);
CREATE TABLE epoch (n BIGINT PRIMARY KEY, mark BYTEA NOT NULL);
