// What the tests of many nodes share: a cluster of PostgreSQL that a test may hurt, worlds (failure.mjs) in it, and
// several nodes on one database.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { Client, Server, World, release, root } from './failure.mjs';

const run = promisify(execFile);

// A number that the environment may change.
export function many(name, usual) {
  const value = Number(process.env[`BOXOFFICE_MANY_${name}`] ?? usual);
  assert.ok(Number.isInteger(value) && value > 0, `BOXOFFICE_MANY_${name}`);
  return value;
}

// A cluster of one test file. It waits for the disk unless it is `fast`; `env` is added to its environment.
export class Cluster {
  static async start({ fast = false, env = {} } = {}) {
    const cluster = new Cluster();
    cluster.env = env;
    cluster.folder = join(tmpdir(), `boxoffice-many-${process.pid}-${randomBytes(4).toString('hex')}`);
    await cluster.tool('start', ...(fast ? ['fast'] : []));
    cluster.url = (await cluster.tool('url')).trim();
    return cluster;
  }

  async tool(verb, ...more) {
    const { stdout } = await run(join(root, 'tools/postgres'), [verb, this.folder, ...more],
      { env: { ...process.env, ...this.env } });
    return stdout;
  }

  urlOf(database) {
    return this.url.replace('/boxoffice?', `/${database}?`);
  }

  // A connection of whoever may do everything, e.g. to hold a lock.
  async connect(database = 'postgres') {
    const client = new pg.Client(this.urlOf(database));
    client.on('error', () => {}); // the server may be killed meanwhile
    await client.connect();
    return client;
  }

  async query(sql, database = 'postgres') {
    const client = await this.connect(database);
    try {
      return (await client.query(sql)).rows ?? [];
    } finally {
      await client.end().catch(() => {});
    }
  }

  // Like query(), again and again while the server recovers.
  async queryWhenUp(sql, database) {
    return eventually('PostgreSQL answers', () => this.query(sql, database).catch(() => null));
  }

  // Changes settings of the server: { name: value }.
  async set(settings) {
    for (const [name, value] of Object.entries(settings)) {
      await this.query(value === null ? `ALTER SYSTEM RESET ${name}` : `ALTER SYSTEM SET ${name} = '${value}'`);
    }
    await this.query('SELECT pg_reload_conf()');
  }

  get postmaster() {
    return Number(readFileSync(join(this.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  }

  async stop() {
    await this.tool('stop');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A cluster somebody else started, in which a test hurts nothing but its own database; that of ./test is one.
export class SharedCluster extends Cluster {
  constructor() {
    super();
    this.url = process.env.BOXOFFICE_TEST_POSTGRES;
    assert.ok(this.url, 'BOXOFFICE_TEST_POSTGRES names a cluster; ./test starts one, as does tools/postgres');
  }
}

// A world whose database is one of its own in a cluster. `query` asks it with all rights.
export async function worldIn(t, cluster, { env = {}, ...options } = {}) {
  const name = `many_${randomBytes(8).toString('hex')}`;
  const world = await World.create(t, { ...options, env: { BOXOFFICE_DATABASE_URL: cluster.urlOf(name), ...env } });
  world.cluster = cluster;
  world.database = name;
  world.query = (sql) => cluster.query(sql, name);
  world.endings.splice(1, 0, () => cluster.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return world;
}

// A node; the server as it is shipped, where it was built.
export function startNode(world, env = {}) {
  return Server.start(world, { binary: release, env });
}

export function startNodes(world, count, env = {}) {
  return Promise.all(Array.from({ length: count }, () => startNode(world, env)));
}

// Waits until `ask` gives something true, and returns it.
export async function eventually(what, ask, { within_ms = 30_000, every_ms = 20 } = {}) {
  const over = performance.now() + within_ms;
  for (;;) {
    const found = await ask();
    if (found) return found;
    assert.ok(performance.now() < over, `not within ${within_ms} ms: ${what}`);
    await sleep(every_ms);
  }
}

// Backends of PostgreSQL that serve a world: [{ pid, query, state, wait_event_type }].
export function backendsOf(world, where = 'true') {
  return world.cluster.query(`SELECT pid, query, state, wait_event_type, wait_event FROM pg_stat_activity
    WHERE datname = '${world.database}' AND application_name = 'boxoffice' AND ${where} ORDER BY pid`);
}

// The connections by which nodes are told what others do.
export const watching = "query ILIKE '%pg_current_snapshot%'";

export async function withClients(server, people, use) {
  const clients = people.map((person) => new Client(server, person));
  try {
    return await use(clients);
  } finally {
    clients.forEach((client) => client.close());
  }
}

// How many answers of which kind: { '201': 3, '409 sold_out': 2 }.
export function tally(responses) {
  const count = {};
  for (const response of responses) {
    const kind = response ? `${response.status} ${(response.body?.type ?? '').replace('/problems/', '')}`.trim() : 'no response';
    count[kind] = (count[kind] ?? 0) + 1;
  }
  return count;
}
