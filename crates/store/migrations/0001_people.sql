-- One text for every backend. Each table is led by account_id, so that a distributed database can spread
-- accounts. Dates are text (YYYY-MM-DD); moments are microseconds since 1970 (UTC); days, hours and pay rates are
-- counts of ten-thousandths. No default and no clock of the database is relied on.

CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    subdomain TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- The number of the newest entry of the change log.
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL
);

-- The next identifier of each kind; never lowered, so that no number is used twice.
CREATE TABLE sequences (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

CREATE TABLE changes (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    revision BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- A user's number, or NULL for the operator and the product itself.
    actor_id BIGINT,
    source TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    action TEXT NOT NULL,
    -- JSON, without secrets; NULL where there was, or is, nothing.
    before TEXT,
    after TEXT,
    PRIMARY KEY (account_id, revision)
);

CREATE TABLE jobs (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    requirements TEXT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE departments (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE locations (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE employee_classes (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE custom_fields (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    encrypted BOOLEAN NOT NULL,
    sort_order BIGINT NOT NULL,
    privacy BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE leave_types (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    accrual TEXT NOT NULL,
    action_phrase TEXT NOT NULL,
    unpaid BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE users (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    id BIGINT NOT NULL,
    username TEXT NOT NULL,
    -- The same in lower case, by which it is unique.
    username_folded TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    twitter_username TEXT NOT NULL,
    linkedin_url TEXT NOT NULL,
    blog_url TEXT NOT NULL,
    nickname TEXT NOT NULL,
    group_id BIGINT NOT NULL,
    picture TEXT,
    badge_count BIGINT NOT NULL,
    password_hash TEXT,
    api_key_hash BLOB,
    api_key_sealed BLOB,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, username_folded),
    UNIQUE (account_id, email_folded)
);
CREATE UNIQUE INDEX users_api_key ON users (account_id, api_key_hash) WHERE api_key_hash IS NOT NULL;
CREATE INDEX users_picture ON users (account_id, picture) WHERE picture IS NOT NULL;

CREATE TABLE employee_records (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    effective_date TEXT NOT NULL,
    first_name TEXT NOT NULL,
    middle_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    phone TEXT NOT NULL,
    address1 TEXT NOT NULL,
    address2 TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    country TEXT NOT NULL,
    postal TEXT NOT NULL,
    birthdate TEXT,
    gender BIGINT,
    government_id_sealed BLOB,
    emergency_name TEXT NOT NULL,
    emergency_number TEXT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);
CREATE INDEX employee_records_user ON employee_records (account_id, user_id, effective_date, id);

CREATE TABLE assignment_records (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    effective_date TEXT NOT NULL,
    job_id BIGINT,
    department_id BIGINT,
    -- No foreign key: people are written in any order, and the domain keeps the reference true.
    manager_id BIGINT,
    location_id BIGINT,
    employee_class_id BIGINT,
    status BIGINT NOT NULL,
    pay_type BIGINT,
    pay_rate BIGINT,
    pay_currency TEXT,
    full_time BOOLEAN NOT NULL,
    phone TEXT NOT NULL,
    ext TEXT NOT NULL,
    employee_num TEXT NOT NULL,
    date_hired TEXT,
    date_terminated TEXT,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, job_id) REFERENCES jobs (account_id, id),
    FOREIGN KEY (account_id, department_id) REFERENCES departments (account_id, id),
    FOREIGN KEY (account_id, location_id) REFERENCES locations (account_id, id),
    FOREIGN KEY (account_id, employee_class_id) REFERENCES employee_classes (account_id, id)
);
CREATE INDEX assignment_records_user ON assignment_records (account_id, user_id, effective_date, id);

CREATE TABLE work_hour_records (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    effective_date TEXT NOT NULL,
    hours_a_day BIGINT NOT NULL,
    hours_a_week BIGINT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);
CREATE INDEX work_hour_records_user ON work_hour_records (account_id, user_id, effective_date, id);

CREATE TABLE custom_field_records (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    custom_field_id BIGINT NOT NULL,
    -- One of the two, by the field's definition.
    content TEXT,
    content_sealed BLOB,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, user_id, custom_field_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, custom_field_id) REFERENCES custom_fields (account_id, id)
);

CREATE TABLE leave_usages (
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    leave_type_id BIGINT NOT NULL,
    days_used BIGINT NOT NULL,
    days_remaining BIGINT,
    PRIMARY KEY (account_id, user_id, leave_type_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, leave_type_id) REFERENCES leave_types (account_id, id)
);
