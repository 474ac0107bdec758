DROP TABLE auth_passkey_challenge;
DROP TABLE auth_passkey;
