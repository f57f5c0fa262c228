// Archives in a bucket of S3: the server ships to it, and what is restored from it is exact; every refusal says what to do;
// no secret is in what the program prints. The store is tests/support/s3.mjs, which checks every signature.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Client, Server, World, generator, program, release, sanitized } from '../support/failure.mjs';
import { settingsFor, store, temporary } from '../support/s3.mjs';
import { until } from '../support/wait.mjs';

const run = promisify(execFile);
const sqlite = { skip: process.env.BOXOFFICE_TEST_ENGINE === 'postgres' && 'PostgreSQL archives itself' };

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
