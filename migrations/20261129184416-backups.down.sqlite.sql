-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP TABLE "Backups";
