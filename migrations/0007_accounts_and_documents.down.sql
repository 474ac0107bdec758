DROP TABLE statement_document;
DROP TABLE customer_former_name;
DROP TABLE account_name;
