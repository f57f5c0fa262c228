-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
CREATE INDEX "audit_logs_transaction_id" ON "AuditLogs" ("transactionId");
SET LOCAL ROLE NONE;
SET LOCAL client_min_messages TO DEFAULT;
SET LOCAL search_path TO DEFAULT;
