// kill -9 of a node, of the backends of PostgreSQL that serve it (which makes all of the server recover), and backends
// that are told to end, under a load of bookings on two nodes of one database. A request without a response, or with one
// that does not say what became of it, is repeated with its key until it is known; then what was acknowledged is there
// once, and nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, generator } from '../support/failure.mjs';
import { History, checkHistory, checkSeats, orderBooking, orderCancel, orderPayment } from '../support/failure_load.mjs';
import { Cluster, backendsOf, eventually, many, startNode, worldIn } from '../support/many.mjs';

const kills = many('KILLS', 6);
const seed = many('SEED', Date.now() % 1e9);
const clients = 48;
const hang_ms = 60_000; // far more than it takes; what it took is printed

let cluster;
before(async () => { cluster = await Cluster.start(); });
after(() => cluster?.stop());

// Buyers who insist: they repeat an order, on whichever node, until there is a response that is one.
class Insisting {
  constructor(world, nodes, { history, schedules, random }) {
    Object.assign(this, { nodes, history, schedules, random, stopped: false, repeated: 0, unknown: 0, slowest: 0 });
    this.ended = Promise.all(world.people.slice(1, 1 + clients).map((person) => this.shop(person)));
  }

  async settle(given) {
    const since = performance.now();
    for (;;) {
      const node = this.nodes[Math.floor(this.random() * this.nodes.length)];
      given.client = new Client(node, given.person);
      const response = await given.client.request(given);
      given.client.close();
      if (response && response.status !== 503) {
        this.slowest = Math.max(this.slowest, performance.now() - since);
        return this.history.note(given, response);
      }
      if (response && !response.headers['retry-after']) this.history.complain(`a 503 without Retry-After: ${response.body.type}`);
      this.unknown += response?.body.type === '/problems/outcome_unknown';
      this.repeated++;
      await sleep(20 + this.random() * 60);
    }
  }

  order(person, make, ...what) {
    const given = make({ person }, ...what);
    given.person = person;
    return this.settle(given).then(() => given);
  }

  async shop(person) {
    while (!this.stopped) {
      const schedule = this.schedules[Math.floor(this.random() * this.schedules.length)];
      const { booking } = await this.order(person, orderBooking, schedule, 1 + Math.floor(this.random() * 3));
      if (!booking) continue;
      if (this.random() < 0.4) await this.order(person, orderPayment, booking);
      if (this.random() < 0.5) await this.order(person, orderCancel, booking);
    }
  }

  stop() {
    this.stopped = true;
    return this.ended;
  }
}

const pick = (list, random) => list[Math.floor(random() * list.length)];

// What is killed; each returns when it was.
const victims = {
  async node(world, nodes, random) {
    const at = Math.floor(random() * nodes.length);
    await nodes[at].kill();
    nodes[at] = await startNode(world);
  },
  async backend(world, nodes, random) {
    const busy = await backendsOf(world);
    process.kill(pick(busy, random).pid, 'SIGKILL');
    await cluster.queryWhenUp('SELECT 1');
  },
  async backends(world) {
    await cluster.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${world.database}'`);
  },
};

test(`kill -9 of nodes and backends under load, ${kills} times`, async (t) => {
  const random = generator(seed);
  const world = await worldIn(t, cluster, { people: clients + 1, schedules: kills + 1, seats: 60 });
  const nodes = [await startNode(world), await startNode(world)];
  const history = new History();
  const report = { repeated: 0, unknown: 0, slowest: 0 };
  for (let round = 0; round < kills; round++) {
    const kind = Object.keys(victims)[round % 3];
    const load = new Insisting(world, nodes, { history, random, schedules: world.schedules.slice(round, round + 2) });
    await sleep(100 + random() * 400);
    await victims[kind](world, nodes, random);
    await sleep(200);
    const late = sleep(hang_ms, null, { ref: false }).then(() => assert.fail(`orders hang after a kill of ${kind}`));
    await Promise.race([load.stop(), late]);
    await eventually('both nodes are ready', () => Promise.all(nodes.map((node) => ready(node, world.admin)))
      .then((all) => all.every(Boolean)));
    await checkHistory(history, nodes[round % 2], world.admin);
    checkSeats(history, world);
    assert.deepEqual(history.complaints, [], `round ${round} (${kind}) of seed ${seed}`);
    report.repeated += load.repeated;
    report.unknown += load.unknown;
    report.slowest = Math.max(report.slowest, load.slowest);
  }
  await checkHistory(history, nodes[0], world.admin, { all: true });
  assert.deepEqual(history.complaints, [], `in the end, seed ${seed}`);
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), [], `seed ${seed}`);
  t.diagnostic(`${history.acknowledged} acknowledged, ${history.refused} refused, ${report.repeated} repeated, `
    + `${report.unknown} of unknown outcome, longest without a response ${Math.round(report.slowest)} ms, seed ${seed}`);
  assert.ok(history.acknowledged > 10 * kills && report.repeated > kills, 'the load was no load');
});

async function ready(node, person) {
  const client = new Client(node, person);
  const response = await client.request({ path: '/events?_start=0&_end=1' });
  client.close();
  return response?.status === 200;
}
