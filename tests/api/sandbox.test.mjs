// Without the sandbox nobody gets a ticket for nothing: its payment method can neither be chosen nor used.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Make } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer;
before(async () => {
  server = await start();
  customer = await server.as('customer');
  make = await Make.on(server);
});
after(() => server?.stop());

const any = { 'if-match': '*' };

test('it is offered unless it is switched off, also for what was booked before', async () => {
  const [event, free] = [await make.event(), await make.event({ price: '0.00' })];
  const { payment } = await make.booking(customer, event.id, { quantity: 1 });
  assert.equal(payment.paymentMethod, 'sandbox');

  server.settings.BOXOFFICE_SANDBOX = 'false';
  await server.restart();
  const book = (eventId, more) => customer.post(`${API}/bookings`, { eventId, quantity: 1, ...more });
  for (const more of [{}, { paymentMethod: 'sandbox' }]) {
    const refused = await book(event.id, more);
    assert.deepEqual([refused.verdict, refused.faults], ['422 invalid', { '/paymentMethod': 'not_available' }]);
  }
  assert.equal((await book(free.id)).status, 201, 'nothing is due');
  assert.equal((await customer.post(`${API}/payments/${payment.id}/pay`)).verdict, '409 state_conflict');

  const cash = (await book(event.id, { paymentMethod: 'cash' })).body.payment;
  const change = (id, paymentMethod) => customer.patch(`${API}/payments/${id}`, { paymentMethod }, any);
  const back = await change(cash.id, 'sandbox');
  assert.deepEqual([back.verdict, back.faults], ['422 invalid', { '/paymentMethod': 'not_available' }]);
  assert.equal((await change(payment.id, 'cash')).status, 200, 'the way out');
});
