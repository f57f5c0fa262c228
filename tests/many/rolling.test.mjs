// Nodes that come and go: jobs are done once, by whoever leads; nodes are replaced one after the other behind a balancer
// that retries nothing, and no request fails; a session is good on every node.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, rowsAfter } from '../support/failure.mjs';
import { Cluster, eventually, many, startNode, tally, withClients, worldIn } from '../support/many.mjs';

const replacements = many('REPLACEMENTS', 4);
const look_ms = 100; // how often the balancer asks /readyz
const notice_ms = 600;
const clients = 32;

let cluster;
before(async () => { cluster = await Cluster.start({ fast: true }); });
after(() => cluster?.stop());

// A balancer as simple as they come: it asks every node whether it is ready, hands each request to the next that is,
// and if that fails, it fails.
class Balancer {
  static async start(t, nodes) {
    const balancer = new Balancer();
    Object.assign(balancer, { nodes, turn: 0, failures: [], served: new Map() });
    balancer.agents = new Map();
    balancer.server = http.createServer((request, response) => balancer.forward(request, response));
    balancer.server.keepAliveTimeout = 60_000;
    await once(balancer.server.listen(0, '127.0.0.1'), 'listening');
    balancer.port = balancer.server.address().port;
    await balancer.look();
    balancer.looking = setInterval(() => balancer.look(), look_ms);
    t.after(() => balancer.stop());
    return balancer;
  }

  agentOf(node) {
    if (!this.agents.has(node)) this.agents.set(node, new http.Agent({ keepAlive: true }));
    return this.agents.get(node);
  }

  async look() {
    this.ready = (await Promise.all(this.nodes.map(async (node) => ((await isReady(node)) ? node : null)))).filter(Boolean);
  }

  forward(request, response) {
    const node = this.ready[this.turn++ % this.ready.length];
    const fail = (error) => {
      this.failures.push(`${request.method} ${request.url}: ${error.message}`);
      if (!response.headersSent) response.writeHead(502).end();
    };
    if (!node) return fail(new Error('no node is ready'));
    this.served.set(node, (this.served.get(node) ?? 0) + 1);
    const { connection, host, ...headers } = request.headers;
    const sent = http.request({ host: '127.0.0.1', port: node.port, agent: this.agentOf(node), method: request.method,
      path: request.url, headers }, (received) => {
      const { connection: ignored, ...kept } = received.headers;
      response.writeHead(received.statusCode, kept);
      received.on('error', fail);
      received.pipe(response);
    });
    sent.on('error', fail);
    return request.pipe(sent);
  }

  stop() {
    clearInterval(this.looking);
    this.server.close();
    this.server.closeAllConnections();
    for (const agent of this.agents.values()) agent.destroy();
  }
}

function isReady(node) {
  return new Promise((resolve) => {
    http.get({ host: '127.0.0.1', port: node.port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

test(`${replacements} nodes are replaced one after the other under load: no request fails`, async (t) => {
  const env = { BOXOFFICE_DRAIN_NOTICE_MS: String(notice_ms) };
  const world = await worldIn(t, cluster, { people: clients + 1, schedules: 4, seats: 1_000_000, env });
  const nodes = [await startNode(world), await startNode(world)];
  const balancer = await Balancer.start(t, nodes);
  const responses = [];
  let stopped = false;
  const shop = async (client, i) => {
    while (!stopped) {
      const schedule = world.schedules[i % world.schedules.length];
      responses.push(await client.book(schedule, { key: randomUUID() }));
      responses.push(await client.request({ path: `/events/${schedule.eventId}/availability` }));
      responses.push(await client.request({ path: '/me' }));
    }
  };
  const buyers = world.people.slice(1).map((person) => new Client(balancer, person));
  const all = Promise.all(buyers.map(shop));
  for (let i = 0; i < replacements; i++) {
    await sleep(300);
    const old = nodes[i % 2];
    await old.stop();
    nodes[i % 2] = await startNode(world);
    await eventually('the new node is asked', () => balancer.served.get(nodes[i % 2]) > 0);
  }
  await sleep(300);
  stopped = true;
  await all;
  buyers.forEach((buyer) => buyer.close());
  assert.deepEqual(balancer.failures, []);
  const count = tally(responses);
  assert.deepEqual(Object.keys(count).sort(), ['200', '201'], JSON.stringify(count));
  await withClients(nodes[0], [world.admin], async ([admin]) => {
    assert.equal((await rowsAfter(admin, 'bookings')).length, count[201]);
  });
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), []);
  t.diagnostic(`${responses.length} answers by ${balancer.served.size} nodes`);
});

const leads = (node) => /"event":"leader_acquired"/.test(node.errors + node.output);

test('holds end exactly once with two nodes, and the other node takes over when the one that leads is killed', async (t) => {
  const env = { BOXOFFICE_HOLD_MS: '1000', BOXOFFICE_LOG_LEVEL: 'info' };
  const world = await worldIn(t, cluster, { people: 61, schedules: 1, seats: 60, env });
  const nodes = [await startNode(world), await startNode(world)];
  const [schedule] = world.schedules;
  const buyers = world.people.slice(1);
  for (let round = 0; round < 3; round++) {
    const responses = await Promise.all(buyers.map((person, i) => withClients(nodes[i % 2], [person], ([client]) =>
      client.book(schedule, { key: randomUUID() }))));
    assert.deepEqual(tally(responses), { 201: 60 }, `round ${round}`);
    const leader = nodes.findIndex(leads);
    assert.ok(leader >= 0 && !leads(nodes[1 - leader]), 'one of the nodes leads');
    if (round === 1) { // with every hold under way
      await nodes[leader].kill();
      await eventually('the other one leads', () => leads(nodes[1 - leader]), { within_ms: 5000 });
      nodes[leader] = await startNode(world);
    }
    await withClients(nodes[round % 2], [world.admin], ([client]) => eventually('the seats are back', async () => {
      const { availableSeats } = await client.expect(200, { path: `/schedules/${schedule.scheduleId}` });
      assert.ok(availableSeats <= 60, 'a hold ended twice');
      return availableSeats === 60;
    }, { within_ms: 10_000 }));
  }
  await withClients(nodes[0], [world.admin], async ([client]) => {
    const rows = await rowsAfter(client, 'bookings');
    assert.deepEqual([rows.length, rows.filter(({ status }) => status === 'expired').length], [180, 180]);
    const changes = await client.expect(200, { path: `/bookings/${rows[0].id}/history` });
    assert.equal(changes.length, 2, 'made, and expired once');
  });
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), []);
});

test('who signs in on one node is signed in on every other, at once', async (t) => {
  const world = await worldIn(t, cluster, { people: 1 });
  const nodes = [await startNode(world), await startNode(world), await startNode(world)];
  const visitor = new Client(nodes[0], { token: '' });
  const account = { email: 'somebody@example.com', password: 'a long password' };
  const ask = (path, body) => fetch(`http://127.0.0.1:${visitor.server.port}/api/v1${path}`, { method: 'POST',
    headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal((await ask('/auth/register', { ...account, name: 'Somebody' })).status, 201);
  for (const node of nodes) {
    visitor.server = node;
    const { token } = await (await ask('/auth/login', account)).json();
    for (const other of nodes) {
      await withClients(other, [{ token }], async ([client]) => {
        assert.equal((await client.expect(200, { path: '/me' })).email, account.email);
      });
    }
  }
  visitor.close();
  for (const node of nodes) await node.stop();
});
