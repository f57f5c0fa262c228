-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
DROP INDEX "audit_logs_transaction_id";
SET LOCAL ROLE NONE;
SET LOCAL client_min_messages TO DEFAULT;
SET LOCAL search_path TO DEFAULT;
