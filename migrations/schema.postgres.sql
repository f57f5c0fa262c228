DO $$ DECLARE missing record; BEGIN
  FOR missing IN SELECT * FROM (VALUES ('boxoffice_owner', 'NOLOGIN'), ('boxoffice_migrate', 'LOGIN'), ('boxoffice_app', 'LOGIN NOINHERIT'),
    ('boxoffice_anonymous', 'NOLOGIN'), ('boxoffice_customer', 'NOLOGIN'), ('boxoffice_organizer', 'NOLOGIN'), ('boxoffice_support', 'NOLOGIN'), ('boxoffice_admin', 'NOLOGIN'),
    ('boxoffice_anonymous_rows', 'NOLOGIN'), ('boxoffice_customer_rows', 'NOLOGIN'), ('boxoffice_organizer_rows', 'NOLOGIN'), ('boxoffice_support_rows', 'NOLOGIN'), ('boxoffice_admin_rows', 'NOLOGIN')) AS roles (name, attributes)
    WHERE to_regrole(name) IS NULL LOOP
    BEGIN EXECUTE format('CREATE ROLE %I %s', missing.name, missing.attributes);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END LOOP;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE starts_with(rolname, 'boxoffice_') AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'a role of boxoffice has rights that no row policy stops'; END IF;
END $$;
DO $$ DECLARE missing record; BEGIN
  FOR missing IN SELECT * FROM (VALUES ('boxoffice_owner', 'boxoffice_migrate'),
    ('boxoffice_anonymous', 'boxoffice_app'), ('boxoffice_customer', 'boxoffice_app'), ('boxoffice_organizer', 'boxoffice_app'), ('boxoffice_support', 'boxoffice_app'), ('boxoffice_admin', 'boxoffice_app'),
    ('boxoffice_anonymous_rows', 'boxoffice_owner'), ('boxoffice_customer_rows', 'boxoffice_owner'), ('boxoffice_organizer_rows', 'boxoffice_owner'), ('boxoffice_support_rows', 'boxoffice_owner'), ('boxoffice_admin_rows', 'boxoffice_owner')) AS members (granted, member)
    WHERE NOT pg_has_role(member, granted, 'MEMBER') LOOP
    BEGIN EXECUTE format('GRANT %I TO %I', missing.granted, missing.member);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END LOOP;
  IF NOT pg_has_role(current_user, 'boxoffice_owner', 'USAGE') THEN GRANT boxoffice_owner TO CURRENT_USER; END IF;
END $$;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO boxoffice_owner', current_database()); END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO boxoffice_owner;
GRANT USAGE ON SCHEMA public TO boxoffice_migrate, boxoffice_app, boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
DO $$ DECLARE guarded regprocedure; BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
  FOR guarded IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
    AND (p.proname IN ('set_config', 'pg_notify', 'pg_logical_emit_message', 'pg_export_snapshot', 'lowrite')
      OR starts_with(p.proname, 'pg_advisory_') OR starts_with(p.proname, 'pg_try_advisory_')
      OR starts_with(p.proname, 'lo_') AND p.proname NOT IN ('lo_import', 'lo_export')) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', guarded);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO boxoffice_owner, boxoffice_migrate, boxoffice_app', guarded);
  END LOOP;
END $$;
DO $$ DECLARE maker name; migration_table regclass; BEGIN
  FOREACH maker IN ARRAY ARRAY[current_user, 'boxoffice_migrate'] LOOP
    IF pg_has_role(current_user, maker, 'USAGE') THEN
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT ON TABLES TO boxoffice_app', maker);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT, INSERT, DELETE ON TABLES TO boxoffice_owner', maker);
    END IF;
  END LOOP;
  FOREACH migration_table IN ARRAY ARRAY[to_regclass('public."SequelizeMeta"'), to_regclass('public."SequelizeData"')] LOOP
    IF migration_table IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON %s TO boxoffice_app', migration_table);
      EXECUTE format('GRANT SELECT, INSERT, DELETE ON %s TO boxoffice_owner', migration_table);
    END IF;
  END LOOP;
END $$;
SET LOCAL search_path TO public;
SET LOCAL ROLE boxoffice_owner;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE "Users" (
  "id" SERIAL PRIMARY KEY,
  "email" VARCHAR(255) NOT NULL,
  "password" VARCHAR(255) NOT NULL,
  "name" VARCHAR(255) NOT NULL,
  "isAdmin" BOOLEAN NOT NULL DEFAULT false,
  "isVerified" BOOLEAN NOT NULL DEFAULT false,
  "role" VARCHAR(255) NOT NULL DEFAULT 'customer',
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED,
  CONSTRAINT "user_id" CHECK ("id" >= 1),
  CONSTRAINT "user_email" CHECK ("email" COLLATE "C" !~ '[^!-@[-~]' AND length("email") BETWEEN 3 AND 254),
  CONSTRAINT "user_name" CHECK (length("name") BETWEEN 1 AND 200),
  CONSTRAINT "user_role" CHECK ("role" = 'customer' OR "role" = 'organizer' OR "role" = 'support'),
  CONSTRAINT "user_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "user_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "user_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "user_version" CHECK ("version" >= 0)
);
CREATE UNIQUE INDEX "users_email" ON "Users" ("email", "deletedId");
CREATE INDEX "users_is_admin" ON "Users" ("isAdmin");
CREATE TABLE "Venues" (
  "id" SERIAL PRIMARY KEY,
  "name" VARCHAR(255) NOT NULL,
  "address" VARCHAR(255) NOT NULL,
  "capacity" INTEGER NOT NULL,
  "facilities" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "venue_id" CHECK ("id" >= 1),
  CONSTRAINT "venue_name" CHECK (length("name") BETWEEN 1 AND 200),
  CONSTRAINT "venue_address" CHECK (length("address") BETWEEN 1 AND 255),
  CONSTRAINT "venue_capacity" CHECK ("capacity" BETWEEN 1 AND 1000000),
  CONSTRAINT "venue_facilities" CHECK ("facilities" IS NULL OR length("facilities") BETWEEN 0 AND 2000),
  CONSTRAINT "venue_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "venue_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "venue_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "venue_version" CHECK ("version" >= 0)
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
  "salesStart" TIMESTAMP WITH TIME ZONE,
  "salesEnd" TIMESTAMP WITH TIME ZONE,
  "maxSeatsPerPerson" INTEGER NOT NULL DEFAULT 10,
  "verifiedOnly" BOOLEAN NOT NULL DEFAULT false,
  "cancelledAt" TIMESTAMP WITH TIME ZONE,
  "isSettled" BOOLEAN NOT NULL DEFAULT false,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_id" CHECK ("id" >= 1),
  CONSTRAINT "event_title" CHECK (length("title") BETWEEN 1 AND 200),
  CONSTRAINT "event_description" CHECK ("description" IS NULL OR length("description") BETWEEN 0 AND 20000),
  CONSTRAINT "event_price" CHECK ("price" BETWEEN 0.00 AND 99999.99),
  CONSTRAINT "event_capacity" CHECK ("capacity" BETWEEN 1 AND 1000000),
  CONSTRAINT "event_image_url" CHECK ("imageUrl" IS NULL OR length("imageUrl") BETWEEN 0 AND 255),
  CONSTRAINT "event_start_date" CHECK ("startDate" = "startDate"::timestamptz(3) AND "startDate" > '1970-01-01 00:00:00+00' AND "startDate" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_end_date" CHECK ("endDate" = "endDate"::timestamptz(3) AND "endDate" > '1970-01-01 00:00:00+00' AND "endDate" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_status" CHECK ("status" = 'draft' OR "status" = 'published' OR "status" = 'cancelled'),
  CONSTRAINT "event_sales_start" CHECK ("salesStart" IS NULL OR "salesStart" = "salesStart"::timestamptz(3) AND "salesStart" > '1970-01-01 00:00:00+00' AND "salesStart" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_sales_end" CHECK ("salesEnd" IS NULL OR "salesEnd" = "salesEnd"::timestamptz(3) AND "salesEnd" > '1970-01-01 00:00:00+00' AND "salesEnd" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_max_seats_per_person" CHECK ("maxSeatsPerPerson" BETWEEN 1 AND 1000000),
  CONSTRAINT "event_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" = "cancelledAt"::timestamptz(3) AND "cancelledAt" > '1970-01-01 00:00:00+00' AND "cancelledAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_version" CHECK ("version" >= 0),
  CONSTRAINT "event_dates" CHECK ("endDate" >= "startDate"),
  CONSTRAINT "event_sales" CHECK ("salesEnd" > "salesStart")
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
  "status" VARCHAR(255) NOT NULL DEFAULT 'active',
  "cancelledAt" TIMESTAMP WITH TIME ZONE,
  "isSettled" BOOLEAN NOT NULL DEFAULT false,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "schedule_id" CHECK ("id" >= 1),
  CONSTRAINT "schedule_start_time" CHECK ("startTime" = "startTime"::timestamptz(3) AND "startTime" > '1970-01-01 00:00:00+00' AND "startTime" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "schedule_end_time" CHECK ("endTime" = "endTime"::timestamptz(3) AND "endTime" > '1970-01-01 00:00:00+00' AND "endTime" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "schedule_available_seats" CHECK ("availableSeats" BETWEEN 0 AND 1000000),
  CONSTRAINT "schedule_status" CHECK ("status" = 'active' OR "status" = 'cancelled'),
  CONSTRAINT "schedule_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" = "cancelledAt"::timestamptz(3) AND "cancelledAt" > '1970-01-01 00:00:00+00' AND "cancelledAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "schedule_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "schedule_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "schedule_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "schedule_version" CHECK ("version" >= 0),
  CONSTRAINT "schedule_times" CHECK ("endTime" >= "startTime")
);
CREATE INDEX "schedules_event_id" ON "Schedules" ("eventId");
CREATE INDEX "schedules_start_time" ON "Schedules" ("startTime");
CREATE INDEX "schedules_end_time" ON "Schedules" ("endTime");
CREATE INDEX "schedules_status" ON "Schedules" ("status");
CREATE TABLE "EventCategories" (
  "id" SERIAL PRIMARY KEY,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "name" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED,
  CONSTRAINT "event_category_id" CHECK ("id" >= 1),
  CONSTRAINT "event_category_name" CHECK (length("name") BETWEEN 1 AND 100),
  CONSTRAINT "event_category_description" CHECK ("description" IS NULL OR length("description") BETWEEN 0 AND 2000),
  CONSTRAINT "event_category_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_category_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_category_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "event_category_version" CHECK ("version" >= 0)
);
CREATE INDEX "event_categories_event_id" ON "EventCategories" ("eventId");
CREATE INDEX "event_categories_name" ON "EventCategories" ("name");
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name", "deletedId");
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
  "checkedInQuantity" INTEGER NOT NULL DEFAULT 0,
  "checkedInPlace" VARCHAR(255),
  "checkinUndone" VARCHAR(255),
  "cancelledQuantity" INTEGER NOT NULL DEFAULT 0,
  "guestName" VARCHAR(255),
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "booking_id" CHECK ("id" >= 1),
  CONSTRAINT "booking_quantity" CHECK ("quantity" BETWEEN 1 AND 50),
  CONSTRAINT "booking_status" CHECK ("status" = 'pending' OR "status" = 'confirmed' OR "status" = 'cancelled' OR "status" = 'expired' OR "status" = 'refunded'),
  CONSTRAINT "booking_total_price" CHECK ("totalPrice" BETWEEN 0.00 AND 99999999.99),
  CONSTRAINT "booking_booking_date" CHECK ("bookingDate" IS NULL OR "bookingDate" = "bookingDate"::timestamptz(3) AND "bookingDate" > '1970-01-01 00:00:00+00' AND "bookingDate" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "booking_expires_at" CHECK ("expiresAt" IS NULL OR "expiresAt" = "expiresAt"::timestamptz(3) AND "expiresAt" > '1970-01-01 00:00:00+00' AND "expiresAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "booking_checked_in_at" CHECK ("checkedInAt" IS NULL OR "checkedInAt" = "checkedInAt"::timestamptz(3) AND "checkedInAt" > '1970-01-01 00:00:00+00' AND "checkedInAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "booking_checked_in_quantity" CHECK ("checkedInQuantity" BETWEEN 0 AND 50),
  CONSTRAINT "booking_cancelled_quantity" CHECK ("cancelledQuantity" BETWEEN 0 AND 50),
  CONSTRAINT "booking_guest_name" CHECK ("guestName" IS NULL OR length("guestName") BETWEEN 0 AND 200),
  CONSTRAINT "booking_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "booking_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "booking_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "booking_version" CHECK ("version" >= 0)
);
CREATE INDEX "bookings_user_id" ON "Bookings" ("userId");
CREATE INDEX "bookings_event_id" ON "Bookings" ("eventId");
CREATE INDEX "bookings_status" ON "Bookings" ("status");
CREATE INDEX "bookings_schedule_id" ON "Bookings" ("scheduleId");
CREATE INDEX "bookings_status_expires_at" ON "Bookings" ("status", "expiresAt") WHERE "expiresAt" IS NOT NULL;
CREATE TABLE "Payments" (
  "id" SERIAL PRIMARY KEY,
  "bookingId" INTEGER NOT NULL REFERENCES "Bookings" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "transactionId" VARCHAR(255) NOT NULL,
  "amount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "refundedAmount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "paymentMethod" VARCHAR(255) NOT NULL DEFAULT 'sandbox',
  "paymentDate" TIMESTAMP WITH TIME ZONE,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED,
  CONSTRAINT "payment_id" CHECK ("id" >= 1),
  CONSTRAINT "payment_amount" CHECK ("amount" BETWEEN 0.00 AND 99999999.99),
  CONSTRAINT "payment_refunded_amount" CHECK ("refundedAmount" BETWEEN 0.00 AND 99999999.99),
  CONSTRAINT "payment_status" CHECK ("status" = 'pending' OR "status" = 'paid' OR "status" = 'failed' OR "status" = 'refunded' OR "status" = 'partiallyRefunded' OR "status" = 'cancelled' OR "status" = 'owed'),
  CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" = 'free' OR "paymentMethod" = 'sandbox' OR "paymentMethod" = 'cash' OR "paymentMethod" = 'banktransfer' OR "paymentMethod" = 'complimentary'),
  CONSTRAINT "payment_payment_date" CHECK ("paymentDate" IS NULL OR "paymentDate" = "paymentDate"::timestamptz(3) AND "paymentDate" > '1970-01-01 00:00:00+00' AND "paymentDate" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "payment_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "payment_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "payment_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "payment_version" CHECK ("version" >= 0),
  CONSTRAINT "payment_refunded" CHECK ("refundedAmount" <= "amount")
);
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId", "deletedId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId", "deletedId");
CREATE INDEX "payments_status" ON "Payments" ("status");
CREATE TABLE "SupportTickets" (
  "id" SERIAL PRIMARY KEY,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "subject" VARCHAR(255) NOT NULL,
  "description" TEXT NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'open',
  "priority" VARCHAR(255) NOT NULL DEFAULT 'normal',
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "support_ticket_id" CHECK ("id" >= 1),
  CONSTRAINT "support_ticket_subject" CHECK (length("subject") BETWEEN 1 AND 200),
  CONSTRAINT "support_ticket_description" CHECK (length("description") BETWEEN 1 AND 10000),
  CONSTRAINT "support_ticket_status" CHECK ("status" = 'open' OR "status" = 'pending' OR "status" = 'resolved' OR "status" = 'closed'),
  CONSTRAINT "support_ticket_priority" CHECK ("priority" = 'low' OR "priority" = 'normal' OR "priority" = 'high' OR "priority" = 'urgent'),
  CONSTRAINT "support_ticket_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "support_ticket_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "support_ticket_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "support_ticket_version" CHECK ("version" >= 0)
);
CREATE INDEX "support_tickets_user_id" ON "SupportTickets" ("userId");
CREATE INDEX "support_tickets_status" ON "SupportTickets" ("status");
CREATE INDEX "support_tickets_priority" ON "SupportTickets" ("priority");
CREATE TABLE "SupportReplies" (
  "id" SERIAL PRIMARY KEY,
  "supportTicketId" INTEGER NOT NULL REFERENCES "SupportTickets" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "body" TEXT NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "deletedAt" TIMESTAMP WITH TIME ZONE,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "support_reply_id" CHECK ("id" >= 1),
  CONSTRAINT "support_reply_body" CHECK (length("body") BETWEEN 1 AND 10000),
  CONSTRAINT "support_reply_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "support_reply_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "support_reply_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" = "deletedAt"::timestamptz(3) AND "deletedAt" > '1970-01-01 00:00:00+00' AND "deletedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "support_reply_version" CHECK ("version" >= 0)
);
CREATE INDEX "support_replies_support_ticket_id" ON "SupportReplies" ("supportTicketId");
CREATE INDEX "support_replies_user_id" ON "SupportReplies" ("userId");
CREATE TABLE "Sessions" (
  "id" BIGSERIAL PRIMARY KEY,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "authenticatedAt" TIMESTAMP WITH TIME ZONE,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  CONSTRAINT "session_expires_at" CHECK ("expiresAt" = "expiresAt"::timestamptz(3) AND "expiresAt" > '1970-01-01 00:00:00+00' AND "expiresAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "session_authenticated_at" CHECK ("authenticatedAt" IS NULL OR "authenticatedAt" = "authenticatedAt"::timestamptz(3) AND "authenticatedAt" > '1970-01-01 00:00:00+00' AND "authenticatedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "session_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "session_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00')
);
CREATE INDEX "sessions_user_id" ON "Sessions" ("userId");
CREATE UNIQUE INDEX "sessions_token_hash" ON "Sessions" ("tokenHash");
CREATE INDEX "sessions_expires_at" ON "Sessions" ("expiresAt");
CREATE TABLE "Devices" (
  "id" BIGSERIAL PRIMARY KEY,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  CONSTRAINT "device_expires_at" CHECK ("expiresAt" = "expiresAt"::timestamptz(3) AND "expiresAt" > '1970-01-01 00:00:00+00' AND "expiresAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "device_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "device_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00')
);
CREATE INDEX "devices_user_id" ON "Devices" ("userId");
CREATE UNIQUE INDEX "devices_token_hash" ON "Devices" ("tokenHash");
CREATE INDEX "devices_expires_at" ON "Devices" ("expiresAt");
CREATE TABLE "IdempotencyKeys" (
  "id" BIGSERIAL PRIMARY KEY,
  "scope" VARCHAR(255) NOT NULL,
  "fingerprint" VARCHAR(255) NOT NULL,
  "status" INTEGER NOT NULL,
  "location" VARCHAR(255),
  "etag" VARCHAR(255),
  "body" TEXT,
  "userId" INTEGER REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "actorRole" VARCHAR(255),
  "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3))
);
CREATE UNIQUE INDEX "idempotency_keys_scope" ON "IdempotencyKeys" ("scope");
CREATE INDEX "idempotency_keys_user_id" ON "IdempotencyKeys" ("userId");
CREATE INDEX "idempotency_keys_expires_at" ON "IdempotencyKeys" ("expiresAt");
CREATE TABLE "AuditLogs" (
  "id" BIGSERIAL PRIMARY KEY,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "action" VARCHAR(255) NOT NULL,
  "resource" VARCHAR(255) NOT NULL,
  "resourceId" BIGINT NOT NULL,
  "resourceVersion" INTEGER NOT NULL DEFAULT 0,
  "before" TEXT,
  "after" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "transactionId" xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX "audit_logs_resource_resource_id" ON "AuditLogs" ("resource", "resourceId");
CREATE TABLE "AuditContexts" (
  "id" SERIAL PRIMARY KEY,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3))
);
CREATE TABLE "JobCursors" (
  "id" SERIAL PRIMARY KEY,
  "name" VARCHAR(255) NOT NULL,
  "position" TEXT NOT NULL,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  CONSTRAINT "job_cursor_id" CHECK ("id" >= 1),
  CONSTRAINT "job_cursor_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "job_cursor_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00')
);
CREATE UNIQUE INDEX "job_cursors_name" ON "JobCursors" ("name");
CREATE TABLE "Backups" (
  "id" SERIAL PRIMARY KEY,
  "place" INTEGER NOT NULL,
  "address" TEXT NOT NULL,
  "epoch" BIGINT NOT NULL DEFAULT 0,
  "commit" BIGINT NOT NULL DEFAULT 0,
  "commitTime" TIMESTAMP WITH TIME ZONE,
  "startedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "finishedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
  "bytes" BIGINT NOT NULL DEFAULT 0,
  "digest" VARCHAR(255),
  "isVerified" BOOLEAN NOT NULL DEFAULT false,
  "problem" TEXT,
  "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT (CURRENT_TIMESTAMP(3)),
  CONSTRAINT "backup_id" CHECK ("id" >= 1),
  CONSTRAINT "backup_place" CHECK ("place" BETWEEN 1 AND 8),
  CONSTRAINT "backup_epoch" CHECK ("epoch" >= 0),
  CONSTRAINT "backup_commit" CHECK ("commit" >= 0),
  CONSTRAINT "backup_commit_time" CHECK ("commitTime" IS NULL OR "commitTime" = "commitTime"::timestamptz(3) AND "commitTime" > '1970-01-01 00:00:00+00' AND "commitTime" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "backup_started_at" CHECK ("startedAt" = "startedAt"::timestamptz(3) AND "startedAt" > '1970-01-01 00:00:00+00' AND "startedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "backup_finished_at" CHECK ("finishedAt" = "finishedAt"::timestamptz(3) AND "finishedAt" > '1970-01-01 00:00:00+00' AND "finishedAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "backup_bytes" CHECK ("bytes" >= 0),
  CONSTRAINT "backup_created_at" CHECK ("createdAt" = "createdAt"::timestamptz(3) AND "createdAt" > '1970-01-01 00:00:00+00' AND "createdAt" < '10000-01-01 00:00:00+00'),
  CONSTRAINT "backup_updated_at" CHECK ("updatedAt" = "updatedAt"::timestamptz(3) AND "updatedAt" > '1970-01-01 00:00:00+00' AND "updatedAt" < '10000-01-01 00:00:00+00')
);
CREATE FUNCTION "actor_id"() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0) $$;
CREATE FUNCTION "raise_version"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW."version" := OLD."version" + 1; RETURN NEW; END $$;
CREATE FUNCTION "refuse_append_only"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only'; END $$;
CREATE FUNCTION "audit_contexts"() RETURNS TABLE ("i" bigint, "a" integer, "r" text, "q" text) LANGUAGE sql STABLE AS
$$ SELECT c.* FROM json_to_recordset(coalesce(nullif(current_setting('boxoffice.contexts', true), ''), '[]')::json) AS c("i" bigint, "a" integer, "r" text, "q" text) $$;
CREATE FUNCTION "search_words"("content" text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_split_to_array(btrim(regexp_replace(regexp_replace(lower(normalize($1, NFD)), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')), ' ');
CREATE FUNCTION "search_document"("content" text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(left(w."word", 500) || ':' || least(w."place", 16383), ' ')::tsvector
  FROM unnest(search_words($1)) WITH ORDINALITY AS w("word", "place") WHERE w."word" <> '');
CREATE FUNCTION "search_query"("content" text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(left(w."word", 500) || ':*', ' & ')::tsquery
  FROM unnest(search_words($1)) AS w("word") WHERE w."word" <> '');
CREATE TABLE "PeopleEpochs" (
  "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
  "epoch" BIGINT NOT NULL
);
INSERT INTO "PeopleEpochs" ("id", "epoch") VALUES (1, 0);
CREATE FUNCTION "raise_people_epoch"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ DECLARE ids text; raised bigint; BEGIN
  SELECT string_agg(o."id"::text, ' ' ORDER BY o."id") INTO ids FROM old_rows o;
  IF ids IS NULL THEN RETURN NULL; END IF;
  UPDATE public."PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1 RETURNING "epoch" INTO raised;
  PERFORM pg_notify('boxoffice_people', raised || CASE WHEN length(ids) <= 7900 THEN ' ' || TG_ARGV[0] || ' ' || ids ELSE ' all' END);
  RETURN NULL; END $$;
CREATE TRIGGER "users_version" BEFORE UPDATE ON "Users" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "users_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'users', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"isAdmin":' || n."isAdmin"::text || ',"isVerified":' || n."isVerified"::text || ',"role":' || '"' || n."role" || '"' || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "users_audit_insert" AFTER INSERT ON "Users" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "users_audit_insert"();
CREATE FUNCTION "users_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'users', n."id", n."version", '{"id":' || o."id"::text || ',"isAdmin":' || o."isAdmin"::text || ',"isVerified":' || o."isVerified"::text || ',"role":' || '"' || o."role" || '"' || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"isAdmin":' || n."isAdmin"::text || ',"isVerified":' || n."isVerified"::text || ',"role":' || '"' || n."role" || '"' || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "users_audit_update" AFTER UPDATE ON "Users" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "users_audit_update"();
CREATE FUNCTION "users_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'users', o."id", o."version", '{"id":' || o."id"::text || ',"isAdmin":' || o."isAdmin"::text || ',"isVerified":' || o."isVerified"::text || ',"role":' || '"' || o."role" || '"' || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "users_audit_delete" AFTER DELETE ON "Users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "users_audit_delete"();
CREATE TABLE "VenuesSearch" (
  "id" INTEGER PRIMARY KEY REFERENCES "Venues" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "document" tsvector
);
CREATE INDEX "venues_search" ON "VenuesSearch" USING GIN ("document");
CREATE FUNCTION "venues_search"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ BEGIN INSERT INTO public."VenuesSearch" ("id", "document") VALUES (NEW."id", public.search_document(NEW."name" || ' ' || NEW."address"))
  ON CONFLICT ("id") DO UPDATE SET "document" = excluded."document"; RETURN NULL; END $$;
CREATE TRIGGER "venues_search_insert" AFTER INSERT ON "Venues" FOR EACH ROW EXECUTE FUNCTION "venues_search"();
CREATE TRIGGER "venues_search_update" AFTER UPDATE ON "Venues" FOR EACH ROW WHEN ((OLD."name", OLD."address") IS DISTINCT FROM (NEW."name", NEW."address")) EXECUTE FUNCTION "venues_search"();
CREATE FUNCTION "VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real) LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."id", -ts_rank(s."document", q."query") FROM public."VenuesSearch" s
  JOIN (SELECT public.search_query($1) AS "query") q ON s."document" @@ q."query" $$;
CREATE TRIGGER "venues_version" BEFORE UPDATE ON "Venues" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "venues_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'venues', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"name":' || to_json(n."name")::text || ',"address":' || to_json(n."address")::text || ',"capacity":' || n."capacity"::text || ',"facilities":' || coalesce(to_json(n."facilities")::text, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "venues_audit_insert" AFTER INSERT ON "Venues" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "venues_audit_insert"();
CREATE FUNCTION "venues_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'venues', n."id", n."version", '{"id":' || o."id"::text || ',"name":' || to_json(o."name")::text || ',"address":' || to_json(o."address")::text || ',"capacity":' || o."capacity"::text || ',"facilities":' || coalesce(to_json(o."facilities")::text, 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"name":' || to_json(n."name")::text || ',"address":' || to_json(n."address")::text || ',"capacity":' || n."capacity"::text || ',"facilities":' || coalesce(to_json(n."facilities")::text, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "venues_audit_update" AFTER UPDATE ON "Venues" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "venues_audit_update"();
CREATE FUNCTION "venues_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'venues', o."id", o."version", '{"id":' || o."id"::text || ',"name":' || to_json(o."name")::text || ',"address":' || to_json(o."address")::text || ',"capacity":' || o."capacity"::text || ',"facilities":' || coalesce(to_json(o."facilities")::text, 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "venues_audit_delete" AFTER DELETE ON "Venues" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "venues_audit_delete"();
CREATE TABLE "EventsSearch" (
  "id" INTEGER PRIMARY KEY REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "document" tsvector
);
CREATE INDEX "events_search" ON "EventsSearch" USING GIN ("document");
CREATE FUNCTION "events_search"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ BEGIN INSERT INTO public."EventsSearch" ("id", "document") VALUES (NEW."id", public.search_document(NEW."title" || ' ' || coalesce(NEW."description", '')))
  ON CONFLICT ("id") DO UPDATE SET "document" = excluded."document"; RETURN NULL; END $$;
CREATE TRIGGER "events_search_insert" AFTER INSERT ON "Events" FOR EACH ROW EXECUTE FUNCTION "events_search"();
CREATE TRIGGER "events_search_update" AFTER UPDATE ON "Events" FOR EACH ROW WHEN ((OLD."title", OLD."description") IS DISTINCT FROM (NEW."title", NEW."description")) EXECUTE FUNCTION "events_search"();
CREATE FUNCTION "EventsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real) LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."id", -ts_rank(s."document", q."query") FROM public."EventsSearch" s
  JOIN (SELECT public.search_query($1) AS "query") q ON s."document" @@ q."query" $$;
CREATE TRIGGER "events_version" BEFORE UPDATE ON "Events" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "events_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'events', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"title":' || to_json(n."title")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"price":' || '"' || n."price" || '"' || ',"capacity":' || n."capacity"::text || ',"imageUrl":' || coalesce(to_json(n."imageUrl")::text, 'null') || ',"startDate":' || CASE WHEN n."startDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"endDate":' || CASE WHEN n."endDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"venueId":' || n."venueId"::text || ',"status":' || '"' || n."status" || '"' || ',"salesStart":' || coalesce(CASE WHEN n."salesStart" = n."updatedAt" THEN n."stamp" ELSE to_char(n."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"salesEnd":' || coalesce(CASE WHEN n."salesEnd" = n."updatedAt" THEN n."stamp" ELSE to_char(n."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"maxSeatsPerPerson":' || n."maxSeatsPerPerson"::text || ',"verifiedOnly":' || n."verifiedOnly"::text || ',"cancelledAt":' || coalesce(CASE WHEN n."cancelledAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "events_audit_insert" AFTER INSERT ON "Events" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "events_audit_insert"();
CREATE FUNCTION "events_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', n."id", n."version", '{"id":' || o."id"::text || ',"title":' || to_json(o."title")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"price":' || '"' || o."price" || '"' || ',"capacity":' || o."capacity"::text || ',"imageUrl":' || coalesce(to_json(o."imageUrl")::text, 'null') || ',"startDate":' || to_char(o."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(o."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || o."venueId"::text || ',"status":' || '"' || o."status" || '"' || ',"salesStart":' || coalesce(to_char(o."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"salesEnd":' || coalesce(to_char(o."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"maxSeatsPerPerson":' || o."maxSeatsPerPerson"::text || ',"verifiedOnly":' || o."verifiedOnly"::text || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"title":' || to_json(n."title")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"price":' || '"' || n."price" || '"' || ',"capacity":' || n."capacity"::text || ',"imageUrl":' || coalesce(to_json(n."imageUrl")::text, 'null') || ',"startDate":' || CASE WHEN n."startDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"endDate":' || CASE WHEN n."endDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"venueId":' || n."venueId"::text || ',"status":' || '"' || n."status" || '"' || ',"salesStart":' || coalesce(CASE WHEN n."salesStart" = n."updatedAt" THEN n."stamp" ELSE to_char(n."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"salesEnd":' || coalesce(CASE WHEN n."salesEnd" = n."updatedAt" THEN n."stamp" ELSE to_char(n."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"maxSeatsPerPerson":' || n."maxSeatsPerPerson"::text || ',"verifiedOnly":' || n."verifiedOnly"::text || ',"cancelledAt":' || coalesce(CASE WHEN n."cancelledAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "events_audit_update" AFTER UPDATE ON "Events" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "events_audit_update"();
CREATE FUNCTION "events_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'events', o."id", o."version", '{"id":' || o."id"::text || ',"title":' || to_json(o."title")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"price":' || '"' || o."price" || '"' || ',"capacity":' || o."capacity"::text || ',"imageUrl":' || coalesce(to_json(o."imageUrl")::text, 'null') || ',"startDate":' || to_char(o."startDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endDate":' || to_char(o."endDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"venueId":' || o."venueId"::text || ',"status":' || '"' || o."status" || '"' || ',"salesStart":' || coalesce(to_char(o."salesStart" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"salesEnd":' || coalesce(to_char(o."salesEnd" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"maxSeatsPerPerson":' || o."maxSeatsPerPerson"::text || ',"verifiedOnly":' || o."verifiedOnly"::text || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "events_audit_delete" AFTER DELETE ON "Events" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "events_audit_delete"();
CREATE TRIGGER "schedules_version" BEFORE UPDATE ON "Schedules" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "schedules_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'schedules', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"startTime":' || CASE WHEN n."startTime" = n."updatedAt" THEN n."stamp" ELSE to_char(n."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"endTime":' || CASE WHEN n."endTime" = n."updatedAt" THEN n."stamp" ELSE to_char(n."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"availableSeats":' || n."availableSeats"::text || ',"status":' || '"' || n."status" || '"' || ',"cancelledAt":' || coalesce(CASE WHEN n."cancelledAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit_insert" AFTER INSERT ON "Schedules" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "schedules_audit_insert"();
CREATE FUNCTION "schedules_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'schedules', n."id", n."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"startTime":' || to_char(o."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(o."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || o."availableSeats"::text || ',"status":' || '"' || o."status" || '"' || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"startTime":' || CASE WHEN n."startTime" = n."updatedAt" THEN n."stamp" ELSE to_char(n."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"endTime":' || CASE WHEN n."endTime" = n."updatedAt" THEN n."stamp" ELSE to_char(n."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"availableSeats":' || n."availableSeats"::text || ',"status":' || '"' || n."status" || '"' || ',"cancelledAt":' || coalesce(CASE WHEN n."cancelledAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"isSettled":' || n."isSettled"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit_update" AFTER UPDATE ON "Schedules" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "schedules_audit_update"();
CREATE FUNCTION "schedules_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'schedules', o."id", o."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"startTime":' || to_char(o."startTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"endTime":' || to_char(o."endTime" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"availableSeats":' || o."availableSeats"::text || ',"status":' || '"' || o."status" || '"' || ',"cancelledAt":' || coalesce(to_char(o."cancelledAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"isSettled":' || o."isSettled"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "schedules_audit_delete" AFTER DELETE ON "Schedules" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "schedules_audit_delete"();
CREATE TRIGGER "event_categories_version" BEFORE UPDATE ON "EventCategories" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "event_categories_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'event-categories', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"name":' || to_json(n."name")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "event_categories_audit_insert" AFTER INSERT ON "EventCategories" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "event_categories_audit_insert"();
CREATE FUNCTION "event_categories_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'event-categories', n."id", n."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"name":' || to_json(o."name")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"eventId":' || n."eventId"::text || ',"name":' || to_json(n."name")::text || ',"description":' || coalesce(to_json(n."description")::text, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "event_categories_audit_update" AFTER UPDATE ON "EventCategories" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "event_categories_audit_update"();
CREATE FUNCTION "event_categories_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'event-categories', o."id", o."version", '{"id":' || o."id"::text || ',"eventId":' || o."eventId"::text || ',"name":' || to_json(o."name")::text || ',"description":' || coalesce(to_json(o."description")::text, 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "event_categories_audit_delete" AFTER DELETE ON "EventCategories" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "event_categories_audit_delete"();
CREATE TRIGGER "bookings_version" BEFORE UPDATE ON "Bookings" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "bookings_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'bookings', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"eventId":' || n."eventId"::text || ',"quantity":' || n."quantity"::text || ',"status":' || '"' || n."status" || '"' || ',"totalPrice":' || '"' || n."totalPrice" || '"' || ',"bookingDate":' || coalesce(CASE WHEN n."bookingDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"scheduleId":' || coalesce(n."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(CASE WHEN n."expiresAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"checkedInAt":' || coalesce(CASE WHEN n."checkedInAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"checkedInQuantity":' || n."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(n."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(n."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || n."cancelledQuantity"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit_insert" AFTER INSERT ON "Bookings" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "bookings_audit_insert"();
CREATE FUNCTION "bookings_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'bookings', n."id", n."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"eventId":' || o."eventId"::text || ',"quantity":' || o."quantity"::text || ',"status":' || '"' || o."status" || '"' || ',"totalPrice":' || '"' || o."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(o."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(o."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(o."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInQuantity":' || o."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(o."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(o."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || o."cancelledQuantity"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"eventId":' || n."eventId"::text || ',"quantity":' || n."quantity"::text || ',"status":' || '"' || n."status" || '"' || ',"totalPrice":' || '"' || n."totalPrice" || '"' || ',"bookingDate":' || coalesce(CASE WHEN n."bookingDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"scheduleId":' || coalesce(n."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(CASE WHEN n."expiresAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"checkedInAt":' || coalesce(CASE WHEN n."checkedInAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"checkedInQuantity":' || n."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(n."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(n."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || n."cancelledQuantity"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit_update" AFTER UPDATE ON "Bookings" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "bookings_audit_update"();
CREATE FUNCTION "bookings_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'bookings', o."id", o."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"eventId":' || o."eventId"::text || ',"quantity":' || o."quantity"::text || ',"status":' || '"' || o."status" || '"' || ',"totalPrice":' || '"' || o."totalPrice" || '"' || ',"bookingDate":' || coalesce(to_char(o."bookingDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"scheduleId":' || coalesce(o."scheduleId"::text, 'null') || ',"expiresAt":' || coalesce(to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInAt":' || coalesce(to_char(o."checkedInAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"checkedInQuantity":' || o."checkedInQuantity"::text || ',"checkedInPlace":' || coalesce(to_json(o."checkedInPlace")::text, 'null') || ',"checkinUndone":' || coalesce(to_json(o."checkinUndone")::text, 'null') || ',"cancelledQuantity":' || o."cancelledQuantity"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "bookings_audit_delete" AFTER DELETE ON "Bookings" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "bookings_audit_delete"();
CREATE TRIGGER "payments_version" BEFORE UPDATE ON "Payments" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "payments_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'payments', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"bookingId":' || n."bookingId"::text || ',"transactionId":' || to_json(n."transactionId")::text || ',"amount":' || '"' || n."amount" || '"' || ',"refundedAmount":' || '"' || n."refundedAmount" || '"' || ',"status":' || '"' || n."status" || '"' || ',"paymentMethod":' || '"' || n."paymentMethod" || '"' || ',"paymentDate":' || coalesce(CASE WHEN n."paymentDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."paymentDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "payments_audit_insert" AFTER INSERT ON "Payments" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "payments_audit_insert"();
CREATE FUNCTION "payments_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'payments', n."id", n."version", '{"id":' || o."id"::text || ',"bookingId":' || o."bookingId"::text || ',"transactionId":' || to_json(o."transactionId")::text || ',"amount":' || '"' || o."amount" || '"' || ',"refundedAmount":' || '"' || o."refundedAmount" || '"' || ',"status":' || '"' || o."status" || '"' || ',"paymentMethod":' || '"' || o."paymentMethod" || '"' || ',"paymentDate":' || coalesce(to_char(o."paymentDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"bookingId":' || n."bookingId"::text || ',"transactionId":' || to_json(n."transactionId")::text || ',"amount":' || '"' || n."amount" || '"' || ',"refundedAmount":' || '"' || n."refundedAmount" || '"' || ',"status":' || '"' || n."status" || '"' || ',"paymentMethod":' || '"' || n."paymentMethod" || '"' || ',"paymentDate":' || coalesce(CASE WHEN n."paymentDate" = n."updatedAt" THEN n."stamp" ELSE to_char(n."paymentDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "payments_audit_update" AFTER UPDATE ON "Payments" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "payments_audit_update"();
CREATE FUNCTION "payments_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'payments', o."id", o."version", '{"id":' || o."id"::text || ',"bookingId":' || o."bookingId"::text || ',"transactionId":' || to_json(o."transactionId")::text || ',"amount":' || '"' || o."amount" || '"' || ',"refundedAmount":' || '"' || o."refundedAmount" || '"' || ',"status":' || '"' || o."status" || '"' || ',"paymentMethod":' || '"' || o."paymentMethod" || '"' || ',"paymentDate":' || coalesce(to_char(o."paymentDate" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "payments_audit_delete" AFTER DELETE ON "Payments" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "payments_audit_delete"();
CREATE TABLE "SupportTicketsSearch" (
  "id" INTEGER PRIMARY KEY REFERENCES "SupportTickets" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "document" tsvector
);
CREATE INDEX "support_tickets_search" ON "SupportTicketsSearch" USING GIN ("document");
CREATE FUNCTION "support_tickets_search"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ BEGIN INSERT INTO public."SupportTicketsSearch" ("id", "document") VALUES (NEW."id", public.search_document(NEW."subject" || ' ' || NEW."description"))
  ON CONFLICT ("id") DO UPDATE SET "document" = excluded."document"; RETURN NULL; END $$;
CREATE TRIGGER "support_tickets_search_insert" AFTER INSERT ON "SupportTickets" FOR EACH ROW EXECUTE FUNCTION "support_tickets_search"();
CREATE TRIGGER "support_tickets_search_update" AFTER UPDATE ON "SupportTickets" FOR EACH ROW WHEN ((OLD."subject", OLD."description") IS DISTINCT FROM (NEW."subject", NEW."description")) EXECUTE FUNCTION "support_tickets_search"();
CREATE FUNCTION "SupportTicketsSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real) LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."id", -ts_rank(s."document", q."query") FROM public."SupportTicketsSearch" s
  JOIN (SELECT public.search_query($1) AS "query") q ON s."document" @@ q."query" $$;
CREATE TRIGGER "support_tickets_version" BEFORE UPDATE ON "SupportTickets" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "support_tickets_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'support-tickets', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"status":' || '"' || n."status" || '"' || ',"priority":' || '"' || n."priority" || '"' || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "support_tickets_audit_insert" AFTER INSERT ON "SupportTickets" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "support_tickets_audit_insert"();
CREATE FUNCTION "support_tickets_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'support-tickets', n."id", n."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"status":' || '"' || o."status" || '"' || ',"priority":' || '"' || o."priority" || '"' || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"status":' || '"' || n."status" || '"' || ',"priority":' || '"' || n."priority" || '"' || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "support_tickets_audit_update" AFTER UPDATE ON "SupportTickets" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "support_tickets_audit_update"();
CREATE FUNCTION "support_tickets_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'support-tickets', o."id", o."version", '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"status":' || '"' || o."status" || '"' || ',"priority":' || '"' || o."priority" || '"' || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "support_tickets_audit_delete" AFTER DELETE ON "SupportTickets" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "support_tickets_audit_delete"();
CREATE TRIGGER "support_replies_version" BEFORE UPDATE ON "SupportReplies" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
CREATE FUNCTION "support_replies_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'support-replies', n."id", n."version", NULL,
  '{"id":' || n."id"::text || ',"supportTicketId":' || n."supportTicketId"::text || ',"userId":' || n."userId"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "support_replies_audit_insert" AFTER INSERT ON "SupportReplies" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "support_replies_audit_insert"();
CREATE FUNCTION "support_replies_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  CASE WHEN (o."deletedAt" IS NULL) = (n."deletedAt" IS NULL) THEN 'update' WHEN o."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'support-replies', n."id", n."version", '{"id":' || o."id"::text || ',"supportTicketId":' || o."supportTicketId"::text || ',"userId":' || o."userId"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  '{"id":' || n."id"::text || ',"supportTicketId":' || n."supportTicketId"::text || ',"userId":' || n."userId"::text || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"deletedAt":' || coalesce(CASE WHEN n."deletedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"version":' || n."version"::text || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "support_replies_audit_update" AFTER UPDATE ON "SupportReplies" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "support_replies_audit_update"();
CREATE FUNCTION "support_replies_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'support-replies', o."id", o."version", '{"id":' || o."id"::text || ',"supportTicketId":' || o."supportTicketId"::text || ',"userId":' || o."userId"::text || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"deletedAt":' || coalesce(to_char(o."deletedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"version":' || o."version"::text || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "support_replies_audit_delete" AFTER DELETE ON "SupportReplies" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "support_replies_audit_delete"();
CREATE FUNCTION "sessions_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'sessions', n."id", 0, NULL,
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"expiresAt":' || CASE WHEN n."expiresAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"authenticatedAt":' || coalesce(CASE WHEN n."authenticatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."authenticatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "sessions_audit_insert" AFTER INSERT ON "Sessions" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "sessions_audit_insert"();
CREATE FUNCTION "sessions_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'update', 'sessions', n."id", 0, '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"expiresAt":' || to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"authenticatedAt":' || coalesce(to_char(o."authenticatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || '}',
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"expiresAt":' || CASE WHEN n."expiresAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"authenticatedAt":' || coalesce(CASE WHEN n."authenticatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."authenticatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END, 'null') || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "sessions_audit_update" AFTER UPDATE ON "Sessions" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "sessions_audit_update"();
CREATE FUNCTION "sessions_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'sessions', o."id", 0, '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"expiresAt":' || to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"authenticatedAt":' || coalesce(to_char(o."authenticatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"'), 'null') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "sessions_audit_delete" AFTER DELETE ON "Sessions" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "sessions_audit_delete"();
CREATE FUNCTION "devices_audit_insert"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'create', 'devices', n."id", 0, NULL,
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"expiresAt":' || CASE WHEN n."expiresAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows OFFSET 0) n LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "devices_audit_insert" AFTER INSERT ON "Devices" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "devices_audit_insert"();
CREATE FUNCTION "devices_audit_update"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'update', 'devices', n."id", 0, '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"expiresAt":' || to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || '}',
  '{"id":' || n."id"::text || ',"userId":' || n."userId"::text || ',"expiresAt":' || CASE WHEN n."expiresAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"createdAt":' || CASE WHEN n."createdAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || ',"updatedAt":' || CASE WHEN n."updatedAt" = n."updatedAt" THEN n."stamp" ELSE to_char(n."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') END || '}',
  n."updatedAt", n."updatedAt"
  FROM (SELECT *, row_number() OVER () AS "place" FROM old_rows) o
  JOIN (SELECT *, row_number() OVER () AS "place", to_char(new_rows."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') AS "stamp" FROM new_rows) n USING ("place") LEFT JOIN public.audit_contexts() c ON c."i" = n."id" ORDER BY n."id"; RETURN NULL; END $$;
CREATE TRIGGER "devices_audit_update" AFTER UPDATE ON "Devices" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "devices_audit_update"();
CREATE FUNCTION "devices_audit_delete"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  'delete', 'devices', o."id", 0, '{"id":' || o."id"::text || ',"userId":' || o."userId"::text || ',"expiresAt":' || to_char(o."expiresAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"createdAt":' || to_char(o."createdAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || ',"updatedAt":' || to_char(o."updatedAt" AT TIME ZONE 'UTC', '\"YYYY-MM-DD HH24:MI:SS.MS +00:00\"') || '}',
  NULL,
  date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
  FROM old_rows o LEFT JOIN public.audit_contexts() c ON c."i" = o."id" ORDER BY o."id"; RETURN NULL; END $$;
CREATE TRIGGER "devices_audit_delete" AFTER DELETE ON "Devices" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "devices_audit_delete"();
CREATE TRIGGER "audit_logs_keep" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditLogs"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_append_only"();
CREATE TRIGGER "users_epoch_update" AFTER UPDATE ON "Users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('users');
CREATE TRIGGER "users_epoch_delete" AFTER DELETE ON "Users" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('users');
CREATE TRIGGER "sessions_epoch_update" AFTER UPDATE ON "Sessions" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('sessions');
CREATE TRIGGER "sessions_epoch_delete" AFTER DELETE ON "Sessions" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('sessions');
GRANT EXECUTE ON FUNCTION "actor_id"() TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON "Users", "Venues", "Events", "Schedules", "EventCategories", "Bookings", "Payments", "SupportTickets", "SupportReplies", "Sessions", "Devices", "IdempotencyKeys", "AuditContexts", "JobCursors", "Backups" TO boxoffice_app;
GRANT SELECT, INSERT ON "AuditLogs" TO boxoffice_app;
GRANT SELECT, USAGE, UPDATE ON SEQUENCE "Users_id_seq", "Venues_id_seq", "Events_id_seq", "Schedules_id_seq", "EventCategories_id_seq", "Bookings_id_seq", "Payments_id_seq", "SupportTickets_id_seq", "SupportReplies_id_seq", "Sessions_id_seq", "Devices_id_seq", "IdempotencyKeys_id_seq", "AuditLogs_id_seq", "AuditContexts_id_seq", "JobCursors_id_seq", "Backups_id_seq" TO boxoffice_app;
GRANT SELECT ON "PeopleEpochs" TO boxoffice_app;
GRANT SELECT ("id") ON "VenuesSearch" TO boxoffice_app;
GRANT SELECT ("id") ON "EventsSearch" TO boxoffice_app;
GRANT SELECT ("id") ON "SupportTicketsSearch" TO boxoffice_app;
ALTER TABLE "Users" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Users" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Users" FOR SELECT TO boxoffice_customer_rows USING ("Users"."id" = actor_id());
CREATE POLICY "organizer" ON "Users" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Users" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Users" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "email", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt", "deletedAt", "version") ON "Users" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Venues" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Venues" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "Venues" FOR SELECT TO boxoffice_anonymous_rows USING (TRUE);
CREATE POLICY "customer" ON "Venues" FOR SELECT TO boxoffice_customer_rows USING (TRUE);
CREATE POLICY "organizer" ON "Venues" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Venues" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Venues" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "name", "address", "capacity", "facilities", "createdAt", "updatedAt", "deletedAt", "version") ON "Venues" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
GRANT EXECUTE ON FUNCTION "VenuesSearch"(text) TO boxoffice_app, boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Events" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Events" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "Events" FOR SELECT TO boxoffice_anonymous_rows USING ("Events"."status" <> 'draft');
CREATE POLICY "customer" ON "Events" FOR SELECT TO boxoffice_customer_rows USING ("Events"."status" <> 'draft');
CREATE POLICY "organizer" ON "Events" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Events" FOR SELECT TO boxoffice_support_rows USING ("Events"."status" <> 'draft');
CREATE POLICY "admin" ON "Events" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "maxSeatsPerPerson", "verifiedOnly", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") ON "Events" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
GRANT EXECUTE ON FUNCTION "EventsSearch"(text) TO boxoffice_app, boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Schedules" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Schedules" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "Schedules" FOR SELECT TO boxoffice_anonymous_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "Schedules"."eventId") <> 'draft');
CREATE POLICY "customer" ON "Schedules" FOR SELECT TO boxoffice_customer_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "Schedules"."eventId") <> 'draft');
CREATE POLICY "organizer" ON "Schedules" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Schedules" FOR SELECT TO boxoffice_support_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "Schedules"."eventId") <> 'draft');
CREATE POLICY "admin" ON "Schedules" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "eventId", "startTime", "endTime", "availableSeats", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") ON "Schedules" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "EventCategories" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "EventCategories" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "anonymous" ON "EventCategories" FOR SELECT TO boxoffice_anonymous_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "EventCategories"."eventId") <> 'draft');
CREATE POLICY "customer" ON "EventCategories" FOR SELECT TO boxoffice_customer_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "EventCategories"."eventId") <> 'draft');
CREATE POLICY "organizer" ON "EventCategories" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "EventCategories" FOR SELECT TO boxoffice_support_rows USING ((SELECT e."status" FROM public."Events" e WHERE e."id" = "EventCategories"."eventId") <> 'draft');
CREATE POLICY "admin" ON "EventCategories" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt", "version") ON "EventCategories" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Bookings" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Bookings" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Bookings" FOR SELECT TO boxoffice_customer_rows USING ("Bookings"."userId" = actor_id());
CREATE POLICY "organizer" ON "Bookings" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Bookings" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Bookings" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "checkedInQuantity", "checkedInPlace", "checkinUndone", "cancelledQuantity", "guestName", "createdAt", "updatedAt", "deletedAt", "version") ON "Bookings" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Payments" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Payments" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Payments" FOR SELECT TO boxoffice_customer_rows USING ("Payments"."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()));
CREATE POLICY "organizer" ON "Payments" FOR SELECT TO boxoffice_organizer_rows USING (TRUE);
CREATE POLICY "support" ON "Payments" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "Payments" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt", "deletedAt", "version") ON "Payments" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "SupportTickets" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "SupportTickets" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "SupportTickets" FOR SELECT TO boxoffice_customer_rows USING ("SupportTickets"."userId" = actor_id());
CREATE POLICY "organizer" ON "SupportTickets" FOR SELECT TO boxoffice_organizer_rows USING ("SupportTickets"."userId" = actor_id());
CREATE POLICY "support" ON "SupportTickets" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "SupportTickets" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "userId", "subject", "description", "status", "priority", "createdAt", "updatedAt", "deletedAt", "version") ON "SupportTickets" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
GRANT EXECUTE ON FUNCTION "SupportTicketsSearch"(text) TO boxoffice_app, boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "SupportReplies" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "SupportReplies" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "SupportReplies" FOR SELECT TO boxoffice_customer_rows USING ("SupportReplies"."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()));
CREATE POLICY "organizer" ON "SupportReplies" FOR SELECT TO boxoffice_organizer_rows USING ("SupportReplies"."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()));
CREATE POLICY "support" ON "SupportReplies" FOR SELECT TO boxoffice_support_rows USING (TRUE);
CREATE POLICY "admin" ON "SupportReplies" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "supportTicketId", "userId", "body", "createdAt", "updatedAt", "deletedAt", "version") ON "SupportReplies" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Sessions" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Sessions" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Sessions" FOR SELECT TO boxoffice_customer_rows USING ("Sessions"."userId" = actor_id());
CREATE POLICY "organizer" ON "Sessions" FOR SELECT TO boxoffice_organizer_rows USING ("Sessions"."userId" = actor_id());
CREATE POLICY "support" ON "Sessions" FOR SELECT TO boxoffice_support_rows USING ("Sessions"."userId" = actor_id());
CREATE POLICY "admin" ON "Sessions" FOR SELECT TO boxoffice_admin_rows USING ("Sessions"."userId" = actor_id());
GRANT SELECT ("id", "userId", "expiresAt", "authenticatedAt", "createdAt", "updatedAt") ON "Sessions" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Devices" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Devices" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "customer" ON "Devices" FOR SELECT TO boxoffice_customer_rows USING ("Devices"."userId" = actor_id());
CREATE POLICY "organizer" ON "Devices" FOR SELECT TO boxoffice_organizer_rows USING ("Devices"."userId" = actor_id());
CREATE POLICY "support" ON "Devices" FOR SELECT TO boxoffice_support_rows USING ("Devices"."userId" = actor_id());
CREATE POLICY "admin" ON "Devices" FOR SELECT TO boxoffice_admin_rows USING ("Devices"."userId" = actor_id());
GRANT SELECT ("id", "userId", "expiresAt", "createdAt", "updatedAt") ON "Devices" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "IdempotencyKeys" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "IdempotencyKeys" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
GRANT SELECT ("id", "status", "location", "etag", "body", "userId", "actorRole", "expiresAt", "createdAt", "updatedAt") ON "IdempotencyKeys" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "AuditLogs" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "AuditLogs" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "admin" ON "AuditLogs" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt") ON "AuditLogs" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "AuditContexts" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "AuditContexts" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
GRANT SELECT ("id", "actorId", "actorRole", "requestId", "createdAt", "updatedAt") ON "AuditContexts" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "JobCursors" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "JobCursors" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
GRANT SELECT ("id", "name", "position", "createdAt", "updatedAt") ON "JobCursors" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
ALTER TABLE "Backups" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "Backups" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY "admin" ON "Backups" FOR SELECT TO boxoffice_admin_rows USING (TRUE);
GRANT SELECT ("id", "place", "address", "epoch", "commit", "commitTime", "startedAt", "finishedAt", "bytes", "digest", "isVerified", "problem", "createdAt", "updatedAt") ON "Backups" TO boxoffice_anonymous_rows, boxoffice_customer_rows, boxoffice_organizer_rows, boxoffice_support_rows, boxoffice_admin_rows;
CREATE SCHEMA "boxoffice_anonymous";
GRANT USAGE, CREATE ON SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous_rows;
GRANT USAGE ON SCHEMA "boxoffice_anonymous" TO boxoffice_anonymous;
SET LOCAL ROLE boxoffice_anonymous_rows;
CREATE VIEW "boxoffice_anonymous"."Users" AS SELECT r."id", CASE WHEN r."id" = actor_id() THEN r."email" ELSE CASE WHEN r."email" = '' THEN '' ELSE substr(r."email", 1, 1) || '***@***' END END AS "email", NULL AS "password", CASE WHEN r."id" = actor_id() THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN r."id" = actor_id() THEN r."isAdmin" ELSE NULL END AS "isAdmin", CASE WHEN r."id" = actor_id() THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN r."id" = actor_id() THEN r."role" ELSE NULL END AS "role", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Users" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Venues" AS SELECT r."id", r."name", r."address", r."capacity", r."facilities", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Venues" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."maxSeatsPerPerson", r."verifiedOnly", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Bookings" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."userId" = actor_id() THEN r."eventId" ELSE NULL END AS "eventId", CASE WHEN r."userId" = actor_id() THEN r."quantity" ELSE NULL END AS "quantity", CASE WHEN r."userId" = actor_id() THEN r."status" ELSE NULL END AS "status", CASE WHEN r."userId" = actor_id() THEN r."totalPrice" ELSE NULL END AS "totalPrice", CASE WHEN r."userId" = actor_id() THEN r."bookingDate" ELSE NULL END AS "bookingDate", CASE WHEN r."userId" = actor_id() THEN r."scheduleId" ELSE NULL END AS "scheduleId", CASE WHEN r."userId" = actor_id() THEN r."expiresAt" ELSE NULL END AS "expiresAt", CASE WHEN r."userId" = actor_id() THEN r."checkedInAt" ELSE NULL END AS "checkedInAt", CASE WHEN r."userId" = actor_id() THEN r."checkedInQuantity" ELSE NULL END AS "checkedInQuantity", CASE WHEN r."userId" = actor_id() THEN r."checkedInPlace" ELSE CASE WHEN r."checkedInPlace" = '' THEN '' ELSE substr(r."checkedInPlace", 1, 1) || '***' END END AS "checkedInPlace", CASE WHEN r."userId" = actor_id() THEN r."checkinUndone" ELSE CASE WHEN r."checkinUndone" = '' THEN '' ELSE substr(r."checkinUndone", 1, 1) || '***' END END AS "checkinUndone", CASE WHEN r."userId" = actor_id() THEN r."cancelledQuantity" ELSE NULL END AS "cancelledQuantity", CASE WHEN r."userId" = actor_id() THEN r."guestName" ELSE CASE WHEN r."guestName" = '' THEN '' ELSE substr(r."guestName", 1, 1) || '***' END END AS "guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Payments" AS SELECT r."id", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."bookingId" ELSE NULL END AS "bookingId", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."transactionId" ELSE CASE WHEN r."transactionId" = '' THEN '' ELSE substr(r."transactionId", 1, 1) || '***' END END AS "transactionId", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."amount" ELSE NULL END AS "amount", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."refundedAmount" ELSE NULL END AS "refundedAmount", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."status" ELSE NULL END AS "status", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."paymentMethod" ELSE NULL END AS "paymentMethod", CASE WHEN r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) THEN r."paymentDate" ELSE NULL END AS "paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."SupportTickets" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."userId" = actor_id() THEN r."subject" ELSE CASE WHEN r."subject" = '' THEN '' ELSE substr(r."subject", 1, 1) || '***' END END AS "subject", CASE WHEN r."userId" = actor_id() THEN r."description" ELSE CASE WHEN r."description" = '' THEN '' ELSE substr(r."description", 1, 1) || '***' END END AS "description", CASE WHEN r."userId" = actor_id() THEN r."status" ELSE NULL END AS "status", CASE WHEN r."userId" = actor_id() THEN r."priority" ELSE NULL END AS "priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."SupportReplies" AS SELECT r."id", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."supportTicketId" ELSE NULL END AS "supportTicketId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."userId" ELSE NULL END AS "userId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_anonymous"."Sessions" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", NULL AS "tokenHash", CASE WHEN r."userId" = actor_id() THEN r."expiresAt" ELSE NULL END AS "expiresAt", CASE WHEN r."userId" = actor_id() THEN r."authenticatedAt" ELSE NULL END AS "authenticatedAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_anonymous"."Devices" AS SELECT r."id", CASE WHEN r."userId" = actor_id() THEN r."userId" ELSE NULL END AS "userId", NULL AS "tokenHash", CASE WHEN r."userId" = actor_id() THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."Devices" AS r;
CREATE VIEW "boxoffice_anonymous"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_anonymous"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_anonymous"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_anonymous"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE VIEW "boxoffice_anonymous"."Backups" AS SELECT r."id", CASE WHEN FALSE THEN r."place" ELSE NULL END AS "place", CASE WHEN FALSE THEN r."address" ELSE CASE WHEN r."address" = '' THEN '' ELSE substr(r."address", 1, 1) || '***' END END AS "address", CASE WHEN FALSE THEN r."epoch" ELSE NULL END AS "epoch", CASE WHEN FALSE THEN r."commit" ELSE NULL END AS "commit", CASE WHEN FALSE THEN r."commitTime" ELSE NULL END AS "commitTime", CASE WHEN FALSE THEN r."startedAt" ELSE NULL END AS "startedAt", CASE WHEN FALSE THEN r."finishedAt" ELSE NULL END AS "finishedAt", CASE WHEN FALSE THEN r."bytes" ELSE NULL END AS "bytes", CASE WHEN FALSE THEN r."digest" ELSE CASE WHEN r."digest" = '' THEN '' ELSE substr(r."digest", 1, 1) || '***' END END AS "digest", CASE WHEN FALSE THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN FALSE THEN r."problem" ELSE CASE WHEN r."problem" = '' THEN '' ELSE substr(r."problem", 1, 1) || '***' END END AS "problem", r."createdAt", r."updatedAt" FROM public."Backups" AS r;
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
CREATE VIEW "boxoffice_customer"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."maxSeatsPerPerson", r."verifiedOnly", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", CASE WHEN r."userId" = actor_id() THEN r."guestName" ELSE CASE WHEN r."guestName" = '' THEN '' ELSE substr(r."guestName", 1, 1) || '***' END END AS "guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."bookingId" IN (SELECT b."id" FROM public."Bookings" b WHERE b."userId" = actor_id()) AND r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."SupportTickets" AS SELECT r."id", r."userId", CASE WHEN r."userId" = actor_id() THEN r."subject" ELSE CASE WHEN r."subject" = '' THEN '' ELSE substr(r."subject", 1, 1) || '***' END END AS "subject", CASE WHEN r."userId" = actor_id() THEN r."description" ELSE CASE WHEN r."description" = '' THEN '' ELSE substr(r."description", 1, 1) || '***' END END AS "description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) AND r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_customer"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."authenticatedAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_customer"."Devices" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Devices" AS r;
CREATE VIEW "boxoffice_customer"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_customer"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_customer"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_customer"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE VIEW "boxoffice_customer"."Backups" AS SELECT r."id", CASE WHEN FALSE THEN r."place" ELSE NULL END AS "place", CASE WHEN FALSE THEN r."address" ELSE CASE WHEN r."address" = '' THEN '' ELSE substr(r."address", 1, 1) || '***' END END AS "address", CASE WHEN FALSE THEN r."epoch" ELSE NULL END AS "epoch", CASE WHEN FALSE THEN r."commit" ELSE NULL END AS "commit", CASE WHEN FALSE THEN r."commitTime" ELSE NULL END AS "commitTime", CASE WHEN FALSE THEN r."startedAt" ELSE NULL END AS "startedAt", CASE WHEN FALSE THEN r."finishedAt" ELSE NULL END AS "finishedAt", CASE WHEN FALSE THEN r."bytes" ELSE NULL END AS "bytes", CASE WHEN FALSE THEN r."digest" ELSE CASE WHEN r."digest" = '' THEN '' ELSE substr(r."digest", 1, 1) || '***' END END AS "digest", CASE WHEN FALSE THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN FALSE THEN r."problem" ELSE CASE WHEN r."problem" = '' THEN '' ELSE substr(r."problem", 1, 1) || '***' END END AS "problem", r."createdAt", r."updatedAt" FROM public."Backups" AS r;
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
CREATE VIEW "boxoffice_organizer"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."maxSeatsPerPerson", r."verifiedOnly", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", r."guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."SupportTickets" AS SELECT r."id", r."userId", CASE WHEN r."userId" = actor_id() THEN r."subject" ELSE CASE WHEN r."subject" = '' THEN '' ELSE substr(r."subject", 1, 1) || '***' END END AS "subject", CASE WHEN r."userId" = actor_id() THEN r."description" ELSE CASE WHEN r."description" = '' THEN '' ELSE substr(r."description", 1, 1) || '***' END END AS "description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", CASE WHEN r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."supportTicketId" IN (SELECT t."id" FROM public."SupportTickets" t WHERE t."userId" = actor_id()) AND r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_organizer"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."authenticatedAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_organizer"."Devices" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Devices" AS r;
CREATE VIEW "boxoffice_organizer"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_organizer"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_organizer"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_organizer"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE VIEW "boxoffice_organizer"."Backups" AS SELECT r."id", CASE WHEN FALSE THEN r."place" ELSE NULL END AS "place", CASE WHEN FALSE THEN r."address" ELSE CASE WHEN r."address" = '' THEN '' ELSE substr(r."address", 1, 1) || '***' END END AS "address", CASE WHEN FALSE THEN r."epoch" ELSE NULL END AS "epoch", CASE WHEN FALSE THEN r."commit" ELSE NULL END AS "commit", CASE WHEN FALSE THEN r."commitTime" ELSE NULL END AS "commitTime", CASE WHEN FALSE THEN r."startedAt" ELSE NULL END AS "startedAt", CASE WHEN FALSE THEN r."finishedAt" ELSE NULL END AS "finishedAt", CASE WHEN FALSE THEN r."bytes" ELSE NULL END AS "bytes", CASE WHEN FALSE THEN r."digest" ELSE CASE WHEN r."digest" = '' THEN '' ELSE substr(r."digest", 1, 1) || '***' END END AS "digest", CASE WHEN FALSE THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN FALSE THEN r."problem" ELSE CASE WHEN r."problem" = '' THEN '' ELSE substr(r."problem", 1, 1) || '***' END END AS "problem", r."createdAt", r."updatedAt" FROM public."Backups" AS r;
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
CREATE VIEW "boxoffice_support"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."maxSeatsPerPerson", r."verifiedOnly", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", r."guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."SupportTickets" AS SELECT r."id", r."userId", r."subject", r."description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", r."body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_support"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."authenticatedAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_support"."Devices" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Devices" AS r;
CREATE VIEW "boxoffice_support"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", CASE WHEN FALSE THEN r."status" ELSE NULL END AS "status", CASE WHEN FALSE THEN r."location" ELSE CASE WHEN r."location" = '' THEN '' ELSE substr(r."location", 1, 1) || '***' END END AS "location", CASE WHEN FALSE THEN r."etag" ELSE CASE WHEN r."etag" = '' THEN '' ELSE substr(r."etag", 1, 1) || '***' END END AS "etag", CASE WHEN FALSE THEN r."body" ELSE CASE WHEN r."body" = '' THEN '' ELSE substr(r."body", 1, 1) || '***' END END AS "body", CASE WHEN FALSE THEN r."userId" ELSE NULL END AS "userId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."expiresAt" ELSE NULL END AS "expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_support"."AuditLogs" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", CASE WHEN FALSE THEN r."action" ELSE CASE WHEN r."action" = '' THEN '' ELSE substr(r."action", 1, 1) || '***' END END AS "action", CASE WHEN FALSE THEN r."resource" ELSE CASE WHEN r."resource" = '' THEN '' ELSE substr(r."resource", 1, 1) || '***' END END AS "resource", CASE WHEN FALSE THEN r."resourceId" ELSE NULL END AS "resourceId", CASE WHEN FALSE THEN r."resourceVersion" ELSE NULL END AS "resourceVersion", CASE WHEN FALSE THEN r."before" ELSE CASE WHEN r."before" = '' THEN '' ELSE substr(r."before", 1, 1) || '***' END END AS "before", CASE WHEN FALSE THEN r."after" ELSE CASE WHEN r."after" = '' THEN '' ELSE substr(r."after", 1, 1) || '***' END END AS "after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_support"."AuditContexts" AS SELECT r."id", CASE WHEN FALSE THEN r."actorId" ELSE NULL END AS "actorId", CASE WHEN FALSE THEN r."actorRole" ELSE CASE WHEN r."actorRole" = '' THEN '' ELSE substr(r."actorRole", 1, 1) || '***' END END AS "actorRole", CASE WHEN FALSE THEN r."requestId" ELSE CASE WHEN r."requestId" = '' THEN '' ELSE substr(r."requestId", 1, 1) || '***' END END AS "requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_support"."JobCursors" AS SELECT r."id", CASE WHEN FALSE THEN r."name" ELSE CASE WHEN r."name" = '' THEN '' ELSE substr(r."name", 1, 1) || '***' END END AS "name", CASE WHEN FALSE THEN r."position" ELSE CASE WHEN r."position" = '' THEN '' ELSE substr(r."position", 1, 1) || '***' END END AS "position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE VIEW "boxoffice_support"."Backups" AS SELECT r."id", CASE WHEN FALSE THEN r."place" ELSE NULL END AS "place", CASE WHEN FALSE THEN r."address" ELSE CASE WHEN r."address" = '' THEN '' ELSE substr(r."address", 1, 1) || '***' END END AS "address", CASE WHEN FALSE THEN r."epoch" ELSE NULL END AS "epoch", CASE WHEN FALSE THEN r."commit" ELSE NULL END AS "commit", CASE WHEN FALSE THEN r."commitTime" ELSE NULL END AS "commitTime", CASE WHEN FALSE THEN r."startedAt" ELSE NULL END AS "startedAt", CASE WHEN FALSE THEN r."finishedAt" ELSE NULL END AS "finishedAt", CASE WHEN FALSE THEN r."bytes" ELSE NULL END AS "bytes", CASE WHEN FALSE THEN r."digest" ELSE CASE WHEN r."digest" = '' THEN '' ELSE substr(r."digest", 1, 1) || '***' END END AS "digest", CASE WHEN FALSE THEN r."isVerified" ELSE NULL END AS "isVerified", CASE WHEN FALSE THEN r."problem" ELSE CASE WHEN r."problem" = '' THEN '' ELSE substr(r."problem", 1, 1) || '***' END END AS "problem", r."createdAt", r."updatedAt" FROM public."Backups" AS r;
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
CREATE VIEW "boxoffice_admin"."Events" AS SELECT r."id", r."title", r."description", r."price", r."capacity", r."imageUrl", r."startDate", r."endDate", r."venueId", r."status", r."salesStart", r."salesEnd", r."maxSeatsPerPerson", r."verifiedOnly", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Events" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Schedules" AS SELECT r."id", r."eventId", r."startTime", r."endTime", r."availableSeats", r."status", r."cancelledAt", r."isSettled", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Schedules" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."EventCategories" AS SELECT r."id", r."eventId", r."name", r."description", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."EventCategories" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Bookings" AS SELECT r."id", r."userId", r."eventId", r."quantity", r."status", r."totalPrice", r."bookingDate", r."scheduleId", r."expiresAt", r."checkedInAt", r."checkedInQuantity", r."checkedInPlace", r."checkinUndone", r."cancelledQuantity", r."guestName", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Bookings" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Payments" AS SELECT r."id", r."bookingId", r."transactionId", r."amount", r."refundedAmount", r."status", r."paymentMethod", r."paymentDate", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."Payments" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."SupportTickets" AS SELECT r."id", r."userId", r."subject", r."description", r."status", r."priority", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportTickets" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."SupportReplies" AS SELECT r."id", r."supportTicketId", r."userId", r."body", r."createdAt", r."updatedAt", r."deletedAt", r."version" FROM public."SupportReplies" AS r WHERE r."deletedAt" IS NULL;
CREATE VIEW "boxoffice_admin"."Sessions" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."authenticatedAt", r."createdAt", r."updatedAt" FROM public."Sessions" AS r;
CREATE VIEW "boxoffice_admin"."Devices" AS SELECT r."id", r."userId", NULL AS "tokenHash", r."expiresAt", r."createdAt", r."updatedAt" FROM public."Devices" AS r;
CREATE VIEW "boxoffice_admin"."IdempotencyKeys" AS SELECT r."id", NULL AS "scope", NULL AS "fingerprint", r."status", r."location", r."etag", r."body", r."userId", r."actorRole", r."expiresAt", r."createdAt", r."updatedAt" FROM public."IdempotencyKeys" AS r;
CREATE VIEW "boxoffice_admin"."AuditLogs" AS SELECT r."id", r."actorId", r."actorRole", r."requestId", r."action", r."resource", r."resourceId", r."resourceVersion", r."before", r."after", r."createdAt", r."updatedAt" FROM public."AuditLogs" AS r;
CREATE VIEW "boxoffice_admin"."AuditContexts" AS SELECT r."id", r."actorId", r."actorRole", r."requestId", r."createdAt", r."updatedAt" FROM public."AuditContexts" AS r;
CREATE VIEW "boxoffice_admin"."JobCursors" AS SELECT r."id", r."name", r."position", r."createdAt", r."updatedAt" FROM public."JobCursors" AS r;
CREATE VIEW "boxoffice_admin"."Backups" AS SELECT r."id", r."place", r."address", r."epoch", r."commit", r."commitTime", r."startedAt", r."finishedAt", r."bytes", r."digest", r."isVerified", r."problem", r."createdAt", r."updatedAt" FROM public."Backups" AS r;
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
SET LOCAL search_path TO DEFAULT;
