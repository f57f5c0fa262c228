CREATE TABLE "Users" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "email" VARCHAR(255) NOT NULL,
  "password" VARCHAR(255) NOT NULL,
  "name" VARCHAR(255) NOT NULL,
  "isAdmin" TINYINT(1) NOT NULL DEFAULT 0,
  "isVerified" TINYINT(1) NOT NULL DEFAULT 0,
  "role" VARCHAR(255) NOT NULL DEFAULT 'customer',
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL,
  CONSTRAINT "user_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "user_email" CHECK (typeof("email") = 'text' AND instr("email", char(0)) = 0 AND "email" NOT GLOB '*[^!-@[-~]*' AND length("email") BETWEEN 3 AND 254),
  CONSTRAINT "user_password" CHECK (typeof("password") = 'text' AND instr("password", char(0)) = 0 AND length("password") BETWEEN 0 AND 255),
  CONSTRAINT "user_name" CHECK (typeof("name") = 'text' AND instr("name", char(0)) = 0 AND length("name") BETWEEN 1 AND 200),
  CONSTRAINT "user_is_admin" CHECK ("isAdmin" IN (0, 1)),
  CONSTRAINT "user_is_verified" CHECK ("isVerified" IN (0, 1)),
  CONSTRAINT "user_role" CHECK ("role" = 'customer' OR "role" = 'organizer' OR "role" = 'support'),
  CONSTRAINT "user_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "user_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "user_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "user_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647)
);
CREATE UNIQUE INDEX "users_email" ON "Users" ("email", "deletedId");
CREATE INDEX "users_is_admin" ON "Users" ("isAdmin");
CREATE TABLE "Venues" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(255) NOT NULL,
  "address" VARCHAR(255) NOT NULL,
  "capacity" INTEGER NOT NULL,
  "facilities" TEXT,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "venue_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "venue_name" CHECK (typeof("name") = 'text' AND instr("name", char(0)) = 0 AND length("name") BETWEEN 1 AND 200),
  CONSTRAINT "venue_address" CHECK (typeof("address") = 'text' AND instr("address", char(0)) = 0 AND length("address") BETWEEN 1 AND 255),
  CONSTRAINT "venue_capacity" CHECK (CAST("capacity" AS INTEGER) = "capacity" AND "capacity" BETWEEN 1 AND 1000000),
  CONSTRAINT "venue_facilities" CHECK ("facilities" IS NULL OR typeof("facilities") = 'text' AND instr("facilities", char(0)) = 0 AND length("facilities") BETWEEN 0 AND 2000),
  CONSTRAINT "venue_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "venue_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "venue_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "venue_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647)
);
CREATE INDEX "venues_name" ON "Venues" ("name");
CREATE TABLE "Events" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "title" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "price" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "capacity" INTEGER NOT NULL,
  "imageUrl" VARCHAR(255),
  "startDate" DATETIME NOT NULL,
  "endDate" DATETIME NOT NULL,
  "venueId" INTEGER NOT NULL REFERENCES "Venues" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "status" VARCHAR(255) NOT NULL DEFAULT 'published',
  "salesStart" DATETIME,
  "salesEnd" DATETIME,
  "maxSeatsPerPerson" INTEGER NOT NULL DEFAULT 10,
  "verifiedOnly" TINYINT(1) NOT NULL DEFAULT 0,
  "cancelledAt" DATETIME,
  "isSettled" TINYINT(1) NOT NULL DEFAULT 0,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "event_title" CHECK (typeof("title") = 'text' AND instr("title", char(0)) = 0 AND length("title") BETWEEN 1 AND 200),
  CONSTRAINT "event_description" CHECK ("description" IS NULL OR typeof("description") = 'text' AND instr("description", char(0)) = 0 AND length("description") BETWEEN 0 AND 20000),
  CONSTRAINT "event_price" CHECK (CAST("price" * 100 + 0.5 AS INTEGER) / 100.0 = "price" AND "price" BETWEEN 0.00 AND 99999.99),
  CONSTRAINT "event_capacity" CHECK (CAST("capacity" AS INTEGER) = "capacity" AND "capacity" BETWEEN 1 AND 1000000),
  CONSTRAINT "event_image_url" CHECK ("imageUrl" IS NULL OR typeof("imageUrl") = 'text' AND instr("imageUrl", char(0)) = 0 AND length("imageUrl") BETWEEN 0 AND 255),
  CONSTRAINT "event_start_date" CHECK ("startDate" IS "createdAt" OR datetime("startDate", '+0 days') IS substr("startDate", 1, 19) AND "startDate" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "startDate" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_end_date" CHECK ("endDate" IS "createdAt" OR datetime("endDate", '+0 days') IS substr("endDate", 1, 19) AND "endDate" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "endDate" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_venue_id" CHECK (CAST("venueId" AS INTEGER) = "venueId" AND "venueId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "event_status" CHECK ("status" = 'draft' OR "status" = 'published' OR "status" = 'cancelled'),
  CONSTRAINT "event_sales_start" CHECK ("salesStart" IS NULL OR "salesStart" IS "createdAt" OR datetime("salesStart", '+0 days') IS substr("salesStart", 1, 19) AND "salesStart" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "salesStart" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_sales_end" CHECK ("salesEnd" IS NULL OR "salesEnd" IS "createdAt" OR datetime("salesEnd", '+0 days') IS substr("salesEnd", 1, 19) AND "salesEnd" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "salesEnd" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_max_seats_per_person" CHECK (CAST("maxSeatsPerPerson" AS INTEGER) = "maxSeatsPerPerson" AND "maxSeatsPerPerson" BETWEEN 1 AND 1000000),
  CONSTRAINT "event_verified_only" CHECK ("verifiedOnly" IN (0, 1)),
  CONSTRAINT "event_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" IS "createdAt" OR datetime("cancelledAt", '+0 days') IS substr("cancelledAt", 1, 19) AND "cancelledAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "cancelledAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_is_settled" CHECK ("isSettled" IN (0, 1)),
  CONSTRAINT "event_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647),
  CONSTRAINT "event_dates" CHECK ("endDate" >= "startDate"),
  CONSTRAINT "event_sales" CHECK ("salesEnd" > "salesStart")
);
CREATE INDEX "events_price" ON "Events" ("price");
CREATE INDEX "events_start_date" ON "Events" ("startDate");
CREATE INDEX "events_end_date" ON "Events" ("endDate");
CREATE INDEX "events_venue_id" ON "Events" ("venueId");
CREATE INDEX "events_status" ON "Events" ("status");
CREATE TABLE "Schedules" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "startTime" DATETIME NOT NULL,
  "endTime" DATETIME NOT NULL,
  "availableSeats" INTEGER NOT NULL DEFAULT 0,
  "status" VARCHAR(255) NOT NULL DEFAULT 'active',
  "cancelledAt" DATETIME,
  "isSettled" TINYINT(1) NOT NULL DEFAULT 0,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "schedule_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "schedule_event_id" CHECK (CAST("eventId" AS INTEGER) = "eventId" AND "eventId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "schedule_start_time" CHECK ("startTime" IS "createdAt" OR datetime("startTime", '+0 days') IS substr("startTime", 1, 19) AND "startTime" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "startTime" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "schedule_end_time" CHECK ("endTime" IS "createdAt" OR datetime("endTime", '+0 days') IS substr("endTime", 1, 19) AND "endTime" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "endTime" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "schedule_available_seats" CHECK (CAST("availableSeats" AS INTEGER) = "availableSeats" AND "availableSeats" BETWEEN 0 AND 1000000),
  CONSTRAINT "schedule_status" CHECK ("status" = 'active' OR "status" = 'cancelled'),
  CONSTRAINT "schedule_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" IS "createdAt" OR datetime("cancelledAt", '+0 days') IS substr("cancelledAt", 1, 19) AND "cancelledAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "cancelledAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "schedule_is_settled" CHECK ("isSettled" IN (0, 1)),
  CONSTRAINT "schedule_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "schedule_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "schedule_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "schedule_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647),
  CONSTRAINT "schedule_times" CHECK ("endTime" >= "startTime")
);
CREATE INDEX "schedules_event_id" ON "Schedules" ("eventId");
CREATE INDEX "schedules_start_time" ON "Schedules" ("startTime");
CREATE INDEX "schedules_end_time" ON "Schedules" ("endTime");
CREATE INDEX "schedules_status" ON "Schedules" ("status");
CREATE TABLE "EventCategories" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "name" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL,
  CONSTRAINT "event_category_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "event_category_event_id" CHECK (CAST("eventId" AS INTEGER) = "eventId" AND "eventId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "event_category_name" CHECK (typeof("name") = 'text' AND instr("name", char(0)) = 0 AND length("name") BETWEEN 1 AND 100),
  CONSTRAINT "event_category_description" CHECK ("description" IS NULL OR typeof("description") = 'text' AND instr("description", char(0)) = 0 AND length("description") BETWEEN 0 AND 2000),
  CONSTRAINT "event_category_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_category_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_category_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_category_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647)
);
CREATE INDEX "event_categories_event_id" ON "EventCategories" ("eventId");
CREATE INDEX "event_categories_name" ON "EventCategories" ("name");
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name", "deletedId");
CREATE TABLE "Bookings" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "quantity" INTEGER NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "totalPrice" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "bookingDate" DATETIME,
  "scheduleId" INTEGER REFERENCES "Schedules" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "expiresAt" DATETIME,
  "checkedInAt" DATETIME,
  "checkedInQuantity" INTEGER NOT NULL DEFAULT 0,
  "checkedInPlace" VARCHAR(255),
  "checkinUndone" VARCHAR(255),
  "cancelledQuantity" INTEGER NOT NULL DEFAULT 0,
  "guestName" VARCHAR(255),
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "booking_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "booking_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "booking_event_id" CHECK (CAST("eventId" AS INTEGER) = "eventId" AND "eventId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "booking_quantity" CHECK (CAST("quantity" AS INTEGER) = "quantity" AND "quantity" BETWEEN 1 AND 50),
  CONSTRAINT "booking_status" CHECK ("status" = 'pending' OR "status" = 'confirmed' OR "status" = 'cancelled' OR "status" = 'expired' OR "status" = 'refunded'),
  CONSTRAINT "booking_total_price" CHECK (CAST("totalPrice" * 100 + 0.5 AS INTEGER) / 100.0 = "totalPrice" AND "totalPrice" BETWEEN 0.00 AND 99999999.99),
  CONSTRAINT "booking_booking_date" CHECK ("bookingDate" IS NULL OR "bookingDate" IS "createdAt" OR datetime("bookingDate", '+0 days') IS substr("bookingDate", 1, 19) AND "bookingDate" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "bookingDate" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "booking_schedule_id" CHECK ("scheduleId" IS NULL OR CAST("scheduleId" AS INTEGER) = "scheduleId" AND "scheduleId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "booking_expires_at" CHECK ("expiresAt" IS NULL OR "expiresAt" IS "createdAt" OR datetime("expiresAt", '+0 days') IS substr("expiresAt", 1, 19) AND "expiresAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "expiresAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "booking_checked_in_at" CHECK ("checkedInAt" IS NULL OR "checkedInAt" IS "createdAt" OR datetime("checkedInAt", '+0 days') IS substr("checkedInAt", 1, 19) AND "checkedInAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "checkedInAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "booking_checked_in_quantity" CHECK (CAST("checkedInQuantity" AS INTEGER) = "checkedInQuantity" AND "checkedInQuantity" BETWEEN 0 AND 50),
  CONSTRAINT "booking_checked_in_place" CHECK ("checkedInPlace" IS NULL OR typeof("checkedInPlace") = 'text' AND instr("checkedInPlace", char(0)) = 0 AND length("checkedInPlace") BETWEEN 0 AND 255),
  CONSTRAINT "booking_checkin_undone" CHECK ("checkinUndone" IS NULL OR typeof("checkinUndone") = 'text' AND instr("checkinUndone", char(0)) = 0 AND length("checkinUndone") BETWEEN 0 AND 255),
  CONSTRAINT "booking_cancelled_quantity" CHECK (CAST("cancelledQuantity" AS INTEGER) = "cancelledQuantity" AND "cancelledQuantity" BETWEEN 0 AND 50),
  CONSTRAINT "booking_guest_name" CHECK ("guestName" IS NULL OR typeof("guestName") = 'text' AND instr("guestName", char(0)) = 0 AND length("guestName") BETWEEN 0 AND 200),
  CONSTRAINT "booking_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "booking_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "booking_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "booking_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647)
);
CREATE INDEX "bookings_user_id" ON "Bookings" ("userId");
CREATE INDEX "bookings_event_id" ON "Bookings" ("eventId");
CREATE INDEX "bookings_status" ON "Bookings" ("status");
CREATE INDEX "bookings_schedule_id" ON "Bookings" ("scheduleId");
CREATE INDEX "bookings_status_expires_at" ON "Bookings" ("status", "expiresAt") WHERE "expiresAt" IS NOT NULL;
CREATE TABLE "Payments" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "bookingId" INTEGER NOT NULL REFERENCES "Bookings" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "transactionId" VARCHAR(255) NOT NULL,
  "amount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "refundedAmount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "paymentMethod" VARCHAR(255) NOT NULL DEFAULT 'sandbox',
  "paymentDate" DATETIME,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  "deletedId" INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL,
  CONSTRAINT "payment_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "payment_booking_id" CHECK (CAST("bookingId" AS INTEGER) = "bookingId" AND "bookingId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "payment_transaction_id" CHECK (typeof("transactionId") = 'text' AND instr("transactionId", char(0)) = 0 AND length("transactionId") BETWEEN 0 AND 255),
  CONSTRAINT "payment_amount" CHECK (CAST("amount" * 100 + 0.5 AS INTEGER) / 100.0 = "amount" AND "amount" BETWEEN 0.00 AND 99999999.99),
  CONSTRAINT "payment_refunded_amount" CHECK (CAST("refundedAmount" * 100 + 0.5 AS INTEGER) / 100.0 = "refundedAmount" AND "refundedAmount" BETWEEN 0.00 AND 99999999.99),
  CONSTRAINT "payment_status" CHECK ("status" = 'pending' OR "status" = 'paid' OR "status" = 'failed' OR "status" = 'refunded' OR "status" = 'partiallyRefunded' OR "status" = 'cancelled' OR "status" = 'owed'),
  CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" = 'free' OR "paymentMethod" = 'sandbox' OR "paymentMethod" = 'cash' OR "paymentMethod" = 'banktransfer' OR "paymentMethod" = 'complimentary'),
  CONSTRAINT "payment_payment_date" CHECK ("paymentDate" IS NULL OR "paymentDate" IS "createdAt" OR datetime("paymentDate", '+0 days') IS substr("paymentDate", 1, 19) AND "paymentDate" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "paymentDate" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "payment_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "payment_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "payment_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "payment_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647),
  CONSTRAINT "payment_refunded" CHECK ("refundedAmount" <= "amount")
);
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId", "deletedId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId", "deletedId");
CREATE INDEX "payments_status" ON "Payments" ("status");
CREATE TABLE "SupportTickets" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "subject" VARCHAR(255) NOT NULL,
  "description" TEXT NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'open',
  "priority" VARCHAR(255) NOT NULL DEFAULT 'normal',
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "support_ticket_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "support_ticket_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "support_ticket_subject" CHECK (typeof("subject") = 'text' AND instr("subject", char(0)) = 0 AND length("subject") BETWEEN 1 AND 200),
  CONSTRAINT "support_ticket_description" CHECK (typeof("description") = 'text' AND instr("description", char(0)) = 0 AND length("description") BETWEEN 1 AND 10000),
  CONSTRAINT "support_ticket_status" CHECK ("status" = 'open' OR "status" = 'pending' OR "status" = 'resolved' OR "status" = 'closed'),
  CONSTRAINT "support_ticket_priority" CHECK ("priority" = 'low' OR "priority" = 'normal' OR "priority" = 'high' OR "priority" = 'urgent'),
  CONSTRAINT "support_ticket_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "support_ticket_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "support_ticket_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "support_ticket_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647)
);
CREATE INDEX "support_tickets_user_id" ON "SupportTickets" ("userId");
CREATE INDEX "support_tickets_status" ON "SupportTickets" ("status");
CREATE INDEX "support_tickets_priority" ON "SupportTickets" ("priority");
CREATE TABLE "SupportReplies" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "supportTicketId" INTEGER NOT NULL REFERENCES "SupportTickets" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "body" TEXT NOT NULL,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "support_reply_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "support_reply_support_ticket_id" CHECK (CAST("supportTicketId" AS INTEGER) = "supportTicketId" AND "supportTicketId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "support_reply_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "support_reply_body" CHECK (typeof("body") = 'text' AND instr("body", char(0)) = 0 AND length("body") BETWEEN 1 AND 10000),
  CONSTRAINT "support_reply_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "support_reply_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "support_reply_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "support_reply_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647)
);
CREATE INDEX "support_replies_support_ticket_id" ON "SupportReplies" ("supportTicketId");
CREATE INDEX "support_replies_user_id" ON "SupportReplies" ("userId");
CREATE TABLE "Sessions" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" DATETIME NOT NULL,
  "authenticatedAt" DATETIME,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "session_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "session_token_hash" CHECK (typeof("tokenHash") = 'text' AND instr("tokenHash", char(0)) = 0 AND length("tokenHash") BETWEEN 0 AND 255),
  CONSTRAINT "session_expires_at" CHECK ("expiresAt" IS "createdAt" OR datetime("expiresAt", '+0 days') IS substr("expiresAt", 1, 19) AND "expiresAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "expiresAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "session_authenticated_at" CHECK ("authenticatedAt" IS NULL OR "authenticatedAt" IS "createdAt" OR datetime("authenticatedAt", '+0 days') IS substr("authenticatedAt", 1, 19) AND "authenticatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "authenticatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "session_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "session_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00')
);
CREATE INDEX "sessions_user_id" ON "Sessions" ("userId");
CREATE UNIQUE INDEX "sessions_token_hash" ON "Sessions" ("tokenHash");
CREATE INDEX "sessions_expires_at" ON "Sessions" ("expiresAt");
CREATE TABLE "Devices" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" DATETIME NOT NULL,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "device_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "device_token_hash" CHECK (typeof("tokenHash") = 'text' AND instr("tokenHash", char(0)) = 0 AND length("tokenHash") BETWEEN 0 AND 255),
  CONSTRAINT "device_expires_at" CHECK ("expiresAt" IS "createdAt" OR datetime("expiresAt", '+0 days') IS substr("expiresAt", 1, 19) AND "expiresAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "expiresAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "device_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "device_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00')
);
CREATE INDEX "devices_user_id" ON "Devices" ("userId");
CREATE UNIQUE INDEX "devices_token_hash" ON "Devices" ("tokenHash");
CREATE INDEX "devices_expires_at" ON "Devices" ("expiresAt");
CREATE TABLE "IdempotencyKeys" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "scope" VARCHAR(255) NOT NULL,
  "fingerprint" VARCHAR(255) NOT NULL,
  "status" INTEGER NOT NULL,
  "location" VARCHAR(255),
  "etag" VARCHAR(255),
  "body" TEXT,
  "userId" INTEGER REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "actorRole" VARCHAR(255),
  "expiresAt" DATETIME NOT NULL,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'))
);
CREATE UNIQUE INDEX "idempotency_keys_scope" ON "IdempotencyKeys" ("scope");
CREATE INDEX "idempotency_keys_user_id" ON "IdempotencyKeys" ("userId");
CREATE INDEX "idempotency_keys_expires_at" ON "IdempotencyKeys" ("expiresAt");
CREATE TABLE "AuditLogs" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "action" VARCHAR(255) NOT NULL,
  "resource" VARCHAR(255) NOT NULL,
  "resourceId" INTEGER NOT NULL,
  "resourceVersion" INTEGER NOT NULL DEFAULT 0,
  "before" TEXT,
  "after" TEXT,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'))
);
CREATE INDEX "audit_logs_resource_resource_id" ON "AuditLogs" ("resource", "resourceId");
CREATE TABLE "AuditContexts" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'))
);
CREATE TABLE "JobCursors" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(255) NOT NULL,
  "position" TEXT NOT NULL,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "job_cursor_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "job_cursor_name" CHECK (typeof("name") = 'text' AND instr("name", char(0)) = 0 AND length("name") BETWEEN 0 AND 255),
  CONSTRAINT "job_cursor_position" CHECK (typeof("position") = 'text' AND instr("position", char(0)) = 0),
  CONSTRAINT "job_cursor_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "job_cursor_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00')
);
CREATE UNIQUE INDEX "job_cursors_name" ON "JobCursors" ("name");
CREATE TABLE "Backups" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "place" INTEGER NOT NULL,
  "address" TEXT NOT NULL,
  "epoch" INTEGER NOT NULL DEFAULT 0,
  "commit" INTEGER NOT NULL DEFAULT 0,
  "commitTime" DATETIME,
  "startedAt" DATETIME NOT NULL,
  "finishedAt" DATETIME NOT NULL,
  "bytes" INTEGER NOT NULL DEFAULT 0,
  "digest" VARCHAR(255),
  "isVerified" TINYINT(1) NOT NULL DEFAULT 0,
  "problem" TEXT,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "backup_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "backup_place" CHECK (CAST("place" AS INTEGER) = "place" AND "place" BETWEEN 1 AND 8),
  CONSTRAINT "backup_address" CHECK (typeof("address") = 'text' AND instr("address", char(0)) = 0),
  CONSTRAINT "backup_epoch" CHECK (CAST("epoch" AS INTEGER) = "epoch" AND "epoch" BETWEEN 0 AND 9223372036854775807),
  CONSTRAINT "backup_commit" CHECK (CAST("commit" AS INTEGER) = "commit" AND "commit" BETWEEN 0 AND 9223372036854775807),
  CONSTRAINT "backup_commit_time" CHECK ("commitTime" IS NULL OR "commitTime" IS "createdAt" OR datetime("commitTime", '+0 days') IS substr("commitTime", 1, 19) AND "commitTime" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "commitTime" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "backup_started_at" CHECK ("startedAt" IS "createdAt" OR datetime("startedAt", '+0 days') IS substr("startedAt", 1, 19) AND "startedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "startedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "backup_finished_at" CHECK ("finishedAt" IS "createdAt" OR datetime("finishedAt", '+0 days') IS substr("finishedAt", 1, 19) AND "finishedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "finishedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "backup_bytes" CHECK (CAST("bytes" AS INTEGER) = "bytes" AND "bytes" BETWEEN 0 AND 9223372036854775807),
  CONSTRAINT "backup_digest" CHECK ("digest" IS NULL OR typeof("digest") = 'text' AND instr("digest", char(0)) = 0 AND length("digest") BETWEEN 0 AND 255),
  CONSTRAINT "backup_is_verified" CHECK ("isVerified" IN (0, 1)),
  CONSTRAINT "backup_problem" CHECK ("problem" IS NULL OR typeof("problem") = 'text' AND instr("problem", char(0)) = 0),
  CONSTRAINT "backup_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "backup_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00')
);
CREATE TRIGGER "users_version" AFTER UPDATE ON "Users" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Users" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "users_audit_insert" AFTER INSERT ON "Users"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'users', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'isAdmin', json(CASE WHEN NEW."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN NEW."isVerified" THEN 'true' ELSE 'false' END), 'role', NEW."role", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "users_audit_update" AFTER UPDATE OF "id", "email", "password", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt", "deletedAt" ON "Users"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'users', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'isAdmin', json(CASE WHEN OLD."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN OLD."isVerified" THEN 'true' ELSE 'false' END), 'role', OLD."role", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'isAdmin', json(CASE WHEN NEW."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN NEW."isVerified" THEN 'true' ELSE 'false' END), 'role', NEW."role", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "users_audit_delete" AFTER DELETE ON "Users"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'users', OLD."id", OLD."version",
  json_object('id', OLD."id", 'isAdmin', json(CASE WHEN OLD."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN OLD."isVerified" THEN 'true' ELSE 'false' END), 'role', OLD."role", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE VIRTUAL TABLE "VenuesSearch" USING fts5("name", "address", content='Venues', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER "venues_search_insert" AFTER INSERT ON "Venues"
BEGIN INSERT INTO "VenuesSearch" (rowid, "name", "address") VALUES (NEW."id", NEW."name", NEW."address"); END;
CREATE TRIGGER "venues_search_update" AFTER UPDATE OF "id", "name", "address" ON "Venues" WHEN (OLD."id", OLD."name", OLD."address") IS NOT (NEW."id", NEW."name", NEW."address")
BEGIN INSERT INTO "VenuesSearch" ("VenuesSearch", rowid, "name", "address") VALUES ('delete', OLD."id", OLD."name", OLD."address"); INSERT INTO "VenuesSearch" (rowid, "name", "address") VALUES (NEW."id", NEW."name", NEW."address"); END;
CREATE TRIGGER "venues_search_delete" AFTER DELETE ON "Venues"
BEGIN INSERT INTO "VenuesSearch" ("VenuesSearch", rowid, "name", "address") VALUES ('delete', OLD."id", OLD."name", OLD."address"); END;
CREATE TRIGGER "venues_version" AFTER UPDATE ON "Venues" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Venues" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "venues_audit_insert" AFTER INSERT ON "Venues"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'venues', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'name', NEW."name", 'address', NEW."address", 'capacity', NEW."capacity", 'facilities', NEW."facilities", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "venues_audit_update" AFTER UPDATE OF "id", "name", "address", "capacity", "facilities", "createdAt", "updatedAt", "deletedAt" ON "Venues"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'venues', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'name', OLD."name", 'address', OLD."address", 'capacity', OLD."capacity", 'facilities', OLD."facilities", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'name', NEW."name", 'address', NEW."address", 'capacity', NEW."capacity", 'facilities', NEW."facilities", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "venues_audit_delete" AFTER DELETE ON "Venues"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'venues', OLD."id", OLD."version",
  json_object('id', OLD."id", 'name', OLD."name", 'address', OLD."address", 'capacity', OLD."capacity", 'facilities', OLD."facilities", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE VIRTUAL TABLE "EventsSearch" USING fts5("title", "description", content='Events', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER "events_search_insert" AFTER INSERT ON "Events"
BEGIN INSERT INTO "EventsSearch" (rowid, "title", "description") VALUES (NEW."id", NEW."title", NEW."description"); END;
CREATE TRIGGER "events_search_update" AFTER UPDATE OF "id", "title", "description" ON "Events" WHEN (OLD."id", OLD."title", OLD."description") IS NOT (NEW."id", NEW."title", NEW."description")
BEGIN INSERT INTO "EventsSearch" ("EventsSearch", rowid, "title", "description") VALUES ('delete', OLD."id", OLD."title", OLD."description"); INSERT INTO "EventsSearch" (rowid, "title", "description") VALUES (NEW."id", NEW."title", NEW."description"); END;
CREATE TRIGGER "events_search_delete" AFTER DELETE ON "Events"
BEGIN INSERT INTO "EventsSearch" ("EventsSearch", rowid, "title", "description") VALUES ('delete', OLD."id", OLD."title", OLD."description"); END;
CREATE TRIGGER "events_version" AFTER UPDATE ON "Events" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Events" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "events_audit_insert" AFTER INSERT ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'events', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'salesStart', NEW."salesStart", 'salesEnd', NEW."salesEnd", 'maxSeatsPerPerson', NEW."maxSeatsPerPerson", 'verifiedOnly', json(CASE WHEN NEW."verifiedOnly" THEN 'true' ELSE 'false' END), 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_update" AFTER UPDATE OF "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "maxSeatsPerPerson", "verifiedOnly", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt" ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'salesStart', OLD."salesStart", 'salesEnd', OLD."salesEnd", 'maxSeatsPerPerson', OLD."maxSeatsPerPerson", 'verifiedOnly', json(CASE WHEN OLD."verifiedOnly" THEN 'true' ELSE 'false' END), 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'salesStart', NEW."salesStart", 'salesEnd', NEW."salesEnd", 'maxSeatsPerPerson', NEW."maxSeatsPerPerson", 'verifiedOnly', json(CASE WHEN NEW."verifiedOnly" THEN 'true' ELSE 'false' END), 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_delete" AFTER DELETE ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'events', OLD."id", OLD."version",
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'salesStart', OLD."salesStart", 'salesEnd', OLD."salesEnd", 'maxSeatsPerPerson', OLD."maxSeatsPerPerson", 'verifiedOnly', json(CASE WHEN OLD."verifiedOnly" THEN 'true' ELSE 'false' END), 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "schedules_version" AFTER UPDATE ON "Schedules" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Schedules" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "schedules_audit_insert" AFTER INSERT ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'schedules', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', NEW."startTime", 'endTime', NEW."endTime", 'availableSeats', NEW."availableSeats", 'status', NEW."status", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "schedules_audit_update" AFTER UPDATE OF "id", "eventId", "startTime", "endTime", "availableSeats", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt" ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'schedules', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', OLD."startTime", 'endTime', OLD."endTime", 'availableSeats', OLD."availableSeats", 'status', OLD."status", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', NEW."startTime", 'endTime', NEW."endTime", 'availableSeats', NEW."availableSeats", 'status', NEW."status", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "schedules_audit_delete" AFTER DELETE ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'schedules', OLD."id", OLD."version",
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', OLD."startTime", 'endTime', OLD."endTime", 'availableSeats', OLD."availableSeats", 'status', OLD."status", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "event_categories_version" AFTER UPDATE ON "EventCategories" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "EventCategories" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "event_categories_audit_insert" AFTER INSERT ON "EventCategories"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'event-categories', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'name', NEW."name", 'description', NEW."description", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "event_categories_audit_update" AFTER UPDATE OF "id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt" ON "EventCategories"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'event-categories', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'name', OLD."name", 'description', OLD."description", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'name', NEW."name", 'description', NEW."description", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "event_categories_audit_delete" AFTER DELETE ON "EventCategories"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'event-categories', OLD."id", OLD."version",
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'name', OLD."name", 'description', OLD."description", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "bookings_version" AFTER UPDATE ON "Bookings" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Bookings" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "bookings_audit_insert" AFTER INSERT ON "Bookings"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'bookings', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'eventId', NEW."eventId", 'quantity', NEW."quantity", 'status', NEW."status", 'totalPrice', printf('%.2f', NEW."totalPrice"), 'bookingDate', NEW."bookingDate", 'scheduleId', NEW."scheduleId", 'expiresAt', NEW."expiresAt", 'checkedInAt', NEW."checkedInAt", 'checkedInQuantity', NEW."checkedInQuantity", 'checkedInPlace', NEW."checkedInPlace", 'checkinUndone', NEW."checkinUndone", 'cancelledQuantity', NEW."cancelledQuantity", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "bookings_audit_update" AFTER UPDATE OF "id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "checkedInQuantity", "checkedInPlace", "checkinUndone", "cancelledQuantity", "guestName", "createdAt", "updatedAt", "deletedAt" ON "Bookings"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'bookings', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'userId', OLD."userId", 'eventId', OLD."eventId", 'quantity', OLD."quantity", 'status', OLD."status", 'totalPrice', printf('%.2f', OLD."totalPrice"), 'bookingDate', OLD."bookingDate", 'scheduleId', OLD."scheduleId", 'expiresAt', OLD."expiresAt", 'checkedInAt', OLD."checkedInAt", 'checkedInQuantity', OLD."checkedInQuantity", 'checkedInPlace', OLD."checkedInPlace", 'checkinUndone', OLD."checkinUndone", 'cancelledQuantity', OLD."cancelledQuantity", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'eventId', NEW."eventId", 'quantity', NEW."quantity", 'status', NEW."status", 'totalPrice', printf('%.2f', NEW."totalPrice"), 'bookingDate', NEW."bookingDate", 'scheduleId', NEW."scheduleId", 'expiresAt', NEW."expiresAt", 'checkedInAt', NEW."checkedInAt", 'checkedInQuantity', NEW."checkedInQuantity", 'checkedInPlace', NEW."checkedInPlace", 'checkinUndone', NEW."checkinUndone", 'cancelledQuantity', NEW."cancelledQuantity", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "bookings_audit_delete" AFTER DELETE ON "Bookings"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'bookings', OLD."id", OLD."version",
  json_object('id', OLD."id", 'userId', OLD."userId", 'eventId', OLD."eventId", 'quantity', OLD."quantity", 'status', OLD."status", 'totalPrice', printf('%.2f', OLD."totalPrice"), 'bookingDate', OLD."bookingDate", 'scheduleId', OLD."scheduleId", 'expiresAt', OLD."expiresAt", 'checkedInAt', OLD."checkedInAt", 'checkedInQuantity', OLD."checkedInQuantity", 'checkedInPlace', OLD."checkedInPlace", 'checkinUndone', OLD."checkinUndone", 'cancelledQuantity', OLD."cancelledQuantity", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "payments_version" AFTER UPDATE ON "Payments" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Payments" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "payments_audit_insert" AFTER INSERT ON "Payments"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'payments', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'bookingId', NEW."bookingId", 'transactionId', NEW."transactionId", 'amount', printf('%.2f', NEW."amount"), 'refundedAmount', printf('%.2f', NEW."refundedAmount"), 'status', NEW."status", 'paymentMethod', NEW."paymentMethod", 'paymentDate', NEW."paymentDate", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "payments_audit_update" AFTER UPDATE OF "id", "bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt", "deletedAt" ON "Payments"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'payments', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'bookingId', OLD."bookingId", 'transactionId', OLD."transactionId", 'amount', printf('%.2f', OLD."amount"), 'refundedAmount', printf('%.2f', OLD."refundedAmount"), 'status', OLD."status", 'paymentMethod', OLD."paymentMethod", 'paymentDate', OLD."paymentDate", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'bookingId', NEW."bookingId", 'transactionId', NEW."transactionId", 'amount', printf('%.2f', NEW."amount"), 'refundedAmount', printf('%.2f', NEW."refundedAmount"), 'status', NEW."status", 'paymentMethod', NEW."paymentMethod", 'paymentDate', NEW."paymentDate", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "payments_audit_delete" AFTER DELETE ON "Payments"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'payments', OLD."id", OLD."version",
  json_object('id', OLD."id", 'bookingId', OLD."bookingId", 'transactionId', OLD."transactionId", 'amount', printf('%.2f', OLD."amount"), 'refundedAmount', printf('%.2f', OLD."refundedAmount"), 'status', OLD."status", 'paymentMethod', OLD."paymentMethod", 'paymentDate', OLD."paymentDate", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE VIRTUAL TABLE "SupportTicketsSearch" USING fts5("subject", "description", content='SupportTickets', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER "support_tickets_search_insert" AFTER INSERT ON "SupportTickets"
BEGIN INSERT INTO "SupportTicketsSearch" (rowid, "subject", "description") VALUES (NEW."id", NEW."subject", NEW."description"); END;
CREATE TRIGGER "support_tickets_search_update" AFTER UPDATE OF "id", "subject", "description" ON "SupportTickets" WHEN (OLD."id", OLD."subject", OLD."description") IS NOT (NEW."id", NEW."subject", NEW."description")
BEGIN INSERT INTO "SupportTicketsSearch" ("SupportTicketsSearch", rowid, "subject", "description") VALUES ('delete', OLD."id", OLD."subject", OLD."description"); INSERT INTO "SupportTicketsSearch" (rowid, "subject", "description") VALUES (NEW."id", NEW."subject", NEW."description"); END;
CREATE TRIGGER "support_tickets_search_delete" AFTER DELETE ON "SupportTickets"
BEGIN INSERT INTO "SupportTicketsSearch" ("SupportTicketsSearch", rowid, "subject", "description") VALUES ('delete', OLD."id", OLD."subject", OLD."description"); END;
CREATE TRIGGER "support_tickets_version" AFTER UPDATE ON "SupportTickets" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "SupportTickets" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "support_tickets_audit_insert" AFTER INSERT ON "SupportTickets"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'support-tickets', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'status', NEW."status", 'priority', NEW."priority", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_tickets_audit_update" AFTER UPDATE OF "id", "userId", "subject", "description", "status", "priority", "createdAt", "updatedAt", "deletedAt" ON "SupportTickets"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'support-tickets', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'userId', OLD."userId", 'status', OLD."status", 'priority', OLD."priority", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'status', NEW."status", 'priority', NEW."priority", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_tickets_audit_delete" AFTER DELETE ON "SupportTickets"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'support-tickets', OLD."id", OLD."version",
  json_object('id', OLD."id", 'userId', OLD."userId", 'status', OLD."status", 'priority', OLD."priority", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "support_replies_version" AFTER UPDATE ON "SupportReplies" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "SupportReplies" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "support_replies_audit_insert" AFTER INSERT ON "SupportReplies"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'support-replies', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'supportTicketId', NEW."supportTicketId", 'userId', NEW."userId", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_replies_audit_update" AFTER UPDATE OF "id", "supportTicketId", "userId", "body", "createdAt", "updatedAt", "deletedAt" ON "SupportReplies"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'support-replies', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'supportTicketId', OLD."supportTicketId", 'userId', OLD."userId", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'supportTicketId', NEW."supportTicketId", 'userId', NEW."userId", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_replies_audit_delete" AFTER DELETE ON "SupportReplies"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'support-replies', OLD."id", OLD."version",
  json_object('id', OLD."id", 'supportTicketId', OLD."supportTicketId", 'userId', OLD."userId", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "sessions_audit_insert" AFTER INSERT ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'sessions', NEW."id", 0,
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'authenticatedAt', NEW."authenticatedAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "sessions_audit_update" AFTER UPDATE OF "id", "userId", "tokenHash", "expiresAt", "authenticatedAt", "createdAt", "updatedAt" ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'update', 'sessions', NEW."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'authenticatedAt', OLD."authenticatedAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'authenticatedAt', NEW."authenticatedAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "sessions_audit_delete" AFTER DELETE ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'sessions', OLD."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'authenticatedAt', OLD."authenticatedAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "devices_audit_insert" AFTER INSERT ON "Devices"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'devices', NEW."id", 0,
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "devices_audit_update" AFTER UPDATE OF "id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt" ON "Devices"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'update', 'devices', NEW."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "devices_audit_delete" AFTER DELETE ON "Devices"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'devices', OLD."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "audit_logs_keep_insert" BEFORE INSERT ON "AuditLogs" WHEN EXISTS (SELECT 1 FROM "AuditLogs" WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "audit_logs_keep_update" BEFORE UPDATE ON "AuditLogs"
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "audit_logs_keep_delete" BEFORE DELETE ON "AuditLogs"
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
INSERT INTO "AuditContexts" ("id", "actorId", "createdAt", "updatedAt") VALUES (1, 0, strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'));
CREATE TRIGGER "audit_contexts_keep_delete" BEFORE DELETE ON "AuditContexts"
BEGIN SELECT RAISE(ABORT, 'audit_context'); END;
CREATE TABLE "PeopleEpochs" (
  "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
  "epoch" BIGINT NOT NULL
);
INSERT INTO "PeopleEpochs" ("id", "epoch") VALUES (1, 0);
CREATE TRIGGER "users_epoch_replace" BEFORE INSERT ON "Users" WHEN EXISTS (SELECT 1 FROM "Users" WHERE "id" = NEW."id")
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "users_epoch_update" AFTER UPDATE ON "Users"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "users_epoch_delete" AFTER DELETE ON "Users"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_replace" BEFORE INSERT ON "Sessions" WHEN EXISTS (SELECT 1 FROM "Sessions" WHERE "id" = NEW."id")
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_update" AFTER UPDATE ON "Sessions"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_delete" AFTER DELETE ON "Sessions"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
