// What the failure tests share: a world (a database with people and schedules in a folder of its own), the server as a
// child process that may die, and a client that knows the difference between a response and none.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program = process.env.BOXOFFICE ?? join(root, 'build/debug/boxoffice');
// The same server as it is shipped, where it was built; for what is measured and for many restarts.
export const release = process.env.BOXOFFICE_RELEASE ?? program;

const beside = (binary, name) => join(dirname(binary), name);

// A number of rounds that the environment may change.
export function rounds(name, usual) {
  const value = Number(process.env[`BOXOFFICE_FAILURE_${name}`] ?? usual);
  assert.ok(Number.isInteger(value) && value > 0, `BOXOFFICE_FAILURE_${name}`);
  return value;
}

// Whether the binary carries a sanitizer: then it is several times slower, and no figure means anything.
export async function sanitized(binary) {
  const { stdout } = await run('ldd', [binary]);
  return /lib[atu]san/.test(stdout);
}

// Random numbers that can be had again: the seed is in the message of a failed check.
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class World {
  // Makes a database with so many people (the first an admin) and schedules of so many seats.
  static async create(t, { people = 1, schedules = 1, seats = 1, price = 1000, env = {}, migrations, binary = program } = {}) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), 'boxoffice-failure-'));
    world.endings = [() => rmSync(world.folder, { recursive: true, force: true })];
    t.after(() => world.end());
    world.storage = join(world.folder, 'boxoffice.db');
    world.binary = binary;
    world.env = env;
    await world.command(['db:create']);
    await world.command(['db:migrate', ...(migrations ? ['--migrations-path', migrations] : [])]);
    const { stdout } = await run(beside(binary, 'domain_failure_fixture'), [people, schedules, seats, price].map(String),
      { env: world.environment(), maxBuffer: 1 << 24 });
    Object.assign(world, JSON.parse(stdout));
    world.admin = world.people[0];
    return world;
  }

  // Undoes what was done, the last first: servers go before the folder that they work in.
  async end() {
    for (const ending of this.endings.reverse()) await ending();
  }

  // Nothing of the tester's own environment decides what a test does.
  environment(more = {}) {
    const { PATH, ASAN_OPTIONS, UBSAN_OPTIONS, TSAN_OPTIONS } = process.env;
    const kept = Object.entries({ PATH, ASAN_OPTIONS, UBSAN_OPTIONS, TSAN_OPTIONS }).filter(([, value]) => value);
    return {
      ...Object.fromEntries(kept), BOXOFFICE_STORAGE: this.storage, BOXOFFICE_HOST: '127.0.0.1', BOXOFFICE_PORT: '0',
      BOXOFFICE_RATE_LIMITS: 'false', BOXOFFICE_LOG_LEVEL: 'warning', ...this.env, ...more,
    };
  }

  // Runs a command of the program to its end; throws with what it said when it fails.
  async command(args, more = {}) {
    try {
      return await run(this.binary, args, { env: this.environment(more), cwd: this.folder, maxBuffer: 1 << 24 });
    } catch (error) {
      throw new Error(`boxoffice ${args.join(' ')}: exit code ${error.code}\n${error.stdout}${error.stderr}`);
    }
  }

  // What `boxoffice verify` finds wrong: [] when every invariant holds.
  async violations() {
    const { stdout } = await run(this.binary, ['verify', '--json'], { env: this.environment(), cwd: this.folder, maxBuffer: 1 << 24 })
      .catch((error) => (error.stdout ? error : Promise.reject(error)));
    return JSON.parse(stdout).filter(({ violations }) => violations !== 0)
      .map(({ invariant, table, violations }) => `${invariant} ${table ?? ''}: ${violations}`);
  }

  // Takes the database to another folder.
  moveTo(folder) {
    for (const suffix of ['', '-wal', '.key']) {
      if (existsSync(this.storage + suffix)) cpSync(this.storage + suffix, join(folder, `moved.db${suffix}`));
    }
    this.storage = join(folder, 'moved.db');
  }

  // Preloads tests/failure/powercut.c; see there.
  powercut({ slow_us = 0 } = {}) {
    const options = [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':');
    return { LD_PRELOAD: beside(this.binary, 'libpowercut.so'), POWERCUT_STORAGE: this.storage, POWERCUT_SYNC_US: `${slow_us}`,
      ASAN_OPTIONS: options };
  }
}

const startup_ms = 30_000;

export class Server {
  static async start(world, { env = {}, binary = world.binary } = {}) {
    const server = new Server();
    server.started = performance.now();
    server.child = spawn(binary, ['serve'], { env: world.environment(env), cwd: world.folder });
    server.output = '';
    server.errors = '';
    server.child.stdout.on('data', (bytes) => { server.output += bytes; });
    server.child.stderr.on('data', (bytes) => { server.errors += bytes; });
    server.ended = once(server.child, 'close').then(([code, signal]) => ({ code, signal }));
    world.endings.push(() => server.kill());
    const over = performance.now() + startup_ms;
    let hit;
    while (!(hit = /listening on http:\/\/[^:\s]+:(\d+)/.exec(server.output))) {
      assert.ok(server.running(), `the server ended at its start: ${server.errors}${server.output}`);
      assert.ok(performance.now() < over, `the server does not say that it listens: ${server.errors}${server.output}`);
      await sleep(2);
    }
    server.port = Number(hit[1]);
    return server;
  }

  running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async kill() {
    if (this.running()) this.child.kill('SIGKILL');
    return this.ended;
  }

  // An orderly end: nothing may be wrong with it, and sanitizers and failed checks must have had nothing to say.
  async stop() {
    this.child.kill('SIGTERM');
    const { code, signal } = await this.ended;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, this.errors);
    assert.doesNotMatch(this.errors, /Sanitizer|runtime error|check failed/);
  }
}

// One keep-alive connection of one person. `request` resolves with the response, or with null when there was none.
export class Client {
  constructor(server, person) {
    this.server = server;
    this.person = person;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  request({ method = 'GET', path, body, key, sent }) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { authorization: `Bearer ${this.person.token}`, 'content-length': Buffer.byteLength(text) };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (key) headers['idempotency-key'] = key;
    return new Promise((resolve) => {
      const request = http.request(
        { host: '127.0.0.1', port: this.server.port, agent: this.agent, method, path: `/api/v1${path}`, headers },
        (response) => this.read(response, resolve));
      request.on('error', () => resolve(null));
      request.end(text, sent);
    });
  }

  read(response, resolve) {
    const parts = [];
    response.on('data', (bytes) => parts.push(bytes));
    response.on('error', () => resolve(null));
    response.on('close', () => resolve(response.complete ? this.response(response, Buffer.concat(parts).toString()) : null));
  }

  response(response, text) {
    const body = /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : text;
    return { status: response.statusCode, headers: response.headers, body };
  }

  // Like request, but there has to be a response with this status.
  async expect(status, request) {
    const response = await this.request(request);
    assert.ok(response, `no response to ${request.method ?? 'GET'} ${request.path}: ${this.server.errors}`);
    assert.equal(response.status, status, `${request.method ?? 'GET'} ${request.path}: ${JSON.stringify(response.body)}`);
    return response.body;
  }

  book(schedule, more = {}) {
    const { eventId, scheduleId } = schedule;
    return this.request({ method: 'POST', path: '/bookings', body: { eventId, scheduleId, quantity: 1, paymentMethod: 'sandbox' }, ...more });
  }

  close() {
    this.agent.destroy();
  }
}

// Milliseconds from the start of the process to the first successful response.
export async function readyAfter(server, client) {
  for (;;) {
    const response = await client.request({ path: '/events?_start=0&_end=1' });
    if (response?.status === 200) return performance.now() - server.started;
    assert.ok(server.running() && performance.now() - server.started < startup_ms, `not ready: ${server.errors}`);
    await sleep(5);
  }
}

// All rows of a resource behind an id, in order of ids.
export async function rowsAfter(client, resource, id = 0) {
  const rows = [];
  for (;;) {
    const last = rows.at(-1)?.id ?? id;
    const page = await client.expect(200, { path: `/${resource}?_start=0&_end=200&_sort=id&_order=asc&id_gt=${last}` });
    rows.push(...page);
    if (page.length < 200) return rows;
  }
}

const page_bytes = 4096;

// A random part of what was written and not synchronised survives, page by page: a disk writes in any order.
function tear(file, durable, random) {
  const [from, to] = [openSync(file, 'r'), openSync(durable, 'r+')];
  const [real, shadow] = [Buffer.alloc(page_bytes), Buffer.alloc(page_bytes)];
  let survived = 0;
  for (let at = 0; at < statSync(file).size; at += page_bytes) {
    const n = readSync(from, real, 0, page_bytes, at);
    const m = readSync(to, shadow, 0, page_bytes, at);
    if (n === m && real.compare(shadow, 0, m, 0, n) === 0) continue;
    if (random() < 0.5) survived += writeSync(to, real, 0, n, at) > 0;
  }
  closeSync(from);
  closeSync(to);
  return survived;
}

// Puts what the disk would hold after a power cut in place of the files of a world whose server was killed. Without
// `random` nothing that was not synchronised survives; with it a random part does. Returns the pages that did.
export function cutPower(world, random = null) {
  let survived = 0;
  for (const suffix of ['', '-wal', '-journal']) {
    const file = world.storage + suffix;
    const durable = `${file}.durable`;
    rmSync(`${durable}.new`, { force: true }); // a name that the disk has not got
    if (random && existsSync(durable) && existsSync(file)) survived += tear(file, durable, random);
    rmSync(file, { force: true });
    if (existsSync(durable)) renameSync(durable, file);
  }
  rmSync(`${world.storage}-shm`, { force: true });
  assert.ok(existsSync(world.storage), 'the shim kept no shadow of the database');
  return survived;
}
