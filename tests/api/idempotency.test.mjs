// The same request with the same Idempotency-Key is executed once and gets the same response, byte for byte: again, at the same
// time, and after a restart.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Make, unique, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer, other, organizer;
before(async () => {
  server = await start();
  [customer, other, organizer] = await Promise.all(['customer', 'other', 'organizer'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const key = (value = unique('key').replace(' ', '-')) => ({ 'idempotency-key': value });
const book = (client, eventId, headers, more) => client.post(`${API}/bookings`, { eventId, quantity: 1, ...more },
  headers);
const kept = ({ status, text, headers }) => [status, text, headers.location, headers.etag, headers['content-type']];

test('a repetition gets the first response byte for byte, and is not executed again', async () => {
  const event = await make.event({ capacity: 10 });
  const headers = key();
  const first = await book(customer, event.id, headers);
  assert.equal(first.status, 201);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  await customer.post(`${API}/payments/${first.body.payment.id}/pay`);
  for (let i = 0; i < 3; i++) {
    const again = await book(customer, event.id, headers);
    assert.deepEqual(kept(again), kept(first));
    assert.equal(again.headers['idempotency-replayed'], 'true');
  }
  assert.equal(await make.seats(event.id), 9);
});

test('every kind of POST', async () => {
  const event = await make.event();
  const booking = await make.booking(customer, event.id);
  const ticket = await make.ticket(customer);
  const cases = [
    [organizer, '/venues', venueBody()],
    [customer, `/payments/${booking.payment.id}/pay`, undefined],
    [organizer, `/bookings/${booking.id}/checkin`, undefined],
    [organizer, `/payments/${booking.payment.id}/refund`, { amount: '1.00' }],
    [customer, `/support-tickets/${ticket.id}/replies`, { body: 'Once' }],
    [organizer, `/events/${event.id}/restore`, { version: 0 }],
    [server.anonymous(), '/auth/register', { email: 'once@example.com', password: 'a long secret', name: 'Once' }],
  ];
  for (const [client, path, body] of cases) {
    const headers = key();
    const first = await client.post(`${API}${path}`, body, headers);
    assert.ok(first.status < 300, `${path}: ${first.text}`);
    const again = await client.post(`${API}${path}`, body, headers);
    assert.deepEqual(kept(again), kept(first), path);
    assert.equal(again.headers['idempotency-replayed'], 'true', path);
  }
  assert.equal((await customer.get(`${API}/support-tickets/${ticket.id}/replies`)).body.length, 1);
});

test('the response to a sign-in is never stored', async () => {
  const headers = key();
  const body = { email: 'customer@example.com', password: 'demo-password-1' };
  const one = await server.anonymous().post(`${API}/auth/login`, body, headers);
  const two = await server.anonymous().post(`${API}/auth/login`, body, headers);
  assert.notEqual(one.body.token, two.body.token);
  assert.equal(two.headers['idempotency-replayed'], undefined);
});

test('another body or another path with the same key: 422', async () => {
  const event = await make.event();
  const headers = key();
  assert.equal((await book(customer, event.id, headers)).status, 201);
  assert.equal((await book(customer, event.id, headers, { quantity: 2 })).verdict, '422 idempotency_mismatch');
  const [one, two] = [await make.booking(customer, event.id), await make.booking(customer, event.id)];
  const cancel = key();
  assert.equal((await customer.post(`${API}/bookings/${one.id}/cancel`, undefined, cancel)).status, 200);
  assert.equal((await customer.post(`${API}/bookings/${two.id}/cancel`, undefined, cancel)).verdict,
    '422 idempotency_mismatch');
});

test('another person or another route with the same key is another request', async () => {
  const event = await make.event();
  const headers = key();
  const [mine, theirs] = [await book(customer, event.id, headers), await book(other, event.id, headers)];
  assert.deepEqual([mine.status, theirs.status, theirs.headers['idempotency-replayed']], [201, 201, undefined]);
  assert.notEqual(mine.body.id, theirs.body.id);
  const paid = await customer.post(`${API}/payments/${mine.body.payment.id}/pay`, undefined, headers);
  assert.deepEqual([paid.status, paid.headers['idempotency-replayed']], [200, undefined]);
});

test('fifty at once with one key: one booking, fifty times the same response', async () => {
  const event = await make.event({ capacity: 60 });
  const headers = key();
  const responses = await Promise.all(Array.from({ length: 50 }, () => book(customer, event.id, headers)));
  const done = responses.filter(({ status }) => status === 201);
  assert.ok(responses.every(({ status, code }) => status === 201 || code === 'state_conflict'));
  assert.equal(new Set(done.map(({ text }) => text)).size, 1);
  assert.equal(done.filter((response) => !response.headers['idempotency-replayed']).length, 1);
  assert.equal(await make.seats(event.id), 59);
});

test('the response to a refused request is not stored: it may succeed later', async () => {
  const event = await make.event({ capacity: 1 });
  const taken = await make.booking(other, event.id, { quantity: 1 });
  const headers = key();
  assert.equal((await book(customer, event.id, headers)).verdict, '409 sold_out');
  await other.post(`${API}/bookings/${taken.id}/cancel`);
  const later = await book(customer, event.id, headers);
  assert.deepEqual([later.status, later.headers['idempotency-replayed']], [201, undefined]);
});

test('a repetition is authorized again', async () => {
  const newcomer = await server.newcomer();
  const event = await make.event({ price: '0.00' });
  const headers = key();
  assert.equal((await book(newcomer, event.id, headers)).status, 201);
  await newcomer.post(`${API}/auth/logout`);
  assert.equal((await book(newcomer, event.id, headers)).verdict, '401 unauthenticated');
});

test('invalid keys: 400', async () => {
  const event = await make.event();
  for (const bad of ['', 'with space', 'ä', 'x'.repeat(256), '\t']) {
    assert.equal((await book(customer, event.id, { 'idempotency-key': bad })).status, 400, JSON.stringify(bad));
  }
  assert.equal((await book(customer, event.id, { 'idempotency-key': ['a', 'b'] })).status, 400);
  assert.equal((await book(customer, event.id, { 'idempotency-key': 'x'.repeat(255) })).status, 201);
  assert.equal((await book(customer, event.id, { 'idempotency-key': null })).status, 201);
  assert.equal(await make.seats(event.id), 98);
});

test('a repetition after a restart', async () => {
  const event = await make.event();
  const headers = key('survivor');
  const first = await book(customer, event.id, headers);
  await server.restart();
  const again = await book(await server.as('customer'), event.id, headers);
  assert.deepEqual(kept(again), kept(first));
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(await make.seats(event.id), 99);
});

test('a registration repeated with its key creates one account, and no stored hash depends on its password', async () => {
  const headers = key();
  const body = { email: 'twice@example.com', password: 'a long secret', name: 'Twice' };
  const visitor = server.anonymous();
  const first = await visitor.post(`${API}/auth/register`, body, headers);
  assert.equal(first.status, 201);
  const again = await visitor.post(`${API}/auth/register`, body, headers);
  assert.deepEqual(kept(again), kept(first));
});

test('strangers who choose the same key do not meet', async () => {
  const headers = { 'idempotency-key': '1' };
  const register = (name) => server.anonymous().post(`${API}/auth/register`,
    { email: `${name}-stranger@example.com`, password: 'a long secret', name }, headers);
  const [one, two] = [await register('one'), await register('two')];
  assert.deepEqual([one.status, two.status], [201, 201], two.text);
  assert.notEqual(one.body.id, two.body.id);
  assert.deepEqual(kept(await register('one')), kept(one));
  assert.deepEqual(kept(await register('two')), kept(two));
});

test('what one role was shown is not shown to the same person in another role', async () => {
  const admin = await server.as('admin');
  const event = await make.event();
  const person = await server.newcomer();
  const role = async (name) => {
    const { version } = await admin.get(`${API}/users/${person.user.id}`);
    const changed = await admin.patch(`${API}/users/${person.user.id}`, { role: name }, { 'if-match': version });
    assert.equal(changed.status, 200, changed.text);
    const { token, user } = await server.signIn(person.user.email);
    return server.client(token, user);
  };
  const headers = key();
  const staff = await role('organizer');
  const first = await book(staff, event.id, headers);
  assert.equal(first.status, 201, first.text);
  const refused = await book(await role('customer'), event.id, headers);
  assert.equal(refused.verdict, '403 forbidden');
  assert.equal(await make.seats(event.id), event.capacity - 1);
  const again = await book(await role('organizer'), event.id, headers);
  assert.deepEqual(kept(again), kept(first));
});
