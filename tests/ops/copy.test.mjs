// Moving to another engine and back: digest says whether two databases hold the same, db:copy makes them so, while the
// first one sells. Whatever interrupts it, doing it again finishes it; what is not its target it leaves alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exit, place, program } from './support.mjs';

const other = { sqlite: 'postgres', postgres: 'sqlite' };
const directions = Object.entries(other);
const password = 'demo-password-1';
const strange = `O'Hara "NULL" \\ {a,b} \\N NULL\u{1F3AB} é`;

const urlOf = (here) => here.database.url ?? `sqlite:${here.storage}`;
const copyArguments = (from, to, ...more) => ['db:copy', '--from', urlOf(from), '--to', urlOf(to), ...more];
// Where no server waits, the machine may be as busy as it likes.
const copy = (from, to) => JSON.parse(from.done(copyArguments(from, to, '--json', '--freeze-ms', '600000')));
const refused = (from, to, pattern, status = exit.failed) => {
  const response = from.run(copyArguments(from, to));
  assert.equal(response.status, status, response.stderr);
  assert.match(response.stderr, pattern);
};
const digest = (here, ...more) => JSON.parse(here.done(['digest', '--json', ...more]));
const on = (t, engine) => place(t, { engine, env: { BOXOFFICE_RATE_LIMITS: 'false' } });

// --- a server and what people do there --------------------------------------------------------------------------------

async function served(t, here) {
  const server = await here.serve();
  t.after(() => server.child.kill('SIGKILL'));
  server.stop = async () => {
    server.child.kill('SIGTERM');
    assert.equal((await server.exited)[0], exit.done, server.stderr);
  };
  server.ask = async (token, method, path, body, more = {}) => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...more };
    const response = await fetch(`${server.address}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  };
  server.signIn = async (email) => (await server.ask(null, 'POST', '/auth/login', { email, password })).body.token;
  return server;
}

async function expected(status, asked) {
  const response = await asked;
  assert.equal(response.status, status, JSON.stringify(response.body));
  return response.body;
}

// An event of one schedule with room for all, by the demo's organizer.
async function offered(server, capacity = 1000) {
  const token = await server.signIn('organizer@example.com');
  const day = (n) => new Date(Date.now() + n * 86400_000).toISOString();
  const venue = await expected(201, server.ask(token, 'POST', '/venues', { name: 'Hall', address: strange, capacity }));
  return expected(201, server.ask(token, 'POST', '/events', { title: 'Zebra Ensemble', description: `${strange}\nsecond line`,
    price: '12.50', capacity, maxSeatsPerPerson: capacity, startDate: day(10), endDate: day(11), venueId: venue.id }));
}

const book = (server, token, event, headers, scheduleId) =>
  server.ask(token, 'POST', '/bookings', { eventId: event.id, scheduleId, quantity: 1, paymentMethod: 'sandbox' }, headers);

async function activity(server) {
  const event = await offered(server);
  const token = await server.signIn('customer@example.com');
  await expected(201, book(server, token, event, { 'idempotency-key': 'once-and-not-again' }));
  const second = await expected(201, book(server, token, event));
  await expected(200, server.ask(token, 'POST', `/bookings/${second.id}/cancel`, {}));
  await expected(201, server.ask(token, 'POST', '/support-tickets', { subject: 'NULL', description: `${strange}\n\n\ttabs` }));
  await expected(201, server.ask(null, 'POST', '/auth/register', { email: 'gone@example.com', password, name: strange }));
  const gone = await server.signIn('gone@example.com');
  await expected(204, server.ask(gone, 'DELETE', '/me'));
  const { id } = await expected(201, server.ask(null, 'POST', '/auth/register',
    { email: 'deleted@example.com', password, name: strange }));
  const admin = await server.signIn('admin@example.com');
  await expected(204, server.ask(admin, 'DELETE', `/users/${id}`));
}

async function lively(t, engine) {
  const here = on(t, engine);
  here.seeded();
  const server = await served(t, here);
  await activity(server);
  await server.stop();
  return here;
}

// Many rows that nobody has to make one by one.
const bulk = (rows) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
  INSERT INTO "AuditLogs" ("actorId", "action", "resource", "resourceId", "after", "createdAt", "updatedAt")
  SELECT 0, 'update', 'nothing', i, '{"id":' || i || '}', '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00'
  FROM n`;

// Likewise in a table that is read after schedules and before bookings, so that some are sold between the two.
const labels = (rows) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
  INSERT INTO "EventCategories" ("eventId", "name", "createdAt", "updatedAt")
  SELECT 1, 'label ' || i, '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00' FROM n`;

// Ids of AuditLogs that no column of 32 bits holds, and ones below the first.
const outOfRange = ['-1', '0', '2147483648', '9007199254740993', '9223372036854775807'];
const auditLog = (id) => `INSERT INTO "AuditLogs" ("id", "actorId", "action", "resource", "resourceId", "createdAt", "updatedAt")
  VALUES (${id}, 0, 'update', 'nothing', 3000000000, '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00')`;

// --- digest -----------------------------------------------------------------------------------------------------------

describe('digest', () => {
  test('is what its definition says', async (t) => {
    const here = on(t, 'sqlite').seeded();
    const text = (value) => (value === null ? '-,' : `${Buffer.byteLength(String(value))}:${value},`);
    const rows = await here.query(`SELECT "id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt",
      "version" FROM "EventCategories" ORDER BY "id"`);
    const content = rows.map((row) => Object.entries(row).map(([name, value]) => text(name) + text(value)).join('')).join('');
    const { tables, sha256 } = digest(here);
    assert.deepEqual(tables.find(({ table }) => table === 'EventCategories'),
      { table: 'EventCategories', rows: rows.length, sha256: createHash('sha256').update(content).digest('hex') });
    const all = tables.map((table) => text(table.table) + text(table.rows) + text(table.sha256)).join('');
    assert.equal(sha256, createHash('sha256').update(all).digest('hex'));
    assert.ok(!tables.some(({ table }) => table === 'AuditContexts'));
  });

  test('tells NULL from an empty text, and sees every change', async (t) => {
    const here = on(t, 'sqlite').seeded();
    const seen = new Set([digest(here).sha256]);
    for (const change of [`"facilities" = NULL`, `"facilities" = ''`, `"facilities" = 'NULL'`, `"version" = "version" + 1`]) {
      await here.plant(`UPDATE "Venues" SET ${change} WHERE "id" = 1`);
      seen.add(digest(here).sha256);
    }
    assert.equal(seen.size, 5);
  });

  for (const engine of Object.keys(other)) {
    test(`${engine}: has the rows of every id`, async (t) => {
      const here = on(t, engine).seeded();
      const seen = new Set([digest(here).sha256]);
      for (const id of outOfRange.slice(0, -1)) {
        await here.query(auditLog(id));
        seen.add(digest(here).sha256);
      }
      assert.equal(seen.size, outOfRange.length);
    });
  }

  test('--lasting is the same after the same commands on each engine', async (t) => {
    const [one, two] = [await lively(t, 'sqlite'), await lively(t, 'postgres')];
    assert.deepEqual(digest(one, '--lasting'), digest(two, '--lasting'));
    assert.notEqual(digest(one).sha256, digest(two).sha256);
  });
});

// --- copies -----------------------------------------------------------------------------------------------------------

describe('db:copy', () => {
  test('there and back again leaves nothing behind and changes nothing', async (t) => {
    const first = await lively(t, 'sqlite');
    await first.query(`INSERT INTO "JobCursors" ("name", "position", "createdAt", "updatedAt") VALUES
      ('a job', '1', '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00')`);
    const time = "'2026-01-01 00:00:00.000 +00:00'";
    await first.query(`INSERT INTO "Backups" ("place", "address", "startedAt", "finishedAt", "createdAt", "updatedAt") VALUES
      (1, '/mnt/backup', ${time}, ${time}, ${time}, ${time})`);
    const wanted = digest(first);
    assert.ok(wanted.tables.every(({ rows }) => rows > 0), JSON.stringify(wanted));
    let from = first;
    for (const engine of ['postgres', 'sqlite']) {
      const to = on(t, engine).migrated();
      const { sha256, rows, written } = copy(from, to);
      assert.deepEqual([sha256, written], [wanted.sha256, rows]);
      assert.deepEqual(digest(to), wanted);
      to.done('verify');
      assert.match(to.done('db:seed:all'), /^$/); // the history came along
      from = to;
    }
  });

  for (const [from, to] of directions) {
    test(`from ${from} to ${to}: a server on the copy finds everything and gives new rows new ids`, async (t) => {
      const source = await lively(t, from);
      const target = on(t, to).migrated();
      copy(source, target);
      const ids = async (table) => Number((await source.query(`SELECT max("id") AS n FROM "${table}"`))[0].n);
      const [bookings, sessions] = [await ids('Bookings'), await ids('Sessions')];
      const server = await served(t, target);
      const found = await expected(200, server.ask(null, 'GET', '/events?q=zebra'));
      assert.equal(found.length, 1);
      const token = await server.signIn('customer@example.com');
      assert.ok((await expected(201, book(server, token, found[0]))).id > bookings);
      assert.ok((await target.count('Sessions', `"id" > ${sessions}`)) > 0);
      await server.stop();
      refused(source, target, /did not come from the source/); // it has a life of its own now
      copy(target, source); // and there is a way back
      assert.deepEqual(digest(source), digest(target));
      source.done('verify');
    });

    test(`from ${from} to ${to}: rows of every id`, async (t) => {
      const source = on(t, from).seeded();
      const target = on(t, to).migrated();
      for (const id of outOfRange) await source.query(auditLog(id));
      copy(source, target);
      assert.deepEqual(digest(target), digest(source));
      for (const id of outOfRange) assert.equal(await target.count('AuditLogs', `"id" = ${id} AND "resourceId" = 3000000000`), 1);
    });

    test(`from ${from} to ${to}: copied again, only what changed is written`, async (t) => {
      const source = await lively(t, from);
      const target = on(t, to).migrated();
      copy(source, target);
      assert.equal(copy(source, target).written, 0);
      const server = await served(t, source);
      await expected(201, book(server, await server.signIn('customer@example.com'), await offered(server)));
      await server.stop();
      const { written, rows } = copy(source, target);
      assert.ok(written > 0 && written < rows / 5, `${written} of ${rows}`);
      assert.deepEqual(digest(target), digest(source));
    });

    test(`from ${from} to ${to}: while the source sells, the copy is exact and nobody is refused`, async (t) => {
      const source = on(t, from).seeded();
      await source.query(labels(5000));
      const target = on(t, to).migrated();
      const server = await served(t, source);
      const event = await offered(server, 100000);
      const token = await server.signIn('customer@example.com');
      let selling = true;
      const statuses = new Map();
      const [schedule] = await expected(200, server.ask(null, 'GET', `/schedules?eventId=${event.id}`));
      const buyers = Array.from({ length: 4 }, async (_, i) => { // those who name the schedule are served beside others
        while (selling) {
          const { status } = await book(server, token, event, {}, i > 0 ? schedule.id : undefined);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      });
      const child = spawn(program, copyArguments(source, target, '--json'), {
        env: { ...process.env, ...source.env, BOXOFFICE_LOG_LEVEL: 'warning' }, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '', stderr = '';
      child.stdout.on('data', (bytes) => (stdout += bytes));
      child.stderr.on('data', (bytes) => (stderr += bytes));
      const [code] = await once(child, 'close');
      assert.equal(code, exit.done, stderr);
      selling = false;
      await Promise.all(buyers);
      assert.deepEqual([...statuses.keys()], [201]);
      assert.match(stderr, /stop every server of the source/);
      assert.equal(digest(target).sha256, JSON.parse(stdout).sha256);
      target.done('verify'); // tables read at different moments would not fit together
      const sold = await target.count('Bookings', `"eventId" = ${event.id}`);
      assert.ok(sold > 10 && sold < statuses.get(201), `${sold} of ${statuses.get(201)}`);
      await server.stop();
      copy(source, target); // what the operator does before the switch
      assert.deepEqual(digest(target), digest(source));
    });
  }

  test('killed at any moment, it is finished by the next one; until then nobody serves the target', async (t) => {
    const source = on(t, 'sqlite').seeded();
    await source.query(bulk(30000));
    const target = on(t, 'postgres').migrated();
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT']) {
      const child = spawn(program, copyArguments(source, target),
        { env: { ...process.env, ...source.env }, stdio: 'ignore' });
      const ended = once(child, 'exit');
      const before = await target.count('AuditLogs');
      while ((await target.count('AuditLogs')) < before + 3000) await sleep(5);
      child.kill(signal);
      assert.equal((await ended)[1], signal);
      const { status, stderr } = target.run('serve');
      assert.equal(status, exit.failed);
      assert.match(stderr, /copy into this database is not finished/);
    }
    const kept = await target.count('AuditLogs');
    const { written, rows } = copy(source, target);
    assert.equal(written, rows - kept);
    assert.deepEqual(digest(target), digest(source));
    (await served(t, target)).child.kill('SIGTERM');
  });

  test('unique values that changed places, rows that went and rows that nobody asked for are put right', async (t) => {
    const source = on(t, 'sqlite').seeded();
    const target = on(t, 'postgres').migrated();
    await source.plant(`INSERT INTO "Sessions" ("userId", "tokenHash", "expiresAt", "createdAt", "updatedAt")
      SELECT 1, 'token ' || row_number() OVER (), "createdAt", "createdAt", "createdAt"
      FROM "AuditLogs", (VALUES (1), (2), (3), (4))`); // more than a range
    copy(source, target);
    await source.plant(`DELETE FROM "Sessions" WHERE "id" % 7 = 0;
      UPDATE "Users" SET "email" = 'x@example.org' WHERE "id" = 1; UPDATE "Users" SET "email" = 'y@example.org' WHERE "id" = 2;
      UPDATE "Users" SET "email" = (SELECT "email" FROM "Users" WHERE "id" = 3) || '.' WHERE "id" = 3;`);
    await source.plant(`UPDATE "Sessions" SET "tokenHash" = '-' || "tokenHash" WHERE "id" IN (1, 1600);
      UPDATE "Sessions" SET "tokenHash" = CASE "id" WHEN 1 THEN 'token 1600' ELSE 'token 1' END WHERE "id" IN (1, 1600)`);
    await target.plant(`INSERT INTO "Sessions" ("id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt")
      VALUES (100000, 1, 'nobody', now()::timestamptz(3), now()::timestamptz(3), now()::timestamptz(3))`);
    copy(source, target);
    assert.deepEqual(digest(target), digest(source));
  });

  test('a source that cannot be compared in time is let go, and it is said what to do', async (t) => {
    const source = on(t, 'sqlite').seeded();
    await source.query(bulk(20000));
    const target = on(t, 'postgres').migrated();
    const { status, stderr } = source.run(copyArguments(source, target, '--freeze-ms', '1'));
    assert.equal(status, exit.failed);
    assert.match(stderr, /allow more with --freeze-ms, or stop the source's servers/);
    copy(source, target);
    assert.deepEqual(digest(target), digest(source));
  });

  test('encrypted files are copied too, each with its own key', (t) => {
    const [source, target] = [place(t, { engine: 'sqlite', cipher: 'aegis' }), place(t, { engine: 'sqlite', cipher: 'aegis' })];
    source.seeded();
    for (const command of ['db:create', 'db:migrate']) target.done(command); // a copy of a template would have its key
    copy(source, target);
    assert.deepEqual(digest(target), digest(source));
    target.done('verify');
  });
});

describe('db:copy refuses', () => {
  test('a call without both URLs, with a password in one, or with a strange limit', (t) => {
    const here = on(t, 'sqlite');
    for (const args of [['db:copy'], ['db:copy', '--from', 'sqlite:a'], ['db:copy', '--to', 'sqlite:a'],
      ['db:copy', '--from', 'sqlite:a', '--to', 'sqlite:b', '--url', 'sqlite:c'],
      ['db:copy', '--from', 'sqlite:a', '--to', 'sqlite:b', '--freeze-ms', 'soon']]) {
      assert.equal(here.run(args).status, exit.usage, args.join(' '));
    }
    for (const args of [['--from', 'postgres://me:word@host/a', '--to', 'sqlite:b'],
      ['--from', 'sqlite:a', '--to', 'postgres://host/a?password=word']]) {
      const { status, stderr } = here.run(['db:copy', ...args]);
      assert.equal(status, exit.configuration);
      assert.match(stderr, /argument --(from|to): a password is not allowed in an argument/);
      assert.doesNotMatch(stderr, /word@|=word/);
    }
  });

  for (const [from, to] of directions) {
    test(`from ${from} to ${to}: a target that is missing, without tables, of another version, in use or with other data`, async (t) => {
      const source = on(t, from).seeded();
      const target = on(t, to);
      refused(source, target, /db:create/);
      target.done('db:create');
      refused(source, target, /(\d+) of \1 migrations are pending; run boxoffice db:migrate/);
      target.done('db:migrate');
      await target.query(`INSERT INTO "SequelizeMeta" ("name") VALUES ('20990101000000-later.js')`);
      refused(source, target, /migrations that this version does not know/);
      await target.query(`DELETE FROM "SequelizeMeta" WHERE "name" LIKE '2099%'`);
      const server = await served(t, target);
      refused(source, target, /a server runs on the target/);
      await server.stop();
      target.done('db:seed:all');
      const before = digest(target);
      refused(source, target, /did not come from the source/);
      assert.deepEqual(digest(target), before);
    });
  }

  for (const engine of Object.keys(other)) {
    test(`${engine}: a database into itself`, (t) => {
      const here = on(t, engine).seeded();
      refused(here, here, /the same database/);
    });
  }

  test('data without a history of its own that is there already', async (t) => {
    const source = on(t, 'sqlite').seeded();
    const target = on(t, 'sqlite').migrated();
    await target.plant(`DROP TRIGGER "venues_audit_insert"; INSERT INTO "Venues" ("name", "address", "capacity", "createdAt",
      "updatedAt") VALUES ('a', 'b', 1, '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00')`);
    refused(source, target, /did not come from the source/);
  });

  test('a login that may not switch triggers off, and says who may allow it', async (t) => {
    const source = on(t, 'sqlite').seeded();
    const target = on(t, 'postgres').migrated();
    const to = target.database.url.replace('//postgres@', '//boxoffice_migrate@');
    const { status, stderr } = source.run(['db:copy', '--from', urlOf(source), '--to', to]);
    assert.equal(status, exit.failed);
    assert.match(stderr, /GRANT SET ON PARAMETER session_replication_role TO boxoffice_migrate/);
  });

  test('an id that the target cannot hold, and names the row', async (t) => {
    const source = on(t, 'sqlite').seeded();
    const target = on(t, 'postgres').migrated();
    await source.plant(`UPDATE "Venues" SET "id" = 2147483648 WHERE "id" = (SELECT max("id") FROM "Venues")`);
    refused(source, target, /id of row 2147483648 in Venues holds a number of more than 32 bits/);
  });

  test('what it cannot read, and names the row', async (t) => {
    const source = on(t, 'sqlite').seeded();
    const target = on(t, 'postgres').migrated();
    await source.plant(`UPDATE "Events" SET "startDate" = 'soon' WHERE "id" = 2`);
    refused(source, target, /"value_unreadable","table":"Events","column":"startDate","id":2/);
  });
});
