DROP TABLE auth_sign_in_guard;
DROP TABLE auth_code_guard;
DROP TABLE auth_challenge;
DROP TABLE auth_revocation;
DROP TABLE auth_session;
DROP TABLE auth_user;
