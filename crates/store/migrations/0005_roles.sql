-- Roles and who has been assigned which. The standard roles are entered when the store is opened, for accounts that have
-- none; people without an assignment hold those of their group.

CREATE TABLE roles (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Which of the standard roles it is; NULL for an account's own.
    standard TEXT,
    assign_to_new BOOLEAN NOT NULL,
    -- JSON; NULL for a standard role that nobody has changed: it follows the account's settings.
    permission_groups TEXT,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name_folded)
);

CREATE TABLE role_assignments (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role_id BIGINT NOT NULL,
    created BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, user_id, role_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, role_id) REFERENCES roles (account_id, id)
);
CREATE INDEX role_assignments_role ON role_assignments (account_id, role_id);
