-- Changes that a client named, so that it can send one again when it does not know whether it arrived. Forgotten after a
-- day.
CREATE TABLE changes_once (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    -- Keyed hashes of the client's name for the change, and of the request.
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    -- The object that was changed.
    object_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, user_id, name),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);
