DROP TABLE fee_fault;
DROP TABLE fee_check;
