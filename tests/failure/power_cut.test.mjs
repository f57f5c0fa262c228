// A power cut under load: everything that was not synchronised is lost, or a random part of it, and nothing that was
// acknowledged is among it. tests/failure/powercut.c knows what was synchronised.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, World, generator, rounds } from '../support/failure.mjs';
import { clients, cutUnderLoad, shim } from '../support/failure_cut.mjs';
import { History, Load } from '../support/failure_load.mjs';

const cuts = rounds('CUTS', 10), most = 4 * cuts; // more of them while none has torn anything

for (const torn of [false, true]) {
  test(`power cut, ${torn ? 'a random part' : 'nothing'} of what was not synchronised survives, ${cuts} times`, async (t) => {
    const seed = rounds('SEED', Date.now() % 1e9);
    const random = generator(seed);
    const world = await World.create(t, { people: clients + 1, schedules: most + 1, seats: 200 });
    const history = new History();
    let survived = 0;
    let server = await Server.start(world, { env: shim(world, torn) });
    for (let round = 0; round < (torn && survived === 0 ? most : cuts); round++) {
      const schedules = world.schedules.slice(round, round + 2);
      const next = await cutUnderLoad(world, server, { history, schedules, random, torn });
      assert.deepEqual(history.complaints, [], `round ${round} of seed ${seed}`);
      server = next.server;
      survived += next.survived;
    }
    await server.stop();
    assert.deepEqual(await world.violations(), [], `seed ${seed}`);
    t.diagnostic(`${history.acknowledged} acknowledged, ${survived} pages survived without being synchronised, seed ${seed}`);
    assert.ok(history.acknowledged > 10 * cuts, 'the load was no load');
    if (torn) assert.ok(survived > 0, 'no cut tore anything');
  });
}

test('the shim sees every write: after an orderly end its shadow is the database', async (t) => {
  const world = await World.create(t, { people: clients + 1, schedules: 1, seats: 1000 });
  const server = await Server.start(world, { env: world.powercut() });
  const before = readFileSync(world.storage);
  const history = new History();
  const load = new Load(world, server, { history, clients, schedules: world.schedules, random: generator(1) });
  await sleep(300);
  await load.end({ stop: true });
  await server.stop();
  const after = readFileSync(world.storage);
  assert.ok(history.acknowledged > 0 && !before.equals(after), 'nothing was written');
  assert.ok(readFileSync(`${world.storage}.durable`).equals(after), 'the shadow differs');
});
