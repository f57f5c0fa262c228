// The beginning and the end of a server: one at a time on a database, and an orderly end under load. And what it does
// by itself in between: holds end to the second.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Server, World, rounds } from '../support/fault.mjs';

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
async function bookUntilEnd(client, showing, signal, lost) {
  for (;;) {
    let sent = false;
    const answer = await client.book(showing, { key: randomUUID(), sent: () => { sent = !signal.given; } });
    if (!answer) {
      if (sent) lost.push(client.person.id);
      return;
    }
    assert.ok([201, 503].includes(answer.status), `${answer.status}`);
    if (answer.headers.connection === 'close') return;
  }
}

test(`SIGTERM under load, ${ends} times: every request that was accepted is answered`, async (t) => {
  const world = await World.create(t, { people: clients + 1, seats: 1_000_000 });
  for (let round = 0; round < ends; round++) {
    const server = await Server.start(world);
    const signal = { given: false };
    const lost = [];
    const buyers = world.people.slice(1).map((person) => new Client(server, person));
    const all = Promise.all(buyers.map((buyer) => bookUntilEnd(buyer, world.showings[0], signal, lost)));
    await sleep(100 + 40 * round);
    signal.given = true;
    await server.stop();
    await all;
    buyers.forEach((buyer) => buyer.close());
    assert.deepEqual(lost, [], `requests of these people were not answered (round ${round})`);
  }
  assert.deepEqual(await world.violations(), []);
});

test('a hold ends to the second: seats return by themselves, and paying is too late', async (t) => {
  const hold_ms = 1000;
  const world = await World.create(t, { people: 2, seats: 5, env: { BOXOFFICE_HOLD_MS: String(hold_ms) } });
  const server = await Server.start(world);
  const client = new Client(server, world.people[1]);
  const [showing] = world.showings;
  const { body: booking } = await client.book(showing, { key: randomUUID() });
  const expires = Date.parse(booking.expiresAt);
  assert.equal(expires - Date.parse(booking.bookingDate), hold_ms);
  const seats = async () => (await client.expect(200, { path: `/schedules/${showing.scheduleId}` })).availableSeats;
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
