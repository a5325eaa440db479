-- Types of events, the company's values and badges: names with a place among the others of their kind.

CREATE TABLE event_types (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE company_values (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE badges (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id)
);
