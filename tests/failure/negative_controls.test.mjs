// The checks of the failure tests catch what they are for: each of these servers has one safeguard taken out, and the
// test passes when the check complains.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, World, generator, root } from '../support/failure.mjs';
import { clients, cutUnderLoad } from '../support/failure_cut.mjs';
import { History, Load, checkHistory, checkPresent, checkSeats, lastSeat } from '../support/failure_load.mjs';
import { exchanged, mutantNamed } from '../support/mutant.mjs';

const buyers = 50;
const wall = '"availableSeats" BETWEEN 0 AND 1000000';
const gap = '"availableSeats" BETWEEN -1000000 AND 1000000';

// The migrations without the constraint on the seats left, under the same names.
function migrationsWithoutWall(t) {
  const folder = mkdtempSync(join(tmpdir(), 'boxoffice-migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'migrations'), folder, { recursive: true });
  const holders = readdirSync(folder).map((name) => join(folder, name))
    .filter((path) => path.endsWith('.up.sqlite.sql') && readFileSync(path, 'utf8').includes(wall));
  assert.ok(holders.length > 0, 'a migration builds the wall, and others build it again');
  for (const path of holders) writeFileSync(path, exchanged(readFileSync(path, 'utf8'), wall, gap, path));
  return folder;
}

async function sell(t, options) {
  const world = await World.create(t, { people: buyers + 1, schedules: 2, seats: 1, ...options });
  const server = await Server.start(world);
  const complaints = await lastSeat(world, server);
  await server.stop();
  return { complaints, violations: await world.violations() };
}

test('with the seat check removed, the constraint of the database still keeps the last seat', async (t) => {
  const { complaints, violations } = await sell(t, { binary: await mutantNamed('no-seat-guard') });
  assert.equal(complaints.length, 2, 'the check misses the right response');
  for (const complaint of complaints) assert.match(complaint, /"201":1,.*"availableSeats":0}/, 'still one winner');
  assert.deepEqual(violations, []);
});

// The constraint is met when rows are written, which may be in the middle of somebody else's command: nothing of the
// batch may then be kept, and everybody is tried alone.
test('with the seat check removed, a refusal by the constraint takes nobody else along', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 2, seats: 20, binary: await mutantNamed('no-seat-guard') });
  const server = await Server.start(world);
  const history = new History({ refusal: 'state_conflict' });
  const load = new Load(world, server, { history, clients, schedules: world.schedules, random: generator(1) });
  await sleep(1500);
  await load.end({ stop: true });
  await checkHistory(history, server, world.admin);
  checkSeats(history, world);
  assert.deepEqual(history.complaints, []);
  assert.ok(history.acknowledged > 40 && history.refused > 0, 'the constraint was not met');
  await server.stop();
  assert.deepEqual(await world.violations(), []);
});

test('with the constraint removed, the seat check alone keeps the last seat', async (t) => {
  const { complaints, violations } = await sell(t, { migrations: migrationsWithoutWall(t) });
  assert.deepEqual(complaints, []);
  assert.deepEqual(violations, []);
});

test('with both removed it oversells; the check and verify say so', async (t) => {
  const { complaints, violations } = await sell(t, { binary: await mutantNamed('no-seat-guard'), migrations: migrationsWithoutWall(t) });
  assert.equal(complaints.length, 2);
  for (const complaint of complaints) assert.match(complaint, new RegExp(`"201":${buyers},"availableSeats":${1 - buyers}}`));
  assert.ok(violations.includes('seats_not_negative : 2'), violations.join('\n'));
  assert.ok(violations.includes('constraints Schedules: 2'), violations.join('\n'));
});

test('with synchronous=NORMAL a power cut loses acknowledged bookings; the mark of the log shows it, and without it the check', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 1, seats: 500, binary: await mutantNamed('synchronous-normal') });
  const server = await Server.start(world, { env: world.powercut() });
  const history = new History();
  await assert.rejects(cutUnderLoad(world, server, { history, schedules: world.schedules, random: generator(1), torn: false }),
    /-wal is (damaged or cut short|missing or empty|another one)/);
  rmSync(`${world.storage}.mark`);
  const next = await Server.start(world);
  await checkPresent(history, next, world.admin);
  await next.stop();
  assert.ok(history.acknowledged > 0, 'there was a load');
  assert.match(history.complaints[0] ?? 'nothing', /acknowledged booking \d+ is lost/);
});
