// A disk that is full, and one that fails: nothing acknowledged is lost, reads go on, and a disk of which nobody knows
// what it holds ends the server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server, World, generator } from '../support/failure.mjs';
import { History, Load, checkHistory, checkPresent, repeatUnresolved } from '../support/failure_load.mjs';

const clients = 16;
const wait_ms = 10_000;
const idle_ms = 500;

async function until(what, condition) {
  const over = performance.now() + wait_ms;
  while (!condition()) {
    assert.ok(performance.now() < over, `waited in vain for ${what}`);
    await sleep(10);
  }
}

// A load during which the disk fills up, and then has room again.
async function fillUp(world, server, { fill, empty }) {
  const history = new History();
  const load = new Load(world, server, { history, clients, schedules: world.schedules, random: generator(1) });
  const reader = new Client(server, world.admin);
  await until('bookings', () => history.acknowledged > 100);
  fill();
  await until('refusals', () => history.full > 100 || !server.running());
  load.paused = true; // an idle writer moves its log into the database, for which there is no room either
  await sleep(idle_ms);
  assert.ok(server.running(), `the server goes on: ${server.errors}`);
  for (let i = 0; i < 10; i++) await reader.expect(200, { path: '/events' });
  const before = history.acknowledged;
  load.paused = false;
  empty();
  await until('bookings again', () => history.acknowledged > before + 100);
  await load.end({ stop: true });
  reader.close();
  assert.deepEqual(history.unresolved, []);
  await checkHistory(history, server, world.admin);
  assert.deepEqual(history.complaints, []);
  await server.stop();
  assert.deepEqual(await world.violations(), []);
}

test('disk full: 507 and nothing lost, reads go on, and bookings when there is room again', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 4, seats: 100_000 });
  const server = await Server.start(world, { env: world.powercut() });
  const flag = `${world.storage}.full`;
  await fillUp(world, server, { fill: () => writeFileSync(flag, ''), empty: () => rmSync(flag) });
});

// A file system of its own, so small that it fills up; null where that is not permitted.
function smallFileSystem(world, bytes) {
  const folder = join(world.folder, 'small');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'none', folder], { stdio: 'pipe' });
  } catch {
    return null;
  }
  world.endings.push(() => execFileSync('umount', [folder]));
  return folder;
}

// Writes until there is no room at all.
function fillWhole(path) {
  const handle = openSync(path, 'w');
  try {
    for (let size = 1 << 20; size > 0;) {
      try {
        writeSync(handle, Buffer.alloc(size));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
        size >>= 1;
      }
    }
  } finally {
    closeSync(handle);
  }
}

test('disk full, a real one', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 4, seats: 100_000 });
  const folder = smallFileSystem(world, 64 << 20);
  if (!folder) return t.skip('mounting is not permitted here');
  world.moveTo(folder);
  const server = await Server.start(world);
  const filler = join(folder, 'filler');
  await fillUp(world, server, {
    fill: () => fillWhole(filler),
    empty: () => rmSync(filler),
  });
});

// The index of the log is made again at each start, and grows while the log does; both require room.
test('disk full at the start, after a kill and after an orderly end: reads, and 507 until there is room', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 4, seats: 100_000 });
  const folder = smallFileSystem(world, 64 << 20);
  if (!folder) return t.skip('mounting is not permitted here');
  world.moveTo(folder);
  const history = new History();
  const filler = join(folder, 'filler');
  let server = await Server.start(world);
  let load = new Load(world, server, { history, clients, schedules: world.schedules, random: generator(1) });
  await until('bookings', () => history.acknowledged > 500);
  await server.kill();
  await load.end();
  for (const orderly of [false, true]) {
    fillWhole(`${filler}-before-${orderly}`);
    server = await Server.start(world);
    fillWhole(`${filler}-after-${orderly}`); // the start has moved the log into the database, which made room
    const reader = new Client(server, world.admin);
    for (let i = 0; i < 10; i++) await reader.expect(200, { path: '/events' });
    const statuses = new Set();
    for (let i = 0; i < 50; i++) statuses.add((await reader.book(world.schedules[0])).status);
    assert.ok(statuses.has(507), `writes are refused when the disk is full: ${[...statuses]}`);
    reader.close();
    if (!orderly) await server.stop();
  }
  for (const file of readdirSync(folder)) if (file.startsWith('filler')) rmSync(join(folder, file));
  await checkPresent(history, server, world.admin);
  const before = history.acknowledged;
  load = new Load(world, server, { history, clients, schedules: world.schedules, random: generator(2) });
  await until('bookings again', () => history.acknowledged > before + 100);
  await load.end({ stop: true });
  await server.stop();
  assert.deepEqual(await world.violations(), []);
});

test('fsync fails: the server ends itself, and nothing acknowledged is lost', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 4, seats: 100_000 });
  const history = new History();
  let server = await Server.start(world, { env: world.powercut() });
  const load = new Load(world, server, { history, clients, schedules: world.schedules, random: generator(1) });
  await until('bookings', () => history.acknowledged > 100);
  writeFileSync(`${world.storage}.broken`, '');
  const { code } = await server.ended;
  await load.end();
  assert.notEqual(code, 0);
  assert.match(server.errors, /durability_unknown/);
  rmSync(`${world.storage}.broken`);
  server = await Server.start(world);
  await checkPresent(history, server, world.admin);
  await repeatUnresolved(history, server);
  await checkHistory(history, server, world.admin);
  assert.deepEqual(history.complaints, []);
  await server.stop();
  assert.deepEqual(await world.violations(), []);
});
