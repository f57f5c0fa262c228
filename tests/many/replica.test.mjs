// A hot standby that answers lists and rows for people who are not signed in: never with less than the node has
// acknowledged, never with seats that are left, and never instead of a response.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { Client } from '../support/failure.mjs';
import { Cluster, eventually, startNode, worldIn } from '../support/many.mjs';

const run = promisify(execFile);
const programs = join('/usr/lib/postgresql', readdirSync('/usr/lib/postgresql').sort().at(-1), 'bin');

// As whoever the cluster's server runs as.
function asServer(program, ...words) {
  const command = [join(programs, program), ...words];
  return process.getuid() === 0 ? run('runuser', ['-u', 'postgres', '--', ...command], { cwd: '/' })
    : run(command[0], command.slice(1), { cwd: '/' });
}

// A copy of a cluster that follows it, in a folder of its own.
class Standby {
  static async of(cluster) {
    const standby = new Standby();
    standby.folder = mkdtempSync(join(tmpdir(), 'boxoffice-standby-'));
    if (process.getuid() === 0) await run('chown', ['postgres:', standby.folder]);
    standby.data = join(standby.folder, 'data');
    standby.options = `-c unix_socket_directories=${standby.folder}`;
    const socket = decodeURIComponent(new URL(cluster.url.replace('@/', '@x/')).searchParams.get('host'));
    await asServer('pg_basebackup', '-h', socket, '-U', 'postgres', '-D', standby.data, '-R', '-X', 'stream');
    await standby.start();
    return standby;
  }

  start() {
    return asServer('pg_ctl', '-w', '-s', '-D', this.data, '-o', this.options, '-l', join(this.folder, 'log'), 'start');
  }

  stop() {
    return asServer('pg_ctl', '-w', '-s', '-D', this.data, '-m', 'immediate', 'stop');
  }

  urlOf(database) {
    return `postgres://postgres@/${database}?host=${encodeURIComponent(this.folder)}`;
  }

  async query(sql, database = 'postgres') {
    const client = new pg.Client(this.urlOf(database));
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
}

let cluster, standby;
before(async () => {
  cluster = await Cluster.start({ fast: true });
  standby = await Standby.of(cluster);
});
after(async () => {
  await standby?.stop().catch(() => {});
  if (standby) rmSync(standby.folder, { recursive: true });
  await cluster?.stop();
});

async function visit(node, path) {
  const response = await fetch(`http://127.0.0.1:${node.port}/api/v1${path}`);
  assert.equal(response.status, 200, path);
  return response.json();
}

// Rows that queries read on the standby; the server counts them when a transaction is over for a while.
async function rowsRead(database) {
  const [{ rows }] = await standby.query(`SELECT tup_returned + tup_fetched AS rows FROM pg_stat_database
    WHERE datname = '${database}'`);
  return Number(rows);
}

test('a replica answers what is public, and never from before what was acknowledged', { timeout: 120_000 }, async (t) => {
  const world = await worldIn(t, cluster, { people: 2, schedules: 2, seats: 10 });
  await eventually('the standby has the tables', () =>
    standby.query('SELECT 1 FROM "PeopleEpochs"', world.database).catch(() => null));
  const [with_replica, other] = [await startNode(world, { BOXOFFICE_REPLICA_URL: standby.urlOf(world.database),
    BOXOFFICE_READERS: '1' }), await startNode(world)];
  const admin = new Client(with_replica, world.admin);
  const [schedule] = world.schedules;
  const event = `/events/${schedule.eventId}`;

  const before = await rowsRead(world.database);
  await eventually('the standby is asked', async () => {
    for (let i = 0; i < 50; i++) await visit(with_replica, '/events');
    return (await rowsRead(world.database)) > before + 100;
  });

  // Far behind: what this node wrote is read where it was written.
  await standby.query('SELECT pg_wal_replay_pause()');
  for (let i = 0; i < 20; i++) {
    await admin.expect(200, { method: 'PATCH', path: event, body: { title: `Behind ${i}` } });
    assert.equal((await visit(with_replica, event)).title, `Behind ${i}`);
    assert.ok((await visit(with_replica, '/events')).some(({ title }) => title === `Behind ${i}`));
  }

  // Seats left are those of the primary, also when another node sold them.
  const buyer = new Client(other, world.people[1]);
  for (let left = 9; left >= 7; left--) {
    assert.equal((await buyer.book(schedule, { key: randomUUID() })).status, 201);
    const seats = await visit(with_replica, `${event}/availability`);
    assert.equal(seats[0].availableSeats, left);
    assert.equal((await visit(with_replica, `/schedules/${schedule.scheduleId}`)).availableSeats, left);
    const [{ schedules }] = await visit(with_replica, `/events?id=${schedule.eventId}&_embed=schedules`);
    assert.equal(schedules[0].availableSeats, left);
  }
  await standby.query('SELECT pg_wal_replay_resume()');

  // Gone, and back.
  await standby.stop();
  await admin.expect(200, { method: 'PATCH', path: event, body: { title: 'Alone' } });
  for (let i = 0; i < 20; i++) assert.equal((await visit(with_replica, event)).title, 'Alone');
  await standby.start();
  assert.equal((await visit(with_replica, event)).title, 'Alone');

  [admin, buyer].forEach((client) => client.close());
  await with_replica.stop();
  await other.stop();
  assert.deepEqual(await world.violations(), []);
});

test('a replica that was not there at the start is asked once it is', { timeout: 120_000 }, async (t) => {
  const world = await worldIn(t, cluster, { people: 1, schedules: 1, seats: 10 });
  await eventually('the standby has the tables', () =>
    standby.query('SELECT 1 FROM "PeopleEpochs"', world.database).catch(() => null));
  await standby.stop();
  const node = await startNode(world, { BOXOFFICE_REPLICA_URL: standby.urlOf(world.database), BOXOFFICE_READERS: '1' });
  await visit(node, '/events');
  await standby.start();
  const before = await rowsRead(world.database);
  await eventually('the standby is asked', async () => {
    for (let i = 0; i < 50; i++) await visit(node, '/events');
    return (await rowsRead(world.database)) > before + 100;
  });
  await node.stop();
  assert.deepEqual(await world.violations(), []);
});
