DROP TABLE published_rate;
