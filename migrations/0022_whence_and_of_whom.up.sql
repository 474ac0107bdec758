-- Whence an operation came, by what phone an employee is a customer, when somebody last stopped a
-- customer, and what became of a link that was mailed.

-- The session, the device and the request of whoever is behind it, for the audit log. No reference:
-- sessions are forgotten long before operations.
ALTER TABLE operation ADD COLUMN origin jsonb;

-- When somebody last said that this user must be stopped, also of one who was frozen already: what
-- was proposed before it does not lift it.
ALTER TABLE auth_user ADD COLUMN stopped_at timestamptz;

-- The blind index of the employee's own phone, so that they are known when they become a customer.
ALTER TABLE staff ADD COLUMN phone_index bytea CHECK (octet_length(phone_index) = 32);
CREATE INDEX staff_phone ON staff (phone_index) WHERE phone_index IS NOT NULL;

-- NULL of a link that was not to be mailed.
ALTER TABLE staff_enrolment ADD COLUMN mail text CHECK (mail IN ('waits', 'sent', 'refused'));
