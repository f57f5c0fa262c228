// kill -9 under load, again and again on the same database: what was acknowledged is there once, what was not is
// finished by repeating the request with its key, and the server is back within two seconds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server, World, generator, readyAfter, release, rounds } from '../support/failure.mjs';
import { History, Load, checkHistory, checkPresent, checkSeats, repeatUnresolved } from '../support/failure_load.mjs';

const kills = rounds('KILLS', 15);
const clients = 64;

// A load for a random moment, then the end.
async function killUnderLoad(world, server, { history, schedules, random }) {
  const load = new Load(world, server, { history, clients, schedules, random });
  await sleep(20 + random() * 300);
  await server.kill();
  await load.end();
}

test(`kill -9 under load, ${kills} times`, async (t) => {
  const seed = rounds('SEED', Date.now() % 1e9);
  const random = generator(seed);
  // Two schedules are on sale in each round, so small that people fight for what others give back.
  const world = await World.create(t, { people: clients + 1, schedules: kills + 1, seats: 60, binary: release });
  const history = new History();
  const report = { repeated: 0, slowest: 0 };
  let server = await Server.start(world);
  for (let round = 0; round < kills; round++) {
    await killUnderLoad(world, server, { history, schedules: world.schedules.slice(round, round + 2), random });
    server = await Server.start(world);
    const client = new Client(server, world.admin);
    report.slowest = Math.max(report.slowest, await readyAfter(server, client));
    client.close();
    await checkPresent(history, server, world.admin);
    report.repeated += await repeatUnresolved(history, server);
    await checkHistory(history, server, world.admin);
    checkSeats(history, world);
    assert.deepEqual(history.complaints, [], `round ${round} of seed ${seed}`);
  }
  await checkHistory(history, server, world.admin, { all: true });
  assert.deepEqual(history.complaints, [], `in the end, seed ${seed}`);
  await server.stop();
  assert.deepEqual(await world.violations(), [], `seed ${seed}`);
  t.diagnostic(`${history.acknowledged} acknowledged, ${history.refused} sold out, ${report.repeated} repeated, `
    + `ready after at most ${Math.round(report.slowest)} ms, seed ${seed}`);
  assert.ok(history.acknowledged > 10 * kills && history.refused > 0 && report.repeated > kills, 'the load was no load');
});
