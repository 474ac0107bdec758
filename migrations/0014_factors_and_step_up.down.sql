ALTER TABLE auth_user DROP COLUMN payment_confirmed_at;
DROP TABLE auth_step_up;
DROP TABLE auth_sign_in;
DROP TABLE auth_pin;
DROP TABLE auth_recovery_code;
DROP TABLE auth_totp;
