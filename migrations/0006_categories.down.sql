DROP TABLE operation_label;
