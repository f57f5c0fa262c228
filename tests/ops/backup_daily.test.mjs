// The daily backup on the real program: a base, a restored and compared copy, a row of Backups; and what a server says
// when something is wrong with it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineOfRun } from '../support/database.mjs';
import { Place, environment, program } from './support.mjs';

const places = [];
function newPlace(env = {}) {
  const place = new Place({ cipher: 'aegis', engine: 'sqlite' });
  Object.assign(place.env, { BOXOFFICE_BACKUP_TO: place.path('archive'), BOXOFFICE_LOG_LEVEL: 'info', ...env });
  places.push(place);
  return place;
}
const children = [];
after(() => {
  children.forEach((child) => child.kill('SIGKILL'));
  places.forEach((place) => place.remove());
});

async function eventually(what, get, ms = 15_000) {
  for (const limit = Date.now() + ms; ;) {
    const found = await get();
    if (found) return found;
    assert.ok(Date.now() < limit, `not in time: ${what}`);
    await sleep(100);
  }
}

// A server, and an admin of it.
class Server {
  static async start(place, env = {}) {
    const server = new Server();
    server.place = place;
    server.log = '';
    server.child = spawn(program, ['serve', '--port', '0', '--migrate'], {
      cwd: place.folder, env: environment({ ...place.env, ...env }), stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(server.child);
    let said = '';
    server.child.stdout.on('data', (bytes) => { said += bytes; });
    server.child.stderr.on('data', (bytes) => { server.log += bytes; });
    server.address = await eventually('the server listens', () => /listening on (\S+)/.exec(said)?.[1]);
    return server;
  }

  async signIn() {
    const response = await fetch(`${this.address}/api/v1/auth/login`, { method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'correct horse battery' }) });
    assert.equal(response.status, 200);
    this.token = (await response.json()).token;
  }

  async get(path) {
    const response = await fetch(`${this.address}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    assert.equal(response.status, 200, path);
    return /json/.test(response.headers.get('content-type')) ? response.json() : response.text();
  }

  backups() {
    return this.get('/api/v1/backups');
  }

  async stop() {
    this.child.kill('SIGTERM');
    const [code] = await once(this.child, 'exit');
    assert.equal(code, 0, this.log);
  }
}

function withAdmin(place) {
  place.done('db:create');
  place.done('db:migrate');
  const password = place.write('password', 'correct horse battery\n');
  place.done(['user:create', '--admin', '--email', 'ada@example.com', '--name', 'Ada', '--password-file', password]);
  return place;
}

const bases = (place) => readdirSync(place.path('archive')).filter((name) => name.endsWith('.manifest'));

// A time zone in which it is now `seconds` before 03:00.
function zoneBefore(seconds) {
  const now = Math.floor(Date.now() / 1000) % 86400;
  let ahead = 3 * 3600 - seconds - now;
  if (ahead < -43200) ahead += 86400;
  if (ahead > 43200) ahead -= 86400;
  const text = (n) => String(n).padStart(2, '0');
  const size = Math.abs(ahead);
  return `<LOC>${ahead > 0 ? '-' : ''}${text(Math.floor(size / 3600))}:${text(Math.floor(size / 60) % 60)}:${text(size % 60)}`;
}

describe('an embedded database', { skip: engineOfRun !== 'sqlite' && 'runs once, on the embedded engine' }, () => {
  test('is backed up and verified as soon as it has an archive, and again at backup_at; damage is noticed', async () => {
    const place = withAdmin(newPlace());
    const zone = zoneBefore(9);
    let server = await Server.start(place, { TZ: zone });
    await server.signIn();
    const [first] = await eventually('the first run', async () => (await server.backups()).length && server.backups());
    assert.deepEqual({ place: first.place, address: first.address, isVerified: first.isVerified, problem: first.problem },
      { place: 1, address: place.path('archive'), isVerified: true, problem: null }, server.log);
    assert.ok(first.commit > 0 && first.epoch === 1 && first.bytes > 0, JSON.stringify(first));
    assert.match(first.digest, /^[0-9a-f]{64}$/);
    assert.ok(new Date(first.finishedAt) >= new Date(first.startedAt) && first.commitTime);
    const before = bases(place).length;
    assert.equal((await server.backups()).length, 1, 'one run only');
    const second = await eventually('the run at backup_at', async () => (await server.backups()).find(({ id }) => id !== first.id), 30_000);
    assert.equal(second.isVerified, true, second.problem);
    assert.ok(second.commit > first.commit && second.digest !== first.digest);
    assert.ok(bases(place).length > before, 'a new base was made');
    assert.ok(!existsSync(`${place.storage}.verify`), 'the scratch folder is gone');
    assert.match(server.log, /"event":"backup_verified"/);
    assert.equal(await server.get('/readyz'), 'ready\n');
    assert.equal(await server.get('/readyz?verbose'), 'ready\nclock: ok\narchive 1: ok\nbackup 1: ok\n');
    const metrics = await server.get('/metrics');
    for (const name of ['backup_age_seconds', 'backup_verified_age_seconds']) {
      const [, age] = new RegExp(`^boxoffice_${name}\\{place="1"\\} (\\S+)$`, 'm').exec(metrics);
      assert.ok(Number(age) >= 0 && Number(age) < 60, `${name} ${age}`);
    }
    const kept = JSON.parse(place.done('backup:prune --json'));
    assert.deepEqual({ ...kept, since: '' }, { since: '', oldestBase: null, files: 0, bytes: 0, removed: 0 });
    assert.match(place.done('backup:prune --dry-run'), /^no base is older than \S+; nothing to remove\n$/);
    await server.stop();
    // What was recorded is what anybody restores.
    const restored = place.path('restored.db');
    const shown = place.done(['restore', '--from', place.path('archive'), '--to', String(second.commit), '--into', restored, '--json'],
      { env: { BOXOFFICE_KEY_FILE: `${place.storage}.key`, BOXOFFICE_BACKUP_TO: '' } });
    assert.equal(JSON.parse(shown).sha256, second.digest);

    // A place that writes something else than it is given.
    mkdirSync(`${place.storage}.verify`, { recursive: true });
    writeFileSync(`${place.storage}.verify/restored.db`, 'left by a process that was killed');
    server = await Server.start(place, { TZ: zoneBefore(3) });
    await server.signIn();
    const damage = setInterval(() => {
      for (const name of readdirSync(place.path('archive')).filter((file) => file.endsWith('.base'))) {
        const file = openSync(place.path(`archive/${name}`), 'r+');
        writeSync(file, 'not what was written', 5000);
        closeSync(file);
      }
    }, 10);
    const rows = await eventually('the run at backup_at', async () => {
      const list = await server.backups();
      return list.length > 2 && list;
    }, 30_000);
    clearInterval(damage);
    const failed = rows.find(({ isVerified }) => !isVerified);
    assert.ok(failed, JSON.stringify(rows));
    assert.match(failed.problem, /damaged/);
    assert.match(server.log, /"event":"backup_failed","place":1,"reason":"[^"]*damaged/);
    assert.ok(!existsSync(`${place.storage}.verify`), 'the scratch folder is gone');
    const refused = place.run('backup:prune');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /damaged/);
    await server.stop();
  });

  test('a place that is not written any more, and no place at all: /readyz?verbose says so, /readyz stays as it is', async () => {
    const place = withAdmin(newPlace());
    const server = await Server.start(place, { BOXOFFICE_BACKUP_TO: place.path('none/archive') });
    const failing = 'ready\nclock: ok\narchive 1: the last attempt to write to it failed; see archive_place_failed in the log\n' +
      'backup 1: there is no base yet\n';
    await eventually('the place fails', async () => await server.get('/readyz?verbose') === failing);
    assert.equal(await server.get('/readyz'), 'ready\n');
    await server.stop();
    const without = await Server.start(place, { BOXOFFICE_BACKUP_TO: '' });
    assert.equal(await without.get('/readyz?verbose'), 'ready\nclock: ok\nbackup: none, because BOXOFFICE_BACKUP_TO is not set\n');
    await eventually('the job says so', () => /"event":"backup_skipped","reason":"BOXOFFICE_BACKUP_TO is not set/.test(without.log));
    await without.stop();
  });

  test('backup_at has to be a time of day', () => {
    const place = newPlace({ BOXOFFICE_BACKUP_AT: '25:00' });
    const { status, stderr } = place.run('serve');
    assert.equal(status, 78);
    assert.match(stderr, /BOXOFFICE_BACKUP_AT: '25:00' is not a time of day such as 03:00/);
  });
});

test('a database on a server is backed up by its own tools: the job says so and does nothing',
  { skip: engineOfRun !== 'postgres' && 'only on PostgreSQL' }, async () => {
    const place = new Place({ env: { BOXOFFICE_LOG_LEVEL: 'info' } });
    place.env.BOXOFFICE_BACKUP_TO = place.path('archive');
    places.push(place);
    withAdmin(place);
    const server = await Server.start(place);
    await server.signIn();
    await eventually('the job says so', () => /"event":"backup_skipped","reason":"[^"]*pgBackRest/.test(server.log));
    assert.deepEqual(await server.backups(), []);
    assert.equal(await server.get('/readyz?verbose'), 'ready\nclock: ok\nbackup: made by the tools of the database server\n');
    assert.ok(!existsSync(place.path('archive')));
    await server.stop();
  });
