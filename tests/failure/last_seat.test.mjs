// Many people want the last seat at the same moment: one gets it, everybody else is told that it is sold out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, Server, rounds } from '../support/failure.mjs';
import { lastSeat } from '../support/failure_load.mjs';

const buyers = rounds('BUYERS', 500);
const schedules = rounds('LAST_SEATS', 20);

test(`the last seat, ${buyers} buyers at once, ${schedules} times`, async (t) => {
  const world = await World.create(t, { people: buyers + 1, schedules, seats: 1 });
  const server = await Server.start(world);
  assert.deepEqual(await lastSeat(world, server), []);
  await server.stop();
  assert.deepEqual(await world.violations(), []);
});
