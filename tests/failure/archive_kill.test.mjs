// kill -9 of a server that archives, under load, while it ships, makes checkpoints and bases: after every restart it goes on
// without a gap, and in the end the archive gives the same database.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server, World, generator, readyAfter, release, rounds } from '../support/failure.mjs';
import { History, Load, checkPresent, repeatUnresolved } from '../support/failure_load.mjs';

const kills = rounds('ARCHIVE_KILLS', 5);
const clients = 16;

async function killUnderLoad(world, server, { history, schedules, random }) {
  const load = new Load(world, server, { history, clients, schedules, random });
  await sleep(20 + random() * 400);
  if (random() < 0.5) writeFileSync(`${world.storage}.archive/base-requested`, '');
  load.paused = random() < 0.5; // an idle writer makes a checkpoint
  await sleep(random() * 300);
  await server.kill();
  load.paused = false;
  await load.end();
}

const commits = (world) => {
  const commit = /^commit (\d+)$/m.exec(readFileSync(join(world.place, 'head'), 'utf8'));
  return Number(commit[1]);
};

async function verified(world, at) {
  const { stdout } = await world.command(['backup:verify', '--from', world.place, '--at', `${at}`, '--json']);
  return JSON.parse(stdout);
}

test(`kill -9 of a server that archives, ${kills} times`, { skip: process.env.BOXOFFICE_TEST_ENGINE === 'postgres' }, async (t) => {
  const seed = rounds('SEED', Date.now() % 1e9);
  const random = generator(seed);
  const world = await World.create(t, { people: clients + 1, schedules: kills + 1, seats: 200, binary: release });
  world.place = join(world.folder, 'place');
  world.env = { ...world.env, BOXOFFICE_BACKUP_TO: world.place };
  const history = new History();
  let said = '';
  let server = await Server.start(world);
  for (let round = 0; round < kills; round++) {
    await killUnderLoad(world, server, { history, schedules: world.schedules.slice(round, round + 2), random });
    said += server.errors;
    server = await Server.start(world);
    const client = new Client(server, world.admin);
    await readyAfter(server, client);
    client.close();
    await checkPresent(history, server, world.admin);
    await repeatUnresolved(history, server);
    assert.deepEqual(history.complaints, [], `round ${round} of seed ${seed}`);
  }
  await server.stop();
  said += server.errors;
  assert.doesNotMatch(said, /archive_gap|archive_failed|archive_given_up/, `seed ${seed}`);
  const last = commits(world);
  const { stdout } = await world.command(['digest', '--json']);
  assert.equal((await verified(world, 'latest')).sha256, JSON.parse(stdout).sha256, `seed ${seed}`);
  const first = Number.parseInt(readdirSync(world.place).filter((name) => name.endsWith('.manifest')).sort()[0].split(/[-.]/)[1], 16);
  for (let i = 0; i < 2; i++) await verified(world, Math.floor(first + random() * (last - first)));
  t.diagnostic(`${history.acknowledged} acknowledged, ${last} commits, seed ${seed}`);
  assert.ok(history.acknowledged > 10 * kills, 'the load was no load');
});
