-- One booking of one hot schedule in a transaction of its own, as the server's role, with the same rows, triggers and
-- policies as the server's; for pgbench. What most ticketing software does.
\set person random(1, :people)
BEGIN;
SELECT set_config('boxoffice.actor_id', :person::text, true), set_config('boxoffice.actor_role', 'customer', true);
SELECT "price", "status" FROM "Events" WHERE "id" = 1 AND "deletedAt" IS NULL FOR SHARE;
SELECT "availableSeats", "startTime" FROM "Schedules" WHERE "id" = 1 AND "deletedAt" IS NULL FOR NO KEY UPDATE;
UPDATE "Schedules" SET "availableSeats" = "availableSeats" - 1, "updatedAt" = now()::timestamptz(3), "version" = "version" + 1 WHERE "id" = 1;
INSERT INTO "Bookings" ("userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "createdAt", "updatedAt") VALUES (:person, 1, 1, 'pending', 10, now()::timestamptz(3), 1, now()::timestamptz(3) + interval '15 minutes', now()::timestamptz(3), now()::timestamptz(3)) RETURNING "id" AS booking \gset
INSERT INTO "Payments" ("bookingId", "transactionId", "amount", "status", "paymentMethod", "createdAt", "updatedAt") VALUES (:booking, 'one-by-one-' || :booking || '-' || txid_current(), 10, 'pending', 'sandbox', now()::timestamptz(3), now()::timestamptz(3));
COMMIT;
