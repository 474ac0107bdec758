DROP TABLE edition_draft;
DROP TABLE edition;
