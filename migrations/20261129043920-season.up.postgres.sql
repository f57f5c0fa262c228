-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
DROP SCHEMA "boxoffice_anonymous" CASCADE;
DROP SCHEMA "boxoffice_customer" CASCADE;
DROP SCHEMA "boxoffice_organizer" CASCADE;
DROP SCHEMA "boxoffice_support" CASCADE;
DROP SCHEMA "boxoffice_admin" CASCADE;
REVOKE SELECT ("id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "createdAt", "updatedAt", "deletedAt", "version") ON "Bookings" FROM boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
REVOKE SELECT ("id", "eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt", "deletedAt", "version") ON "Schedules" FROM boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
REVOKE SELECT ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt", "deletedAt", "version") ON "Events" FROM boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
DROP INDEX "audit_logs_transaction_id";
DROP INDEX "bookings_expires_at";
DROP INDEX "payments_transaction_id";
DROP INDEX "payments_booking_id";
DROP INDEX "event_categories_event_id_name";
DROP INDEX "users_email";
ALTER TABLE "Users" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Users" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Users" ADD COLUMN "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED;
ALTER TABLE "Users" ADD CONSTRAINT "user_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "Users" ADD CONSTRAINT "user_email" CHECK ("email" COLLATE "C" !~ '[^!-@[-~]' AND length("email") BETWEEN 3 AND 254);
ALTER TABLE "Users" ADD CONSTRAINT "user_name" CHECK (length("name") BETWEEN 1 AND 200);
ALTER TABLE "Users" ADD CONSTRAINT "user_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Users" ADD CONSTRAINT "user_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Users" ADD CONSTRAINT "user_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Users" ADD CONSTRAINT "user_version" CHECK ("version" BETWEEN 0 AND 2147483647);
CREATE UNIQUE INDEX "users_email" ON "Users" ("email", "deletedId");
ALTER TABLE "Venues" DROP CONSTRAINT "venue_capacity";
ALTER TABLE "Venues" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Venues" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Venues" ADD CONSTRAINT "venue_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "Venues" ADD CONSTRAINT "venue_name" CHECK (length("name") BETWEEN 1 AND 200);
ALTER TABLE "Venues" ADD CONSTRAINT "venue_address" CHECK (length("address") BETWEEN 1 AND 255);
ALTER TABLE "Venues" ADD CONSTRAINT "venue_capacity" CHECK ("capacity" BETWEEN 1 AND 1000000);
ALTER TABLE "Venues" ADD CONSTRAINT "venue_facilities" CHECK ("facilities" IS NULL OR length("facilities") BETWEEN 0 AND 2000);
ALTER TABLE "Venues" ADD CONSTRAINT "venue_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Venues" ADD CONSTRAINT "venue_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Venues" ADD CONSTRAINT "venue_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Venues" ADD CONSTRAINT "venue_version" CHECK ("version" BETWEEN 0 AND 2147483647);
ALTER TABLE "Events" DROP CONSTRAINT "event_capacity";
ALTER TABLE "Events" DROP CONSTRAINT "event_price";
ALTER TABLE "Events" ADD COLUMN "salesStart" TIMESTAMP WITH TIME ZONE;
ALTER TABLE "Events" ADD COLUMN "salesEnd" TIMESTAMP WITH TIME ZONE;
ALTER TABLE "Events" ADD COLUMN "cancelledAt" TIMESTAMP WITH TIME ZONE;
ALTER TABLE "Events" ADD COLUMN "isSettled" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Events" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Events" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Events" ADD CONSTRAINT "event_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "Events" ADD CONSTRAINT "event_title" CHECK (length("title") BETWEEN 1 AND 200);
ALTER TABLE "Events" ADD CONSTRAINT "event_description" CHECK ("description" IS NULL OR length("description") BETWEEN 0 AND 20000);
ALTER TABLE "Events" ADD CONSTRAINT "event_price" CHECK ("price" BETWEEN 0.00 AND 99999.99);
ALTER TABLE "Events" ADD CONSTRAINT "event_capacity" CHECK ("capacity" BETWEEN 1 AND 1000000);
ALTER TABLE "Events" ADD CONSTRAINT "event_image_url" CHECK ("imageUrl" IS NULL OR length("imageUrl") BETWEEN 0 AND 255);
ALTER TABLE "Events" ADD CONSTRAINT "event_start_date" CHECK ("startDate" = "startDate"::timestamptz(3) AND "startDate" > '1970-01-01 00:00:00+00' AND "startDate" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_end_date" CHECK ("endDate" = "endDate"::timestamptz(3) AND "endDate" > '1970-01-01 00:00:00+00' AND "endDate" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_venue_id" CHECK ("venueId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Events" ADD CONSTRAINT "event_sales_start" CHECK ("salesStart" IS NULL OR "salesStart" = "salesStart"::timestamptz(3) AND "salesStart" > '1970-01-01 00:00:00+00' AND "salesStart" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_sales_end" CHECK ("salesEnd" IS NULL OR "salesEnd" = "salesEnd"::timestamptz(3) AND "salesEnd" > '1970-01-01 00:00:00+00' AND "salesEnd" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" = "cancelledAt"::timestamptz(3) AND "cancelledAt" > '1970-01-01 00:00:00+00' AND "cancelledAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Events" ADD CONSTRAINT "event_version" CHECK ("version" BETWEEN 0 AND 2147483647);
ALTER TABLE "Events" ADD CONSTRAINT "event_sales" CHECK ("salesEnd" > "salesStart");
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_seats";
ALTER TABLE "Schedules" ADD COLUMN "status" VARCHAR(255) NOT NULL DEFAULT 'active';
ALTER TABLE "Schedules" ADD COLUMN "cancelledAt" TIMESTAMP WITH TIME ZONE;
ALTER TABLE "Schedules" ADD COLUMN "isSettled" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Schedules" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Schedules" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_event_id" CHECK ("eventId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_start_time" CHECK ("startTime" = "startTime"::timestamptz(3) AND "startTime" > '1970-01-01 00:00:00+00' AND "startTime" < '10000-01-01 00:00:00+00');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_end_time" CHECK ("endTime" = "endTime"::timestamptz(3) AND "endTime" > '1970-01-01 00:00:00+00' AND "endTime" < '10000-01-01 00:00:00+00');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_available_seats" CHECK ("availableSeats" BETWEEN 0 AND 1000000);
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_status" CHECK ("status" IN ('active', 'cancelled'));
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" = "cancelledAt"::timestamptz(3) AND "cancelledAt" > '1970-01-01 00:00:00+00' AND "cancelledAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_version" CHECK ("version" BETWEEN 0 AND 2147483647);
CREATE INDEX "schedules_status" ON "Schedules" ("status");
ALTER TABLE "EventCategories" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "EventCategories" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "EventCategories" ADD COLUMN "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED;
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_event_id" CHECK ("eventId" BETWEEN 1 AND 2147483647);
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_name" CHECK (length("name") BETWEEN 1 AND 100);
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_description" CHECK ("description" IS NULL OR length("description") BETWEEN 0 AND 2000);
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_version" CHECK ("version" BETWEEN 0 AND 2147483647);
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name", "deletedId");
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_quantity";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_total";
ALTER TABLE "Bookings" ADD COLUMN "checkedInQuantity" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Bookings" ADD COLUMN "checkedInPlace" VARCHAR(255);
ALTER TABLE "Bookings" ADD COLUMN "checkinUndone" VARCHAR(255);
ALTER TABLE "Bookings" ADD COLUMN "cancelledQuantity" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Bookings" ADD COLUMN "guestName" VARCHAR(255);
ALTER TABLE "Bookings" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Bookings" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_user_id" CHECK ("userId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_event_id" CHECK ("eventId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_quantity" CHECK ("quantity" BETWEEN 1 AND 50);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_total_price" CHECK ("totalPrice" BETWEEN 0.00 AND 99999999.99);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_booking_date" CHECK ("bookingDate" IS NULL OR "bookingDate" = "bookingDate"::timestamptz(3) AND "bookingDate" > '1970-01-01 00:00:00+00' AND "bookingDate" < '10000-01-01 00:00:00+00');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_schedule_id" CHECK ("scheduleId" IS NULL OR "scheduleId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_expires_at" CHECK ("expiresAt" IS NULL OR "expiresAt" = "expiresAt"::timestamptz(3) AND "expiresAt" > '1970-01-01 00:00:00+00' AND "expiresAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_checked_in_at" CHECK ("checkedInAt" IS NULL OR "checkedInAt" = "checkedInAt"::timestamptz(3) AND "checkedInAt" > '1970-01-01 00:00:00+00' AND "checkedInAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_checked_in_quantity" CHECK ("checkedInQuantity" BETWEEN 0 AND 50);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_cancelled_quantity" CHECK ("cancelledQuantity" BETWEEN 0 AND 50);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_guest_name" CHECK ("guestName" IS NULL OR length("guestName") BETWEEN 0 AND 200);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_version" CHECK ("version" BETWEEN 0 AND 2147483647);
CREATE INDEX "bookings_status_expires_at" ON "Bookings" ("status", "expiresAt") WHERE "expiresAt" IS NOT NULL;
ALTER TABLE "Payments" DROP CONSTRAINT "payment_status";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_payment_method";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_amount";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_refunded";
ALTER TABLE "Payments" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Payments" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Payments" ADD COLUMN "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED;
ALTER TABLE "Payments" ADD CONSTRAINT "payment_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_booking_id" CHECK ("bookingId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_amount" CHECK ("amount" BETWEEN 0.00 AND 99999999.99);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_refunded_amount" CHECK ("refundedAmount" BETWEEN 0.00 AND 99999999.99);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_status" CHECK ("status" IN ('pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled', 'owed'));
ALTER TABLE "Payments" ADD CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" IN ('free', 'sandbox', 'cash', 'banktransfer', 'complimentary'));
ALTER TABLE "Payments" ADD CONSTRAINT "payment_payment_date" CHECK ("paymentDate" IS NULL OR "paymentDate" = "paymentDate"::timestamptz(3) AND "paymentDate" > '1970-01-01 00:00:00+00' AND "paymentDate" < '10000-01-01 00:00:00+00');
ALTER TABLE "Payments" ADD CONSTRAINT "payment_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Payments" ADD CONSTRAINT "payment_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Payments" ADD CONSTRAINT "payment_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Payments" ADD CONSTRAINT "payment_version" CHECK ("version" BETWEEN 0 AND 2147483647);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_refunded" CHECK ("refundedAmount" <= "amount");
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId", "deletedId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId", "deletedId");
ALTER TABLE "SupportTickets" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "SupportTickets" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_user_id" CHECK ("userId" BETWEEN 1 AND 2147483647);
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_subject" CHECK (length("subject") BETWEEN 1 AND 200);
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_description" CHECK (length("description") BETWEEN 1 AND 10000);
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_version" CHECK ("version" BETWEEN 0 AND 2147483647);
ALTER TABLE "SupportReplies" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "SupportReplies" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_support_ticket_id" CHECK ("supportTicketId" BETWEEN 1 AND 2147483647);
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_user_id" CHECK ("userId" BETWEEN 1 AND 2147483647);
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_body" CHECK (length("body") BETWEEN 1 AND 10000);
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_version" CHECK ("version" BETWEEN 0 AND 2147483647);
ALTER TABLE "Sessions" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Sessions" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "Sessions" ADD CONSTRAINT "session_user_id" CHECK ("userId" BETWEEN 1 AND 2147483647);
ALTER TABLE "Sessions" ADD CONSTRAINT "session_expires_at" CHECK ("expiresAt" = "expiresAt"::timestamptz(3) AND "expiresAt" > '1970-01-01 00:00:00+00' AND "expiresAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Sessions" ADD CONSTRAINT "session_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "Sessions" ADD CONSTRAINT "session_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "IdempotencyKeys" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "IdempotencyKeys" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "IdempotencyKeys" ADD CONSTRAINT "idempotency_key_status" CHECK ("status" BETWEEN 200 AND 599);
ALTER TABLE "IdempotencyKeys" ADD CONSTRAINT "idempotency_key_user_id" CHECK ("userId" IS NULL OR "userId" BETWEEN 1 AND 2147483647);
ALTER TABLE "IdempotencyKeys" ADD CONSTRAINT "idempotency_key_expires_at" CHECK ("expiresAt" = "expiresAt"::timestamptz(3) AND "expiresAt" > '1970-01-01 00:00:00+00' AND "expiresAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "IdempotencyKeys" ADD CONSTRAINT "idempotency_key_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "IdempotencyKeys" ADD CONSTRAINT "idempotency_key_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "AuditLogs" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "AuditLogs" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "AuditLogs" ADD CONSTRAINT "audit_log_actor_id" CHECK ("actorId" BETWEEN 0 AND 2147483647);
ALTER TABLE "AuditLogs" ADD CONSTRAINT "audit_log_resource_id" CHECK ("resourceId" BETWEEN 0 AND 9223372036854775807);
ALTER TABLE "AuditLogs" ADD CONSTRAINT "audit_log_resource_version" CHECK ("resourceVersion" BETWEEN 0 AND 2147483647);
ALTER TABLE "AuditLogs" ADD CONSTRAINT "audit_log_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "AuditLogs" ADD CONSTRAINT "audit_log_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "AuditContexts" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "AuditContexts" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "AuditContexts" ADD CONSTRAINT "audit_context_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "AuditContexts" ADD CONSTRAINT "audit_context_actor_id" CHECK ("actorId" BETWEEN 0 AND 2147483647);
ALTER TABLE "AuditContexts" ADD CONSTRAINT "audit_context_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "AuditContexts" ADD CONSTRAINT "audit_context_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "JobCursors" ALTER COLUMN "createdAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "JobCursors" ALTER COLUMN "updatedAt" SET DEFAULT (CURRENT_TIMESTAMP(3));
ALTER TABLE "JobCursors" ADD CONSTRAINT "job_cursor_id" CHECK ("id" BETWEEN 1 AND 2147483647);
ALTER TABLE "JobCursors" ADD CONSTRAINT "job_cursor_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00');
ALTER TABLE "JobCursors" ADD CONSTRAINT "job_cursor_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00');
CREATE OR REPLACE FUNCTION "events_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'events', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"title":' || to_json(n."title")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"price":' || '"' || n."price" || '"' || ',"capacity":' || n."capacity"::text || ',"imageUrl":' || coalesce(to_json(n."imageUrl")::text, 'null') || ',"startDate":' || to_char(n."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(n."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || n."venueId"::text || ',"status":' || '"' || n."status" || '"' || ',"salesStart":' || coalesce(to_char(n."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"salesEnd":' || coalesce(to_char(n."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"cancelledAt":' || coalesce(to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM new_rows n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "events_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', n."id", n."version", '{"id":' || o."id"::text || ',"title":' || to_json(o."title")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"price":' || '"' || o."price" || '"' || ',"capacity":' || o."capacity"::text || ',"imageUrl":' || coalesce(to_json(o."imageUrl")::text, 'null') || ',"startDate":' || to_char(o."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(o."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || o."venueId"::text || ',"status":' || '"' || o."status" || '"' || ',"salesStart":' || coalesce(to_char(o."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"salesEnd":' || coalesce(to_char(o."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"title":' || to_json(n."title")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"price":' || '"' || n."price" || '"' || ',"capacity":' || n."capacity"::text || ',"imageUrl":' || coalesce(to_json(n."imageUrl")::text, 'null') || ',"startDate":' || to_char(n."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(n."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || n."venueId"::text || ',"status":' || '"' || n."status" || '"' || ',"salesStart":' || coalesce(to_char(n."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"salesEnd":' || coalesce(to_char(n."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"cancelledAt":' || coalesce(to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "events_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'events', o."id", o."version", '{"id":' || o."id"::text || ',"title":' || to_json(o."title")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"price":' || '"' || o."price" || '"' || ',"capacity":' || o."capacity"::text || ',"imageUrl":' || coalesce(to_json(o."imageUrl")::text, 'null') || ',"startDate":' || to_char(o."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(o."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || o."venueId"::text || ',"status":' || '"' || o."status" || '"' || ',"salesStart":' || coalesce(to_char(o."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"salesEnd":' || coalesce(to_char(o."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "schedules_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'schedules', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"startTime":' || to_char(n."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(n."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || n."availableSeats"::text || ',"status":' || '"' || n."status" || '"' || ',"cancelledAt":' || coalesce(to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM new_rows n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "schedules_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'schedules', n."id", n."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"startTime":' || to_char(o."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(o."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || o."availableSeats"::text || ',"status":' || '"' || o."status" || '"' || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"startTime":' || to_char(n."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(n."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || n."availableSeats"::text || ',"status":' || '"' || n."status" || '"' || ',"cancelledAt":' || coalesce(to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "schedules_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'schedules', o."id", o."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"startTime":' || to_char(o."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(o."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || o."availableSeats"::text || ',"status":' || '"' || o."status" || '"' || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "bookings_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'bookings', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"eventId":' || n."eventId"::text || ',"quantity":' || n."quantity"::text || ',"status":' || '"' || n."status" || '"' || ',"totalPrice":' || '"' || n."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(n."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(n."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(n."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInQuantity":' || n."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(n."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(n."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || n."cancelledQuantity"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM new_rows n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "bookings_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'bookings', n."id", n."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"eventId":' || o."eventId"::text || ',"quantity":' || o."quantity"::text || ',"status":' || '"' || o."status" || '"' || ',"totalPrice":' || '"' || o."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(o."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(o."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(o."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInQuantity":' || o."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(o."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(o."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || o."cancelledQuantity"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"eventId":' || n."eventId"::text || ',"quantity":' || n."quantity"::text || ',"status":' || '"' || n."status" || '"' || ',"totalPrice":' || '"' || n."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(n."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(n."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(n."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInQuantity":' || n."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(n."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(n."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || n."cancelledQuantity"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE OR REPLACE FUNCTION "bookings_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'bookings', o."id", o."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"eventId":' || o."eventId"::text || ',"quantity":' || o."quantity"::text || ',"status":' || '"' || o."status" || '"' || ',"totalPrice":' || '"' || o."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(o."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(o."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(o."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInQuantity":' || o."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(o."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(o."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || o."cancelledQuantity"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
GRANT SELECT ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") ON "Events" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
GRANT SELECT ("id", "eventId", "startTime", "endTime", "availableSeats", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") ON "Schedules" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
GRANT SELECT ("id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "checkedInQuantity", "checkedInPlace", "checkinUndone", "cancelledQuantity", "guestName", "createdAt", "updatedAt", "deletedAt", "version") ON "Bookings" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
CREATE SCHEMA "boxoffice_anonymous";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous_rows;
GRANT USAGE ON SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous;
SET LOCAL ROLE boxoffice_anonymous_rows;
CREATE VIEW "boxoffice_anonymous"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", CASE WHEN r."id" = actor_id() THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN r."id" = actor_id() THEN r."isAdmin" ELSE NULL END AS "isAdmin", CASE WHEN r."id" = actor_id() THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN r."id" = actor_id() THEN r."role" ELSE NULL END AS "role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Bookings" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."userId" = actor_id() THEN r."eventId" ELSE NULL END AS "eventId", CASE WHEN r."userId" = actor_id() THEN r."quantity" ELSE NULL END AS "quantity", CASE WHEN r."userId" = actor_id() THEN r."status" ELSE NULL END AS "status", CASE WHEN r."userId" = actor_id() THEN r."totalPrice" ELSE NULL END AS "totalPrice", CASE WHEN r."userId" = actor_id() THEN r."bookingDate" ELSE NULL END AS "bookingDate", CASE WHEN r."userId" = actor_id() THEN r."scheduleId" ELSE NULL END AS "scheduleId", CASE WHEN r."userId" = actor_id() THEN r."expiresAt" ELSE NULL END AS "expiresAt", CASE WHEN r."userId" = actor_id() THEN r."checkedInAt" ELSE NULL END AS "checkedInAt", CASE WHEN r."userId" = actor_id() THEN r."checkedInQuantity" ELSE NULL END AS "checkedInQuantity", CASE WHEN r."userId" = actor_id() THEN r."checkedInPlace" ELSE CASE WHEN r."checkedInPlace" = '' THEN '' ELSE substr(r."checkedInPlace", 1, 1) || '***' END END AS "checkedInPlace", CASE WHEN r."userId" = actor_id() THEN r."checkinUndone" ELSE CASE WHEN r."checkinUndone" = '' THEN '' ELSE substr(r."checkinUndone", 1, 1) || '***' END END AS "checkinUndone", CASE WHEN r."userId" = actor_id() THEN r."cancelledQuantity" ELSE NULL END AS "cancelledQuantity", CASE WHEN r."userId" = actor_id() THEN r."guestName" ELSE CASE WHEN r."guestName" = '' THEN '' ELSE substr(r."guestName", 1, 1) || '***' END END AS "guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Payments" AS SELECT r."id", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."bookingId" ELSE NULL END AS "bookingId", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."transactionId" ELSE CASE WHEN r."transactionId" = '' THEN '' ELSE substr(r."transactionId", 1, 1) || '***' END END AS "transactionId", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."amount" ELSE NULL END AS "amount", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."refundedAmount" ELSE NULL END AS "refundedAmount", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."status" ELSE NULL END AS "status", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."paymentMethod" ELSE NULL END AS "paymentMethod", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."paymentDate" ELSE NULL END AS "paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."SupportTickets" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."userId" = actor_id() THEN r."subject" ELSE CASE WHEN r."subject" = '' THEN '' ELSE substr(r."subject", 1, 1) || '***' END END AS "subject", CASE WHEN r."userId" = actor_id() THEN r."description" ELSE CASE WHEN r."description" = '' THEN '' ELSE substr(r."description", 1, 1) || '***' END END AS "description", CASE WHEN r."userId" = actor_id() THEN r."status" ELSE NULL END AS "status", CASE WHEN r."userId" = actor_id() THEN r."priority" ELSE NULL END AS "priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."SupportReplies" AS SELECT r."id", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."supportTicketId" ELSE NULL END AS "supportTicketId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Sessions" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", NULL AS "tokenHash", CASE WHEN r."userId" = actor_id() THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_anonymous"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_anonymous"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_anonymous"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_anonymous"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE FUNCTION "boxoffice_anonymous"."VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."VenuesSearch"($1) s JOIN "boxoffice_anonymous"."Venues" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_anonymous"."EventsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."EventsSearch"($1) s JOIN "boxoffice_anonymous"."Events" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_anonymous"."SupportTicketsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."SupportTicketsSearch"($1) s JOIN "boxoffice_anonymous"."SupportTickets" r ON r."id" = s."found" $$;
GRANT SELECT ON ALL TABLES IN SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "boxoffice_anonymous" FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous;
SET LOCAL ROLE boxoffice_owner;
CREATE SCHEMA "boxoffice_customer";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_customer" TO boxoffice_customer_rows;
GRANT USAGE ON SCHEMA "boxoffice_customer" TO boxoffice_customer;
SET LOCAL ROLE boxoffice_customer_rows;
CREATE VIEW "boxoffice_customer"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", CASE WHEN r."id" = actor_id() THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", r."isAdmin", r."isVerified", r."role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", CASE WHEN r."userId" = actor_id() THEN r."guestName" ELSE CASE WHEN r."guestName" = '' THEN '' ELSE substr(r."guestName", 1, 1) || '***' END END AS "guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) AND r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."SupportTickets" AS SELECT r."id", r."userId", CASE WHEN r."userId" = actor_id() THEN r."subject" ELSE CASE WHEN r."subject" = '' THEN '' ELSE substr(r."subject", 1, 1) || '***' END END AS "subject", CASE WHEN r."userId" = actor_id() THEN r."description" ELSE CASE WHEN r."description" = '' THEN '' ELSE substr(r."description", 1, 1) || '***' END END AS "description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) AND r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_customer"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_customer"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_customer"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_customer"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE FUNCTION "boxoffice_customer"."VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."VenuesSearch"($1) s JOIN "boxoffice_customer"."Venues" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_customer"."EventsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."EventsSearch"($1) s JOIN "boxoffice_customer"."Events" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_customer"."SupportTicketsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."SupportTicketsSearch"($1) s JOIN "boxoffice_customer"."SupportTickets" r ON r."id" = s."found" $$;
GRANT SELECT ON ALL TABLES IN SCHEMA "boxoffice_customer" TO boxoffice_customer;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "boxoffice_customer" FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "boxoffice_customer" TO boxoffice_customer;
SET LOCAL ROLE boxoffice_owner;
CREATE SCHEMA "boxoffice_organizer";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_organizer" TO boxoffice_organizer_rows;
GRANT USAGE ON SCHEMA "boxoffice_organizer" TO boxoffice_organizer;
SET LOCAL ROLE boxoffice_organizer_rows;
CREATE VIEW "boxoffice_organizer"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", r."name", r."isAdmin", r."isVerified", r."role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", r."guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."SupportTickets" AS SELECT r."id", r."userId", CASE WHEN r."userId" = actor_id() THEN r."subject" ELSE CASE WHEN r."subject" = '' THEN '' ELSE substr(r."subject", 1, 1) || '***' END END AS "subject", CASE WHEN r."userId" = actor_id() THEN r."description" ELSE CASE WHEN r."description" = '' THEN '' ELSE substr(r."description", 1, 1) || '***' END END AS "description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) AND r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_organizer"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_organizer"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_organizer"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_organizer"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE FUNCTION "boxoffice_organizer"."VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."VenuesSearch"($1) s JOIN "boxoffice_organizer"."Venues" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_organizer"."EventsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."EventsSearch"($1) s JOIN "boxoffice_organizer"."Events" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_organizer"."SupportTicketsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."SupportTicketsSearch"($1) s JOIN "boxoffice_organizer"."SupportTickets" r ON r."id" = s."found" $$;
GRANT SELECT ON ALL TABLES IN SCHEMA "boxoffice_organizer" TO boxoffice_organizer;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "boxoffice_organizer" FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "boxoffice_organizer" TO boxoffice_organizer;
SET LOCAL ROLE boxoffice_owner;
CREATE SCHEMA "boxoffice_support";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_support" TO boxoffice_support_rows;
GRANT USAGE ON SCHEMA "boxoffice_support" TO boxoffice_support;
SET LOCAL ROLE boxoffice_support_rows;
CREATE VIEW "boxoffice_support"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", r."name", r."isAdmin", r."isVerified", r."role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", r."guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."SupportTickets" AS SELECT r."id", r."userId", r."subject", r."description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", r."body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_support"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_support"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_support"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_support"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE FUNCTION "boxoffice_support"."VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."VenuesSearch"($1) s JOIN "boxoffice_support"."Venues" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_support"."EventsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."EventsSearch"($1) s JOIN "boxoffice_support"."Events" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_support"."SupportTicketsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."SupportTicketsSearch"($1) s JOIN "boxoffice_support"."SupportTickets" r ON r."id" = s."found" $$;
GRANT SELECT ON ALL TABLES IN SCHEMA "boxoffice_support" TO boxoffice_support;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "boxoffice_support" FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "boxoffice_support" TO boxoffice_support;
SET LOCAL ROLE boxoffice_owner;
CREATE SCHEMA "boxoffice_admin";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_admin" TO boxoffice_admin_rows;
GRANT USAGE ON SCHEMA "boxoffice_admin" TO boxoffice_admin;
SET LOCAL ROLE boxoffice_admin_rows;
CREATE VIEW "boxoffice_admin"."Users" AS SELECT r."id", r."email", NULL AS "password", r."name", r."isAdmin", r."isVerified", r."role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", r."guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."SupportTickets" AS SELECT r."id", r."userId", r."subject", r."description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", r."body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_admin"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", r."status", r."location", r."etag", r."body", r."userId", r."expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_admin"."AuditLogs" AS SELECT r."id", r."actorId", r."actorRole", r."requestId", r."action", r."resource", r."resourceId", r."resourceVersion", r."before", r."after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_admin"."AuditContexts" AS SELECT r."id", r."actorId", r."actorRole", r."requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_admin"."JobCursors" AS SELECT r."id", r."name", r."position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE FUNCTION "boxoffice_admin"."VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."VenuesSearch"($1) s JOIN "boxoffice_admin"."Venues" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_admin"."EventsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."EventsSearch"($1) s JOIN "boxoffice_admin"."Events" r ON r."id" = s."found" $$;
CREATE FUNCTION "boxoffice_admin"."SupportTicketsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."SupportTicketsSearch"($1) s JOIN "boxoffice_admin"."SupportTickets" r ON r."id" = s."found" $$;
GRANT SELECT ON ALL TABLES IN SCHEMA "boxoffice_admin" TO boxoffice_admin;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "boxoffice_admin" FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "boxoffice_admin" TO boxoffice_admin;
SET LOCAL ROLE boxoffice_owner;
SET LOCAL ROLE NONE;
SET LOCAL client_min_messages TO DEFAULT;
SET LOCAL search_path TO DEFAULT;
