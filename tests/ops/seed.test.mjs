// The demo season: believable, complete, made once, removed exactly.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demo, exit, place } from './support.mjs';

const groups = async (here, table, column) =>
  Object.fromEntries((await here.query(`SELECT "${column}" AS value, count(*) AS n FROM "${table}" GROUP BY 1`))
    .map(({ value, n }) => [value, n]));

describe('the demo', () => {
  test('has everything one wants to try', async (t) => {
    const here = place(t);
    here.seeded();
    here.done('verify');
    assert.ok((await here.count('Venues')) >= 8);
    const events = await groups(here, 'Events', 'status');
    assert.ok(events.published >= 40 && events.draft >= 2 && events.cancelled === 1);
    const roles = await groups(here, 'Users', 'role');
    assert.ok(roles.customer >= 12 && roles.organizer >= 1 && roles.support >= 1);
    assert.equal(await here.count('Users', '"isAdmin"'), 1);
    for (const status of ['pending', 'confirmed', 'cancelled', 'expired', 'refunded']) {
      assert.ok((await groups(here, 'Bookings', 'status'))[status] > 0, status);
    }
    for (const status of ['pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled']) {
      assert.ok((await groups(here, 'Payments', 'status'))[status] > 0, status);
    }
    assert.ok((await here.count('Events', '"price" = 0')) >= 3);
    assert.ok((await here.count('Schedules')) > (await here.count('Events')) + 10, 'several schedules');
    assert.equal(await here.count('Schedules', '"availableSeats" = 0'), 1, 'one sold out');
    assert.ok((await here.count('Schedules', '"availableSeats" BETWEEN 1 AND 3')) >= 1, 'one nearly');
    assert.ok((await here.count('SupportReplies')) > 3);
    assert.equal(await here.count('Events', '"id" NOT IN (SELECT "eventId" FROM "EventCategories")'), 0);
    assert.equal(await here.count('Payments', 'length("transactionId") <> 26'), 0);
    assert.equal(await here.count('Users', `"email" NOT LIKE '%@example.com'`), 0);
    assert.equal(await here.count('Users', `"password" NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'`), 0);
    assert.equal(await here.count('Bookings', `"status" = 'pending' AND "expiresAt" < strftime('%Y-%m-%d %H:%M:%f', 'now')`), 0);
    assert.ok((await here.count('Events', `"startDate" > strftime('%Y-%m-%d', 'now', '+60 days')`)) > 5, 'months ahead');
  });

  test('times are in the one form that stock clients read and match', async (t) => {
    const here = place(t);
    here.seeded();
    for (const [table, column] of [['Events', 'startDate'], ['Schedules', 'endTime'], ['Bookings', 'bookingDate'], ['Users', 'createdAt']]) {
      const form = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9] +00:00'";
      assert.equal(await here.count(table, `"${column}" NOT GLOB ${form}`), 0, `${table}.${column}`);
    }
  });

  test('is made once', async (t) => {
    const here = place(t);
    here.seeded();
    const before = await here.count('AuditLogs');
    assert.match(here.run('db:seed:all').stderr, /no seeders are pending/);
    assert.match(here.run(`db:seed --seed ${demo}`).stderr, /was already run/);
    assert.equal(await here.count('AuditLogs'), before);
  });

  test('undoing removes exactly its rows, even renamed ones', async (t) => {
    const here = place(t);
    here.migrated();
    here.done('user:create --admin --email own@example.com --name Own', { input: 'a long password\n' });
    await here.query(`INSERT INTO "Venues" ("name", "address", "capacity", "createdAt", "updatedAt")
      VALUES ('Lantern Hall', 'ours', 5, '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00')`);
    assert.equal(here.done(`db:seed --seed ${demo.replace('.js', '')}`), `up ${demo}\n`);
    await here.query(`UPDATE "Events" SET "title" = 'Renamed' WHERE "title" = 'Requiem'`);
    here.done('verify');
    assert.equal(here.done('db:seed:undo'), `down ${demo}\n`);
    assert.deepEqual(await here.query('SELECT "email" FROM "Users"'), [{ email: 'own@example.com' }]);
    assert.deepEqual(await here.query('SELECT "address" FROM "Venues"'), [{ address: 'ours' }]);
    for (const table of ['Events', 'Schedules', 'EventCategories', 'Bookings', 'Payments', 'SupportTickets', 'SupportReplies']) {
      assert.equal(await here.count(table), 0, table);
    }
    here.done('verify');
    assert.equal(here.done('db:seed:all'), `up ${demo}\n`);
    assert.equal(here.done(`db:seed:undo --seed ${demo}`), `down ${demo}\n`);
    assert.match(here.run('db:seed:undo:all').stderr, /nothing to undo/);
  });

  test('undoing keeps everything when somebody booked since', async (t) => {
    const here = place(t);
    here.seeded();
    const venues = await here.count('Venues');
    await here.query(`INSERT INTO "Events" ("title", "capacity", "startDate", "endDate", "venueId", "createdAt", "updatedAt")
      VALUES ('Ours', 1, '2030-01-01 00:00:00.000 +00:00', '2030-01-01 00:00:00.000 +00:00', 1, '2026-01-01 00:00:00.000 +00:00',
      '2026-01-01 00:00:00.000 +00:00')`);
    const { status, stderr } = here.run('db:seed:undo');
    assert.equal(status, exit.failed);
    assert.match(stderr, /rolled back/);
    assert.equal(await here.count('Venues'), venues);
    here.done('verify');
  });

  test('needs the tables', (t) => {
    const here = place(t);
    here.done('db:create');
    const { status, stderr } = here.run('db:seed:all');
    assert.equal(status, exit.failed);
    assert.match(stderr, /rolled back/);
  });
});
