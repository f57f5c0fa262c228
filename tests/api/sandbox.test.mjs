// Without the sandbox its payment method can neither be chosen nor used, so every ticket is paid for.
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

test('it is available unless it is switched off, also for earlier bookings', async () => {
  const [event, free] = [await make.event(), await make.event({ price: '0.00' })];
  const { payment } = await make.booking(customer, event.id, { quantity: 1 });
  assert.equal(payment.paymentMethod, 'sandbox');

  server.settings.BOXOFFICE_SANDBOX = 'false';
  await server.restart();
  const book = (eventId, more) => customer.post(`${API}/bookings`, { eventId, quantity: 1, ...more });
  for (const more of [{}, { paymentMethod: 'sandbox' }]) {
    const refused = await book(event.id, more);
    assert.deepEqual([refused.verdict, refused.errors], ['422 invalid', { '/paymentMethod': 'not_available' }]);
  }
  assert.equal((await book(free.id)).status, 201, 'nothing is due');
  assert.equal((await customer.post(`${API}/payments/${payment.id}/pay`)).verdict, '409 state_conflict');

  const cash = (await book(event.id, { paymentMethod: 'cash' })).body.payment;
  const change = (id, paymentMethod) => customer.patch(`${API}/payments/${id}`, { paymentMethod }, any);
  const back = await change(cash.id, 'sandbox');
  assert.deepEqual([back.verdict, back.errors], ['422 invalid', { '/paymentMethod': 'not_available' }]);
  assert.equal((await change(payment.id, 'cash')).status, 200, 'the way out');
});
