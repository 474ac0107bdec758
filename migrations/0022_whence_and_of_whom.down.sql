ALTER TABLE staff_enrolment DROP COLUMN mail;
DROP INDEX staff_phone;
ALTER TABLE staff DROP COLUMN phone_index;
ALTER TABLE auth_user DROP COLUMN stopped_at;
ALTER TABLE operation DROP COLUMN origin;
