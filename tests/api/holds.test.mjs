// Seats are held for a time and go back when it is over, without anybody asking. The server of this file
// holds them for a second only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Make } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer, organizer;
before(async () => {
  server = await start({ settings: { BOXOFFICE_HOLD_MS: '1000' } });
  [customer, organizer] = await Promise.all(['customer', 'organizer'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

async function expired() {
  const event = await make.event({ capacity: 5 });
  const booking = await make.booking(customer, event.id, { quantity: 3 });
  const held = Date.parse(booking.expiresAt) - Date.parse(booking.bookingDate);
  assert.equal(held, 1000);
  assert.equal(await make.seats(event.id), 2);
  await sleep(Date.parse(booking.expiresAt) - Date.now());
  // How soon is measured by tests/fault, where nothing else runs beside it.
  for (const limit = Date.now() + 10_000; (await make.seats(event.id)) !== 5;) {
    assert.ok(Date.now() < limit, 'the seats did not come back');
    await sleep(50);
  }
  return { event, booking };
}

test('a hold that is over: expired, seats back, payment cancelled, and 410 for who pays now', async () => {
  const { event, booking } = await expired();
  const { status, expiresAt, payment } = (await customer.get(`${API}/bookings/${booking.id}?_embed=payment`)).body;
  assert.deepEqual([status, expiresAt, payment.status], ['expired', null, 'cancelled']);
  assert.equal(await make.seats(event.id), 5);
  for (const client of [customer, organizer]) {
    for (const action of ['pay', 'fail']) {
      assert.equal((await client.post(`${API}/payments/${payment.id}/${action}`)).verdict, '410 hold_expired', action);
    }
    const more = await client.patch(`${API}/bookings/${booking.id}`, { quantity: 1 }, { 'if-match': '*' });
    assert.equal(more.verdict, '410 hold_expired');
    assert.equal((await client.post(`${API}/bookings/${booking.id}/cancel`)).verdict, '409 state_conflict');
    assert.equal((await client.post(`${API}/payments/${payment.id}/refund`)).status, client === customer ? 403 : 409);
  }
  assert.equal(await make.seats(event.id), 5, 'once');
});

test('nothing can be done with it any more but to delete it', async () => {
  const admin = await server.as('admin');
  const { booking: { id, payment } } = await expired();
  const dead = [
    await organizer.post(`${API}/bookings/${id}/checkin`), await organizer.post(`${API}/payments/${payment.id}/refund`),
    await customer.patch(`${API}/payments/${payment.id}`, { paymentMethod: 'cash' }, { 'if-match': '*' }),
  ];
  assert.deepEqual(dead.map(({ verdict }) => verdict), Array(3).fill('409 state_conflict'));
  assert.equal((await admin.delete(`${API}/payments/${payment.id}`, { 'if-match': '*' })).status, 204);
  assert.equal((await admin.delete(`${API}/bookings/${id}`, { 'if-match': '*' })).status, 204);
});

test('what was paid in time stays', async () => {
  const event = await make.event({ capacity: 5 });
  const booking = await make.booking(customer, event.id);
  assert.equal((await customer.post(`${API}/payments/${booking.payment.id}/pay`)).status, 200);
  await sleep(2000);
  assert.equal((await customer.get(`${API}/bookings/${booking.id}`)).body.status, 'confirmed');
  assert.equal(await make.seats(event.id), 3);
});
