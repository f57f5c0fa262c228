// The archive of an embedded database: what the server writes to a directory, what it says when it cannot, and that the
// database can be restored from it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server, World } from '../support/failure.mjs';

const sqlite = { skip: process.env.BOXOFFICE_TEST_ENGINE === 'postgres' && 'PostgreSQL archives itself' };

// A world with an archive in `place`, and its server.
async function archived(t, options = {}) {
  const world = await World.create(t, { people: 3, schedules: 2, seats: 500, ...options });
  world.place = join(world.folder, 'place');
  world.env = { ...world.env, BOXOFFICE_BACKUP_TO: world.place, BOXOFFICE_LOG_LEVEL: 'info' };
  const server = await Server.start(world);
  return { world, server };
}

async function until(what, condition) {
  for (let i = 0; i < 200; i++) {
    if (await condition()) return;
    await sleep(50);
  }
  assert.fail(`not within ten seconds: ${what}`);
}

// The figures of the first place.
async function figures(server, admin) {
  const response = await fetch(`http://127.0.0.1:${server.port}/metrics`, { headers: { authorization: `Bearer ${admin.token}` } });
  const text = await response.text();
  return Object.fromEntries([...text.matchAll(/^boxoffice_(?:archive|backup)_(\w+)\{place="1"\} (\S+)$/gm)]
    .map(([, name, value]) => [name, Number(value)]));
}

const isComplete = ({ lag_seconds, failing, age_seconds }) => lag_seconds === 0 && failing === 0 && age_seconds >= 0;

const files = (world, suffix) => readdirSync(world.place).filter((name) => name.endsWith(suffix)).sort();

async function bookings(world, server, count, schedule = 0) {
  const client = new Client(server, world.people[1]);
  for (let i = 0; i < count; i++) assert.equal((await client.book(world.schedules[schedule])).status, 201);
  client.close();
}

function password(world) {
  const path = join(world.folder, 'password');
  writeFileSync(path, 'correct horse battery staple 7\n', { mode: 0o600 });
  return path;
}

const digest = async (world) => JSON.parse((await world.command(['digest', '--json'])).stdout).sha256;
const verified = async (world, at = 'latest') =>
  JSON.parse((await world.command(['backup:verify', '--from', world.place, '--at', `${at}`, '--json'])).stdout);

test('every commit gets into the archive, which gives the same database', sqlite, async (t) => {
  const { world, server } = await archived(t);
  await until('a base', async () => isComplete(await figures(server, world.admin)));
  const head = readFileSync(join(world.place, 'head'), 'utf8');
  await bookings(world, server, 20);
  await until('all of it', async () => {
    const found = await figures(server, world.admin);
    return isComplete(found) && found.backlog_bytes === 0;
  });
  assert.notEqual(readFileSync(join(world.place, 'head'), 'utf8'), head);
  await server.stop();
  assert.equal((await verified(world)).sha256, await digest(world));
  assert.equal(files(world, '.manifest').length, 1);
});

test('backup:create makes a base, with and without a running server', sqlite, async (t) => {
  const { world, server } = await archived(t);
  await until('a base', async () => isComplete(await figures(server, world.admin)));
  await bookings(world, server, 3);
  await world.command(['backup:create']);
  assert.equal(files(world, '.manifest').length, 2);
  await server.stop();
  await world.command(['user:create', '--email', 'eve@example.org', '--name', 'Eve', '--password-file', password(world)]);
  const [made] = JSON.parse((await world.command(['backup:create', '--json'])).stdout);
  assert.equal(made.place, world.place);
  assert.equal(files(world, '.manifest').length, 3);
  assert.ok(files(world, '.base').includes(made.base));
  assert.equal((await verified(world, made.commit)).sha256, await digest(world));
  await assert.rejects(world.command(['backup:create'], { BOXOFFICE_BACKUP_TO: '' }), /BOXOFFICE_BACKUP_TO is not set/);
});

test('a place that cannot be written stops no sale, is reported at once, and becomes whole again', sqlite, async (t) => {
  const { world, server } = await archived(t);
  await until('a base', async () => isComplete(await figures(server, world.admin)));
  rmSync(join(world.place, 'head'));
  mkdirSync(join(world.place, 'head'));
  await bookings(world, server, 5);
  await until('the failure', async () => (await figures(server, world.admin)).failing === 1);
  await bookings(world, server, 5);
  assert.match(server.errors, /"event":"archive_place_failed","place":1,"reason":"cannot replace .*head/);
  assert.ok((await figures(server, world.admin)).lag_seconds > 0);
  rmdirSync(join(world.place, 'head'));
  await until('the end of it', async () => isComplete(await figures(server, world.admin)));
  assert.match(server.errors, /archive_place_recovered/);
  await server.stop();
  assert.equal((await verified(world)).sha256, await digest(world));
});

test('a place of another database is refused, and nothing in it is changed', sqlite, async (t) => {
  const { world, server } = await archived(t);
  await until('a base', async () => isComplete(await figures(server, world.admin)));
  await server.stop();
  const other = await World.create(t, { people: 1, env: { BOXOFFICE_BACKUP_TO: world.place } });
  const before = readdirSync(world.place).map((name) => [name, readFileSync(join(world.place, name))]);
  const another = await Server.start(other);
  await until('the refusal', () => /belongs to another database/.test(another.errors));
  await another.stop();
  assert.deepEqual(readdirSync(world.place).map((name) => [name, readFileSync(join(world.place, name))]), before);
});

test('settings that cannot work are refused at the start', sqlite, async (t) => {
  const world = await World.create(t);
  await assert.rejects(world.command(['serve'], { BOXOFFICE_BACKUP_TO: 'ftp://host/path' }), /s3:\/\/BUCKET\/PREFIX/);
  await assert.rejects(world.command(['verify'], { BOXOFFICE_BACKUP_TO: world.folder, BOXOFFICE_CIPHER: 'none' }), /plain text|encrypted/);
  assert.ok(!existsSync(`${world.storage}.archive`));
});

test('nothing in the archive or the spool is readable', sqlite, async (t) => {
  const { world, server } = await archived(t);
  const canary = 'canary-7f3a';
  await world.command(['user:create', '--email', `${canary}@example.org`, '--name', canary, '--password-file', password(world)]);
  await until('all of it', async () => isComplete(await figures(server, world.admin)));
  await server.stop();
  for (const folder of [world.place, `${world.storage}.archive`]) {
    for (const name of readdirSync(folder)) {
      assert.ok(!readFileSync(join(folder, name)).includes(canary), `${folder}/${name}`);
    }
  }
  assert.ok(!server.errors.includes(canary));
});
