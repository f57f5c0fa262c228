CREATE TABLE "Users" (
  "id" SERIAL PRIMARY KEY,
  "email" VARCHAR(255) NOT NULL,
  "password" VARCHAR(255) NOT NULL,
  "name" VARCHAR(255) NOT NULL,
  "isAdmin" BOOLEAN NOT NULL DEFAULT false,
  "isVerified" BOOLEAN NOT NULL DEFAULT false,
  "role" VARCHAR(255) NOT NULL DEFAULT 'customer',
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "user_role" CHECK ("role" IN ('customer', 'organizer', 'support'))
);
CREATE UNIQUE INDEX "users_email" ON "Users" ("email");
CREATE INDEX "users_is_admin" ON "Users" ("isAdmin");
CREATE TABLE "Venues" (
  "id" SERIAL PRIMARY KEY,
  "name" VARCHAR(255) NOT NULL,
  "address" VARCHAR(255) NOT NULL,
  "capacity" INTEGER NOT NULL,
  "facilities" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "venue_capacity" CHECK ("capacity" >= 1)
);
CREATE INDEX "venues_name" ON "Venues" ("name");
CREATE TABLE "Events" (
  "id" SERIAL PRIMARY KEY,
  "title" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "price" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "capacity" INTEGER NOT NULL,
  "imageUrl" VARCHAR(255),
  "startDate" TIMESTAMP WITH TIME ZONE NOT NULL,
  "endDate" TIMESTAMP WITH TIME ZONE NOT NULL,
  "venueId" INTEGER NOT NULL REFERENCES "Venues" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "status" VARCHAR(255) NOT NULL DEFAULT 'published',
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_status" CHECK ("status" IN ('draft', 'published', 'cancelled')),
  CONSTRAINT "event_dates" CHECK ("endDate" >= "startDate"),
  CONSTRAINT "event_capacity" CHECK ("capacity" >= 1),
  CONSTRAINT "event_price" CHECK ("price" >= 0)
);
CREATE INDEX "events_price" ON "Events" ("price");
CREATE INDEX "events_start_date" ON "Events" ("startDate");
CREATE INDEX "events_end_date" ON "Events" ("endDate");
CREATE INDEX "events_venue_id" ON "Events" ("venueId");
CREATE INDEX "events_status" ON "Events" ("status");
CREATE TABLE "Schedules" (
  "id" SERIAL PRIMARY KEY,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "startTime" TIMESTAMP WITH TIME ZONE NOT NULL,
  "endTime" TIMESTAMP WITH TIME ZONE NOT NULL,
  "availableSeats" INTEGER NOT NULL DEFAULT 0,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "schedule_times" CHECK ("endTime" >= "startTime"),
  CONSTRAINT "schedule_seats" CHECK ("availableSeats" >= 0)
);
CREATE INDEX "schedules_event_id" ON "Schedules" ("eventId");
CREATE INDEX "schedules_start_time" ON "Schedules" ("startTime");
CREATE INDEX "schedules_end_time" ON "Schedules" ("endTime");
CREATE TABLE "EventCategories" (
  "id" SERIAL PRIMARY KEY,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "name" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX "event_categories_event_id" ON "EventCategories" ("eventId");
CREATE INDEX "event_categories_name" ON "EventCategories" ("name");
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name") WHERE "deletedAt" IS NULL;
CREATE TABLE "Bookings" (
  "id" SERIAL PRIMARY KEY,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "quantity" INTEGER NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "totalPrice" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "bookingDate" TIMESTAMP WITH TIME ZONE,
  "scheduleId" INTEGER REFERENCES "Schedules" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "expiresAt" TIMESTAMP WITH TIME ZONE,
  "checkedInAt" TIMESTAMP WITH TIME ZONE,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "booking_status" CHECK ("status" IN ('pending', 'confirmed', 'cancelled', 'expired', 'refunded')),
  CONSTRAINT "booking_quantity" CHECK ("quantity" >= 1),
  CONSTRAINT "booking_total" CHECK ("totalPrice" >= 0)
);
CREATE INDEX "bookings_user_id" ON "Bookings" ("userId");
CREATE INDEX "bookings_event_id" ON "Bookings" ("eventId");
CREATE INDEX "bookings_status" ON "Bookings" ("status");
CREATE INDEX "bookings_schedule_id" ON "Bookings" ("scheduleId");
CREATE INDEX "bookings_expires_at" ON "Bookings" ("expiresAt") WHERE "expiresAt" IS NOT NULL;
CREATE TABLE "Payments" (
  "id" SERIAL PRIMARY KEY,
  "bookingId" INTEGER NOT NULL REFERENCES "Bookings" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "transactionId" VARCHAR(255) NOT NULL,
  "amount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "refundedAmount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "paymentMethod" VARCHAR(255) NOT NULL DEFAULT 'sandbox',
  "paymentDate" TIMESTAMP WITH TIME ZONE,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "payment_status" CHECK ("status" IN ('pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled')),
  CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" IN ('free', 'sandbox', 'cash', 'banktransfer')),
  CONSTRAINT "payment_amount" CHECK ("amount" >= 0),
  CONSTRAINT "payment_refunded" CHECK ("refundedAmount" >= 0 AND "refundedAmount" <= "amount")
);
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId");
CREATE INDEX "payments_status" ON "Payments" ("status");
CREATE TABLE "SupportTickets" (
  "id" SERIAL PRIMARY KEY,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "subject" VARCHAR(255) NOT NULL,
  "description" TEXT NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'open',
  "priority" VARCHAR(255) NOT NULL DEFAULT 'normal',
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "support_ticket_status" CHECK ("status" IN ('open', 'pending', 'resolved', 'closed')),
  CONSTRAINT "support_ticket_priority" CHECK ("priority" IN ('low', 'normal', 'high', 'urgent'))
);
CREATE INDEX "support_tickets_user_id" ON "SupportTickets" ("userId");
CREATE INDEX "support_tickets_status" ON "SupportTickets" ("status");
CREATE INDEX "support_tickets_priority" ON "SupportTickets" ("priority");
CREATE TABLE "SupportReplies" (
  "id" SERIAL PRIMARY KEY,
  "supportTicketId" INTEGER NOT NULL REFERENCES "SupportTickets" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "body" TEXT NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX "support_replies_support_ticket_id" ON "SupportReplies" ("supportTicketId");
CREATE INDEX "support_replies_user_id" ON "SupportReplies" ("userId");
CREATE TABLE "Sessions" (
  "id" SERIAL PRIMARY KEY,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX "sessions_user_id" ON "Sessions" ("userId");
CREATE UNIQUE INDEX "sessions_token_hash" ON "Sessions" ("tokenHash");
CREATE INDEX "sessions_expires_at" ON "Sessions" ("expiresAt");
CREATE TABLE "IdempotencyKeys" (
  "id" SERIAL PRIMARY KEY,
  "scope" VARCHAR(255) NOT NULL,
  "fingerprint" VARCHAR(255) NOT NULL,
  "status" INTEGER NOT NULL,
  "location" VARCHAR(255),
  "etag" VARCHAR(255),
  "body" TEXT,
  "userId" INTEGER REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE UNIQUE INDEX "idempotency_keys_scope" ON "IdempotencyKeys" ("scope");
CREATE INDEX "idempotency_keys_user_id" ON "IdempotencyKeys" ("userId");
CREATE INDEX "idempotency_keys_expires_at" ON "IdempotencyKeys" ("expiresAt");
CREATE TABLE "AuditLogs" (
  "id" SERIAL PRIMARY KEY,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "action" VARCHAR(255) NOT NULL,
  "resource" VARCHAR(255) NOT NULL,
  "resourceId" INTEGER NOT NULL,
  "resourceVersion" INTEGER NOT NULL DEFAULT 0,
  "before" TEXT,
  "after" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX "audit_logs_resource_resource_id" ON "AuditLogs" ("resource", "resourceId");
CREATE TABLE "AuditContexts" (
  "id" SERIAL PRIMARY KEY,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE FUNCTION "raise_version"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW."version" := OLD."version" + 1; RETURN NEW; END $$;
CREATE FUNCTION "refuse_append_only"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only'; END $$;
CREATE TRIGGER "users_version" BEFORE UPDATE ON "Users" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "users_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'users', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'isAdmin', OLD."isAdmin", 'isVerified', OLD."isVerified", 'role', OLD."role", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'isAdmin', NEW."isAdmin", 'isVerified', NEW."isVerified", 'role', NEW."role", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "users_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "email", "password", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt", "deletedAt" ON "Users"
  FOR EACH ROW EXECUTE FUNCTION "users_audit"();
CREATE INDEX "venues_search" ON "Venues" USING GIN (to_tsvector('simple', coalesce("name", '') || ' ' || coalesce("address", '')));
CREATE TRIGGER "venues_version" BEFORE UPDATE ON "Venues" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "venues_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'venues', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'name', OLD."name", 'address', OLD."address", 'capacity', OLD."capacity", 'facilities', OLD."facilities", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'name', NEW."name", 'address', NEW."address", 'capacity', NEW."capacity", 'facilities', NEW."facilities", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "venues_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "name", "address", "capacity", "facilities", "createdAt", "updatedAt", "deletedAt" ON "Venues"
  FOR EACH ROW EXECUTE FUNCTION "venues_audit"();
CREATE INDEX "events_search" ON "Events" USING GIN (to_tsvector('simple', coalesce("title", '') || ' ' || coalesce("description", '')));
CREATE TRIGGER "events_version" BEFORE UPDATE ON "Events" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "events_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'events', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', OLD."price"::text, 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', to_char(OLD."startDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'endDate', to_char(OLD."endDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'venueId', OLD."venueId", 'status', OLD."status", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', NEW."price"::text, 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', to_char(NEW."startDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'endDate', to_char(NEW."endDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'venueId', NEW."venueId", 'status', NEW."status", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "events_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt", "deletedAt" ON "Events"
  FOR EACH ROW EXECUTE FUNCTION "events_audit"();
CREATE TRIGGER "schedules_version" BEFORE UPDATE ON "Schedules" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "schedules_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'schedules', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', to_char(OLD."startTime" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'endTime', to_char(OLD."endTime" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'availableSeats', OLD."availableSeats", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', to_char(NEW."startTime" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'endTime', to_char(NEW."endTime" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'availableSeats', NEW."availableSeats", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt", "deletedAt" ON "Schedules"
  FOR EACH ROW EXECUTE FUNCTION "schedules_audit"();
CREATE TRIGGER "event_categories_version" BEFORE UPDATE ON "EventCategories" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "event_categories_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'event-categories', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'eventId', OLD."eventId", 'name', OLD."name", 'description', OLD."description", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'eventId', NEW."eventId", 'name', NEW."name", 'description', NEW."description", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "event_categories_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt" ON "EventCategories"
  FOR EACH ROW EXECUTE FUNCTION "event_categories_audit"();
CREATE TRIGGER "bookings_version" BEFORE UPDATE ON "Bookings" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "bookings_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'bookings', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'userId', OLD."userId", 'eventId', OLD."eventId", 'quantity', OLD."quantity", 'status', OLD."status", 'totalPrice', OLD."totalPrice"::text, 'bookingDate', to_char(OLD."bookingDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'scheduleId', OLD."scheduleId", 'expiresAt', to_char(OLD."expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'checkedInAt', to_char(OLD."checkedInAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'userId', NEW."userId", 'eventId', NEW."eventId", 'quantity', NEW."quantity", 'status', NEW."status", 'totalPrice', NEW."totalPrice"::text, 'bookingDate', to_char(NEW."bookingDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'scheduleId', NEW."scheduleId", 'expiresAt', to_char(NEW."expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'checkedInAt', to_char(NEW."checkedInAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "createdAt", "updatedAt", "deletedAt" ON "Bookings"
  FOR EACH ROW EXECUTE FUNCTION "bookings_audit"();
CREATE TRIGGER "payments_version" BEFORE UPDATE ON "Payments" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "payments_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'payments', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'bookingId', OLD."bookingId", 'transactionId', OLD."transactionId", 'amount', OLD."amount"::text, 'refundedAmount', OLD."refundedAmount"::text, 'status', OLD."status", 'paymentMethod', OLD."paymentMethod", 'paymentDate', to_char(OLD."paymentDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'bookingId', NEW."bookingId", 'transactionId', NEW."transactionId", 'amount', NEW."amount"::text, 'refundedAmount', NEW."refundedAmount"::text, 'status', NEW."status", 'paymentMethod', NEW."paymentMethod", 'paymentDate', to_char(NEW."paymentDate" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "payments_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt", "deletedAt" ON "Payments"
  FOR EACH ROW EXECUTE FUNCTION "payments_audit"();
CREATE INDEX "support_tickets_search" ON "SupportTickets" USING GIN (to_tsvector('simple', coalesce("subject", '') || ' ' || coalesce("description", '')));
CREATE TRIGGER "support_tickets_version" BEFORE UPDATE ON "SupportTickets" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "support_tickets_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'support-tickets', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'userId', OLD."userId", 'status', OLD."status", 'priority', OLD."priority", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'userId', NEW."userId", 'status', NEW."status", 'priority', NEW."priority", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "support_tickets_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "userId", "subject", "description", "status", "priority", "createdAt", "updatedAt", "deletedAt" ON "SupportTickets"
  FOR EACH ROW EXECUTE FUNCTION "support_tickets_audit"();
CREATE TRIGGER "support_replies_version" BEFORE UPDATE ON "SupportReplies" FOR EACH ROW WHEN (NEW."version" = OLD."version")
  EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "support_replies_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END END,
  'support-replies', coalesce(NEW."id", OLD."id"), coalesce(NEW."version", OLD."version"),
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'supportTicketId', OLD."supportTicketId", 'userId', OLD."userId", 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(OLD."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', OLD."version")::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'supportTicketId', NEW."supportTicketId", 'userId', NEW."userId", 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'deletedAt', to_char(NEW."deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'version', NEW."version")::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "support_replies_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "supportTicketId", "userId", "body", "createdAt", "updatedAt", "deletedAt" ON "SupportReplies"
  FOR EACH ROW EXECUTE FUNCTION "support_replies_audit"();
CREATE FUNCTION "sessions_audit"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0), nullif(current_setting('boxoffice.actor_role', true), ''), nullif(current_setting('boxoffice.request_id', true), ''),
  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE 'update' END,
  'sessions', coalesce(NEW."id", OLD."id"), 0,
  CASE WHEN TG_OP <> 'INSERT' THEN json_build_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', to_char(OLD."expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'createdAt', to_char(OLD."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(OLD."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'))::text END,
  CASE WHEN TG_OP <> 'DELETE' THEN json_build_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', to_char(NEW."expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'createdAt', to_char(NEW."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'), 'updatedAt', to_char(NEW."updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00'))::text END,
  coalesce(NEW."updatedAt", date_trunc('milliseconds', now())), coalesce(NEW."updatedAt", date_trunc('milliseconds', now()))); RETURN NULL; END $$;
CREATE TRIGGER "sessions_audit" AFTER INSERT OR DELETE OR UPDATE OF "id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt" ON "Sessions"
  FOR EACH ROW EXECUTE FUNCTION "sessions_audit"();
CREATE TRIGGER "audit_logs_keep" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditLogs"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_append_only"();
