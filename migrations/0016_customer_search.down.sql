DROP INDEX customer_first_name;
DROP INDEX customer_last_name;
DROP FUNCTION comparable_name;
