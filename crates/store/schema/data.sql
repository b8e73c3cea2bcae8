-- The data store: one text for both databases. On SQLite BIGINT becomes INTEGER, BYTEA becomes BLOB and every table is STRICT.
-- Every column stands in columns.toml with a class: id, fact, public, sealed, secret or index.

-- The ledger.
CREATE TABLE head (one BIGINT PRIMARY KEY, size BIGINT NOT NULL, frontier BYTEA NOT NULL, root BYTEA NOT NULL);
CREATE TABLE entry (idx BIGINT PRIMARY KEY, leaf BYTEA NOT NULL, body BYTEA NOT NULL, kind TEXT NOT NULL, ok BIGINT NOT NULL, purpose TEXT NOT NULL, at BIGINT NOT NULL, actor BYTEA);
CREATE INDEX entry_kind ON entry (kind, ok, purpose, at);
CREATE INDEX entry_actor ON entry (actor, idx);
CREATE TABLE checkpoint (size BIGINT PRIMARY KEY, note TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE side (person BYTEA NOT NULL, idx BIGINT NOT NULL, place BIGINT NOT NULL, sc BYTEA NOT NULL, PRIMARY KEY (person, idx, place));
CREATE TABLE detail (idx BIGINT PRIMARY KEY, salt BYTEA NOT NULL, body BYTEA NOT NULL);

-- The policy.
CREATE TABLE policy_version (digest BYTEA PRIMARY KEY, idx BIGINT NOT NULL, in_force_from BIGINT NOT NULL, canonical BYTEA NOT NULL, approvals TEXT NOT NULL);

-- Who may be at the desk.
CREATE TABLE actor (id BYTEA PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL, language TEXT NOT NULL, reason TEXT NOT NULL, granted_at BIGINT NOT NULL, ends_at BIGINT, revoked_at BIGINT, reviewed_at BIGINT NOT NULL, second_by BIGINT, salt BYTEA NOT NULL, idx BIGINT NOT NULL);
CREATE TABLE credential (id BYTEA PRIMARY KEY, actor BYTEA NOT NULL, way TEXT NOT NULL, label TEXT NOT NULL, known_by BYTEA NOT NULL, matter BYTEA NOT NULL, made_at BIGINT NOT NULL, ended_at BIGINT, salt BYTEA NOT NULL, idx BIGINT NOT NULL);
CREATE INDEX credential_actor ON credential (actor, way);
CREATE INDEX credential_known_by ON credential (known_by);
CREATE TABLE api_token (hash BYTEA PRIMARY KEY, actor BYTEA NOT NULL, label TEXT NOT NULL, created_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, revoked_at BIGINT, may TEXT NOT NULL, idx BIGINT NOT NULL);
CREATE TABLE warrant (id BYTEA PRIMARY KEY, sort TEXT NOT NULL, acts TEXT NOT NULL, subject TEXT NOT NULL, holder BYTEA NOT NULL, reason TEXT NOT NULL, begins_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, answer_by BIGINT, answer TEXT NOT NULL, answered_by BYTEA, answered_at BIGINT, ended_at BIGINT, salt BYTEA NOT NULL, idx BIGINT NOT NULL);
CREATE TABLE review_round (idx BIGINT PRIMARY KEY, begun_at BIGINT NOT NULL, due_at BIGINT NOT NULL, closed_at BIGINT);
CREATE TABLE review_item (idx BIGINT NOT NULL, n BIGINT NOT NULL, sort TEXT NOT NULL, subject TEXT NOT NULL, holder BYTEA NOT NULL, owner BYTEA NOT NULL, answer TEXT NOT NULL, reason TEXT NOT NULL, answered_by BYTEA, answered_at BIGINT, salt BYTEA NOT NULL, PRIMARY KEY (idx, n));
CREATE INDEX warrant_holder ON warrant (holder, ends_at);

-- Work records.
CREATE TABLE work (id BYTEA PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, purpose TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, closed_at BIGINT, owner BYTEA NOT NULL, every_row BIGINT NOT NULL, idx BIGINT NOT NULL);
CREATE TABLE work_actor (work BYTEA NOT NULL, actor BYTEA NOT NULL, PRIMARY KEY (work, actor));
CREATE TABLE work_row (work BYTEA NOT NULL, register_row TEXT NOT NULL, PRIMARY KEY (work, register_row));
CREATE TABLE work_person (work BYTEA NOT NULL, person BYTEA NOT NULL, salt BYTEA NOT NULL, PRIMARY KEY (work, person));

-- The handling ledger: rows and every version they had.
CREATE TABLE register_row (id TEXT PRIMARY KEY, version BIGINT NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, purposes TEXT NOT NULL, elements TEXT NOT NULL, term TEXT NOT NULL, manager TEXT NOT NULL, reviewed_at BIGINT NOT NULL, idx BIGINT NOT NULL);
CREATE TABLE register_version (register_row TEXT NOT NULL, version BIGINT NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, purposes TEXT NOT NULL, elements TEXT NOT NULL, term TEXT NOT NULL, manager TEXT NOT NULL, sheet TEXT NOT NULL, at BIGINT NOT NULL, reviewed_at BIGINT NOT NULL, due_at BIGINT, salt BYTEA NOT NULL, idx BIGINT NOT NULL, PRIMARY KEY (register_row, version));

-- People's records: values are sealed, tokens are blind.
CREATE TABLE person (id BYTEA PRIMARY KEY, state TEXT NOT NULL, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, erase_at BIGINT);
CREATE INDEX person_erase ON person (erase_at) WHERE erase_at IS NOT NULL;
CREATE TABLE record (n BIGINT PRIMARY KEY, person BYTEA NOT NULL, register_row TEXT NOT NULL, kind TEXT NOT NULL, version BIGINT NOT NULL, generation BIGINT NOT NULL, acquired_at BIGINT NOT NULL, due_at BIGINT, sheet BYTEA NOT NULL, found_by BYTEA NOT NULL, idx BIGINT NOT NULL, UNIQUE (person, register_row));
CREATE INDEX record_row ON record (register_row, acquired_at, due_at);
CREATE INDEX record_due ON record (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE token (token BIGINT NOT NULL, record BIGINT NOT NULL, PRIMARY KEY (token, record));
CREATE TABLE milestone (person BYTEA NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL, due TEXT NOT NULL, salt BYTEA NOT NULL, idx BIGINT NOT NULL, PRIMARY KEY (person, name));
CREATE TABLE import_mark (mark BYTEA PRIMARY KEY, person BYTEA NOT NULL, idx BIGINT NOT NULL);
CREATE INDEX import_mark_person ON import_mark (person);

-- What the office showed, checked and was asked.
CREATE TABLE occasion (id BYTEA PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, note TEXT NOT NULL, at BIGINT NOT NULL, due_at BIGINT, closed_at BIGINT, salt BYTEA NOT NULL, words BYTEA NOT NULL, idx BIGINT NOT NULL);
CREATE INDEX occasion_kind ON occasion (kind, at);

-- Logs kept elsewhere, laid against work records: what was read, what did not fit, what was answered, which weeks were signed off.
CREATE TABLE log_reading (id BYTEA PRIMARY KEY, source TEXT NOT NULL, digest BYTEA NOT NULL, lines BIGINT NOT NULL, events BIGINT NOT NULL, matched BIGINT NOT NULL, repeated BIGINT NOT NULL, unread BIGINT NOT NULL, covers_from BIGINT NOT NULL, covers_until BIGINT NOT NULL, unmade TEXT NOT NULL, at BIGINT NOT NULL, idx BIGINT NOT NULL);
CREATE INDEX log_reading_source ON log_reading (source, covers_until);
CREATE TABLE log_question (id BYTEA PRIMARY KEY, reading BYTEA NOT NULL, ask TEXT NOT NULL, source TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL, section TEXT NOT NULL, week TEXT NOT NULL, events BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, line BIGINT NOT NULL, entered BIGINT NOT NULL, asked BYTEA, at BIGINT NOT NULL, idx BIGINT NOT NULL);
CREATE INDEX log_question_week ON log_question (week, section);
CREATE TABLE log_answer (idx BIGINT PRIMARY KEY, question BYTEA NOT NULL, reason TEXT NOT NULL, settled BIGINT NOT NULL, note TEXT NOT NULL, answered_by BYTEA NOT NULL, at BIGINT NOT NULL);
CREATE INDEX log_answer_question ON log_answer (question);
CREATE TABLE log_sign_off (idx BIGINT PRIMARY KEY, week TEXT NOT NULL, section TEXT NOT NULL, questions BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX log_sign_off_week ON log_sign_off (week, section);
-- The organisation: every version of every part, and dated assents.
CREATE TABLE part (kind TEXT NOT NULL, id TEXT NOT NULL, version BIGINT NOT NULL, sheet TEXT NOT NULL, at BIGINT NOT NULL, salt BYTEA NOT NULL, place BIGINT NOT NULL, idx BIGINT NOT NULL, PRIMARY KEY (kind, id, version));
CREATE INDEX part_entry ON part (idx);
CREATE TABLE assent (idx BIGINT NOT NULL, place BIGINT NOT NULL, kind TEXT NOT NULL, part TEXT NOT NULL, about TEXT NOT NULL, staff TEXT NOT NULL, note TEXT NOT NULL, at BIGINT NOT NULL, salt BYTEA NOT NULL, PRIMARY KEY (idx, place));

-- Scratch: may be lost without harm.
CREATE TABLE session (hash BYTEA PRIMARY KEY, actor BYTEA NOT NULL, created_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, proved_at BIGINT NOT NULL, owes BIGINT NOT NULL, ways TEXT NOT NULL, address TEXT NOT NULL, browser TEXT NOT NULL, work BYTEA, language TEXT NOT NULL);
CREATE TABLE link (hash BYTEA PRIMARY KEY, actor BYTEA NOT NULL, ends_at BIGINT NOT NULL);
CREATE TABLE question (hash BYTEA PRIMARY KEY, what TEXT NOT NULL, actor BYTEA, body BYTEA NOT NULL, ends_at BIGINT NOT NULL);
CREATE TABLE credential_use (credential BYTEA PRIMARY KEY, count BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE idempotency (hash BYTEA PRIMARY KEY, actor BYTEA NOT NULL, request BYTEA NOT NULL, status BIGINT NOT NULL, location TEXT NOT NULL, body BYTEA NOT NULL, at BIGINT NOT NULL);
CREATE TABLE attempt (hash BYTEA PRIMARY KEY, count BIGINT NOT NULL, at BIGINT NOT NULL);
