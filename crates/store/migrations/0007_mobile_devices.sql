-- Devices that an application on a telephone is used on, each of who registered it last. Not part of the change log.
CREATE TABLE mobile_devices (
    account_id BIGINT NOT NULL,
    device_identifier TEXT NOT NULL,
    notification_token TEXT NOT NULL,
    operating_system TEXT NOT NULL,
    device_model TEXT NOT NULL,
    device_name TEXT NOT NULL,
    mobile_app_version TEXT NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    sum BIGINT,
    PRIMARY KEY (account_id, device_identifier),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
);
-- Whoever is deleted takes their devices with them.
CREATE INDEX mobile_devices_user ON mobile_devices (account_id, user_id);
