-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP TRIGGER "sessions_epoch_delete";
DROP TRIGGER "sessions_epoch_update";
DROP TRIGGER "sessions_epoch_replace";
DROP TRIGGER "users_epoch_delete";
DROP TRIGGER "users_epoch_update";
DROP TRIGGER "users_epoch_replace";
DROP TABLE "PeopleEpochs";
