DROP TABLE limit_adjustment;
