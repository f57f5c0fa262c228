// What PostgreSQL can do to a node, and what people are answered meanwhile: never a 2xx for what may not have happened,
// always a response in bounded time, and business as usual once it is over.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, rowsAfter } from '../support/failure.mjs';
import { Cluster, backendsOf, eventually, startNode, tally, worldIn } from '../support/many.mjs';

const commit_ms = 1000;
const read_ms = 10_000; // how long a query is waited for
const connect_ms = 5000; // and a connection that is made anew
// A batch is answered after 3 commit_ms and one attempt to connect; a person who is not known yet is looked up before.
const bound_ms = read_ms + 2 * connect_ms + 3 * commit_ms;

let cluster;
before(async () => { cluster = await Cluster.start(); });
after(() => cluster?.stop());

// A world with one node, and what most tests do with it.
async function setUp(t, { people = 40, schedules = 3, env = {}, ...options } = {}) {
  const world = await worldIn(t, cluster, { people, schedules, seats: 1000, ...options,
    env: { BOXOFFICE_COMMIT_MS: String(commit_ms), ...env } });
  const node = await startNode(world);
  const clients = world.people.map((person) => new Client(node, person));
  world.endings.push(() => clients.forEach((client) => client.close()));
  return { world, node, admin: clients[0], buyers: clients.slice(1), schedules: world.schedules };
}

// Sound in the end: the node ends by itself, and the data are in order.
async function tearDown({ world, node }) {
  await node.stop();
  assert.deepEqual(await world.violations(), []);
}

// A response, within bounds.
async function bounded(request) {
  const since = performance.now();
  const response = await request;
  assert.ok(response, 'no response');
  const ms = performance.now() - since;
  assert.ok(ms <= bound_ms, `answered ${response.status} after ${Math.round(ms)} ms`);
  return response;
}

function refusedForNow(response, code = 'overloaded') {
  assert.equal(`${response.status} ${response.body.type}`, `503 /problems/${code}`);
  assert.ok(Number(response.headers['retry-after']) >= 1);
}

// The same order with its key until it is done; what was answered at last.
function insist(client, schedule, key) {
  return eventually('the order is done', async () => {
    const response = await client.book(schedule, { key });
    return response && response.status !== 503 && response;
  });
}

async function bookedOnce(admin, keysDone) {
  const rows = await rowsAfter(admin, 'bookings');
  assert.equal(rows.length, keysDone, 'bookings in the end');
}

const lockShowing = ({ scheduleId }) => `SELECT 1 FROM "Schedules" WHERE "id" = ${scheduleId} FOR UPDATE`;

// A trigger at each insertion of bookings that does what `body` says; as long as the table "Failure" has a row, which
// `on` and `off` see to.
async function trigger(world, body, { deferred = false } = {}) {
  await world.query(`CREATE TABLE public."Failure" (n int); CREATE SEQUENCE public.failure_count;
    CREATE FUNCTION public.failure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF EXISTS (SELECT 1 FROM public."Failure") THEN ${body} END IF; RETURN NULL; END $$;
    ${deferred
    ? 'CREATE CONSTRAINT TRIGGER failure AFTER INSERT ON "Bookings" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW'
    : 'CREATE TRIGGER failure AFTER INSERT ON "Bookings" FOR EACH STATEMENT'} EXECUTE FUNCTION public.failure()`);
  return {
    on: () => world.query('INSERT INTO public."Failure" VALUES (1)'),
    off: () => world.query('DELETE FROM public."Failure"'),
  };
}

const raise = (state) => `RAISE EXCEPTION 'failure' USING ERRCODE = '${state}';`;

test('deadlock: whoever was in it is tried again, and nobody notices', async (t) => {
  const set = await setUp(t, { env: { BOXOFFICE_WRITERS: '1', BOXOFFICE_COMMIT_MS: '10000' } });
  const { world, buyers, admin, schedules } = set;
  const [gate, foreign] = [await cluster.connect(world.database), await cluster.connect(world.database)];
  await gate.query(`BEGIN; ${lockShowing(schedules[0])}`);
  await foreign.query(`SET deadlock_timeout TO '60s'; BEGIN; ${lockShowing(schedules[2])}`);
  const first = buyers[0].book(schedules[0], { key: randomUUID() });
  await eventually('the writer waits', async () => (await backendsOf(world, "wait_event_type = 'Lock'")).length === 1);
  const pair = Promise.all([buyers[1].book(schedules[1], { key: randomUUID() }),
    buyers[2].book(schedules[2], { key: randomUUID() })]);
  await sleep(300); // both are in the queue, and will share a batch
  await gate.query('COMMIT');
  assert.equal((await first).status, 201);
  await eventually('the batch waits', async () => (await backendsOf(world, "wait_event_type = 'Lock'")).length === 1);
  await foreign.query(lockShowing(schedules[1])); // comes back when the batch was ended
  await foreign.query('COMMIT');
  assert.deepEqual(tally(await pair), { 201: 2 });
  await eventually('PostgreSQL counted the deadlock', async () => (await cluster.query(
    `SELECT deadlocks FROM pg_stat_database WHERE datname = '${world.database}'`))[0].deadlocks > 0);
  await Promise.all([gate.end(), foreign.end()]);
  await bookedOnce(admin, 3);
  await tearDown(set);
});

for (const [state, what] of [['40001', 'a serialization failure'], ['40P01', 'being a victim of a deadlock']]) {
  test(`${what} that goes away: 201, or 503 and 201 by repeating`, async (t) => {
    const set = await setUp(t);
    const { world, buyers, admin, schedules } = set;
    const failure = await trigger(world, `IF nextval('public.failure_count') % 3 = 1 THEN ${raise(state)} END IF;`);
    await failure.on();
    const keys = buyers.map(() => randomUUID());
    const responses = await Promise.all(buyers.map((buyer, i) => bounded(buyer.book(schedules[i % 3], { key: keys[i] }))));
    for (const response of responses) if (response.status !== 201) refusedForNow(response);
    const done = await Promise.all(buyers.map((buyer, i) => insist(buyer, schedules[i % 3], keys[i])));
    assert.deepEqual(tally(done), { 201: buyers.length });
    await failure.off();
    await bookedOnce(admin, buyers.length);
    await tearDown(set);
  });
}

test('disk full: 507, reading goes on, and so does booking when there is room', async (t) => {
  const set = await setUp(t);
  const { world, buyers, admin, schedules } = set;
  const disk = makeDisk(t);
  if (disk) {
    await world.query(`CREATE TABLESPACE small_${world.database} LOCATION '${disk.folder}'`);
    world.endings.splice(1, 0, disk.remove, () => cluster.query(`DROP TABLESPACE small_${world.database}`));
    await world.query(`ALTER TABLE "Bookings" SET TABLESPACE small_${world.database}`);
  }
  const failure = disk ?? await trigger(world, raise('53100'));
  let booked = 0;
  const book = async (i) => {
    const response = await bounded(buyers[i % buyers.length].book(schedules[i % 3], { key: randomUUID() }));
    booked += response.status === 201;
    return response;
  };
  await failure.on();
  let full;
  for (let i = 0; !full && i < 2000; i++) full = [await book(i)].find(({ status }) => status !== 201);
  assert.equal(`${full?.status} ${full?.body.type}`, '507 /problems/storage_full');
  assert.deepEqual(tally(await Promise.all(buyers.map((_, i) => book(i)))), { '507 storage_full': buyers.length });
  await admin.expect(200, { path: '/bookings' });
  await failure.off();
  assert.deepEqual(tally(await Promise.all(buyers.map((_, i) => book(i)))), { 201: buyers.length });
  await bookedOnce(admin, booked);
  await tearDown(set);
});

// A file system with little room; null where none may be mounted. A balloon fills it: { folder, on(), off(),
// remove() }.
function makeDisk(t) {
  const folder = `${cluster.folder}-disk`;
  const balloon = `${folder}/balloon`;
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0777', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    t.diagnostic('nothing can be mounted here: PostgreSQL is made to say that its disk is full');
    rmSync(folder, { recursive: true });
    return null;
  }
  mkdirSync(`${folder}/tables`);
  chmodSync(`${folder}/tables`, 0o700);
  execFileSync('chown', ['postgres:', `${folder}/tables`]);
  return {
    folder: `${folder}/tables`,
    on() {
      try {
        for (let i = 0; i < 64; i++) writeFileSync(balloon, Buffer.alloc(1 << 16), { flag: 'a' });
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
      }
    },
    off: () => rmSync(balloon),
    remove() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

test('connection limit: a node says so at its start; one that runs answers 503 and recovers', async (t) => {
  const role = `node_${randomUUID().slice(0, 8)}`;
  await cluster.query(`CREATE ROLE ${role} LOGIN`);
  const set = await setUp(t);
  const { world, buyers, admin, schedules } = set;
  await cluster.query(`GRANT boxoffice_app TO ${role}`);
  const as = { BOXOFFICE_DATABASE_URL: world.env.BOXOFFICE_DATABASE_URL.replace('//postgres@', `//${role}@`) };
  const limit = (count) => cluster.query(`ALTER ROLE ${role} CONNECTION LIMIT ${count}`);

  await limit(1);
  await assert.rejects(startNode(world, as), /too many connections/);
  await limit(100);
  await set.node.stop();
  set.node = await startNode(world, as);
  [...buyers, admin].forEach((client) => { client.server = set.node; });
  assert.equal((await buyers[0].book(schedules[0], { key: randomUUID() })).status, 201);

  await limit(0);
  await cluster.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
  const keys = buyers.map(() => randomUUID());
  for (let round = 0; round < 2; round++) {
    const responses = await Promise.all(buyers.map((buyer, i) => bounded(buyer.book(schedules[i % 3], { key: keys[i] }))));
    responses.forEach((response) => refusedForNow(response));
  }
  refusedForNow(await bounded(admin.request({ path: '/events' })));
  await limit(100);
  await Promise.all(buyers.map((buyer, i) => insist(buyer, schedules[i % 3], keys[i])));
  await admin.expect(200, { path: '/events' });
  await bookedOnce(admin, 1 + buyers.length);
  await tearDown(set);
  await cluster.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});

test('somebody holds the row of a hot schedule: 503 in bounded time, and then it goes on', async (t) => {
  const set = await setUp(t);
  const { world, buyers, admin, schedules } = set;
  const foreign = await cluster.connect(world.database);
  await foreign.query(`BEGIN; ${lockShowing(schedules[0])}`);
  const keys = buyers.map(() => randomUUID());
  const responses = await Promise.all(buyers.map((buyer, i) => bounded(buyer.book(schedules[0], { key: keys[i] }))));
  responses.forEach((response) => refusedForNow(response));
  await admin.expect(200, { path: `/schedules/${schedules[0].scheduleId}` });
  await foreign.query('COMMIT');
  await foreign.end();
  assert.deepEqual(tally(await Promise.all(buyers.map((buyer, i) => insist(buyer, schedules[0], keys[i])))),
    { 201: buyers.length });
  await bookedOnce(admin, buyers.length);
  await tearDown(set);
});

// Every process of the server.
function processes() {
  const { postmaster } = cluster;
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(/\s+/);
  return [postmaster, ...children.map(Number)];
}

test('PostgreSQL stands still: 503 in bounded time, and then it goes on', async (t) => {
  const set = await setUp(t);
  const { buyers, admin, schedules } = set;
  const stopped = processes();
  const keys = buyers.map(() => randomUUID());
  stopped.forEach((pid) => process.kill(pid, 'SIGSTOP'));
  try {
    for (let round = 0; round < 2; round++) {
      const responses = await Promise.all(buyers.map((buyer, i) => bounded(buyer.book(schedules[i % 3], { key: keys[i] }))));
      for (const { status, headers } of responses) assert.ok(status === 503 && Number(headers['retry-after']) >= 1);
    }
  } finally {
    stopped.forEach((pid) => process.kill(pid, 'SIGCONT'));
  }
  await Promise.all(buyers.map((buyer, i) => insist(buyer, schedules[i % 3], keys[i])));
  await admin.expect(200, { path: '/events' });
  await bookedOnce(admin, buyers.length);
  await tearDown(set);
});

test('PostgreSQL stands still, and the node is told to end: it does', async (t) => {
  const { world, node } = await setUp(t);
  const stopped = processes();
  stopped.forEach((pid) => process.kill(pid, 'SIGSTOP'));
  await sleep(500); // so that whoever looks now and then waits for a response
  const late = setTimeout(() => node.kill(), 2 * bound_ms);
  try {
    await node.stop();
  } finally {
    clearTimeout(late);
    stopped.forEach((pid) => process.kill(pid, 'SIGCONT'));
  }
  assert.deepEqual(await world.violations(), []);
});

// Connections of before are found to be lost only when they are used.
async function unlessOverloaded(ask) {
  for (;;) {
    const response = await ask();
    if (response.body.type !== '/problems/overloaded') return response;
    await sleep(100);
  }
}

const committing = "query = 'COMMIT' AND state = 'active'";

test('the connection is lost in COMMIT: 503 outcome_unknown, and repeating it books once', async (t) => {
  const set = await setUp(t, { env: { BOXOFFICE_COMMIT_MS: '10000' } });
  const { world, buyers, admin, schedules } = set;
  const failure = await trigger(world, 'PERFORM pg_sleep(60);', { deferred: true });
  const ends = {
    'kill -9': ({ pid }) => process.kill(pid, 'SIGKILL'),
    terminated: ({ pid }) => cluster.query(`SELECT pg_terminate_backend(${pid})`),
  };
  for (const [i, end] of Object.values(ends).entries()) {
    const key = randomUUID();

    await failure.on();
    const response = unlessOverloaded(() => buyers[i].book(schedules[0], { key }));
    const [backend] = await eventually('COMMIT is under way', async () => {
      const found = await backendsOf(world, committing);
      return found.length > 0 && found;
    });
    await end(backend);
    refusedForNow(await response, 'outcome_unknown');
    await eventually('PostgreSQL recovered', () => failure.off().then(() => true, () => false));
    assert.equal((await insist(buyers[i], schedules[0], key)).status, 201);
  }
  await bookedOnce(admin, 2);
  await tearDown(set);
});

const waitingForCopy = "wait_event = 'SyncRep'";

test('no synchronous standby: 503 in bounded time, nothing piles up, and then it goes on', async (t) => {
  const set = await setUp(t);
  const { world, buyers, admin, schedules } = set;
  const before_ = (await backendsOf(world)).length;
  await cluster.set({ synchronous_standby_names: 'nobody' });
  t.after(() => cluster.set({ synchronous_standby_names: null }));
  const keys = buyers.map(() => randomUUID());
  for (let round = 0; round < 3; round++) {
    const responses = await Promise.all(buyers.map((buyer, i) => bounded(buyer.book(schedules[i % 3], { key: keys[i] }))));
    for (const { status, headers } of responses) assert.ok(status === 503 && Number(headers['retry-after']) >= 1, `${status}`);
  }
  await admin.expect(200, { path: '/events' });
  assert.ok((await backendsOf(world)).length <= before_ + 1, 'backends pile up');
  await cluster.set({ synchronous_standby_names: null });
  assert.deepEqual(tally(await Promise.all(buyers.map((buyer, i) => insist(buyer, schedules[i % 3], keys[i])))),
    { 201: buyers.length });
  await bookedOnce(admin, buyers.length);
  await tearDown(set);
});

for (const [how, end] of Object.entries({
  cancelled: ({ pid }) => cluster.query(`SELECT pg_cancel_backend(${pid})`),
  terminated: ({ pid }) => cluster.query(`SELECT pg_terminate_backend(${pid})`),
})) {
  test(`the wait for a synchronous standby is ${how}: never a 2xx, and repeating finds what was committed`, async (t) => {
    const set = await setUp(t, { env: { BOXOFFICE_COMMIT_MS: '20000' } });
    const { world, buyers, admin, schedules } = set;
    const key = randomUUID();
    await cluster.set({ synchronous_standby_names: 'nobody' });
    t.after(() => cluster.set({ synchronous_standby_names: null }));
    const response = buyers[0].book(schedules[0], { key });
    const [backend] = await eventually('COMMIT waits', async () => {
      const found = await backendsOf(world, waitingForCopy);
      return found.length > 0 && found;
    });
    await end(backend);
    refusedForNow(await response, 'outcome_unknown');
    await cluster.set({ synchronous_standby_names: null });
    const repeated = await insist(buyers[0], schedules[0], key);
    assert.equal(repeated.status, 201);
    assert.equal(repeated.headers['idempotency-replayed'], 'true');
    await bookedOnce(admin, 1);
    await tearDown(set);
  });
}
