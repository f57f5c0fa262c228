// The n-th message between a node and PostgreSQL is lost, cut in its middle, or comes late; n rises until a request is not
// disturbed. A 2xx says that it is in the database; everything else is a 503 with Retry-After, and repeating it with the
// same key does it once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Client } from '../support/failure.mjs';
import { SharedCluster, eventually, many, startNode, worldIn } from '../support/many.mjs';
import { PostgresProxy } from '../support/postgres_proxy.mjs';

const commit_ms = 1000;
const delay_ms = commit_ms + 300; // longer than a commit is waited for
const step = many('NTH_STEP', 60); // 1: every message
const password = 'long enough for a test';

// A node behind a proxy. What is looked up in the database goes past it.
async function setUp(t) {
  const cluster = new SharedCluster();
  const world = await worldIn(t, cluster, { people: 2, schedules: 1, seats: 100_000,
    env: { BOXOFFICE_COMMIT_MS: String(commit_ms), BOXOFFICE_READERS: '1', BOXOFFICE_WRITERS: '1' } });
  const proxy = await PostgresProxy.start(new URL(cluster.url.replace('@/', '@socket/')).searchParams.get('host'));
  world.endings.push(() => proxy.stop());
  const node = await startNode(world, { BOXOFFICE_DATABASE_URL: `postgres://postgres@/${world.database}?host=${proxy.folder}` });
  const client = new Client(node, world.people[1]);
  world.endings.push(() => client.close());
  return { world, proxy, node, client, schedule: world.schedules[0] };
}

const one = async ({ world }, sql) => Object.values((await world.query(sql))[0])[0];

function refusedForNow({ status, headers, body }, where) {
  assert.equal(status, 503, `${where}: ${status} ${JSON.stringify(body)}`);
  assert.match(body.type, /overloaded|outcome_unknown/, where);
  assert.ok(Number(headers['retry-after']) >= 1, where);
}

// Booked with a new key, undisturbed.
async function booked({ client, schedule }) {
  const response = await client.book(schedule, { key: randomUUID() });
  assert.equal(response.status, 201, JSON.stringify(response.body));
  return response.body;
}

const paymentOf = (set, booking) => one(set, `SELECT id FROM "Payments" WHERE "bookingId" = ${booking.id}`);

// Each has: what is there before (`prepare`, given to the others), the request, the status of its success, how many times
// it was done by what the database says, and what else has to be right about its response.
const kinds = {
  'a booking with a key': {
    prepare: async (set) => ({ id: await one(set, 'SELECT coalesce(max(id), 0) FROM "Bookings"') }),
    request: ({ schedule }) => ({ method: 'POST', path: '/bookings', body: { ...schedule, seats: undefined, quantity: 1 } }),
    status: 201,
    times: (set, { id }) => one(set, `SELECT count(*)::int FROM "Bookings" WHERE id > ${id}`),
  },
  'a payment': {
    prepare: async (set) => {
      const payment = await paymentOf(set, await booked(set));
      return { payment };
    },
    request: (set, { payment }) => ({ method: 'POST', path: `/payments/${payment}/pay` }),
    status: 200,
    times: (set, { payment }) => one(set, `SELECT count(*)::int FROM "AuditLogs" WHERE resource = 'payments'
      AND "resourceId" = ${payment} AND after::jsonb ->> 'status' = 'paid'`),
  },
  'a cancellation': {
    prepare: (set) => booked(set),
    request: (set, { id }) => ({ method: 'POST', path: `/bookings/${id}/cancel` }),
    status: 200,
    times: (set, { id }) => one(set, `SELECT count(*)::int FROM "AuditLogs" WHERE resource = 'bookings'
      AND "resourceId" = ${id} AND after::jsonb ->> 'status' = 'cancelled'`),
  },
  'a sign-in': {
    once: async (set) => {
      set.email = `nth-${randomUUID()}@example.com`;
      await set.client.expect(201, { method: 'POST', path: '/auth/register', body: { email: set.email, password, name: 'N' } });
    },
    prepare: async (set) => ({ id: await one(set, 'SELECT coalesce(max(id), 0) FROM "Sessions"') }),
    request: ({ email }) => ({ method: 'POST', path: '/auth/login', body: { email, password }, keyless: true }),
    status: 200,
    times: async (set, { id }) => one(set, `SELECT least(count(*), 1)::int FROM "Sessions" WHERE id > ${id}`),
    check: async ({ node }, { body }) => {
      const client = new Client(node, body);
      const me = await eventually('the session is known', async () => {
        const response = await client.request({ path: '/me' });
        return response?.status !== 503 && response;
      });
      client.close();
      assert.equal(me.status, 200, JSON.stringify(me.body));
    },
  },
  'a list': {
    prepare: async (set) => ({ rows: (await set.client.expect(200, { path: '/events?_start=0&_end=5' })).length }),
    request: () => ({ path: '/bookings?_start=0&_end=5&_sort=id&_order=asc', keyless: true }),
    status: 200,
    times: () => 1,
    check: (set, { body }) => assert.ok(Array.isArray(body)),
  },
};

// Repeats a request until it is not refused for now.
const insist = (client, request) => eventually('the request is done', async () => {
  const response = await client.request(request);
  return response && response.status !== 503 && response;
});

// One request with the n-th message disturbed; whether there was one.
async function disturbed(set, kind, failure, tally) {
  const given = await eventually('an undisturbed request succeeds', () => kind.prepare(set).catch(() => null));
  const { keyless, ...request } = { ...kind.request(set, given) };
  if (!keyless) request.key = randomUUID();
  const where = JSON.stringify(failure);
  set.proxy.arm({ ...failure, delay_ms });
  const response = await set.client.request(request);
  set.proxy.disarm();
  const { hit } = set.proxy;
  assert.ok(response, `${where}: no response`);
  if (response.status === kind.status) {
    assert.equal(await kind.times(set, given), 1, `${where}, ${hit}: acknowledged`);
    await kind.check?.(set, response);
  } else {
    refusedForNow(response, `${where}, ${hit}`);
    const repeated = await insist(set.client, request);
    assert.equal(repeated.status, kind.status, `${where}, ${hit}, repeated: ${JSON.stringify(repeated.body)}`);
    assert.equal(await kind.times(set, given), 1, `${where}, ${hit}: repeated`);
    await kind.check?.(set, repeated);
  }
    if (hit) tally[response.status === 503 ? response.body.type.replace('/problems/', '') : 'acknowledged']++;
  return hit !== null;
}

const hows = ['lost', 'cut', 'delayed'];

// n rises until the request is not disturbed.
async function loop(set, kind, { how, first, tally }) {
  let n = first;
  for (; await disturbed(set, kind, { n, how }, tally); n += step) continue;
  assert.ok(n > 4, 'a request has messages');
}

test('the n-th message of PostgreSQL is lost, cut or late', async (t) => {
  const set = await setUp(t);
  const tally = { acknowledged: 0, overloaded: 0, outcome_unknown: 0 };
  for (const [i, [name, kind]] of Object.entries(kinds).entries()) {
    await t.test(name, async () => {
      await kind.once?.(set);
      // Of a part, each kind has one of the three, in messages of its own.
      const chosen = step === 1 || i === 0 ? hows : [hows[i % hows.length]];
      for (const how of chosen) await loop(set, kind, { how, first: 1 + (13 * i) % Math.min(step, 50), tally });
    });
  }
  t.diagnostic(JSON.stringify(tally));
  assert.ok(tally.acknowledged > 0 && tally.overloaded + tally.outcome_unknown > 0, 'none was disturbed');
  await set.node.stop();
  assert.deepEqual(await set.world.violations(), []);
});
