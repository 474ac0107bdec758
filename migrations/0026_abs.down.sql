DROP TABLE recon_break;
DROP TABLE recon_run;
DROP TABLE abs_day_sum;
DROP TABLE abs_day;
DROP TABLE abs_document;
DROP TABLE abs_batch;
DROP INDEX account_opened;
DROP TABLE abs_account;
