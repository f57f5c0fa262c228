// The clock of the database decides for all nodes, whatever those of their machines say; and when it is set itself, no node
// jumps.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster, eventually, startNode, withClients, worldIn } from '../support/many.mjs';
import { WallClock } from '../support/wall_clock.mjs';

const hold_ms = 4000;
const day_ms = 24 * 3_600_000;
const env = { BOXOFFICE_HOLD_MS: String(hold_ms), BOXOFFICE_LOG_LEVEL: 'info' };

const clock = new WallClock(); // of the database
let cluster;
before(async () => { cluster = await Cluster.start({ fast: true, env: clock.environment }); });
after(async () => {
  await cluster?.stop();
  clock.remove();
});

async function figure(node, name) {
  const text = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
  return Number(text.match(new RegExp(`^boxoffice_clock_${name} (\\S+)$`, 'm'))[1]);
}

async function databaseTime(world) {
  return Number((await world.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms'))[0].ms);
}

// A booking made on a node.
const booked = (world, node) => withClients(node, [world.admin], async ([client]) => {
  const response = await client.book(world.schedules[0]);
  assert.equal(response.status, 201, JSON.stringify(response.body));
  return response.body;
});

const statusOf = (world, node, booking) => withClients(node, [world.admin], async ([client]) =>
  (await client.expect(200, { path: `/bookings/${booking.id}` })).status);

test('nodes with clocks that are days apart agree with the database', async (t) => {
  const world = await worldIn(t, cluster, { schedules: 1, seats: 100, env });
  const clocks = [new WallClock(), new WallClock()];
  t.after(() => clocks.forEach((one) => one.remove()));
  clocks.forEach((one, i) => one.set(i ? -day_ms : 400 * day_ms));
  const nodes = [await startNode(world, clocks[0].environment), await startNode(world, clocks[1].environment)];
  for (const node of nodes) {
    const before = await databaseTime(world);
    const { bookingDate, expiresAt } = await booked(world, node);
    const at = Date.parse(bookingDate);
    assert.ok(at >= before - 100 && at <= await databaseTime(world), `${at - before} ms from the database`);
    assert.equal(Date.parse(expiresAt) - at, hold_ms);
    assert.equal(await figure(node, 'alarm'), 0);
    clocks[nodes.indexOf(node)].set(0); // this step does not count either
  }
  const booking = await booked(world, nodes[0]);
  assert.equal(await statusOf(world, nodes[1], booking), 'pending');
  await eventually('the hold ends', async () => await statusOf(world, nodes[1], booking) === 'expired');
  for (const node of nodes) {
    assert.equal(await figure(node, 'steps_total'), 0);
    await node.stop();
  }
  assert.deepEqual(await world.violations(), []);
});

test('the clock of the database is set while nodes serve: an alarm, and nothing else changes', async (t) => {
  const world = await worldIn(t, cluster, { schedules: 1, seats: 100, env });
  const nodes = [await startNode(world), await startNode(world)];
  for (const ms of [day_ms, -day_ms, 0]) {
    const held = await booked(world, nodes[0]);
    const begun = performance.now();
    clock.set(ms);
    for (const node of nodes) {
      await eventually('the step', async () => Math.abs(await figure(node, 'difference_seconds') - ms / 1000) < 2);
      assert.equal(await figure(node, 'alarm'), ms ? 1 : 0);
      const { bookingDate } = await booked(world, node);
      const later_ms = Date.parse(bookingDate) - Date.parse(held.bookingDate);
      assert.ok(later_ms >= -100 && later_ms <= performance.now() - begun + 500, `${later_ms} ms later`);
      assert.equal(await statusOf(world, node, held), 'pending');
    }
    await eventually('the hold ends', async () => await statusOf(world, nodes[1], held) === 'expired');
    assert.ok(performance.now() - begun >= hold_ms - 500);
  }
  const logged = nodes.map((node) => node.errors.match(/"event":"clock_stepped"/g)?.length);
  assert.deepEqual(logged, [3, 3]);
  for (const node of nodes) await node.stop();
  assert.deepEqual(await world.violations(), []);
});
