// Damage to the files of the database while no server runs: it is never taken for the end of the log. The server, and
// every command, refuses the database with the commit and what to do; with the damage undone every acknowledged booking
// is there. tests/unit/store_log_test.c goes over all kinds of positions.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Client, Server, World, rowsAfter } from '../support/failure.mjs';

const bookings = 40;

// A server with acknowledged bookings, one commit each, killed.
async function killedAfterBookings(t, env) {
  const world = await World.create(t, { people: 2, seats: 1000, env });
  const server = await Server.start(world);
  const client = new Client(server, world.people[1]);
  for (let i = 0; i < bookings; i++) assert.equal((await client.book(world.schedules[0])).status, 201);
  client.close();
  await server.kill();
  return { world, log: `${world.storage}-wal` };
}

// How many bytes of the log count: a checkpoint lets the log begin again with new salts, and what is behind its last frame is
// of an earlier one.
function bytesInUse(log) {
  const page = log.readUInt32BE(8), salts = log.subarray(16, 24);
  let end = 32;
  while (end + 24 + page <= log.length && log.subarray(end + 8, end + 16).equals(salts)) end += 24 + page;
  return end;
}

async function bookingsOf(world) {
  const server = await Server.start(world);
  const client = new Client(server, world.admin);
  const rows = await rowsAfter(client, 'bookings');
  client.close();
  await server.stop();
  return rows.length;
}

for (const cipher of ['aegis', 'none']) {
  test(`a flipped bit in the log is refused by server, doctor and verify, and no booking disappears (${cipher})`, async (t) => {
    const { world, log } = await killedAfterBookings(t, { BOXOFFICE_CIPHER: cipher });
    const whole = readFileSync(log);
    for (const part of [0.15, 0.5, 0.95]) {
      const damaged = Buffer.from(whole);
      damaged[Math.floor(bytesInUse(whole) * part)] ^= 4;
      writeFileSync(log, damaged);
      await assert.rejects(Server.start(world), /is damaged or cut short at frame \d+, in commit \d+[^]*restore a backup/);
      await assert.rejects(world.command(['doctor']), /problem +database .*is damaged or cut short at frame \d+/);
      await assert.rejects(world.command(['verify']), /is damaged or cut short/);
      assert.ok(readFileSync(log).equals(damaged), 'the log was changed');
    }
    writeFileSync(log, whole);
    assert.equal(await bookingsOf(world), bookings);
  });
}

test('what the message says to give up the rest of a damaged log does so', async (t) => {
  const { world, log } = await killedAfterBookings(t, {});
  const damaged = readFileSync(log);
  damaged[Math.floor(bytesInUse(damaged) / 2)] ^= 1;
  writeFileSync(log, damaged);
  const said = await Server.start(world).catch((error) => error.message);
  const [, size, mark] = /truncate -s (\d+) \S+-wal && rm -f (\S+\.mark)/.exec(said) ?? assert.fail(said);
  writeFileSync(log, damaged.subarray(0, Number(size)));
  rmSync(mark);
  const left = await bookingsOf(world);
  assert.ok(left > 0 && left < bookings, `${left}`);
  assert.deepEqual(await world.violations(), []);
});

test('a log that is cut short, missing, or of another database is refused', async (t) => {
  const { world, log } = await killedAfterBookings(t, {});
  const other = await killedAfterBookings(t, {});
  const whole = readFileSync(log);
  writeFileSync(log, whole.subarray(0, bytesInUse(whole) - 5000));
  await assert.rejects(Server.start(world), /cut short/);
  rmSync(log);
  await assert.rejects(Server.start(world), /-wal is missing or empty/);
  writeFileSync(log, readFileSync(other.log));
  await assert.rejects(Server.start(world), /-wal is another one/);
  writeFileSync(log, whole);
  assert.equal(await bookingsOf(world), bookings);
});

// Closing any file releases all locks that a process has on it. Without its lock on the database the server could lose
// its log to a command that was the last one to close the database, as SQLite sees it.
test('commands that open and close the database leave the log of a running server in place', async (t) => {
  const world = await World.create(t, { people: 2, seats: 1000 });
  const server = await Server.start(world);
  const client = new Client(server, world.people[1]);
  assert.equal((await client.book(world.schedules[0])).status, 201);
  const held = readFileSync('/proc/locks', 'utf8').split('\n').filter((line) =>
    line.includes(` POSIX `) && line.includes(` ${server.child.pid} `) && line.includes(`:${statSync(world.storage).ino} `));
  assert.ok(held.length > 0, 'the server has no lock on the database');
  const before = statSync(`${world.storage}-wal`).ino;
  for (const command of ['verify', 'db:migrate:status', 'doctor']) await world.command([command]).catch(() => {});
  assert.equal(existsSync(`${world.storage}-wal`) && statSync(`${world.storage}-wal`).ino, before, 'the log is another file');
  for (let i = 1; i < bookings; i++) assert.equal((await client.book(world.schedules[0])).status, 201);
  client.close();
  await server.kill();
  assert.equal(await bookingsOf(world), bookings);
});
