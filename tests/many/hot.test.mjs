// Two nodes on one database: a hot schedule that both sell, and what one node remembers while the other changes it. What
// was acknowledged on one node holds for the very next request on the other, also when the connection by which nodes
// are told of changes is cut again and again, or hangs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, rowsAfter } from '../support/failure.mjs';
import { SharedCluster, eventually, many, startNode, tally, watching, withClients, worldIn } from '../support/many.mjs';

const cluster = new SharedCluster();
const hot_rounds = many('ROUNDS', 3);
const changes = many('CHANGES', 100); // of each kind, for each way of being told
const buyers_count = 500;
const seats = 400;

// The connections of a node bear its name, so that the one by which it is told can be found.
const named = (world, name) => ({
  BOXOFFICE_DATABASE_URL: `${world.env.BOXOFFICE_DATABASE_URL}&application_name=${world.database}_${name}`,
});

const watcherOf = (world, name) => `application_name = '${world.database}_${name}' AND ${watching}`;

test(`${buyers_count} buyers on two nodes, ${seats} seats, ${hot_rounds} times: all sold, none twice`, async (t) => {
  const world = await worldIn(t, cluster, { people: buyers_count + 1, schedules: hot_rounds, seats });
  const nodes = [await startNode(world), await startNode(world)];
  const buyers = world.people.slice(1).map((person, i) => new Client(nodes[i % 2], person));
  const admin = new Client(nodes[0], world.admin);
  for (const schedule of world.schedules) {
    const responses = await Promise.all(buyers.map((buyer) => buyer.book(schedule, { key: randomUUID() })));
    assert.deepEqual(tally(responses), { 201: seats, '409 sold_out': buyers_count - seats });
    for (const node of nodes) {
      await withClients(node, [world.admin], async ([client]) => {
        const { availableSeats } = await client.expect(200, { path: `/schedules/${schedule.scheduleId}` });
        assert.equal(availableSeats, 0);
      });
    }
    const sold = new Set(responses.filter(({ status }) => status === 201).map(({ body }) => body.id));
    assert.equal(sold.size, seats, 'a booking was given to two requests');
    const rows = (await rowsAfter(admin, 'bookings')).filter(({ scheduleId }) => scheduleId === schedule.scheduleId);
    assert.deepEqual(new Set(rows.map(({ id }) => id)), sold);
  }
  [...buyers, admin].forEach((client) => client.close());
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), []);
});

// What people may do at once: with a session that node B knows, something is acknowledged on node A, and B is asked.
const kinds = {
  async signOut({ a, b, person }, i) {
    await known(b, person);
    await on(a, person, (client) => client.expect(204, { method: 'POST', path: '/auth/logout', key: randomUUID() }));
    await refused(b, person, i);
  },
  async erase({ a, b, person }, i) {
    await known(b, person);
    await on(a, person, (client) => client.expect(204, { method: 'DELETE', path: '/me' }));
    await refused(b, person, i);
  },
  // An admin gives somebody a password: their sessions end.
  async password({ a, b, person, admin }, i) {
    await known(b, person);
    await on(a, admin, (client) => client.expect(200, { method: 'PATCH', path: `/users/${person.id}`,
      body: { password: `a long password ${i}` } }));
    await refused(b, person, i);
  },
  async promote({ a, b, person, admin }, i) {
    await known(b, person);
    for (const [role, status, seen] of [['organizer', 422, 2], ['customer', 403, 1], ['support', 403, 2]]) {
      await on(a, admin, (client) => client.expect(200, { method: 'PATCH', path: `/users/${person.id}`, body: { role } }));
      await on(b, person, async (client) => {
        if (i % 2) return client.expect(status, { method: 'POST', path: '/venues', body: {}, key: randomUUID() });
        const rows = await client.expect(200, { path: '/users?_start=0&_end=2' });
        assert.equal(rows.length, seen, `as ${role}`);
      });
    }
  },
};

function on(node, person, use) {
  return withClients(node, [person], ([client]) => use(client));
}

function known(node, person) {
  return on(node, person, async (client) => {
    assert.equal((await client.expect(200, { path: '/me' })).id, person.id);
  });
}

// A question, or a command: neither is done for them any more.
function refused(node, person, i) {
  const asked = [{ path: '/me' }, { method: 'POST', path: '/support-tickets', body: { subject: 'a', description: 'b' },
    key: randomUUID() }, { path: '/bookings' }];
  return on(node, person, (client) => client.expect(401, asked[i % asked.length]));
}

// How node B is told of what A does; each returns how to end it.
const ways = {
  'is told': async () => () => {},
  'is cut off again and again': async (world) => {
    let stopped = false;
    const cutting = (async () => {
      while (!stopped) {
        await cluster.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE ${watcherOf(world, 'b')}`);
        await sleep(30);
      }
    })();
    return async () => {
      stopped = true;
      await cutting;
    };
  },
  'does not hear anything': async (world) => {
    const [{ pid }] = await cluster.query(`SELECT pid FROM pg_stat_activity WHERE ${watcherOf(world, 'b')}`);
    process.kill(pid, 'SIGSTOP');
    return () => process.kill(pid, 'SIGCONT');
  },
};

describe('what was acknowledged on node A holds for the next request on B, which', () => {
  for (const [way, begin] of Object.entries(ways)) {
    test(way, async (t) => {
      const counts = { signOut: changes, erase: changes, password: Math.ceil(changes / 10), promote: changes };
      const people = 1 + Object.values(counts).reduce((sum, count) => sum + count);
      const world = await worldIn(t, cluster, { people });
      const [a, b] = [await startNode(world, named(world, 'a')), await startNode(world, named(world, 'b'))];
      const left = world.people.slice(1);
      await known(b, world.admin);
      await eventually('B is told of what others do', async () => (await cluster.query(`SELECT 1 FROM pg_stat_activity
        WHERE ${watcherOf(world, 'b')}`)).length === 1);
      const end = await begin(world);
      try {
        for (const [kind, count] of Object.entries(counts)) {
          for (let i = 0; i < count; i++) {
            await kinds[kind]({ a, b, admin: world.admin, person: left.pop() }, i)
              .catch((error) => { throw new Error(`${kind} ${i}: ${error.message}`); });
          }
        }
      } finally {
        await end();
      }
      for (const node of [a, b]) await node.stop();
      assert.deepEqual(await world.violations(), []);
    });
  }
});

test('an event changed on one node is what the other shows next', async (t) => {
  const world = await worldIn(t, cluster, { people: 1, schedules: 1, seats: 10 });
  const nodes = [await startNode(world), await startNode(world)];
  const clients = nodes.map((node) => new Client(node, world.admin));
  const visitor = new Client(nodes[1], { token: '' });
  const { eventId } = world.schedules[0];
  for (let i = 0; i < changes; i++) {
    const title = `Title ${i}`;
    const [to, from] = i % 2 ? clients : [...clients].reverse();
    await to.expect(200, { method: 'PATCH', path: `/events/${eventId}`, body: { title } });
    assert.equal((await from.expect(200, { path: `/events/${eventId}` })).title, title);
    const [row] = await from.expect(200, { path: `/events?title=Title%20${i}` });
    assert.equal(row.id, eventId);
  }
  [...clients, visitor].forEach((client) => client.close());
  for (const node of nodes) await node.stop();
});

// The messages of an event's stream, as they come: { next(): the data of the next one, close() }.
async function stream(node, eventId) {
  const request = http.get({ host: '127.0.0.1', port: node.port, path: `/api/v1/events/${eventId}/availability/stream` });
  const response = await new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
  let text = '';
  response.on('data', (bytes) => { text += bytes; });
  response.on('error', () => {});
  const next = () => eventually('the stream says something', () => {
    const hit = /data: (.*)\n\n/.exec(text);
    if (hit) text = text.slice(hit.index + hit[0].length);
    return hit && JSON.parse(hit[1]);
  }, { within_ms: 5000 });
  return { next, close: () => request.destroy() };
}

test('a stream of free seats on one node tells of bookings made on the other', async (t) => {
  const world = await worldIn(t, cluster, { people: 2, schedules: 1, seats: 10 });
  const [a, b] = [await startNode(world), await startNode(world)];
  const [schedule] = world.schedules;
  const live = await stream(b, schedule.eventId);
  const seatsIn = (message) => JSON.stringify(message).match(/"availableSeats":(\d+)/)[1];
  assert.equal(seatsIn(await live.next()), '10');
  for (let taken = 1; taken <= 3; taken++) {
    await on(a, world.people[1], (client) => client.book(schedule, { key: randomUUID() }));
    assert.equal(seatsIn(await live.next()), `${10 - taken}`);
  }
  live.close();
  for (const node of [a, b]) await node.stop();
});

test('the same order with the same key on both nodes at once is one booking, and both are told of it', async (t) => {
  const world = await worldIn(t, cluster, { people: 2, schedules: 1, seats: 10_000 });
  const nodes = [await startNode(world), await startNode(world)];
  const clients = nodes.map((node) => new Client(node, world.people[1]));
  const ids = new Set();
  for (let i = 0; i < changes; i++) {
    const key = randomUUID();
    const responses = await Promise.all(clients.map((client) => client.book(world.schedules[0], { key })));
    assert.deepEqual(tally(responses), { 201: 2 }, `order ${i}`);
    assert.deepEqual(responses[0].body, responses[1].body);
    ids.add(responses[0].body.id);
  }
  clients.forEach((client) => client.close());
  await withClients(nodes[0], [world.admin], async ([admin]) => {
    assert.deepEqual(new Set((await rowsAfter(admin, 'bookings')).map(({ id }) => id)), ids);
  });
  assert.equal(ids.size, changes);
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), []);
});

test('the same address registered on both nodes at once is one account', async (t) => {
  const world = await worldIn(t, cluster, { people: 1 });
  const nodes = [await startNode(world), await startNode(world)];
  for (let i = 0; i < Math.ceil(changes / 10); i++) {
    const body = { email: `somebody-${i}@example.com`, password: 'a long password', name: 'Somebody' };
    const responses = await Promise.all(nodes.map((node) => withClients(node, [{ token: '' }], ([client]) =>
      register(client, body))));
    assert.deepEqual(responses.sort(), [201, 409], `account ${i}`);
  }
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), []);
});

async function register({ server }, body) {
  const { status } = await fetch(`http://127.0.0.1:${server.port}/api/v1/auth/register`, { method: 'POST',
    headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return status;
}
