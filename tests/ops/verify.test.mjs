// verify finds what a careless or malicious writer did: each invariant is broken on purpose, by a stock client that
// checks nothing, and has to be the one that is reported.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { engineOfRun } from '../support/database.mjs';
import { exit, place } from './support.mjs';

const postgres = engineOfRun === 'postgres';
const stamps = `'2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00'`;
const now = postgres ? 'now()' : `strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')`;
const oneOf = (status) => `(SELECT min("id") FROM "Bookings" WHERE "status" = '${status}' AND "totalPrice" > 0)`;
const firstShowing = (when) => `(SELECT min("id") FROM "Schedules" WHERE "startTime" ${when} ${now})`;

// SQLite leaves constraints alone for whoever plants, but its own check of the file finds what breaks one; on PostgreSQL
// no trigger is at work, and a constraint has to be dropped.
const unconstrained = (table, constraint) => (postgres ? `ALTER TABLE "${table}" DROP CONSTRAINT "${constraint}";` : '');
const fileToo = (...others) => (postgres ? others : [...others, 'integrity']);
const without = (table, trigger) => (postgres ? `DROP TRIGGER "${trigger}" ON "${table}";` : `DROP TRIGGER "${trigger}";`);
const working = postgres ? 'SET session_replication_role = DEFAULT;' : '';

// invariant -> [what is done to the database, which others it breaks as well]
const failures = {
  foreign_keys: [`UPDATE "SupportTickets" SET "userId" = 9999 WHERE "id" = 1`],
  constraints: [`${unconstrained('Events', 'event_price')} UPDATE "Events" SET "price" = -1 WHERE "title" = 'Repair Café'`, fileToo()],
  search: [`${working} ${without('Events', 'events_search_insert')} INSERT INTO "Events" ("title", "capacity", "startDate", "endDate", "venueId", "createdAt", "updatedAt")
    VALUES ('Not found', 1, '2030-01-01 00:00:00.000 +00:00', '2030-01-01 00:00:00.000 +00:00', 1, ${stamps})`],
  seats_not_negative: [`${unconstrained('Schedules', 'schedule_seats')} UPDATE "Schedules" SET "availableSeats" = -1 WHERE "availableSeats" = 0`,
    fileToo('seats_conserved', 'constraints')],
  seats_conserved: [`UPDATE "Schedules" SET "availableSeats" = "availableSeats" + 1 WHERE "id" = ${firstShowing('>')}`],
  past_seats_conserved: [`UPDATE "Schedules" SET "availableSeats" = "availableSeats" + 1 WHERE "id" = ${firstShowing('<=')}`],
  booking_schedule: [`UPDATE "Bookings" SET "eventId" = "eventId" + 1 WHERE "id" = ${oneOf('confirmed')}`],
  capacity_within_venue: [`UPDATE "Venues" SET "capacity" = 10 WHERE "name" = 'Studio Nine'`],
  schedules_within_event: [`UPDATE "Events" SET "startDate" = "endDate" WHERE "id" = (SELECT "eventId" FROM "Schedules" WHERE "id" = ${firstShowing('>')})`],
  cancelled_are_settled: [`UPDATE "Events" SET "status" = 'cancelled', "cancelledAt" = '2020-01-01 00:00:00.000 +00:00'
    WHERE "id" = (SELECT "eventId" FROM "Bookings" WHERE "id" = ${oneOf('confirmed')})`],
  one_payment: [`DELETE FROM "Payments" WHERE "bookingId" = ${oneOf('confirmed')}`],
  total_is_amount: [`UPDATE "Payments" SET "amount" = "amount" + 0.01 WHERE "bookingId" = ${oneOf('confirmed')}`],
  total_of_seats: [`UPDATE "Bookings" SET "totalPrice" = 0.01 + "totalPrice" WHERE "id" = (SELECT min("id") FROM "Bookings" WHERE "quantity" = 2)`, ['total_is_amount']],
  cancelled_seats_refunded: [`UPDATE "Bookings" SET "cancelledQuantity" = "quantity" WHERE "id" = ${oneOf('confirmed')}`],
  status_pairs: [`UPDATE "Payments" SET "status" = 'cancelled' WHERE "bookingId" = ${oneOf('confirmed')}`],
  hold_has_end: [`UPDATE "Bookings" SET "expiresAt" = NULL WHERE "status" = 'pending'`],
  paid_has_date: [`UPDATE "Payments" SET "paymentDate" = NULL WHERE "bookingId" = ${oneOf('confirmed')}`],
  refunds: [`UPDATE "Payments" SET "refundedAmount" = 1 WHERE "bookingId" = ${oneOf('confirmed')}`],
  transaction_unique: [`DROP INDEX "payments_transaction_id"; UPDATE "Payments" SET "transactionId" = (SELECT min("transactionId") FROM "Payments") WHERE "id" = (SELECT max("id") FROM "Payments")`],
  checked_in_were_sold: [`UPDATE "Bookings" SET "checkedInAt" = "bookingDate" WHERE "status" = 'expired'`],
  checked_in_fit: [`UPDATE "Bookings" SET "checkedInQuantity" = 1 WHERE "status" = 'expired'`],
  categories_unique: [`${working} DROP INDEX "event_categories_event_id_name"; INSERT INTO "EventCategories" ("eventId", "name", "createdAt", "updatedAt")
    SELECT "eventId", "name", "createdAt", "updatedAt" FROM "EventCategories" WHERE "id" = 1`],
  no_part_outlives: [`UPDATE "Events" SET "deletedAt" = "updatedAt" WHERE "title" = 'Requiem'`],
  venue_of_coming_events: [`UPDATE "Venues" SET "deletedAt" = "updatedAt" WHERE "id" = 1`],
  sessions_of_people: [`${working} INSERT INTO "Sessions" ("userId", "tokenHash", "expiresAt", "createdAt", "updatedAt") VALUES (1, 'x', '2030-01-01 00:00:00.000 +00:00', ${stamps});
    UPDATE "Users" SET "deletedAt" = "updatedAt" WHERE "id" = 1`],
  audited: [`${working} ${without('Users', 'users_audit_update')} UPDATE "Users" SET "role" = 'organizer' WHERE "email" = 'customer@example.com'`],
  people_epoch: [`DELETE FROM "PeopleEpochs"`],
  ...(postgres ? {
    guards: [`ALTER TABLE "Users" DISABLE TRIGGER "users_audit_update"`],
  } : {
    audit_context: [`INSERT INTO "AuditContexts" ("actorId", "createdAt", "updatedAt") VALUES (7, ${stamps})`],
  }),
};

const broken = (here) => JSON.parse(here.run('verify --json').stdout)
  .filter(({ violations }) => violations !== 0).map(({ invariant }) => invariant);

describe('verify', () => {
  test('is content with a good database, in text and JSON', (t) => {
    const here = place(t);
    here.seeded();
    const text = here.run('verify');
    assert.equal(text.status, exit.done);
    assert.equal(text.stderr, '');
    assert.match(text.stdout, /^seats_conserved +0 {2}Available seats/m);
    assert.match(text.stdout, /^audited +Bookings +0 /m);
    assert.deepEqual(broken(here), []);
  });

  test('warns of tables that have used up half of their ids, and does not fail', async (t) => {
    const here = place(t);
    here.seeded();
    const sequence = (table, id) => (postgres ? `SELECT setval('public."${table}_id_seq"', ${id})`
      : `UPDATE sqlite_sequence SET seq = ${id} WHERE name = '${table}'`);
    await here.query(sequence('Venues', 1073741823));
    await here.query(sequence('AuditLogs', 4294967296));
    assert.equal(here.run('verify').stderr, '');
    await here.query(sequence('Venues', 1073741824));
    await here.query(sequence('AuditLogs', '4611686018427387904'));
    const { status, stderr } = here.run('verify');
    assert.equal(status, exit.done);
    assert.equal(stderr, 'boxoffice: warning: the ids of Venues have reached 1073741824 of 2147483647\n'
      + 'boxoffice: warning: the ids of AuditLogs have reached 4611686018427387904 of 9223372036854775807\n');
  });

  test('is content with an empty one', (t) => {
    place(t).migrated().done('verify');
  });

  test('is content with an encrypted one', { skip: postgres && 'the server keeps its files' }, (t) => {
    place(t, { cipher: 'aegis' }).seeded().done('verify');
  });

  test('every invariant but the soundness of the file is broken below', (t) => {
    const here = place(t);
    here.migrated();
    const names = new Set(JSON.parse(here.done('verify --json')).map(({ invariant }) => invariant));
    names.delete('integrity');
    assert.deepEqual([...names].sort(), Object.keys(failures).sort());
  });

  for (const [invariant, [sql, others = []]] of Object.entries(failures)) {
    test(`finds: ${invariant}`, async (t) => {
      const here = place(t);
      here.seeded();
      await here.plant(sql);
      assert.deepEqual([...new Set(broken(here))].sort(), [invariant, ...others].sort());
      const { status, stderr } = here.run('verify');
      assert.equal(status, exit.failed);
      assert.match(stderr, /invariants are violated/);
    });
  }

  // An index without one of its rows; one that is not to be used.
  test('finds: integrity', async (t) => {
    const here = place(t);
    here.seeded();
    await here.plant(postgres
      ? `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"events_price"'::regclass`
      : `PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, '"price"', '"capacity"')
         WHERE name = 'events_price'; PRAGMA writable_schema=OFF;`);
    assert.ok(broken(here).includes('integrity'));
  });

  for (const [guard, sql] of Object.entries({
    'a constraint': `ALTER TABLE "Payments" DROP CONSTRAINT "payment_amount"; ALTER TABLE "Payments" ADD CONSTRAINT "payment_amount" CHECK ("amount" >= 0) NOT VALID`,
    'a reference': `ALTER TABLE "Payments" DISABLE TRIGGER ALL`,
    'row rules': `ALTER TABLE "Users" DISABLE ROW LEVEL SECURITY`,
    'row rules for the owner': `ALTER TABLE "Users" NO FORCE ROW LEVEL SECURITY`,
  })) {
    test(`finds: ${guard} that is switched off`, { skip: !postgres && 'cannot be switched off there' }, async (t) => {
      const here = place(t);
      here.seeded();
      await here.plant(sql);
      assert.deepEqual(broken(here), ['guards']);
    });
  }

  test('answers whoever serves', { skip: !postgres && 'nobody signs in there' }, (t) => {
    const here = place(t);
    here.seeded();
    const serving = here.database.url.replace('postgres@', 'boxoffice_app@');
    assert.notEqual(serving, here.database.url);
    assert.equal(here.run('verify', { env: { BOXOFFICE_DATABASE_URL: serving } }).stdout, here.done('verify'));
  });

  test('asks for the migrations first', (t) => {
    const here = place(t);
    here.done('db:create');
    const { status, stderr } = here.run('verify');
    assert.equal(status, exit.failed);
    assert.match(stderr, /boxoffice db:migrate/);
  });
});
