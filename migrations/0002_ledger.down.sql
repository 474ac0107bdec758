DROP TABLE operation_ref;
DROP TABLE limit_counter;
DROP TABLE hold;
DROP TABLE transfer;
DROP TABLE operation;
DROP TABLE account;
