-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
DROP INDEX "payments_transaction_id";
DROP INDEX "payments_booking_id";
DROP INDEX "event_categories_event_id_name";
DROP INDEX "users_email";
ALTER TABLE "Users" ADD COLUMN "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL;
CREATE UNIQUE INDEX "users_email" ON "Users" ("email", "deletedId");
ALTER TABLE "EventCategories" ADD COLUMN "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL;
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name", "deletedId");
ALTER TABLE "Payments" ADD COLUMN "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL;
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId", "deletedId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId", "deletedId");
