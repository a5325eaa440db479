-- Invitations to choose a password: one for each who has been invited and has not chosen one yet. The word that opens an
-- invitation is a keyed hash of what is here, and is kept nowhere. Not part of the change log.
CREATE TABLE invitations (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    made BIGINT NOT NULL,
    -- When the mail was handed over; NULL while it was not.
    sent BIGINT,
    failures BIGINT NOT NULL,
    -- Before when it is not tried, or tried again, to hand it over.
    retry_at BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);
-- Few are waiting at a time, among all that were ever made.
CREATE INDEX invitations_waiting ON invitations (account_id, retry_at) WHERE sent IS NULL;
