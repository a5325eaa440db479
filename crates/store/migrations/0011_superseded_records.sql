-- Versions of records that are not believed any more, because the record was corrected or withdrawn. Nothing is written
-- over: what a record said is kept here, with the time for which it was believed.

CREATE TABLE superseded_employee_records (
    account_id BIGINT NOT NULL,
    -- The revision of the entry of the change log that says by whom and why.
    id BIGINT NOT NULL,
    -- From when on it was believed, and until when, that moment not included.
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    -- Whose correction ended that: a user's number, or NULL for the operator and the product itself.
    by_id BIGINT,
    -- The number of the record that it is a version of. The record itself may have been withdrawn.
    record_id BIGINT NOT NULL,
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
    sum BIGINT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);
CREATE INDEX superseded_employee_records_user ON superseded_employee_records (account_id, user_id, id);
CREATE INDEX superseded_employee_records_record ON superseded_employee_records (account_id, record_id, id);

CREATE TABLE superseded_assignment_records (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    by_id BIGINT,
    record_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    effective_date TEXT NOT NULL,
    -- As in the records themselves: what the past was made of stays while anything says so, but for managers.
    job_id BIGINT,
    department_id BIGINT,
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
    sum BIGINT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id),
    FOREIGN KEY (account_id, job_id) REFERENCES jobs (account_id, id),
    FOREIGN KEY (account_id, department_id) REFERENCES departments (account_id, id),
    FOREIGN KEY (account_id, location_id) REFERENCES locations (account_id, id),
    FOREIGN KEY (account_id, employee_class_id) REFERENCES employee_classes (account_id, id)
);
CREATE INDEX superseded_assignment_records_user ON superseded_assignment_records (account_id, user_id, id);
CREATE INDEX superseded_assignment_records_record ON superseded_assignment_records (account_id, record_id, id);
