// Backups of the embedded database on the real program: every sampled commit is restored exactly, whatever happened around
// it; what is damaged is refused and nothing is written; a restored database continues the archive.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync,
  truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/wait.mjs';
import { exit, place, serve, stop } from './support.mjs';

const password = 'demo-password-1';
// Commits that are sampled; tests/campaign archive-restore takes more.
const samples = Number(process.env.ARCHIVE_RESTORES ?? 4);
const kills = Number(process.env.ARCHIVE_KILLS ?? 6);

// --- a database with an archive ---------------------------------------------------------------------------------------

// A seeded database that is archived into the folder `backup`.
function archived(context, env = {}) {
  const here = place(context, { cipher: 'aegis', engine: 'sqlite', env: { BOXOFFICE_RATE_LIMITS: 'false', ...env } });
  here.seeded();
  here.backup = here.path('backup');
  here.env.BOXOFFICE_BACKUP_TO = here.backup;
  here.env.BOXOFFICE_KEY_FILE = here.path('key');
  copyFileSync(`${here.storage}.key`, here.path('key'));
  return here;
}

const json = (here, args, options) => JSON.parse(here.done(args, options));
const digest = (here) => json(here, 'digest --json').sha256;
const status = (here) => JSON.parse(here.run('archive:status --json').stdout);
const verify = (here, ...args) => json(here, ['backup:verify', '--json', ...args]);
const restore = (here, to, into, ...more) => here.run(['restore', '--json', '--to', String(to), '--into', into, ...more]);
const files = (here, end) => readdirSync(here.backup).filter((name) => name.endsWith(end)).sort();

function refused(response, pattern, code = exit.failed) {
  assert.equal(response.status, code, response.stdout + response.stderr);
  assert.match(response.stderr, pattern);
}

class Client {
  constructor(server) {
    this.server = server;
  }

  async call(method, path, body) {
    const headers = { 'content-type': 'application/json', ...(this.token ? { authorization: `Bearer ${this.token}` } : {}) };
    const response = await fetch(`${this.server.address}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  }

  async done(method, path, body) {
    const response = await this.call(method, path, body);
    assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`);
    return response.body;
  }

  async signIn(email) {
    this.token = (await this.done('POST', '/auth/login', { email, password })).token;
    return this;
  }
}

// An event with room for everything, and who may book it.
async function salesOf(server) {
  const organizer = await new Client(server).signIn('organizer@example.com');
  const customer = await new Client(server).signIn('customer@example.com');
  const day = (n) => new Date(Date.now() + n * 86400_000).toISOString();
  const venue = await organizer.done('POST', '/venues', { name: 'Hall', address: 'canary-address-5309', capacity: 100000 });
  const event = await organizer.done('POST', '/events', { title: 'Zebra', description: 'canary-description-5309', price: '12.50',
    capacity: 100000, maxSeatsPerPerson: 100000, startDate: day(10), endDate: day(11), venueId: venue.id });
  return { organizer, customer, event };
}

async function book({ customer, event }, count = 40) {
  const one = () => customer.done('POST', '/bookings', { eventId: event.id, quantity: 1, paymentMethod: 'sandbox' });
  for (let left = count; left > 0; left -= 8) await Promise.all(Array.from({ length: Math.min(8, left) }, one));
}

// The digest of a commit: nothing was committed while it was computed.
async function sample(here) {
  return until(() => {
    const before = status(here);
    const sha256 = digest(here);
    const after = status(here);
    return before.commit === after.commit && { commit: after.commit, time: after.time, sha256 };
  }, 'a moment without commits');
}

const upToDate = (here) => until(() => {
  const { commit, places } = status(here);
  return places.every((place) => place.commit === commit && place.base) && commit;
}, 'the archive is up to date', { every: 100 });

// A database that was archived, sold in two runs of the server, and ended: for all tests that do not change it.
let sold;
const ending = [];
before(async () => {
  const context = { after: (end) => ending.push(end) };
  sold = archived(context);
  for (let run = 0; run < 2; run++) {
    const server = await serve(context, sold);
    await book(await salesOf(server), 24);
    await upToDate(sold);
    assert.equal(await stop(server), exit.done);
  }
});
after(() => ending.reverse().forEach((end) => end()));

const restoredFiles = (here) => readdirSync(here.folder).filter((name) => name.startsWith('restored')).sort();

// --- exactness --------------------------------------------------------------------------------------------------------

describe('restoring', () => {
  test('gives exactly the sampled commits, across load, kills, checkpoints and migrations', async (t) => {
    const here = archived(t);
    const seen = [];
    let earlier; // the commit of a schema that is not that of this program
    let server = await serve(t, here);
    let sales = await salesOf(server);
    await upToDate(here); // the first base: earlier commits cannot be restored
    // An archive can be read while it is written.
    const reading = here.start(['backup:verify']);
    const read = once(reading, 'exit');
    while (reading.exitCode === null) await book(sales, 16);
    assert.deepEqual(await read, [exit.done, null]);
    for (let i = 0; i < samples; i++) {
      await book(sales, 16 + (i % 3) * 24);
      seen.push(await sample(here));
      if (i % 4 === 1) {
        const selling = book(sales, 400).catch(() => {}); // the server is killed meanwhile
        await book(sales, 16);
        await stop(server, 'SIGKILL');
        await selling;
        server = await serve(t, here);
        sales = await salesOf(server);
      }
      if (i % 4 === 2) {
        assert.equal(await stop(server), exit.done);
        here.done('db:migrate:undo');
        earlier = status(here).commit;
        here.done('db:migrate');
        server = await serve(t, here);
        sales = await salesOf(server);
      }
    }
    await upToDate(here);
    assert.equal(await stop(server), exit.done);
    const last = { ...status(here), sha256: digest(here) };
    assert.ok(files(here, '.segment').length > 1, 'the log was begun again');
    assert.equal(new Set(seen.map(({ sha256 }) => sha256)).size, samples, 'each commit has another digest');
    for (const [i, { commit, time, sha256 }] of seen.entries()) {
      const found = verify(here, '--at', String(i % 2 ? commit : time));
      assert.equal(found.sha256, sha256, `sample ${i}, commit ${commit}`);
      assert.equal(found.commit, commit);
      assert.ok(found.signed);
    }
    const whole = verify(here);
    assert.equal(whole.sha256, last.sha256);
    assert.equal(whole.commit, last.commit);
    assert.ok(whole.atEnd);

    const into = here.path('restored.db');
    const response = restore(here, earlier, into);
    assert.equal(response.status, exit.done, response.stderr);
    assert.equal(JSON.parse(response.stdout).sha256, null);
    here.done('db:migrate', { env: { BOXOFFICE_STORAGE: into } });
    here.done('verify', { env: { BOXOFFICE_STORAGE: into } });
  });

  test('writes a database that serves, in which nobody is signed in, and that continues the archive', async (t) => {
    const here = archived(t);
    const server = await serve(t, here);
    const sales = await salesOf(server);
    await book(sales);
    const commit = await upToDate(here);
    const { sha256 } = await sample(here);
    assert.equal(await stop(server), exit.done);

    const into = here.path('restored.db');
    const response = restore(here, 'latest', into);
    assert.equal(response.status, exit.done, response.stderr);
    const restored = JSON.parse(response.stdout);
    assert.ok(restored.commit >= commit && restored.signed && restored.atEnd);
    assert.equal(restored.into, into);
    assert.ok(!existsSync(`${into}.partial`));
    assert.deepEqual(restoredFiles(here), ['restored.db', 'restored.db.archive']);
    if (restored.commit === commit) assert.equal(restored.sha256, sha256);

    here.env.BOXOFFICE_STORAGE = into;
    const again = await serve(t, here);
    const before = new Client(again);
    before.token = sales.customer.token;
    assert.equal((await before.call('GET', '/me')).status, 401);
    await book({ ...(await salesOf(again)) });
    await upToDate(here);
    assert.equal(await stop(again), exit.done);
    assert.equal(status(here).epoch, 2);
    const last = verify(here);
    assert.equal(last.epoch, 2);
    assert.equal(last.sha256, digest(here));
    // What was archived before is still there.
    assert.equal(verify(here, '--at', String(restored.commit)).sha256, restored.sha256);

    assert.equal(verify(here, '--at', `1:${restored.commit}`).sha256, restored.sha256);
    refused(here.run('backup:verify --at 7:1'), /nothing of epoch 7/);

    // The database that it was restored from must not write into the archive any more.
    here.env.BOXOFFICE_STORAGE = here.storage;
    const old = await serve(t, here);
    await book(await salesOf(old), 8);
    await until(() => /"archive_place_failed"/.test(old.stderr), 'the older database is refused');
    const { places } = status(here);
    assert.match(places[0].reason, /older copy/);
    assert.equal(await stop(old), exit.done);
    assert.equal(verify(here).sha256, last.sha256);
  });

  test('is all or nothing when it is killed', async () => {
    const here = sold;
    const into = here.path('restored.db');
    // Everything but the sessions that end.
    const content = (env) => json(here, 'digest --json', { env }).tables.filter(({ table }) => !/^(Sessions|AuditLogs|PeopleEpochs)$/.test(table));
    const whole = content({});
    const outcomes = { whole: 0, nothing: 0 };
    for (let i = 0; i < kills; i++) {
      const child = here.start(['restore', '--to', 'latest', '--into', into]);
      const exited = once(child, 'exit');
      await sleep(i * 400 / kills);
      child.kill('SIGKILL');
      await exited;
      if (existsSync(into)) {
        assert.deepEqual(content({ BOXOFFICE_STORAGE: into, BOXOFFICE_BACKUP_TO: '' }), whole);
        assert.ok(existsSync(`${into}.archive`));
      }
      outcomes[existsSync(into) ? 'whole' : 'nothing']++;
      for (const name of restoredFiles(here)) rmSync(here.path(name), { recursive: true });
    }
    assert.ok(outcomes.nothing > 0, JSON.stringify(outcomes));
    assert.equal(restore(here, 'latest', into).status, exit.done);
    for (const name of restoredFiles(here)) rmSync(here.path(name), { recursive: true });
  });

  test('leaves nothing when there is no room for the file', () => {
    const here = sold;
    const limited = here.path('limited');
    // A limit of the size of files is a full disk to the program.
    writeFileSync(limited, '#!/bin/sh\ntrap "" XFSZ\nulimit -f 200\nexec "$@"\n', { mode: 0o700 });
    const { status: code, stderr } = here.run(['restore', '--to', 'latest', '--into', here.path('restored.db')], { through: limited });
    assert.equal(code, exit.failed);
    assert.match(stderr, /cannot write .*restored\.db\.partial: File too large/);
    assert.deepEqual(restoredFiles(here), []);
  });

  test('says what it would do, and writes nothing with --dry-run', () => {
    const here = sold;
    const into = here.path('restored.db');
    const { status: code, stdout } = here.run(['restore', '--to', 'latest', '--into', into, '--dry-run']);
    assert.equal(code, exit.done);
    assert.match(stdout, /^commit \d+ of epoch 1, \d{4}-.*Z: \d+\.\d MiB, from \S+\.base and \d+ later commits\n$/);
    assert.deepEqual(restoredFiles(here), []);
  });

  test('never writes over anything, and requires the key', () => {
    const here = sold;
    const into = here.path('restored.db');
    for (const suffix of ['', '-wal', '-shm', '.mark', '.archive', '.partial', '.partial-wal']) {
      writeFileSync(into + suffix, 'precious');
      refused(restore(here, 'latest', into), /nothing is restored over an existing database|another restore into/);
      assert.equal(readFileSync(into + suffix, 'utf8'), 'precious');
      rmSync(into + suffix);
    }
    refused(restore(here, 'latest', here.path('missing/restored.db')), /the folder .* does not exist/);
    refused(here.run(['restore', '--to', 'latest', '--into', into], { env: { BOXOFFICE_KEY_FILE: '' } }),
      /restored\.db\.key: it is missing.*copy the key of the database there/);
    writeFileSync(`${into}.key`, '0'.repeat(64), { mode: 0o600 });
    refused(here.run(['restore', '--to', 'latest', '--into', into], { env: { BOXOFFICE_KEY_FILE: '' } }),
      /head was signed with another key/);
    assert.deepEqual(restoredFiles(here), ['restored.db.key']);
    rmSync(`${into}.key`);
  });

  test('refuses what is not a point in time, or not in the archive', () => {
    const here = sold;
    const into = here.path('restored.db');
    const { commit } = status(here);
    refused(restore(here, 'yesterday', into), /--to must be a commit number, a time in UTC/, exit.usage);
    refused(restore(here, '2026-13-01 00:00', into), /--to must be/, exit.usage);
    refused(restore(here, commit + 1, into), new RegExp(`ends with commit ${commit}; commit ${commit + 1} is not in it`));
    refused(restore(here, '2020-01-01 00:00', into), /does not reach back that far: it begins with commit \d+, \d{4}-/);
    refused(here.run(['restore', '--to', 'latest']), /--into is required/, exit.usage);
    refused(here.run(['restore', '--into', into]), /--to is required/, exit.usage);
    refused(here.run('backup:list', { env: { BOXOFFICE_BACKUP_TO: '' } }), /--from is required/, exit.usage);
    refused(here.run('backup:list --from nowhere'), /cannot open the directory nowhere: No such file/);
    refused(here.run('backup:list --from ftp://host'), /s3:\/\/BUCKET\/PREFIX/);
    mkdirSync(here.path('empty'));
    refused(here.run('backup:list --from empty'), /there is no archive in empty/);
    // A time in the future is the end of the archive, and that is said.
    const later = here.run(['restore', '--to', '2090-01-01 00:00', '--into', into, '--dry-run']);
    assert.equal(later.status, exit.done);
    assert.match(later.stderr, /the archive ends with this commit/);
  });
});

// --- damage -----------------------------------------------------------------------------------------------------------

describe('a damaged archive', () => {
  const flip = (path, offset) => {
    const bytes = readFileSync(path);
    bytes[offset] ^= 0x10;
    writeFileSync(path, bytes);
  };

  // Each is done to a copy of the archive with one base; the file that the refusal has to name.
  const damages = {
    'a bit of a segment': (at) => { flip(at.last, 700); return at.last; },
    'the end of a segment cut off': (at) => { truncateSync(at.last, statSync(at.last).size - 5000); return at.last; },
    'a segment that is missing': (at) => { rmSync(at.first); return /commit \d+ (is|and later ones are) missing/; },
    'two segments exchanged': (at) => {
      renameSync(at.first, `${at.first}.moved`);
      renameSync(at.last, at.first);
      renameSync(`${at.first}.moved`, at.last);
      return at.first;
    },
    'a bit of the base': (at) => { flip(at.base, 5000); return at.base; },
    'a base cut off': (at) => { truncateSync(at.base, 4096); return at.base; },
    'a bit of the manifest': (at) => { flip(at.manifest, 200); return at.manifest; },
    'a bit of the head': (at) => { flip(at.head, 100); return at.head; },
    'the head missing': (at) => { rmSync(at.head); return at.head; },
    'something behind the last record': (at) => { appendFileSync(at.last, Buffer.alloc(4096, 1)); return at.last; },
  };

  test('is refused with the name of the file and the commit, and nothing is written', () => {
    const here = sold;
    const into = here.path('restored.db');
    for (const [what, damage] of Object.entries(damages)) {
      const folder = here.path('damaged');
      cpSync(here.backup, folder, { recursive: true });
      const path = (end, index) => join(folder, files(here, end).at(index));
      const named = damage({ first: path('.segment', 0), last: path('.segment', -1), base: path('.base', -1),
        manifest: path('.manifest', -1), head: join(folder, 'head') });
      const expected = named instanceof RegExp ? named : new RegExp(`${named.split('/').at(-1).replace('.', '\\.')}.*`);
      const response = restore(here, 'latest', into, '--from', folder);
      refused(response, expected);
      refused(response, /commit \d+|head/);
      assert.deepEqual(restoredFiles(here), [], what);
      rmSync(folder, { recursive: true });
    }
    const folder = here.path('damaged');
    cpSync(here.backup, folder, { recursive: true });
    flip(join(folder, files(here, '.base').at(-1)), 5000);
    refused(here.run(['backup:verify', '--from', folder]), /\.base: the copy of the database at commit \d+ is damaged at byte 0/);
    // The negative control: the same without damage.
    cpSync(here.backup, here.path('copy'), { recursive: true });
    assert.equal(restore(here, 'latest', into, '--from', here.path('copy')).status, exit.done);
    for (const name of restoredFiles(here)) rmSync(here.path(name), { recursive: true });
  });
});

// --- looking at it ----------------------------------------------------------------------------------------------------

describe('looking at an archive', () => {
  test('backup:list says from when to when, backup:verify leaves nothing behind', () => {
    const here = sold;
    const { commit, time, places } = status(here);
    const list = json(here, 'backup:list --json');
    assert.equal(list.ranges.length, 1);
    assert.deepEqual(list.ranges[0].to, { commit, time });
    assert.equal(list.bases.length, 1);
    assert.equal(list.bases[0].name, places[0].base);
    assert.equal(list.signaturesChecked, true);
    assert.match(here.done('backup:list'), /^can be restored: commit \d+, .*Z, to commit \d+, .*Z\n/);
    const keyless = here.run('backup:list --json', { env: { BOXOFFICE_KEY_FILE: here.path('no-key') } });
    assert.equal(keyless.status, exit.done);
    assert.equal(JSON.parse(keyless.stdout).signaturesChecked, false);
    const before = readdirSync(here.path('data')).sort();
    assert.match(here.done('backup:verify'), /\nall \d+ invariants hold; sha256 [0-9a-f]{64}\n$/);
    assert.deepEqual(readdirSync(here.path('data')).sort(), before);
  });

  test('archive:status fails when a place is not up to date', () => {
    const here = sold;
    assert.match(here.done('archive:status'), /^the database is at commit \d+ of epoch 1/);
    renameSync(here.backup, here.path('away'));
    const gone = here.run('archive:status');
    renameSync(here.path('away'), here.backup);
    refused(gone, /1 of 1 places are not up to date/);
    assert.match(gone.stdout, /not usable now: cannot open the directory/);
    refused(here.run('archive:status', { env: { BOXOFFICE_BACKUP_TO: '' } }), /not archived/);
  });

  test('neither the archive nor the spool nor a restored file contains what people wrote', () => {
    const here = sold;
    assert.equal(restore(here, 'latest', here.path('restored.db')).status, exit.done);
    writeFileSync(here.path('control'), 'canary-control-5309');
    const read = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'latin1')).join('\n');
    const everything = read(here.folder);
    for (const canary of ['canary-address-5309', 'canary-description-5309', 'customer@example.com', 'SQLite format 3', 'CREATE TABLE'])
      assert.ok(!everything.includes(canary), canary);
    for (const control of ['boxoffice archive head 1', 'canary-control-5309']) assert.ok(everything.includes(control));
    for (const name of restoredFiles(here)) rmSync(here.path(name), { recursive: true });
  });
});
