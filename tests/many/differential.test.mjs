// The same script of random commands on both engines: every response is the same, and so is what the databases hold at the
// end. What differs by nature is masked: times that the servers set, tokens, ids of requests and transactions.
//
// BOXOFFICE_MANY_COMMANDS is how many, 20,000 unless the server is a sanitized one; BOXOFFICE_MANY_SEED which.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Server, program, release, sanitized } from '../support/failure.mjs';
import { SqliteDatabase } from '../support/database.mjs';
import { PostgresDatabase } from '../support/postgres.mjs';
import { until } from '../support/wait.mjs';
import { Script, weights } from '../support/script.mjs';
import { many } from '../support/many.mjs';

const run = promisify(execFile);
const commands = many('COMMANDS', (await sanitized(release)) ? 4000 : 8000);
const seed = many('SEED', 20261127); // the same every time: other seeds are a campaign (README.md)
const differences_max = 5;
const password = 'a long password';

// One engine: a database made by the program, and its server.
class Side {
  static async start(t, database) {
    const side = new Side();
    side.folder = mkdtempSync(join(tmpdir(), 'boxoffice-differential-'));
    side.database = database(side.folder);
    side.endings = [() => rmSync(side.folder, { recursive: true })];
    t.after(async () => { for (const ending of side.endings.reverse()) await ending(); });
    await side.command('db:create');
    if (side.database.engine === 'postgres') side.endings.push(() => side.command('db:drop', '--yes'));
    await side.command('db:migrate');
    writeFileSync(join(side.folder, 'password'), `${password}\n`);
    await side.command('user:create', '--admin', '--email', 'p0@example.com', '--name', 'Ada', '--password-file',
      join(side.folder, 'password'));
    // On PostgreSQL each process takes ids by the hundred; the rest of those of user:create is given back.
    if (side.database.engine === 'postgres') await side.database.query(`SELECT setval('"Users_id_seq"', 1)`);
    side.server = await Server.start(side, { binary: release });
    side.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    return side;
  }

  environment() {
    const { PATH, ASAN_OPTIONS, UBSAN_OPTIONS } = process.env;
    const kept = Object.entries({ PATH, ASAN_OPTIONS, UBSAN_OPTIONS }).filter(([, value]) => value);
    return { ...Object.fromEntries(kept), ...this.database.settings, BOXOFFICE_PORT: '0', BOXOFFICE_RATE_LIMITS: 'false',
      BOXOFFICE_LOG_LEVEL: 'warning', BOXOFFICE_WRITERS: '1' };
  }

  async command(...words) {
    return (await run(program, words, { env: this.environment(), cwd: this.folder, maxBuffer: 1 << 26 })).stdout;
  }

  ask({ method, path, headers, body }) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const about = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const all = { ...about, ...headers };
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: this.server.port, agent: this.agent, method,
        path: `/api/v1${path}`, headers: all }, (response) => {
        const parts = [];
        response.on('data', (bytes) => parts.push(bytes));
        response.on('error', reject);
        response.on('end', () => resolve(responseOf(response, Buffer.concat(parts).toString())));
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  async stop() {
    this.agent.destroy();
    await this.server.stop();
  }
}

function responseOf({ statusCode: status, headers }, text) {
  return { status, headers, body: /json/.test(headers['content-type'] ?? '') && text ? JSON.parse(text) : text };
}

// --- comparing

const own_times = new Set(['createdAt', 'updatedAt', 'deletedAt', 'bookingDate', 'paymentDate', 'expiresAt', 'checkedInAt', 'at',
  'exportedAt', 'cancelledAt', 'authenticatedAt']);
const own_values = new Set(['token', 'requestId', 'transactionId']);
const compared = ['content-type', 'etag', 'location', 'x-total-count', 'content-range', 'link', 'retry-after', 'allow',
  'idempotency-replayed', 'www-authenticate', 'cache-control', 'set-cookie', 'content-length'];

function masked(value, name) {
  if (Array.isArray(value)) return value.map((each) => masked(each, name));
  if (value === null) return value;
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, key)]));
  if (own_times.has(name) && /^\d{4}-\d\d-\d\dT/.test(value)) return '(time)';
  if (name === 'detail') return value.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(time)'); // the fact in a conflict
  return own_values.has(name) ? `(${name})` : value;
}

// Headers that mean something; a cursor may hold a time.
function shown({ status, headers, body }) {
  const kept = Object.fromEntries(compared.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]));
  if (kept.link) kept.link = kept.link.replace(/after=[^&>]*/g, 'after=(cursor)');
  if (kept['set-cookie']) kept['set-cookie'] = `${kept['set-cookie']}`.replace(/(session|device)=[0-9a-f]+/g, '$1=(token)');
  if (kept.etag && !/^"\d+"$/.test(kept.etag)) kept.etag = '(of the body)';
  return JSON.stringify({ status, headers: kept, body: masked(body) });
}

// --- the beginning: staff and some customers, made by the API

async function both(sides, command) {
  return Promise.all(sides.map((side, i) => side.ask({ ...command, path: command.paths?.[i] ?? command.path,
    headers: { ...command.headers, ...command.who.headers[i] } })));
}

async function signIn(script, sides, person) {
  const { email, password } = person;
  const responses = await both(sides, { method: 'POST', path: '/auth/login', who: script.people[0], body: { email, password } });
  assert.deepEqual(responses.map(({ status }) => status), [200, 200], email);
  script.arrive(person, responses);
}

// A background job ends the bookings of a cancelled event, on each engine in its own time.
async function settle(sides, command, responses) {
  const ids = responses.map(({ body }) => (body?.status === 'cancelled' && body.isSettled === false ? body.id : null));
  if (command.method === 'GET' || ids.some((id) => id === null)) return;
  await Promise.all(sides.map((side, i) => until(async () => {
    const { body } = await side.ask({ method: 'GET', path: `/events/${ids[i]}`, headers: command.who.headers[i] });
    return body.isSettled !== false;
  }, 'the event is settled')));
}

// So many of each role are there, whoever left or was signed out meanwhile.
async function fill(script, sides) {
  const admin = script.people.find(({ role }) => role === 'admin');
  for (const [role, wanted] of Object.entries({ organizer: 2, support: 1, customer: 6 })) {
    while (script.people.filter((person) => person.role === role).length < wanted) {
      const email = script.good('email');
      const responses = await both(sides, { method: 'POST', path: '/users', who: admin,
        body: { email, password, name: role, role } });
      assert.deepEqual(responses.map(({ status }) => status), [201, 201]);
      script.ids.users.push(responses[0].body.id);
      await signIn(script, sides, { role, email, password });
    }
  }
}

// --- the test

const title = `${commands} random commands, seed ${seed}: both engines answer the same and hold the same`;
test(title, { timeout: 3_600_000 }, async (t) => {
  const sides = await Promise.all([Side.start(t, (folder) => new SqliteDatabase(join(folder, 'boxoffice.db'))),
    Side.start(t, () => new PostgresDatabase())]);
  const script = new Script(seed);
  await signIn(script, sides, { role: 'admin', email: 'p0@example.com', password });
  await fill(script, sides);
  const differences = [];
  const count = {}, done = {};
  const since = performance.now();
  for (let i = 0; i < commands && differences.length < differences_max; i++) {
    const command = script.next();
    const responses = await both(sides, command);
    const [sqlite, postgres] = responses.map(shown);
    if (sqlite !== postgres) differences.push(differenceOf(i, command, sqlite, postgres));
    count[responses[0].status] = (count[responses[0].status] ?? 0) + 1;
    if (responses[0].status < 300) done[command.kind] = (done[command.kind] ?? 0) + 1;
    assert.ok(responses[0].status < 500, `${command.method} ${command.path}: ${JSON.stringify(responses[0].body)}`);
    script.learn(command, responses);
    await settle(sides, command, responses);
    await afterwards(script, sides);
  }
  t.diagnostic(`seed ${seed}: ${JSON.stringify(count)}, done ${JSON.stringify(done)} in ${Math.round((performance.now() - since) / 1000)} s`);
  assert.equal(differences.length, 0, `seed ${seed}:\n${differences.join('\n')}`);
  for (const side of sides) await side.stop();
  for (const side of sides) await side.command('verify');
  const [a, b] = await Promise.all(sides.map((side) => side.command('digest', '--lasting')));
  assert.equal(a, b, `the databases differ, seed ${seed}`);
  if (commands >= 10_000) checkVariety(count, done);
});

// The script is worth something only when everything happened.
function checkVariety(count, done) {
  const kinds = Object.keys(weights).filter((kind) => kind !== 'malformed');
  assert.deepEqual(kinds.filter((kind) => !done[kind]), [], 'kinds of commands that never succeeded');
  const statuses = [200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428];
  assert.deepEqual(statuses.filter((status) => !count[status]), [], 'never answered');
}

// What was asked, and both responses from a little before where they differ.
function differenceOf(i, { method, path, body, headers, who }, sqlite, postgres) {
  let at = 0;
  while (sqlite[at] === postgres[at]) at++;
  const part = (text) => `${text.slice(0, 14)} ... ${text.slice(Math.max(14, at - 150), at + 250)}`;
  return [`${i}: ${method} ${path} as ${who.role} ${JSON.stringify(headers)} ${JSON.stringify(body)}`.slice(0, 600),
    `  sqlite   ${part(sqlite)}`, `  postgres ${part(postgres)}`].join('\n');
}

// What a script cannot know by itself: the schedule of a new event, and the session of a new account.
async function afterwards(script, sides) {
  if (script.newEvent) {
    const [{ body }] = await both(sides, { method: 'GET', path: `/schedules?eventId=${script.newEvent}&_sort=id`,
      who: script.people.find(({ role }) => role === 'admin') });
    for (const { id } of body) {
      if (!script.schedules.has(id)) script.ids.schedules.push(id);
      script.schedules.set(id, script.newEvent);
    }
    script.newEvent = 0;
  }
  if (script.joined) {
    await signIn(script, sides, { role: 'customer', ...script.joined });
    script.joined = null;
  }
  await fill(script, sides);
}
