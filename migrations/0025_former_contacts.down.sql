DROP TABLE auth_former_contact;
