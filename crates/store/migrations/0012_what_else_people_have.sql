-- What else belongs to a user: when they accepted an invitation, what payroll providers call them, and how much leave they
-- get where that is not what everybody gets. Tables of their own, so that no row of an earlier version changes its checksum.
CREATE TABLE accepted_invites (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);

CREATE TABLE payroll_users (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    payroll_provider_id BIGINT NOT NULL,
    payroll_id TEXT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, user_id, payroll_provider_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);

CREATE TABLE leave_quotas (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    leave_type_id BIGINT NOT NULL,
    -- Days, in ten-thousandths; NULL where it is as the type says.
    quota BIGINT,
    carry_over BIGINT,
    sum BIGINT,
    PRIMARY KEY (account_id, user_id, leave_type_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, leave_type_id) REFERENCES leave_types (account_id, id)
);
