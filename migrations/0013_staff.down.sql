DROP TABLE approval_execution;
DROP TABLE approval_decision;
DROP TABLE approval;
DROP TABLE staff_session;
DROP TABLE staff_enrolment;
DROP TABLE staff;
DROP TABLE auth_passkey_challenge;
DROP TABLE auth_passkey;
