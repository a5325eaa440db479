-- Many accounts, many nodes. The revision gets a table of its own: it is written with every change, whereas accounts
-- are few, seldom written and looked up from everywhere (a reference table, in the words of a distributed database).

CREATE TABLE revisions (
    account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    -- The number of the newest entry of the change log. Whoever writes to an account holds this row's lock.
    revision BIGINT NOT NULL,
    -- The oldest generation of sealing keys by which anything may still be sealed: whoever has only older ones may not
    -- write, or a rotation would never be over.
    generation BIGINT NOT NULL
);
INSERT INTO revisions (account_id, revision, generation) SELECT id, revision, 0 FROM accounts;
ALTER TABLE accounts DROP COLUMN revision;
ALTER TABLE accounts ADD COLUMN state TEXT NOT NULL DEFAULT 'active';

-- A checksum of the row's other columns, by which a check finds what was changed behind the program's back. Rows of
-- an earlier version have none until the store is opened.
ALTER TABLE accounts ADD COLUMN sum BIGINT;
ALTER TABLE sequences ADD COLUMN sum BIGINT;
ALTER TABLE changes ADD COLUMN sum BIGINT;
ALTER TABLE jobs ADD COLUMN sum BIGINT;
ALTER TABLE departments ADD COLUMN sum BIGINT;
ALTER TABLE locations ADD COLUMN sum BIGINT;
ALTER TABLE employee_classes ADD COLUMN sum BIGINT;
ALTER TABLE custom_fields ADD COLUMN sum BIGINT;
ALTER TABLE leave_types ADD COLUMN sum BIGINT;
ALTER TABLE users ADD COLUMN sum BIGINT;
ALTER TABLE employee_records ADD COLUMN sum BIGINT;
ALTER TABLE assignment_records ADD COLUMN sum BIGINT;
ALTER TABLE work_hour_records ADD COLUMN sum BIGINT;
ALTER TABLE custom_field_records ADD COLUMN sum BIGINT;
ALTER TABLE leave_usages ADD COLUMN sum BIGINT;

-- When each API key was last used, to within some minutes. Not part of the change log.
CREATE TABLE key_uses (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);

-- Wrong passwords of late, held against whoever is meant or asks, as a keyed hash. Account 0 stands for all of them.
CREATE TABLE login_failures (
    account_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    -- When nothing is held against the subject any more.
    clear_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, subject)
);

-- Which node does what only one may do. Account 0 stands for the whole store. A holder raises the beat; another takes
-- over when it has seen the same beat for long enough by its own clock, and raises the term.
CREATE TABLE leases (
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    term BIGINT NOT NULL,
    beat BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- A known text under the store's key: a node with another key is told so when it starts, not when something first
-- fails to open. Account 0 stands for the whole store.
CREATE TABLE canaries (
    account_id BIGINT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
);
