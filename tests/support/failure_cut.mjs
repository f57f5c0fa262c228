// A power cut under load, for the test that nothing acknowledged is lost and for the control that loses something.
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, cutPower } from './failure.mjs';
import { Load, checkHistory, checkPresent, checkSeats, repeatUnresolved } from './failure_load.mjs';

export const clients = 32;

// Where part of what is not synchronised survives, there should be some: such a disk is slow.
export const shim = (world, torn) => world.powercut({ slow_us: torn ? 5000 : 0 });

// Writes to the history what is wrong. Returns the server that runs again, and how many pages survived a torn cut.
export async function cutUnderLoad(world, server, { history, schedules, random, torn }) {
  const load = new Load(world, server, { history, clients, schedules, random });
  await sleep(50 + random() * 300);
  await server.kill();
  await load.end();
  const survived = cutPower(world, torn ? random : null);
  const next = await Server.start(world, { env: shim(world, torn) });
  await checkPresent(history, next, world.admin);
  await repeatUnresolved(history, next);
  await checkHistory(history, next, world.admin);
  checkSeats(history, world);
  return { server: next, survived };
}
