// Archives in a bucket of S3: a bucket behaves as a directory does, whatever the network does; the server ships to it, and
// what is restored from it is exact; every refusal says what to do; no secret is in what the program prints. The store is
// tests/support/s3.mjs, which checks every signature.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Client, Server, World, generator, program, release, sanitized } from '../support/failure.mjs';
import { S3Server } from '../support/s3.mjs';
import { until } from '../support/wait.mjs';

const run = promisify(execFile);
const fixture = process.env.ARCHIVE_FIXTURE ?? join(dirname(program), 'archive_fixture');
const sqlite = { skip: process.env.BOXOFFICE_TEST_ENGINE === 'postgres' && 'PostgreSQL archives itself' };

async function store(t, options) {
  const made = await new S3Server(options).listen();
  t.after(() => made.close());
  return made;
}

function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'boxoffice-s3-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// The settings for this store; the keys are in files of the folder.
function settingsFor(s3, folder, { accessKey = s3.accessKey, secretKey = s3.secretKey } = {}) {
  const file = (name, text) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return { BOXOFFICE_S3_ENDPOINT: s3.endpoint, BOXOFFICE_S3_ACCESS_KEY_FILE: file('access', `${accessKey}\n`),
    BOXOFFICE_S3_SECRET_KEY_FILE: file('secret', `${secretKey}\n`) };
}

// --- a bucket as a directory ------------------------------------------------------------------------------------------

// A place that carries out one call after the other.
class Place {
  constructor(t, address, env = {}) {
    const { BOXOFFICE_S3_ENDPOINT: endpoint = '', BOXOFFICE_S3_ACCESS_KEY_FILE: access = '', BOXOFFICE_S3_SECRET_KEY_FILE: secret = '' } = env;
    this.child = spawn(fixture, [address, endpoint, access, secret], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = once(this.child, 'exit');
    t.after(() => this.child.kill('SIGKILL'));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async call(...words) {
    this.child.stdin.write(`${words.join(' ')}\n`);
    return (await this.lines.next()).value.trim();
  }

  async end() {
    this.child.stdin.end();
    assert.deepEqual(await this.exited, [0, null]);
  }
}

async function pair(t, options) {
  const s3 = await store(t, options);
  const folder = temporary(t);
  const bucket = new Place(t, `s3://${s3.bucket}/some/pre+fix@1`, settingsFor(s3, folder));
  const directory = new Place(t, join(folder, 'place'));
  return { s3, bucket, both: async (...words) => [await directory.call(...words), await bucket.call(...words)] };
}

// Random calls; `sizes` of the files as they must be.
async function compare({ both }, random, calls) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const sizes = new Map();
  const written = [];
  for (let i = 0; i < calls; i++) {
    const name = pick(['a', 'a.b', 'b', 'c']);
    const size = sizes.get(name) ?? 0;
    const grow = pick([1, 7, 1000, 100_000, 300_000, 20_000]);
    const from = random() < 0.8 ? size : Math.floor(random() * size);
    const call = pick([
      ...Array(6).fill(['append', name, from, pick([...'uvwxyz']), grow]),
      ...(size ? [['sync', name], ['read', name, Math.floor(random() * size), grow], ['read', name, 0, size + 1]] : []),
      ['append', name, size + 1 + Math.floor(random() * 10), 'q', 1], ['replace', `head${name}`, `text${i}`], ['read', `head${name}`, 0, 100],
      ['list'], ['list'], ...(size ? [['remove', name]] : []), ['reopen']]);
    if (call[0] === 'append' && call[2] <= size) sizes.set(name, call[2] + call[4]);
    if (call[0] === 'remove') sizes.delete(name);
    if (call[0] === 'reopen') for (const file of sizes.keys()) await both('sync', file);
    written.push(call.join(' '));
    const [expected, found] = await both(...call);
    const same = expected.startsWith('failed:') ? found.startsWith('failed:') : found === expected;
    assert.ok(same, `${written.join('\n')}\ndirectory: ${expected}\nbucket: ${found}`);
  }
}

describe('a bucket', { concurrency: 4 }, () => {
  test('is read and written as a directory is', async (t) => {
    const seed = Number(process.env.S3_SEED ?? Date.now() % 1e9);
    t.diagnostic(`S3_SEED=${seed}`);
    const places = await pair(t);
    places.s3.pageSize = 3; // of a listing: all of them have continuation tokens
    await compare(places, generator(seed), Number(process.env.S3_CALLS ?? 100));
    await places.bucket.end();
  });

  test('is so as well when requests are refused, connections are cut and responses are lost', async (t) => {
    const random = generator(4711);
    const places = await pair(t);
    let last = '';
    places.s3.trouble = ({ method, key }) => {
      const again = last === method + key; // not more than four times in a row
      last = again ? '' : method + key;
      if (again || random() > 0.15) return null;
      return ['cut', 'lost', { status: 503, code: 'SlowDown' }, { status: 500, code: 'InternalError' }][Math.floor(random() * 4)];
    };
    await compare(places, random, 40);
    assert.ok(places.s3.requests.some(({ status }) => status === 503));
    await places.bucket.end();
  });

  test('has a file in parts of 8 MiB, and the end of it as one object that grows', async (t) => {
    const { s3, bucket, both } = await pair(t);
    for (let at = 0; at < 20; at++) await bucket.call('append', 'base', at << 20, 'x', 1 << 20);
    await bucket.call('sync', 'base');
    const sizes = (name) => [...s3.objects].filter(([key]) => key.includes(`/${name}/`)).map(([, bytes]) => bytes.length);
    assert.deepEqual(sizes('base'), [8 << 20, 8 << 20, 4 << 20]);
    for (let at = 0; at < 100; at++) {
      await bucket.call('append', 'segment', at * 10_000, 'x', 10_000);
      await bucket.call('sync', 'segment');
    }
    assert.deepEqual(sizes('segment'), [270_000, 270_000, 270_000, 190_000]);
    await both('list');
    assert.ok(s3.requests.every(({ method }) => method !== 'DELETE'));
    await bucket.end();
  });

  test('has no hole: a file ends where an object is missing', async (t) => {
    const { s3, bucket } = await pair(t);
    for (const [offset, letter] of [[0, 'a'], [300_000, 'b'], [600_000, 'c']]) {
      await bucket.call('append', 'one', offset, letter, 300_000);
      await bucket.call('sync', 'one');
    }
    s3.objects.delete([...s3.objects.keys()].sort()[1]);
    s3.objects.set('some/pre+fix@1/notes.txt', Buffer.from('of another program'));
    s3.objects.set('some/pre+fix@1/one/zz', Buffer.from('of another program'));
    assert.equal(await bucket.call('list'), 'one=300000');
    assert.match(await bucket.call('read', 'one', 0, 900_000), /^300000 /);
    assert.match(await bucket.call('read', 'two', 0, 1), /^failed: .*does not exist/);
    await bucket.end();
  });

  test('has nothing left of an end that was cut off', async (t) => {
    const { s3, bucket, both } = await pair(t);
    for (const offset of [0, 300_000, 600_000]) {
      await both('append', 'one', offset, 'a', 300_000);
      await both('sync', 'one');
    }
    await bucket.call('reopen');
    s3.denied.add('DELETE');
    await both('append', 'one', 100, 'b', 10);
    await both('sync', 'one');
    const [expected, found] = await both('read', 'one', 0, 900_000);
    assert.equal(found, expected);
    assert.equal(await bucket.call('list'), 'one=110');
    await both('append', 'one', 110, 'c', 600_000); // where the objects of the old end were
    await both('sync', 'one');
    assert.deepEqual(...(await both('read', 'one', 0, 900_000)).map((text) => [text]));
    await bucket.end();
  });

  test('keeps what was written when a request without a response is carried out late', async (t) => {
    const { s3, bucket } = await pair(t);
    await bucket.call('append', 'one', 0, 'a', 10);
    let late;
    s3.trouble = ({ method, key, body }) => {
      if (method !== 'PUT' || late) return null;
      late = () => s3.objects.set(key, body);
      return 'cut';
    };
    await bucket.call('sync', 'one');
    await bucket.call('append', 'one', 10, 'b', 10);
    await bucket.call('sync', 'one');
    late();
    assert.equal(await bucket.call('list'), 'one=20');
    await bucket.end();
  });

  test('is refused when the store does not list in order, or without end', async (t) => {
    const { s3, bucket } = await pair(t);
    for (const name of ['a', 'b']) await bucket.call('replace', name, 'text');
    const { list } = s3;
    s3.list = (query) => {
      const { body, ...rest } = list.call(s3, query);
      return { ...rest, body: body.replace(/(<Contents>.*<\/Contents>)(<Contents>.*<\/Contents>)/, '$2$1') };
    };
    assert.match(await bucket.call('list'), /^failed: .*does not list objects in the order of their keys/);
    s3.list = () => list.call(s3, { prefix: 'some/', 'max-keys': '1' }); // the first page again and again
    assert.match(await bucket.call('list'), /^failed: .*does not list objects in the order of their keys/);
    s3.list = (query) => {
      const { body, ...rest } = list.call(s3, query);
      return { ...rest, body: body.replaceAll('<Size>4', '<Size>9223372036854775807') };
    };
    assert.equal(await bucket.call('list'), '');
    await bucket.end();
  });

  test('is listed again when an object is replaced while it is read', async (t) => {
    const { s3, bucket } = await pair(t);
    await bucket.call('replace', 'head', 'short');
    let replaced = false;
    s3.trouble = ({ method, key }) => {
      if (method === 'GET' && key.includes('/head/') && !replaced) s3.objects.set(key, Buffer.from('longer than before'));
      replaced = replaced || key.includes('/head/');
      return null;
    };
    assert.match(await bucket.call('read', 'head', 0, 100), /^18 /);
    await bucket.end();
  });

  test('whose connection breaks for long is given up after five attempts', async (t) => {
    const { s3, bucket } = await pair(t);
    s3.trouble = () => 'cut';
    assert.match(await bucket.call('list'), /^failed: cannot list s3:\/\/backups\/ at http:\/\/127\.0\.0\.1:\d+: the connection broke/);
    assert.equal(s3.requests.length, 5);
    s3.trouble = () => null;
    assert.equal(await bucket.call('list'), '');
    await bucket.end();
  });
});

// --- the server and the commands --------------------------------------------------------------------------------------

// A world that is archived into the bucket.
async function archived(t, { options, binary = program, env = {} } = {}) {
  const s3 = await store(t, options);
  const world = await World.create(t, { people: 3, schedules: 2, seats: 500, binary });
  world.place = `s3://${s3.bucket}/box/office`;
  world.env = { ...world.env, ...settingsFor(s3, world.folder), BOXOFFICE_BACKUP_TO: world.place, BOXOFFICE_LOG_LEVEL: 'info', ...env };
  return { s3, world };
}

async function book(world, server, count) {
  const client = new Client(server, world.people[1]);
  for (let i = 0; i < count; i++) assert.equal((await client.book(world.schedules[0])).status, 201);
  client.close();
}

const failed = (world, ...args) => world.command(args).then(() => assert.fail('it succeeded'), ({ message }) => message);
const json = async (world, ...args) => JSON.parse((await world.command([...args, '--json'])).stdout);
const complete = (world) => until(async () => {
  const { stdout } = await run(world.binary, ['archive:status', '--json'], { env: world.environment(), cwd: world.folder })
    .catch((error) => error);
  const { commit, places } = JSON.parse(stdout);
  return places.every((place) => place.commit === commit && place.base);
}, 'the archive is complete', { every: 500 });

function secretless(s3, ...texts) {
  for (const text of texts) assert.ok(!text.includes(s3.secretKey) && !text.includes(s3.accessKey), text);
}

describe('an archive in a bucket', { concurrency: 4, ...sqlite }, () => {
  test('gives the same database, and no right to delete is required', async (t) => {
    const { s3, world } = await archived(t);
    s3.denied.add('DELETE');
    s3.pageSize = 2;
    for (let i = 0; i < 2; i++) {
      const server = await Server.start(world);
      await book(world, server, 15);
      await complete(world);
      assert.doesNotMatch(readFileSync(`/proc/${server.child.pid}/environ`, 'utf8') + readFileSync(`/proc/${server.child.pid}/cmdline`, 'utf8'),
        new RegExp(s3.secretKey));
      await server.stop();
      secretless(s3, server.errors, server.output);
      assert.doesNotMatch(server.errors, /archive_place_failed/);
    }
    const { sha256 } = await json(world, 'digest');
    assert.equal((await json(world, 'backup:verify')).sha256, sha256);
    const into = join(world.folder, 'restored.db');
    const text = await world.command(['restore', '--from', world.place, '--to', 'latest', '--into', into],
      { BOXOFFICE_KEY_FILE: `${world.storage}.key` });
    secretless(s3, text.stdout, text.stderr);
    await world.command(['verify'], { BOXOFFICE_STORAGE: into, BOXOFFICE_KEY_FILE: `${world.storage}.key`, BOXOFFICE_BACKUP_TO: '' });
    assert.match((await world.command(['backup:list'])).stdout, /./);
    assert.ok(s3.requests.every(({ method }) => method !== 'DELETE'));
    const damaged = [...s3.objects.keys()].find((key) => key.includes('.segment/'));
    s3.objects.get(damaged)[2000] ^= 1;
    assert.match(await failed(world, 'backup:verify'), /damaged|exchanged|cannot be read/);
  });

  test('is complete after a killed server, throttled requests, cut connections and lost responses', async (t) => {
    const random = generator(815);
    const { s3, world } = await archived(t, { binary: release });
    s3.trouble = ({ method }) => (method === 'PUT' && random() < 0.3
      ? ['cut', 'lost', { status: 503, code: 'SlowDown' }][Math.floor(random() * 3)] : null);
    for (let i = 0; i < 3; i++) {
      const server = await Server.start(world);
      await book(world, server, 10);
      if (i === 2) await complete(world);
      await server.kill();
    }
    s3.trouble = () => null;
    const server = await Server.start(world);
    await complete(world);
    await server.stop();
    assert.equal((await json(world, 'backup:verify')).sha256, (await json(world, 'digest')).sha256);
  });

  test('that does not respond stops no sale, and not the end of the server', async (t) => {
    const { s3, world } = await archived(t, { binary: release });
    s3.trouble = () => 'hang';
    const server = await Server.start(world);
    await until(() => s3.requests.length > 0, 'a request');
    await book(world, server, 5);
    const since = Date.now();
    await server.stop();
    assert.ok(Date.now() - since < 15_000, `${Date.now() - since} ms`);
  });

  test('that cannot be used says what to do', async (t) => {
    const { s3, world } = await archived(t, { binary: release });
    const message = async (change, env = {}) => {
      const undo = change?.();
      const { env: usual } = world;
      world.env = { ...usual, ...env };
      const text = await failed(world, 'backup:list');
      world.env = usual;
      undo?.();
      secretless(s3, text);
      return text;
    };
    const trouble = (what) => () => {
      s3.trouble = () => what;
      return () => { s3.trouble = () => null; };
    };
    const set = (object, member, value) => () => {
      const before = object[member];
      object[member] = value;
      return () => { object[member] = before; };
    };
    assert.match(await message(), /there is no archive in s3:\/\/backups\/box\/office/);
    assert.match(await message(set(s3, 'secretKey', 'another')), /secret key is not that of the access key; check the file of BOXOFFICE_S3_SECRET_KEY_FILE \(403 SignatureDoesNotMatch\)/);
    assert.match(await message(set(s3, 'accessKey', 'another')), /does not know the access key; check the file of BOXOFFICE_S3_ACCESS_KEY_FILE/);
    assert.match(await message(set(s3, 'skewMs', 3600_000)), /the clock of this machine and that of the store differ.*RequestTimeTooSkewed/);
    assert.match(await message(set(s3, 'bucket', 'other')), /the bucket does not exist; create it/);
    assert.match(await message(set(s3, 'region', 'eu-central-1')), /set BOXOFFICE_S3_REGION \(400 AuthorizationHeaderMalformed, the region is eu-central-1\)/);
    assert.match(await message(trouble({ status: 301, code: 'PermanentRedirect' })), /in another region; set BOXOFFICE_S3_REGION/);
    assert.match(await message(set(s3, 'denied', new Set(['GET']))), /no permission; allow it s3:PutObject, s3:GetObject and s3:ListBucket/);
    assert.match(await message(trouble({ status: 418, code: 'Te<apot' })), /the store refused it \(418\)/);
    assert.match(await message(trouble({ status: 503, code: 'SlowDown' })), /the store is overloaded \(503 SlowDown\)/);
    assert.match(await message(null, { BOXOFFICE_S3_ENDPOINT: 'http://127.0.0.1:1' }), /no connection is possible; check BOXOFFICE_S3_ENDPOINT/);
    assert.match(await message(null, { BOXOFFICE_S3_ENDPOINT: 'https://name.invalid' }), /its name cannot be resolved/);
  });

  test('is refused with settings that cannot work', async (t) => {
    const { s3, world } = await archived(t, { binary: release });
    const refusal = async (env) => {
      const text = await world.command(['serve'], env).then(() => 'it started', ({ message }) => message);
      secretless(s3, text);
      return text;
    };
    assert.match(await refusal({ BOXOFFICE_S3_ENDPOINT: 'http://s3.example.com' }), /http:\/\/ is for this machine only/);
    assert.match(await refusal({ BOXOFFICE_S3_ENDPOINT: 'https://user@s3.example.com' }), /BOXOFFICE_S3_ENDPOINT is not https/);
    assert.match(await refusal({ BOXOFFICE_S3_SECRET_KEY_FILE: '' }), /requires BOXOFFICE_S3_SECRET_KEY_FILE/);
    assert.match(await refusal({ BOXOFFICE_S3_REGION: 'Europe?' }), /BOXOFFICE_S3_REGION is not the name of a region/);
    assert.match(await refusal({ BOXOFFICE_BACKUP_TO: 's3://Backups/x' }), /the name of a bucket has/);
    assert.match(await refusal({ BOXOFFICE_BACKUP_TO: 'ftp://host/x' }), /s3:\/\/BUCKET\/PREFIX/);
    writeFileSync(join(world.folder, 'open'), s3.secretKey, { mode: 0o644 });
    const text = await failed(Object.assign(Object.create(world), { env: { ...world.env, BOXOFFICE_S3_SECRET_KEY_FILE: join(world.folder, 'open') } }), 'backup:list');
    assert.match(text, /other users can read it; run chmod 600/);
  });

  test('is reached over TLS by the confined server, which trusts no other certificate', async (t) => {
    const folder = temporary(t);
    const file = (name) => join(folder, name);
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file('key.pem'), '-out', file('ca.pem')], { stdio: 'ignore' });
    const options = { tls: { key: readFileSync(file('key.pem')), cert: readFileSync(file('ca.pem')) } };
    const { s3, world } = await archived(t, { options, binary: release, env: { BOXOFFICE_S3_CA_FILE: file('ca.pem') } });
    const server = await Server.start(world);
    await book(world, server, 5);
    await complete(world);
    await server.stop();
    assert.doesNotMatch(server.errors, /system_call_refused|archive_place_failed/);
    if (!(await sanitized(release))) assert.doesNotMatch(server.errors, /not_confined/);
    assert.equal((await json(world, 'backup:verify')).sha256, (await json(world, 'digest')).sha256);
    world.env = { ...world.env, BOXOFFICE_S3_CA_FILE: '' };
    const asked = s3.requests.length;
    assert.match(await failed(world, 'backup:list'), /its certificate is not trusted; set BOXOFFICE_S3_CA_FILE/);
    assert.equal(s3.requests.length, asked);
  });
});
