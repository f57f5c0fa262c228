#!/usr/bin/env node
// A database of three nodes that loses its primary, again and again, under a load of bookings:
//
//     BOXOFFICE=build/release/boxoffice node tests/failure/failover/campaign.mjs [rounds]
//
// In turns the primary's machine dies (kill -9 of PostgreSQL, Patroni and etcd) and is cut off the network (its
// packets vanish while it goes on); one more round takes both standbys away. One server, which is never restarted,
// sells all the while. What has to hold:
//  - every acknowledged booking is in the database once, and its order repeated gets it again; no other is there;
//  - no schedule is oversold, and `boxoffice verify` finds nothing;
//  - after the loss of a primary the first booking is acknowledged within 30 seconds;
//  - without a standby bookings are answered 503 and none is acknowledged, until one is back; reads go on.
// Without the right to make network namespaces no node can be cut off; then machines die in every round.
// BOXOFFICE_FAILURE_KEEP=true keeps the folder with everybody's logs.
//
// The cluster is tools/cluster's: its configuration is packaging/patroni, so this is the proof of that as well.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Server, World, release, root } from '../../support/failure.mjs';
import { History, Load, checkKeys, checkRows } from './load.mjs';

const run = promisify(execFile);

export const first_acknowledged_max_s = 30; // the promise
const patience_ms = 60_000; // then something is broken, and the campaign ends
const calm_ms = 1500; // of selling before and after each failure
const without_standby_ms = 8000;
const buyers = 16;
const small = 150; // seats of a schedule; each round has one of its own, which sells out
const keep = process.env.BOXOFFICE_FAILURE_KEEP === 'true'; // the folder with the logs of the nodes
const large = 1_000_000; // and all have one that never does

// The nodes, by tools/cluster.
export class Cluster {
  constructor(folder) {
    this.folder = folder;
  }

  async do(verb, ...more) {
    const { stdout } = await run(join(root, 'tools/cluster'), [verb, this.folder, ...more.map(String)]);
    return stdout.trim();
  }

  // What can happen to a primary here: on loopback addresses nobody can be cut off.
  get failures() {
    return readFileSync(join(this.folder, 'network'), 'utf8').startsWith('namespaces') ? ['kill', 'cut'] : ['kill'];
  }

  // The roles of the nodes 1 to 3: primary, synchronous, standby, or - when a node does not answer.
  async roles() {
    return (await this.do('status')).split('\n').map((line) => line.split(' ')[2]);
  }

  // A round begins with all three nodes, or it would be a double failure. Returns their roles.
  async whole() {
    await this.do('wait');
    return this.roles();
  }
}

// A world whose database is in the cluster. What needs the superuser is done through the socket, the rest as the role
// of the application over the network.
class ClusterWorld extends World {
  static async create({ people, schedules }) {
    const world = new ClusterWorld();
    world.folder = mkdtempSync(join(tmpdir(), 'failover-'));
    chmodSync(world.folder, 0o755); // PostgreSQL's user works below it
    world.endings = keep ? [() => console.error(`kept: ${world.folder}`)]
      : [() => rmSync(world.folder, { recursive: true, force: true })];
    world.binary = release;
    world.cluster = new Cluster(join(world.folder, 'cluster'));
    world.endings.push(() => world.cluster.do('stop').catch(() => {}));
    try {
      await world.furnish(people, schedules);
    } catch (error) {
      await world.end();
      throw error;
    }
    return world;
  }

  async furnish(people, schedules) {
    await this.cluster.do('start');
    this.superuser = { BOXOFFICE_DATABASE_URL: await this.cluster.do('url', 'postgres') };
    // Whatever is held stays held: the end of a hold is another test's matter.
    this.env = { BOXOFFICE_DATABASE_URL: await this.cluster.do('url', 'boxoffice_app'), BOXOFFICE_HOLD_MS: '86400000' };
    await this.createDatabase();
    await this.command(['db:migrate'], this.superuser);
    const made = await this.fixture(people, schedules, small);
    this.people = made.people;
    [this.admin] = made.people;
    this.small = made.schedules;
    [this.large] = (await this.fixture(0, 1, large)).schedules;
  }

  async fixture(people, schedules, seats) {
    const { stdout } = await run(join(dirname(this.binary), 'domain_failure_fixture'),
      [people, schedules, seats, 1000].map(String), { env: this.environment(), maxBuffer: 1 << 24 });
    return JSON.parse(stdout);
  }

  // A standby says that the new database does not exist until it has replayed that it does, and then libpq asks no
  // other node. Whoever repeats it a moment later succeeds.
  async createDatabase() {
    const over = performance.now() + 10_000;
    for (;;) {
      try {
        return await this.command(['db:create'], this.superuser);
      } catch (error) {
        if (performance.now() > over) throw error;
        await sleep(200);
      }
    }
  }

  // All bookings, as the primary has them, asked without boxoffice.
  async bookings() {
    const { stdout } = await run('psql', ['-qAtX', '-F', ' ', this.superuser.BOXOFFICE_DATABASE_URL, '-c',
      'SELECT id, "userId", "eventId", quantity FROM public."Bookings"'], { maxBuffer: 1 << 28 });
    return stdout.trim().split('\n').filter(Boolean).map((line) => {
      const [id, userId, eventId, quantity] = line.split(' ').map(Number);
      return { id, userId, eventId, quantity };
    });
  }
}

// Waits until there is a booking that was ordered after a moment and acknowledged; returns when that was.
async function acknowledgedSince(history, moment) {
  const over = performance.now() + patience_ms;
  for (;;) {
    const [first] = history.since(moment, 201).sort((a, b) => a.came - b.came);
    if (first) return first.came;
    if (performance.now() > over) throw new Error(`no booking is acknowledged in ${patience_ms} ms`);
    await sleep(20);
  }
}

const seconds = (ms) => Math.round(ms / 100) / 10;

async function primaryLost({ cluster }, history, failure) {
  const node = 1 + (await cluster.whole()).indexOf('primary');
  const before = performance.now();
  await cluster.do(failure, node);
  const lost = performance.now();
  const first = await acknowledgedSince(history, lost);
  await sleep(calm_ms);
  await cluster.do(failure === 'cut' ? 'mend' : 'restart', node);
  await cluster.whole();
  return { failure, node, first_s: seconds(first - before), whole_s: seconds(performance.now() - before),
    undecided: history.since(lost, 503).length + history.since(lost, 0).length };
}

async function canRead(world, server, history) {
  const client = new Client(server, world.admin);
  const response = await client.request({ path: '/events?_start=0&_end=1' });
  client.close();
  if (response?.status !== 200) history.complain(`without a standby a list was answered with ${response?.status}`);
}

// etcd stays on both nodes: with two of three gone, the primary would have to step down, which is another matter.
async function standbysLost(world, server, history) {
  const { cluster } = world;
  const roles = await cluster.whole();
  const standbys = [1, 2, 3].filter((n) => roles[n - 1] !== 'primary');
  await Promise.all(standbys.map((n) => cluster.do('crash', n)));
  const lost = performance.now();
  await sleep(without_standby_ms);
  await canRead(world, server, history);
  const unsafe = history.since(lost, 201).length;
  const undecided = history.since(lost, 503).length;
  if (unsafe) history.complain(`${unsafe} bookings were acknowledged without a standby`);
  if (!undecided) history.complain('no booking was answered 503 without a standby');
  const back = performance.now();
  await cluster.do('restart', standbys[0]);
  const first = await acknowledgedSince(history, back);
  await cluster.do('restart', standbys[1]);
  await cluster.whole();
  return { failure: 'standbys', node: standbys.join('+'), first_s: seconds(first - back),
    whole_s: seconds(performance.now() - lost), undecided };
}

async function rounds(world, server, load, count, say) {
  const { history } = load;
  const results = [];
  const { failures } = world.cluster;
  for (let i = 0; i <= count; i++) {
    load.schedules = [world.small[i], world.large];
    await acknowledgedSince(history, performance.now());
    await sleep(calm_ms);
    const counted = history.acknowledged.length;
    const last = i === count;
    const result = last ? await standbysLost(world, server, history)
      : await primaryLost(world, history, failures[i % failures.length]);
    results.push({ round: i + 1, ...result, acknowledged: history.acknowledged.length - counted });
    say(results.at(-1));
    if (!last && result.first_s > first_acknowledged_max_s) {
      history.complain(`round ${i + 1}: the first acknowledgement came after ${result.first_s} s`);
    }
  }
  return results;
}

// The whole of it. Returns {results, complaints, acknowledged, refused}; complaints [] is good.
export async function campaign(count, say = () => {}) {
  const world = await ClusterWorld.create({ people: buyers + 1, schedules: count + 1 });
  try {
    const history = new History();
    const server = await Server.start(world);
    const load = new Load(world, server, history);
    // Buyers that went on would keep the process alive for ever.
    const results = await rounds(world, server, load, count, say).catch(async (error) => {
      load.giveUp();
      const statuses = history.responses.slice(-buyers).map(({ status }) => status);
      const nodes = await world.cluster.do('status');
      throw new Error(`${error.message}\nlast responses: ${statuses}\n${nodes}\n${server.errors.slice(-4000)}`);
    });
    await load.end(patience_ms);
    await checkKeys(history);
    await server.stop();
    checkRows(history, await world.bookings(), [...world.small, world.large]);
    for (const violation of await world.violations()) history.complain(`verify: ${violation}`);
    const refused = history.orders.filter((order) => order.refused).length;
    return { results, complaints: history.complaints, acknowledged: history.acknowledged.length, refused };
  } finally {
    await world.end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = Number(process.argv[2] ?? 20);
  if (!Number.isInteger(count) || count < 0) throw new Error('usage: campaign.mjs [rounds]');
  console.log('round  failure     node  first acknowledged  whole again  undecided  acknowledged');
  const { results, complaints, acknowledged, refused } = await campaign(count, (row) => console.log(
    `${row.round}`.padEnd(7) + row.failure.padEnd(10) + `${row.node}`.padEnd(6) + `${row.first_s} s`.padEnd(20)
    + `${row.whole_s} s`.padEnd(13) + `${row.undecided}`.padEnd(11) + row.acknowledged));
  const times = results.slice(0, -1).map(({ first_s }) => first_s).sort((a, b) => a - b);
  if (times.length) console.log(`first acknowledged: median ${times[times.length >> 1]} s, at most ${times.at(-1)} s`);
  console.log(`${acknowledged} acknowledged, ${refused} sold out, ${complaints.length} complaints`);
  for (const complaint of complaints) console.log(`  ${complaint}`);
  process.exit(complaints.length ? 1 : 0);
}
