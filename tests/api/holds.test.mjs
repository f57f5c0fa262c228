// Seats are held for a time and released when it is over, without a request. The server of this file holds them for a
// second only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Make, day, later } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

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
  // How soon is measured by tests/failure, where nothing else runs at the same time.
  await until(async () => (await customer.get(`${API}/bookings/${booking.id}`)).body.status === 'expired', 'it expires');
  assert.ok(Date.now() >= Date.parse(booking.expiresAt), 'not before its time');
  assert.equal(await make.seats(event.id), 5);
  return { event, booking };
}

test('an expired hold: booking expired, seats released, payment cancelled, and paying is 410', async () => {
  const { event, booking } = await expired();
  const { status, expiresAt, payment } = (await customer.get(`${API}/bookings/${booking.id}?_embed=payment`)).body;
  assert.deepEqual([status, expiresAt, payment.status], ['expired', null, 'cancelled']);
  assert.equal(await make.seats(event.id), 5);
  for (const client of [customer, organizer]) {
    for (const action of client === customer ? ['pay', 'fail'] : ['fail']) {
      assert.equal((await client.post(`${API}/payments/${payment.id}/${action}`)).verdict, '410 hold_expired', action);
    }
    const more = await client.patch(`${API}/bookings/${booking.id}`, { quantity: 1 }, { 'if-match': '*' });
    assert.equal(more.verdict, '410 hold_expired');
    assert.equal((await client.post(`${API}/bookings/${booking.id}/cancel`)).verdict, '409 state_conflict');
    assert.equal((await client.post(`${API}/payments/${payment.id}/refund`)).status, client === customer ? 403 : 409);
  }
  assert.equal(await make.seats(event.id), 5, 'released once');
});

test('money that arrives late: staff record it, and the booking is confirmed while seats are left', async () => {
  const { event, booking } = await expired();
  const paid = await organizer.post(`${API}/payments/${booking.payment.id}/pay`);
  assert.deepEqual([paid.status, paid.body.status], [200, 'paid']);
  assert.equal((await customer.get(`${API}/bookings/${booking.id}`)).body.status, 'confirmed');
  assert.equal(await make.seats(event.id), 2);
});

test('money that arrives late for seats that are gone is owed, listed as such, and refunded', async () => {
  const { event, booking } = await expired();
  const rival = await make.booking(organizer, event.id, { quantity: 4 });
  assert.equal((await organizer.post(`${API}/payments/${rival.payment.id}/pay`)).status, 200);
  const owed = await organizer.post(`${API}/payments/${booking.payment.id}/pay`, { paidAt: later(-1000) });
  assert.deepEqual([owed.status, owed.body.status], [200, 'owed']);
  const list = (await organizer.get(`${API}/payments?status=owed`)).body;
  assert.deepEqual(list.map(({ id }) => id), [booking.payment.id]);
  assert.equal(await make.seats(event.id), 1);
  const refunded = await organizer.post(`${API}/payments/${booking.payment.id}/refund`);
  assert.deepEqual([refunded.body.status, refunded.body.refundedAmount], ['refunded', booking.totalPrice]);
  assert.equal(await make.seats(event.id), 1);
});

test('bookings by transfer are held for days, and cash until sales end', async () => {
  const event = await make.event({ salesEnd: later(8 * day) });
  const transfer = await make.booking(customer, event.id, { paymentMethod: 'banktransfer' });
  assert.equal(Date.parse(transfer.expiresAt) - Date.parse(transfer.bookingDate), 5 * day);
  const cash = await make.booking(customer, event.id, { paymentMethod: 'cash' });
  assert.equal(cash.expiresAt, event.salesEnd);
  assert.deepEqual([transfer.payment.payUrl, cash.payment.payUrl], [undefined, undefined], 'customers cannot pay them');
});

test('an expired booking can only be paid late or deleted', async () => {
  const admin = await server.as('admin');
  const { booking: { id, payment } } = await expired();
  const dead = [
    await organizer.post(`${API}/bookings/${id}/checkin`), await organizer.post(`${API}/payments/${payment.id}/refund`),
  ];
  const method = await customer.patch(`${API}/payments/${payment.id}`, { paymentMethod: 'cash' }, { 'if-match': '*' });
  assert.equal(method.verdict, '410 hold_expired');
  assert.deepEqual(dead.map(({ verdict }) => verdict), Array(2).fill('409 state_conflict'));
  assert.deepEqual(dead.map(({ errors }) => errors), [{ '': 'booking_expired' }, { '': 'payment_cancelled' }]);
  assert.equal((await admin.delete(`${API}/payments/${payment.id}`, { 'if-match': '*' })).status, 204);
  assert.equal((await admin.delete(`${API}/bookings/${id}`, { 'if-match': '*' })).status, 204);
});

test('a booking that was paid in time stays confirmed', async () => {
  const event = await make.event({ capacity: 5 });
  const booking = await make.booking(customer, event.id);
  assert.equal((await customer.post(`${API}/payments/${booking.payment.id}/pay`)).status, 200);
  await expired(); // a later hold
  assert.equal((await customer.get(`${API}/bookings/${booking.id}`)).body.status, 'confirmed');
  assert.equal(await make.seats(event.id), 3);
});
