-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
DROP SCHEMA "boxoffice_anonymous" CASCADE;
DROP SCHEMA "boxoffice_customer" CASCADE;
DROP SCHEMA "boxoffice_organizer" CASCADE;
DROP SCHEMA "boxoffice_support" CASCADE;
DROP SCHEMA "boxoffice_admin" CASCADE;
REVOKE SELECT ("id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "checkedInQuantity", "checkedInPlace", "checkinUndone", "cancelledQuantity", "guestName", "createdAt", "updatedAt", "deletedAt", "version") ON "Bookings" FROM boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
REVOKE SELECT ("id", "eventId", "startTime", "endTime", "availableSeats", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") ON "Schedules" FROM boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
REVOKE SELECT ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") ON "Events" FROM boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
DROP TRIGGER "users_epoch_delete" ON "Users";
DROP TRIGGER "users_epoch_update" ON "Users";
DROP TRIGGER "payments_audit_delete" ON "Payments";
DROP TRIGGER "payments_audit_update" ON "Payments";
DROP TRIGGER "payments_audit_insert" ON "Payments";
DROP TRIGGER "payments_version" ON "Payments";
DROP TRIGGER "bookings_audit_delete" ON "Bookings";
DROP TRIGGER "bookings_audit_update" ON "Bookings";
DROP TRIGGER "bookings_audit_insert" ON "Bookings";
DROP TRIGGER "bookings_version" ON "Bookings";
DROP TRIGGER "event_categories_audit_delete" ON "EventCategories";
DROP TRIGGER "event_categories_audit_update" ON "EventCategories";
DROP TRIGGER "event_categories_audit_insert" ON "EventCategories";
DROP TRIGGER "event_categories_version" ON "EventCategories";
DROP TRIGGER "schedules_audit_delete" ON "Schedules";
DROP TRIGGER "schedules_audit_update" ON "Schedules";
DROP TRIGGER "schedules_audit_insert" ON "Schedules";
DROP TRIGGER "schedules_version" ON "Schedules";
DROP TRIGGER "events_audit_delete" ON "Events";
DROP TRIGGER "events_audit_update" ON "Events";
DROP TRIGGER "events_audit_insert" ON "Events";
DROP TRIGGER "events_version" ON "Events";
DROP TRIGGER "events_search_update" ON "Events";
DROP TRIGGER "events_search_insert" ON "Events";
DROP TRIGGER "users_audit_delete" ON "Users";
DROP TRIGGER "users_audit_update" ON "Users";
DROP TRIGGER "users_audit_insert" ON "Users";
DROP TRIGGER "users_version" ON "Users";
DROP POLICY "admin" ON "Payments";
DROP POLICY "support" ON "Payments";
DROP POLICY "organizer" ON "Payments";
DROP POLICY "customer" ON "Payments";
DROP POLICY "server" ON "Payments";
DROP POLICY "admin" ON "Bookings";
DROP POLICY "support" ON "Bookings";
DROP POLICY "organizer" ON "Bookings";
DROP POLICY "customer" ON "Bookings";
DROP POLICY "server" ON "Bookings";
DROP POLICY "admin" ON "EventCategories";
DROP POLICY "support" ON "EventCategories";
DROP POLICY "organizer" ON "EventCategories";
DROP POLICY "customer" ON "EventCategories";
DROP POLICY "anonymous" ON "EventCategories";
DROP POLICY "server" ON "EventCategories";
DROP POLICY "admin" ON "Schedules";
DROP POLICY "support" ON "Schedules";
DROP POLICY "organizer" ON "Schedules";
DROP POLICY "customer" ON "Schedules";
DROP POLICY "anonymous" ON "Schedules";
DROP POLICY "server" ON "Schedules";
DROP POLICY "admin" ON "Events";
DROP POLICY "support" ON "Events";
DROP POLICY "organizer" ON "Events";
DROP POLICY "customer" ON "Events";
DROP POLICY "anonymous" ON "Events";
DROP POLICY "server" ON "Events";
DROP POLICY "admin" ON "Users";
DROP POLICY "support" ON "Users";
DROP POLICY "organizer" ON "Users";
DROP POLICY "customer" ON "Users";
DROP POLICY "server" ON "Users";
DROP INDEX "bookings_status_expires_at";
DROP INDEX "schedules_status";
DROP INDEX "payments_transaction_id";
DROP INDEX "payments_booking_id";
DROP INDEX "event_categories_event_id_name";
DROP INDEX "users_email";
ALTER TABLE "Users" DROP CONSTRAINT "user_id";
ALTER TABLE "Users" DROP CONSTRAINT "user_email";
ALTER TABLE "Users" DROP CONSTRAINT "user_name";
ALTER TABLE "Users" DROP CONSTRAINT "user_created_at";
ALTER TABLE "Users" DROP CONSTRAINT "user_updated_at";
ALTER TABLE "Users" DROP CONSTRAINT "user_deleted_at";
ALTER TABLE "Users" DROP CONSTRAINT "user_version";
ALTER TABLE "Users" DROP COLUMN "deletedId";
ALTER TABLE "Users" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Users" ALTER COLUMN "updatedAt" DROP DEFAULT;
CREATE UNIQUE INDEX "users_email" ON "Users" ("email");
ALTER TABLE "Venues" DROP CONSTRAINT "venue_id";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_name";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_address";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_capacity";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_facilities";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_created_at";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_updated_at";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_deleted_at";
ALTER TABLE "Venues" DROP CONSTRAINT "venue_version";
ALTER TABLE "Venues" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Venues" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "Venues" ADD CONSTRAINT "venue_capacity" CHECK ("capacity" >= 1);
ALTER TABLE "Events" DROP CONSTRAINT "event_id";
ALTER TABLE "Events" DROP CONSTRAINT "event_title";
ALTER TABLE "Events" DROP CONSTRAINT "event_description";
ALTER TABLE "Events" DROP CONSTRAINT "event_price";
ALTER TABLE "Events" DROP CONSTRAINT "event_capacity";
ALTER TABLE "Events" DROP CONSTRAINT "event_image_url";
ALTER TABLE "Events" DROP CONSTRAINT "event_start_date";
ALTER TABLE "Events" DROP CONSTRAINT "event_end_date";
ALTER TABLE "Events" DROP CONSTRAINT "event_venue_id";
ALTER TABLE "Events" DROP CONSTRAINT "event_sales_start";
ALTER TABLE "Events" DROP CONSTRAINT "event_sales_end";
ALTER TABLE "Events" DROP CONSTRAINT "event_cancelled_at";
ALTER TABLE "Events" DROP CONSTRAINT "event_created_at";
ALTER TABLE "Events" DROP CONSTRAINT "event_updated_at";
ALTER TABLE "Events" DROP CONSTRAINT "event_deleted_at";
ALTER TABLE "Events" DROP CONSTRAINT "event_version";
ALTER TABLE "Events" DROP CONSTRAINT "event_sales";
ALTER TABLE "Events" DROP COLUMN "salesStart";
ALTER TABLE "Events" DROP COLUMN "salesEnd";
ALTER TABLE "Events" DROP COLUMN "cancelledAt";
ALTER TABLE "Events" DROP COLUMN "isSettled";
ALTER TABLE "Events" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Events" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "Events" ADD CONSTRAINT "event_capacity" CHECK ("capacity" >= 1);
ALTER TABLE "Events" ADD CONSTRAINT "event_price" CHECK ("price" >= 0);
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_id";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_event_id";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_start_time";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_end_time";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_available_seats";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_status";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_cancelled_at";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_created_at";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_updated_at";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_deleted_at";
ALTER TABLE "Schedules" DROP CONSTRAINT "schedule_version";
ALTER TABLE "Schedules" DROP COLUMN "status";
ALTER TABLE "Schedules" DROP COLUMN "cancelledAt";
ALTER TABLE "Schedules" DROP COLUMN "isSettled";
ALTER TABLE "Schedules" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Schedules" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "Schedules" ADD CONSTRAINT "schedule_seats" CHECK ("availableSeats" >= 0);
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_id";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_event_id";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_name";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_description";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_created_at";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_updated_at";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_deleted_at";
ALTER TABLE "EventCategories" DROP CONSTRAINT "event_category_version";
ALTER TABLE "EventCategories" DROP COLUMN "deletedId";
ALTER TABLE "EventCategories" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "EventCategories" ALTER COLUMN "updatedAt" DROP DEFAULT;
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name") WHERE "deletedAt" IS NULL;
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_user_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_event_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_quantity";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_total_price";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_booking_date";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_schedule_id";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_expires_at";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_checked_in_at";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_checked_in_quantity";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_cancelled_quantity";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_guest_name";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_created_at";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_updated_at";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_deleted_at";
ALTER TABLE "Bookings" DROP CONSTRAINT "booking_version";
ALTER TABLE "Bookings" DROP COLUMN "checkedInQuantity";
ALTER TABLE "Bookings" DROP COLUMN "checkedInPlace";
ALTER TABLE "Bookings" DROP COLUMN "checkinUndone";
ALTER TABLE "Bookings" DROP COLUMN "cancelledQuantity";
ALTER TABLE "Bookings" DROP COLUMN "guestName";
ALTER TABLE "Bookings" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Bookings" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_quantity" CHECK ("quantity" >= 1);
ALTER TABLE "Bookings" ADD CONSTRAINT "booking_total" CHECK ("totalPrice" >= 0);
CREATE INDEX "bookings_expires_at" ON "Bookings" ("expiresAt") WHERE "expiresAt" IS NOT NULL;
ALTER TABLE "Payments" DROP CONSTRAINT "payment_id";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_booking_id";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_amount";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_refunded_amount";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_status";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_payment_method";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_payment_date";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_created_at";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_updated_at";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_deleted_at";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_version";
ALTER TABLE "Payments" DROP CONSTRAINT "payment_refunded";
ALTER TABLE "Payments" DROP COLUMN "deletedId";
ALTER TABLE "Payments" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Payments" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "Payments" ADD CONSTRAINT "payment_status" CHECK ("status" IN ('pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled'));
ALTER TABLE "Payments" ADD CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" IN ('free', 'sandbox', 'cash', 'banktransfer'));
ALTER TABLE "Payments" ADD CONSTRAINT "payment_amount" CHECK ("amount" >= 0);
ALTER TABLE "Payments" ADD CONSTRAINT "payment_refunded" CHECK ("refundedAmount" >= 0 AND "refundedAmount" <= "amount");
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId");
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_id";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_user_id";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_subject";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_description";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_created_at";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_updated_at";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_deleted_at";
ALTER TABLE "SupportTickets" DROP CONSTRAINT "support_ticket_version";
ALTER TABLE "SupportTickets" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "SupportTickets" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_id";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_support_ticket_id";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_user_id";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_body";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_created_at";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_updated_at";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_deleted_at";
ALTER TABLE "SupportReplies" DROP CONSTRAINT "support_reply_version";
ALTER TABLE "SupportReplies" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "SupportReplies" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "Sessions" DROP CONSTRAINT "session_user_id";
ALTER TABLE "Sessions" DROP CONSTRAINT "session_expires_at";
ALTER TABLE "Sessions" DROP CONSTRAINT "session_created_at";
ALTER TABLE "Sessions" DROP CONSTRAINT "session_updated_at";
ALTER TABLE "Sessions" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "Sessions" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_status";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_user_id";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_expires_at";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_created_at";
ALTER TABLE "IdempotencyKeys" DROP CONSTRAINT "idempotency_key_updated_at";
ALTER TABLE "IdempotencyKeys" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "IdempotencyKeys" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_actor_id";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_resource_id";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_resource_version";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_created_at";
ALTER TABLE "AuditLogs" DROP CONSTRAINT "audit_log_updated_at";
ALTER TABLE "AuditLogs" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "AuditLogs" ALTER COLUMN "updatedAt" DROP DEFAULT;
CREATE INDEX "audit_logs_transaction_id" ON "AuditLogs" ("transactionId");
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_id";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_actor_id";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_created_at";
ALTER TABLE "AuditContexts" DROP CONSTRAINT "audit_context_updated_at";
ALTER TABLE "AuditContexts" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "AuditContexts" ALTER COLUMN "updatedAt" DROP DEFAULT;
ALTER TABLE "JobCursors" DROP CONSTRAINT "job_cursor_id";
ALTER TABLE "JobCursors" DROP CONSTRAINT "job_cursor_created_at";
ALTER TABLE "JobCursors" DROP CONSTRAINT "job_cursor_updated_at";
ALTER TABLE "JobCursors" ALTER COLUMN "createdAt" DROP DEFAULT;
ALTER TABLE "JobCursors" ALTER COLUMN "updatedAt" DROP DEFAULT;
CREATE TRIGGER "users_version" BEFORE UPDATE ON "Users" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE TRIGGER "users_audit_insert" AFTER INSERT ON "Users" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "users_audit_insert"();
CREATE TRIGGER "users_audit_update" AFTER UPDATE ON "Users" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "users_audit_update"();
CREATE TRIGGER "users_audit_delete" AFTER DELETE ON "Users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "users_audit_delete"();
CREATE TRIGGER "events_search_insert" AFTER INSERT ON "Events" FOR EACH ROW EXECUTE FUNCTION "events_search"();
CREATE TRIGGER "events_search_update" AFTER UPDATE ON "Events" FOR EACH ROW WHEN ((OLD."title", OLD."description") IS DISTINCT FROM (NEW."title", NEW."description")) EXECUTE FUNCTION "events_search"();
CREATE TRIGGER "events_version" BEFORE UPDATE ON "Events" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE OR REPLACE FUNCTION "events_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'events', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"title":' || to_json(n."title")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"price":' || '"' || n."price" || '"' || ',"capacity":' || n."capacity"::text || ',"imageUrl":' || coalesce(to_json(n."imageUrl")::text, 'null') || ',"startDate":' || to_char(n."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(n."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || n."venueId"::text || ',"status":' || '"' || n."status" || '"' || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM new_rows n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "events_audit_insert" AFTER INSERT ON "Events" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "events_audit_insert"();
CREATE OR REPLACE FUNCTION "events_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', n."id", n."version", '{"id":' || o."id"::text || ',"title":' || to_json(o."title")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"price":' || '"' || o."price" || '"' || ',"capacity":' || o."capacity"::text || ',"imageUrl":' || coalesce(to_json(o."imageUrl")::text, 'null') || ',"startDate":' || to_char(o."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(o."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || o."venueId"::text || ',"status":' || '"' || o."status" || '"' || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"title":' || to_json(n."title")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"price":' || '"' || n."price" || '"' || ',"capacity":' || n."capacity"::text || ',"imageUrl":' || coalesce(to_json(n."imageUrl")::text, 'null') || ',"startDate":' || to_char(n."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(n."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || n."venueId"::text || ',"status":' || '"' || n."status" || '"' || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "events_audit_update" AFTER UPDATE ON "Events" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "events_audit_update"();
CREATE OR REPLACE FUNCTION "events_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'events', o."id", o."version", '{"id":' || o."id"::text || ',"title":' || to_json(o."title")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"price":' || '"' || o."price" || '"' || ',"capacity":' || o."capacity"::text || ',"imageUrl":' || coalesce(to_json(o."imageUrl")::text, 'null') || ',"startDate":' || to_char(o."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(o."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || o."venueId"::text || ',"status":' || '"' || o."status" || '"' || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "events_audit_delete" AFTER DELETE ON "Events" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "events_audit_delete"();
CREATE TRIGGER "schedules_version" BEFORE UPDATE ON "Schedules" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE OR REPLACE FUNCTION "schedules_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'schedules', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"startTime":' || to_char(n."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(n."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || n."availableSeats"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM new_rows n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit_insert" AFTER INSERT ON "Schedules" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "schedules_audit_insert"();
CREATE OR REPLACE FUNCTION "schedules_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'schedules', n."id", n."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"startTime":' || to_char(o."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(o."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || o."availableSeats"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"startTime":' || to_char(n."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(n."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || n."availableSeats"::text || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit_update" AFTER UPDATE ON "Schedules" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "schedules_audit_update"();
CREATE OR REPLACE FUNCTION "schedules_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'schedules', o."id", o."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"startTime":' || to_char(o."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(o."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || o."availableSeats"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit_delete" AFTER DELETE ON "Schedules" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "schedules_audit_delete"();
CREATE TRIGGER "event_categories_version" BEFORE UPDATE ON "EventCategories" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE TRIGGER "event_categories_audit_insert" AFTER INSERT ON "EventCategories" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "event_categories_audit_insert"();
CREATE TRIGGER "event_categories_audit_update" AFTER UPDATE ON "EventCategories" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "event_categories_audit_update"();
CREATE TRIGGER "event_categories_audit_delete" AFTER DELETE ON "EventCategories" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "event_categories_audit_delete"();
CREATE TRIGGER "bookings_version" BEFORE UPDATE ON "Bookings" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE OR REPLACE FUNCTION "bookings_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'bookings', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"eventId":' || n."eventId"::text || ',"quantity":' || n."quantity"::text || ',"status":' || '"' || n."status" || '"' || ',"totalPrice":' || '"' || n."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(n."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(n."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(n."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM new_rows n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit_insert" AFTER INSERT ON "Bookings" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "bookings_audit_insert"();
CREATE OR REPLACE FUNCTION "bookings_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'bookings', n."id", n."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"eventId":' || o."eventId"::text || ',"quantity":' || o."quantity"::text || ',"status":' || '"' || o."status" || '"' || ',"totalPrice":' || '"' || o."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(o."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(o."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(o."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"eventId":' || n."eventId"::text || ',"quantity":' || n."quantity"::text || ',"status":' || '"' || n."status" || '"' || ',"totalPrice":' || '"' || n."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(n."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(n."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(n."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit_update" AFTER UPDATE ON "Bookings" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "bookings_audit_update"();
CREATE OR REPLACE FUNCTION "bookings_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'bookings', o."id", o."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"eventId":' || o."eventId"::text || ',"quantity":' || o."quantity"::text || ',"status":' || '"' || o."status" || '"' || ',"totalPrice":' || '"' || o."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(o."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(o."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(o."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit_delete" AFTER DELETE ON "Bookings" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "bookings_audit_delete"();
CREATE TRIGGER "payments_version" BEFORE UPDATE ON "Payments" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE TRIGGER "payments_audit_insert" AFTER INSERT ON "Payments" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "payments_audit_insert"();
CREATE TRIGGER "payments_audit_update" AFTER UPDATE ON "Payments" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "payments_audit_update"();
CREATE TRIGGER "payments_audit_delete" AFTER DELETE ON "Payments" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "payments_audit_delete"();
CREATE TRIGGER "users_epoch_update" AFTER UPDATE ON "Users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('users');
CREATE TRIGGER "users_epoch_delete" AFTER DELETE ON "Users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('users');
CREATE POLICY "server" ON "Users" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Users" FOR SELECT TO boxoffice_customer_rows USING ("Users"."id" = actor_id());
CREATE POLICY "organizer" ON "Users" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Users" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Users" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
CREATE POLICY "server" ON "Events" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "Events" FOR SELECT TO boxoffice_anonymous_rows USING ("Events"."status" <> 'draft');
CREATE POLICY "customer" ON "Events" FOR SELECT TO boxoffice_customer_rows USING ("Events"."status" <> 'draft');
CREATE POLICY "organizer" ON "Events" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Events" FOR SELECT TO boxoffice_support_rows USING ("Events"."status" <> 'draft');
CREATE POLICY "admin" ON "Events" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt", "deletedAt", "version") ON "Events" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
CREATE POLICY "server" ON "Schedules" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "Schedules" FOR SELECT TO boxoffice_anonymous_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "Schedules"."eventId") <> 'draft');
CREATE POLICY "customer" ON "Schedules" FOR SELECT TO boxoffice_customer_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "Schedules"."eventId") <> 'draft');
CREATE POLICY "organizer" ON "Schedules" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Schedules" FOR SELECT TO boxoffice_support_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "Schedules"."eventId") <> 'draft');
CREATE POLICY "admin" ON "Schedules" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt", "deletedAt", "version") ON "Schedules" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
CREATE POLICY "server" ON "EventCategories" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "EventCategories" FOR SELECT TO boxoffice_anonymous_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "EventCategories"."eventId") <> 'draft');
CREATE POLICY "customer" ON "EventCategories" FOR SELECT TO boxoffice_customer_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "EventCategories"."eventId") <> 'draft');
CREATE POLICY "organizer" ON "EventCategories" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "EventCategories" FOR SELECT TO boxoffice_support_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "EventCategories"."eventId") <> 'draft');
CREATE POLICY "admin" ON "EventCategories" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
CREATE POLICY "server" ON "Bookings" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Bookings" FOR SELECT TO boxoffice_customer_rows USING ("Bookings"."userId" = actor_id());
CREATE POLICY "organizer" ON "Bookings" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Bookings" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Bookings" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "createdAt", "updatedAt", "deletedAt", "version") ON "Bookings" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
CREATE POLICY "server" ON "Payments" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Payments" FOR SELECT TO boxoffice_customer_rows USING ("Payments"."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()));
CREATE POLICY "organizer" ON "Payments" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Payments" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Payments" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
CREATE SCHEMA "boxoffice_anonymous";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous_rows;
GRANT USAGE ON SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous;
SET LOCAL ROLE boxoffice_anonymous_rows;
CREATE VIEW "boxoffice_anonymous"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", CASE WHEN r."id" = actor_id() THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN r."id" = actor_id() THEN r."isAdmin" ELSE NULL END AS "isAdmin", CASE WHEN r."id" = actor_id() THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN r."id" = actor_id() THEN r."role" ELSE NULL END AS "role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Bookings" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."userId" = actor_id() THEN r."eventId" ELSE NULL END AS "eventId", CASE WHEN r."userId" = actor_id() THEN r."quantity" ELSE NULL END AS "quantity", CASE WHEN r."userId" = actor_id() THEN r."status" ELSE NULL END AS "status", CASE WHEN r."userId" = actor_id() THEN r."totalPrice" ELSE NULL END AS "totalPrice", CASE WHEN r."userId" = actor_id() THEN r."bookingDate" ELSE NULL END AS "bookingDate", CASE WHEN r."userId" = actor_id() THEN r."scheduleId" ELSE NULL END AS "scheduleId", CASE WHEN r."userId" = actor_id() THEN r."expiresAt" ELSE NULL END AS "expiresAt", CASE WHEN r."userId" = actor_id() THEN r."checkedInAt" ELSE NULL END AS "checkedInAt", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
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
CREATE VIEW "boxoffice_customer"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
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
CREATE VIEW "boxoffice_organizer"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", CASE WHEN r."id" = actor_id() THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", r."isAdmin", r."isVerified", r."role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
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
CREATE VIEW "boxoffice_support"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
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
CREATE VIEW "boxoffice_admin"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
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
