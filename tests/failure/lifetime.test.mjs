// The beginning and the end of a server: one at a time on a database, and an orderly end under load. And what it does
// by itself in between: holds end to the second.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server, World, rounds } from '../support/failure.mjs';

test('a second server on the same database is refused, and the first does not notice', async (t) => {
  const world = await World.create(t);
  const server = await Server.start(world);
  const client = new Client(server, world.admin);
  await assert.rejects(Server.start(world), /another (server|process|boxoffice)/i);
  await client.expect(200, { path: '/events' });
  client.close();
  await server.stop();
  const next = await Server.start(world); // the claim ends with its process
  await next.stop();
});

const clients = 64;
const ends = rounds('ENDS', 5);

// Books until the server has gone; everything that was handed to the network before the signal has to be answered.
async function bookUntilEnd(client, schedule, signal, lost) {
  for (;;) {
    let sent = false;
    const response = await client.book(schedule, { key: randomUUID(), sent: () => { sent = !signal.given; } });
    if (!response) {
      if (sent) lost.push(client.person.id);
      return;
    }
    assert.ok([201, 503].includes(response.status), `${response.status}`);
    if (response.headers.connection === 'close') return;
  }
}

test(`SIGTERM under load, ${ends} times: every request that was accepted is answered`, async (t) => {
  const world = await World.create(t, { people: clients + 1, seats: 1_000_000 });
  for (let round = 0; round < ends; round++) {
    const server = await Server.start(world);
    const signal = { given: false };
    const lost = [];
    const buyers = world.people.slice(1).map((person) => new Client(server, person));
    const all = Promise.all(buyers.map((buyer) => bookUntilEnd(buyer, world.schedules[0], signal, lost)));
    await sleep(100 + 40 * round);
    signal.given = true;
    await server.stop();
    await all;
    buyers.forEach((buyer) => buyer.close());
    assert.deepEqual(lost, [], `requests of these people were not answered (round ${round})`);
  }
  assert.deepEqual(await world.violations(), []);
});

test('SIGTERM with a notice: not ready at once, everybody is served until it is over, and told to go elsewhere', async (t) => {
  const notice_ms = 1500;
  const world = await World.create(t, { people: 2, seats: 1_000_000, env: { BOXOFFICE_DRAIN_NOTICE_MS: String(notice_ms) } });
  const server = await Server.start(world);
  const health = (path) => fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { connection: 'close' } });
  const kept = new Client(server, world.people[1]);
  await kept.expect(200, { path: '/me' });
  assert.equal((await health('/readyz')).status, 200);
  const stopped = server.stop();
  const since = performance.now();
  while ((await health('/readyz')).status === 200) assert.ok(performance.now() - since < notice_ms / 2, 'still ready');
  let served = 0;
  for (; performance.now() - since < notice_ms - 200; served++) {
    const response = await kept.book(world.schedules[0], { key: randomUUID() }); // a new connection each time
    assert.equal(`${response.status} ${response.headers.connection}`, '201 close');
  }
  assert.ok(served > 0);
  assert.equal((await health('/livez')).status, 200);
  await stopped;
  assert.ok(performance.now() - since >= notice_ms, 'the notice was cut short');
  assert.equal(await kept.request({ path: '/me' }), null);
  kept.close();
  assert.deepEqual(await world.violations(), []);
});

test('a hold ends to the second: seats return by themselves, and paying is too late', async (t) => {
  const hold_ms = 1000;
  const world = await World.create(t, { people: 2, seats: 5, env: { BOXOFFICE_HOLD_MS: String(hold_ms) } });
  const server = await Server.start(world);
  const client = new Client(server, world.people[1]);
  const [schedule] = world.schedules;
  const { body: booking } = await client.book(schedule, { key: randomUUID() });
  const expires = Date.parse(booking.expiresAt);
  assert.equal(expires - Date.parse(booking.bookingDate), hold_ms);
  const seats = async () => (await client.expect(200, { path: `/schedules/${schedule.scheduleId}` })).availableSeats;
  assert.equal(await seats(), 4);
  // Nobody asks for anything meanwhile; the row says when the server did it.
  await sleep(expires + 1000 - Date.now());
  assert.equal(await seats(), 5);
  const row = await client.expect(200, { path: `/bookings/${booking.id}` });
  assert.equal(row.status, 'expired');
  const late_ms = Date.parse(row.updatedAt) - expires;
  assert.ok(late_ms >= 0 && late_ms <= 1000, `${late_ms} ms after expiresAt`);
  await client.expect(410, { method: 'POST', path: `/payments/${booking.payment.id}/pay`, key: randomUUID() });
  client.close();
  await server.stop();
  assert.deepEqual(await world.violations(), []);
});
