-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP INDEX "payments_transaction_id";
DROP INDEX "payments_booking_id";
DROP INDEX "event_categories_event_id_name";
DROP INDEX "users_email";
ALTER TABLE "Users" DROP COLUMN "deletedId";
CREATE UNIQUE INDEX "users_email" ON "Users" ("email");
ALTER TABLE "EventCategories" DROP COLUMN "deletedId";
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name") WHERE "deletedAt" IS NULL;
ALTER TABLE "Payments" DROP COLUMN "deletedId";
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId");
