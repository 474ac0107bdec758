DROP TABLE account_order_number;
