-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
DROP SCHEMA "boxoffice_anonymous" CASCADE;
DROP SCHEMA "boxoffice_customer" CASCADE;
DROP SCHEMA "boxoffice_organizer" CASCADE;
DROP SCHEMA "boxoffice_support" CASCADE;
DROP SCHEMA "boxoffice_admin" CASCADE;
ALTER TABLE "Users" DROP CONSTRAINT "user_id";
ALTER TABLE "Users" DROP CONSTRAINT "user_role";
ALTER TABLE "Users" DROP CONSTRAINT "user_version";
ALTER TABLE "Users" ADD CONSTRAINT "user_id" CHECK ("id" >= 1);
ALTER TABLE "Users" ADD CONSTRAINT "user_role" CHECK ("role" = 'customer' OR "role" = 'organizer' OR "role" = 'support');
ALTER TABLE "Users" ADD CONSTRAINT "user_version" CHECK ("version" >= 0);
ALTER TABLE "Venues" DROP CONSTRAINT "venue_id";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_version";
ALTER TABLE "Venues" ADD CONSTRAINT "venue_id" CHECK ("id" >= 1);
ALTER TABLE "Venues" ADD CONSTRAINT "venue_version" CHECK ("version" >= 0);
ALTER TABLE "Events" DROP CONSTRAINT "event_id";
ALTER TABLE "Events" DROP CONSTRAINT "event_venue_id";
ALTER TABLE "Events" DROP CONSTRAINT "event_status";
ALTER TABLE "Events" DROP CONSTRAINT "event_version";
ALTER TABLE "Events" ADD CONSTRAINT "event_id" CHECK ("id" >= 1);
ALTER TABLE "Events" ADD CONSTRAINT "event_status" CHECK ("status" = 'draft' OR "status" = 'published' OR "status" = 'cancelled');
ALTER TABLE "Events" ADD CONSTRAINT "event_version" CHECK ("version" >= 0);
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_id";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_event_id";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_status";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_version";
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_id" CHECK ("id" >= 1);
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_status" CHECK ("status" = 'active' OR "status" = 'cancelled');
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_version" CHECK ("version" >= 0);
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_id";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_event_id";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_version";
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_id" CHECK ("id" >= 1);
ALTER TABLE "EventCategories" ADD CONSTRAINT "event_category_version" CHECK ("version" >= 0);
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_user_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_event_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_status";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_schedule_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_version";
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_id" CHECK ("id" >= 1);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_status" CHECK ("status" = 'pending' OR "status" = 'confirmed' OR "status" = 'cancelled' OR "status" = 'expired' OR "status" = 'refunded');
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_version" CHECK ("version" >= 0);
ALTER TABLE "Payments" DROP CONSTRAINT "payment_id";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_booking_id";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_status";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_payment_method";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_version";
ALTER TABLE "Payments" ADD CONSTRAINT "payment_id" CHECK ("id" >= 1);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_status" CHECK ("status" = 'pending' OR "status" = 'paid' OR "status" = 'failed' OR "status" = 'refunded' OR "status" = 'partiallyRefunded' OR "status" = 'cancelled' OR "status" = 'owed');
ALTER TABLE "Payments" ADD CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" = 'free' OR "paymentMethod" = 'sandbox' OR "paymentMethod" = 'cash' OR "paymentMethod" = 'banktransfer' OR "paymentMethod" = 'complimentary');
ALTER TABLE "Payments" ADD CONSTRAINT "payment_version" CHECK ("version" >= 0);
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_id";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_user_id";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_status";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_priority";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_version";
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_id" CHECK ("id" >= 1);
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_status" CHECK ("status" = 'open' OR "status" = 'pending' OR "status" = 'resolved' OR "status" = 'closed');
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_priority" CHECK ("priority" = 'low' OR "priority" = 'normal' OR "priority" = 'high' OR "priority" = 'urgent');
ALTER TABLE "SupportTickets" ADD CONSTRAINT "support_ticket_version" CHECK ("version" >= 0);
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_id";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_support_ticket_id";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_user_id";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_version";
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_id" CHECK ("id" >= 1);
ALTER TABLE "SupportReplies" ADD CONSTRAINT "support_reply_version" CHECK ("version" >= 0);
ALTER TABLE "Sessions" DROP CONSTRAINT "session_user_id";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_status";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_user_id";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_expires_at";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_created_at";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_updated_at";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_actor_id";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_resource_id";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_resource_version";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_created_at";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_updated_at";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_id";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_actor_id";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_created_at";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_updated_at";
ALTER TABLE "JobCursors" DROP CONSTRAINT "job_cursor_id";
ALTER TABLE "JobCursors" ADD CONSTRAINT "job_cursor_id" CHECK ("id" >= 1);
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
