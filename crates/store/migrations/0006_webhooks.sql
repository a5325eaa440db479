-- Where a change came from, and the hash that ties each entry of the change log to the one before it (SHA-256 over the
-- earlier hash and the entry). Entries of an earlier version get theirs when the store is opened.
ALTER TABLE changes ADD COLUMN address TEXT;
ALTER TABLE changes ADD COLUMN request TEXT;
ALTER TABLE changes ADD COLUMN hash BLOB;

-- Subscriptions: they are the account's, not those of whoever made them.
CREATE TABLE webhooks (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- Object[.Action[.ID]]
    handle TEXT NOT NULL,
    url TEXT NOT NULL,
    secure_key_sealed BLOB,
    secret_sealed BLOB,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id)
);

-- How far each subscription has got in the change log. Not part of the change log.
CREATE TABLE webhook_cursors (
    account_id BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,
    -- Everything up to this has been delivered, was of no concern, or was given up.
    revision BIGINT NOT NULL,
    -- How often in a row delivering has failed, and when it is tried again.
    failures BIGINT NOT NULL,
    retry_at BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, webhook_id),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhooks (account_id, id)
);

-- What was delivered, or was tried to be. Not part of the change log.
CREATE TABLE webhook_deliveries (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,
    -- The entry of the change log that it is about.
    revision BIGINT NOT NULL,
    hook TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    -- The status of the last answer, and its beginning or why there was none.
    status BIGINT,
    answer TEXT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, webhook_id, revision),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhooks (account_id, id)
);
