// Who sees which data: rows of others do not exist for a customer, people are masked for staff, and
// no role ever sees a password or a token. (Every response of every other test is searched for those too: see
// tests/support/privacy.mjs.) And what a person can request: an export of all their data, and its erasure.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make } from '../support/make.mjs';
import { API, password, start } from '../support/server.mjs';

let server, make, customer, other, organizer, support, admin, booking, ticket;
before(async () => {
  server = await start();
  [customer, other, organizer, support, admin] =
    await Promise.all(['customer', 'other', 'organizer', 'support', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
  booking = await make.booking(other, (await make.event()).id);
  ticket = await make.ticket(other, { subject: 'Private matter', description: 'Something very secret' });
});
after(() => server?.stop());

describe('rows of other people are not found', () => {
  const paths = () => [`/bookings/${booking.id}`, `/payments/${booking.payment.id}`, `/support-tickets/${ticket.id}`,
    `/users/${other.user.id}`];

  test('reading, changing, actions: 404, and the same response as for a row that does not exist', async () => {
    const same = ({ status, body }) => ({ ...body, status, requestId: null });
    for (const path of paths()) {
      const missing = path.replace(/\d+$/, '999999999');
      for (const ask of [
        (p) => customer.get(`${API}${p}`), (p) => customer.get(`${API}${p}/history`),
        (p) => customer.patch(`${API}${p}`, {}, { 'if-match': '*' }),
          (p) => customer.put(`${API}${p}`, {}, { 'if-match': '*' }),
        (p) => customer.post(`${API}${p}/restore`, { version: 0 }),
      ]) {
        const [foreign, none] = [await ask(path), await ask(missing)];
        assert.deepEqual(same(foreign), same(none), path);
        assert.ok(['404 not_found', '422 invalid'].includes(foreign.verdict), foreign.text);
      }
      assert.equal((await customer.get(`${API}${path}`)).verdict, '404 not_found');
    }
    for (const action of [`/bookings/${booking.id}/cancel`, `/payments/${booking.payment.id}/pay`,
      `/payments/${booking.payment.id}/fail`,
      `/support-tickets/${ticket.id}/replies`]) {
      const body = action.endsWith('replies') ? { body: 'Hello' } : undefined;
      assert.equal((await customer.post(`${API}${action}`, body)).verdict, '404 not_found', action);
    }
    assert.equal((await other.get(`${API}/bookings/${booking.id}`)).body.status, 'pending', 'nothing happened');
  });

  test('in lists, by filter and by id, and in totals', async () => {
    for (const resource of ['bookings', 'support-tickets']) {
      const mine = await customer.get(`${API}/${resource}?perPage=200`);
      assert.ok(mine.body.length > 0);
      assert.ok(mine.body.every(({ userId }) => userId === customer.user.id), resource);
      assert.equal(mine.headers['x-total-count'], String(mine.body.length));
      assert.deepEqual((await customer.get(`${API}/${resource}?userId=${other.user.id}`)).body, []);
    }
    assert.deepEqual((await customer.get(`${API}/bookings?id=${booking.id}`)).body, []);
    assert.deepEqual((await customer.get(`${API}/payments?bookingId=${booking.id}`)).body, []);
    assert.deepEqual((await customer.get(`${API}/support-tickets?q=secret`)).body, []);
    assert.deepEqual((await customer.get(`${API}/users`)).body.map(({ id }) => id), [customer.user.id]);
    const everybody = await admin.get(`${API}/bookings`);
    assert.ok(Number(everybody.headers['x-total-count']) > 60);
  });

  test('not in the order of what a search finds', async () => {
    const [often, rarely] = ['zibaldone', 'quincunx'];
    const about = (subject) => customer.post(`${API}/support-tickets`, { subject, description: 'x' });
    const mine = [await about(`${often} ${often} ${rarely}`), await about(`${often} ${rarely} ${rarely}`)];
    assert.ok(mine.every(({ status }) => status === 201));
    const order = async () =>
      (await customer.get(`${API}/support-tickets?q=${often}%20${rarely}`)).body.map(({ id }) => id);
    const before = await order();
    assert.equal(before.length, 2);
    for (const word of [often, rarely]) {
      for (let i = 0; i < 30; i++) {
        const theirs = await other.post(`${API}/support-tickets`, { subject: word, description: 'theirs' });
        assert.equal(theirs.status, 201);
      }
      assert.deepEqual(await order(), before, `30 rows of somebody else with the word ${word} changed it`);
    }
  });

  test('not embedded in rows that one may see', async () => {
    const venue = await make.venue();
    const event = await make.event({ venueId: venue.id });
    const draft = await make.event({ venueId: venue.id, status: 'draft' });
    const [mine, theirs] = [await make.booking(customer, event.id), await make.booking(other, event.id)];
    const bookings = async (client) =>
      (await client.get(`${API}/events/${event.id}?_embed=bookings`)).body.bookings.map(({ id }) => id);
    assert.deepEqual(await bookings(customer), [mine.id]);
    assert.deepEqual(await bookings(organizer), [mine.id, theirs.id]);
    const events = async (client) =>
      (await client.get(`${API}/venues/${venue.id}?_embed=events`)).body.events.map(({ id }) => id);
    assert.deepEqual([await events(server.anonymous()), await events(organizer)], [[event.id], [event.id, draft.id]]);
    const ticket = await make.ticket(customer);
    await support.post(`${API}/support-tickets/${ticket.id}/replies`, { body: 'Hello' });
    const replies = await customer.get(`${API}/support-tickets/${ticket.id}/replies?_embed=user`);
    assert.equal(replies.status, 200, replies.text);
    assert.equal(replies.body[0].user ?? null, null, 'the account of the person who helped');
  });

  test('deleted rows are in no list, whatever the query', async () => {
    const venue = await make.venue();
    await organizer.delete(`${API}/venues/${venue.id}`);
    for (const query of [`id=${venue.id}`, 'deletedAt_gte=2000-01-01T00:00:00Z',
      `id=${venue.id}&deletedAt_ne=2000-01-01T00:00:00Z`, `q=${encodeURIComponent(venue.name)}`]) {
      for (const client of [organizer, admin]) {
        const { body } = await client.get(`${API}/venues?${query}`);
        assert.ok(!body.some(({ id }) => id === venue.id), query);
      }
    }
  });

  test('an organizer sees no support tickets but their own', async () => {
    assert.deepEqual((await organizer.get(`${API}/support-tickets`)).body, []);
    assert.equal((await organizer.get(`${API}/support-tickets/${ticket.id}`)).verdict, '404 not_found');
  });

  test('drafts, their schedules and their categories are there for organizers only', async () => {
    const event = await make.event({ status: 'draft' });
    const schedule = await make.onlySchedule(event.id);
    const category = await make.category(event.id);
    const paths = [`/events/${event.id}`, `/schedules/${schedule.id}`, `/event-categories/${category.id}`,
      `/events/${event.id}/availability`];
    for (const path of paths) {
      for (const client of [server.anonymous(), customer, support]) {
        assert.equal((await client.get(`${API}${path}`)).verdict, '404 not_found', path);
      }
      for (const client of [organizer, admin]) assert.equal((await client.get(`${API}${path}`)).status, 200, path);
    }
  });
});

describe('people as each role sees them', () => {
  const cases = [
    ['admin', () => admin, { email: 'ben.aalto@example.com', name: 'Ben Aalto' }],
    ['support', () => support, { email: 'b***@***', name: 'Ben Aalto' }],
    ['organizer', () => organizer, { email: 'b***@***', name: 'Ben Aalto' }],
    ['the person', () => other, { email: 'ben.aalto@example.com', name: 'Ben Aalto' }],
  ];
  for (const [who, client, seen] of cases) {
    test(`${who}: ${Object.values(seen).join(', ')}`, async () => {
      const one = await client().get(`${API}/users/${other.user.id}`);
      const [listed] = (await client().get(`${API}/users?id=${other.user.id}`)).body;
      const embedded = await client().get(`${API}/bookings/${booking.id}?_embed=user`);
      for (const { email, name } of [one.body, listed, embedded.body.user]) assert.deepEqual({ email, name }, seen);
    });
  }

  test('staff see their own values unmasked', async () => {
    for (const client of [support, organizer]) {
      assert.equal((await client.get(`${API}/me`)).body.email, client.email);
      const changed = await client.patch(`${API}/me`, { name: 'Changed Name' });
      assert.deepEqual([changed.body.email, changed.body.name], [client.email, 'Changed Name']);
    }
  });

  test('support sees tickets unmasked, and cannot see more by writing', async () => {
    assert.equal((await support.get(`${API}/support-tickets/${ticket.id}`)).body.description, 'Something very secret');
    const response = await support.patch(`${API}/support-tickets/${ticket.id}`, { priority: 'high' });
    assert.equal(response.body.description, 'Something very secret');
  });
});

describe('secrets', () => {
  test('a password can be set and used, and is never returned', async () => {
    const newcomer = await server.newcomer();
    const fields = Object.keys((await newcomer.get(`${API}/me`)).body);
    assert.ok(!fields.includes('password'));
    assert.equal((await newcomer.patch(`${API}/me`, { password: 'another long secret',
      currentPassword: password })).status, 200);
    const old = await server.anonymous().post(`${API}/auth/login`, { email: newcomer.email, password });
    assert.equal(old.verdict, '401 unauthenticated');
    await server.signIn(newcomer.email, 'another long secret');
  });

  test('it cannot be filtered, sorted or selected', async () => {
    for (const query of ['password=x', 'password_like=argon', '_sort=password', 'fields=password']) {
      assert.ok(Object.values((await admin.get(`${API}/users?${query}`)).errors).includes('unknown'), query);
    }
    for (const query of ['tokenHash=x', '_sort=tokenHash']) {
      assert.ok(Object.values((await customer.get(`${API}/me/sessions?${query}`)).errors).includes('unknown'), query);
    }
  });

  test('problems repeat no value that was sent', async () => {
    const secret = 'correct horse battery staple';
    const response = await server.anonymous().post(`${API}/auth/register`,
      { email: secret, password: 'short', name: 'x'.repeat(999), [secret.replaceAll(' ', '')]: 1 });
    assert.equal(response.status, 422);
    assert.ok(!response.body.errors.some(({ detail }) => detail.includes('horse') || detail.includes('short"')));
  });
});

describe('export: everything of the person, and nothing of others', () => {
  test('account, bookings, payments, tickets with their replies, sessions', async () => {
    await support.post(`${API}/support-tickets/${ticket.id}/replies`, { body: 'A response to Ben' });
    const response = await other.get(`${API}/me/export`);
    assert.equal(response.status, 200);
    const rows = Object.fromEntries(Object.entries(response.body).filter(([, value]) => Array.isArray(value)));
    const all = (resource) => rows[resource] ?? rows[resource.replace(/-(\w)/g,
      (_, c) => c.toUpperCase())] ?? assert.fail(`no ${resource} in ${Object.keys(response.body)}`);
    assert.deepEqual(all('users').map(({ email, name }) => [email, name]), [[other.email, 'Ben Aalto']]);
    const own = (await other.get(`${API}/bookings?perPage=200`)).body;
    assert.deepEqual(all('bookings').map(({ id }) => id).sort(), own.map(({ id }) => id).sort());
    assert.ok(all('bookings').every(({ userId }) => userId === other.user.id));
    assert.deepEqual(all('payments').map(({ bookingId }) => bookingId).sort(), own.map(({ id }) => id).sort());
    assert.ok(all('support-tickets').some(({ description }) => description === 'Something very secret'));
    assert.ok(all('support-tickets').every(({ userId }) => userId === other.user.id));
    assert.ok(all('support-replies').some(({ body }) => body === 'A response to Ben'));
    assert.ok(all('sessions').length > 0);
    assert.ok(all('sessions').every(({ userId }) => userId === other.user.id));
  });
});

test('staff export their own data, not those of others', async () => {
  for (const client of [organizer, support, admin]) {
    const { body } = await client.get(`${API}/me/export`);
    assert.deepEqual(body.users.map(({ id }) => id), [client.user.id]);
    for (const rows of [body.bookings, body['support-tickets']]) assert.ok(rows.every(({ userId }) =>
      userId === client.user.id));
  }
});

describe('erasure', () => {
  test('the account and all personal data are gone, the figures remain', async () => {
    const person = await server.newcomer('Wanda Forgettable');
    const event = await make.event();
    const { id } = await make.booking(person, event.id);
    await person.post(`${API}/bookings/${id}/cancel`);
    const asked = await make.ticket(person, { subject: 'About me', description: 'My life story' });
    await person.post(`${API}/support-tickets/${asked.id}/replies`, { body: 'And more of it' });
    const response = await person.delete(`${API}/me`);
    assert.deepEqual([response.status, response.text], [204, '']);
    assert.match(String(response.headers['set-cookie']), /session=;.*Max-Age=0/);

    assert.equal((await person.get(`${API}/me`)).verdict, '401 unauthenticated');
    assert.equal((await server.anonymous().post(`${API}/auth/login`, { email: person.email, password })).verdict,
      '401 unauthenticated');
    assert.equal((await admin.get(`${API}/users/${person.user.id}`)).verdict, '404 not_found');
    assert.equal((await admin.get(`${API}/bookings/${id}`)).body.userId, person.user.id);
    const kept = (await admin.get(`${API}/support-tickets/${asked.id}`)).body;
    assert.deepEqual([kept.subject, kept.description], ['erased', 'erased']);
    assert.deepEqual((await admin.get(`${API}/support-tickets/${asked.id}/replies`)).body.map(({ body }) => body),
      ['erased']);
    for (const path of [`/users?q=Wanda`, `/users/${person.user.id}/history`, `/support-tickets/${asked.id}/history`,
      `/support-tickets?q=story`]) {
      assert.doesNotMatch((await admin.get(`${API}${path}`)).text, /Wanda|life story|About me|And more/, path);
    }
    assert.equal((await server.anonymous().post(`${API}/auth/register`,
      { email: person.email, password, name: 'Again' })).status, 201);
  });

  test('nothing remains in stored responses', async () => {
    const headers = { 'idempotency-key': 'registers-once' };
    const body = { email: 'wilma@example.com', password: 'a long secret', name: 'Wilma Remembered' };
    const register = () => server.anonymous().post(`${API}/auth/register`, body, headers);
    const first = await register();
    assert.equal((await register()).headers['idempotency-replayed'], 'true');
    const { token, user } = await server.signIn(body.email, body.password);
    assert.equal((await server.client(token, user).delete(`${API}/me`)).status, 204);
    const again = await register();
    assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, undefined]);
    assert.notEqual(again.body.id, first.body.id);
  });

  test('nothing remains in responses stored for others', async () => {
    const headers = { 'idempotency-key': 'made-by-an-admin' };
    const body = { email: 'walter@example.com', password: 'a long secret', name: 'Walter Remembered' };
    const first = await admin.post(`${API}/users`, body, headers);
    assert.equal((await admin.post(`${API}/users`, body, headers)).headers['idempotency-replayed'], 'true');
    assert.equal((await admin.delete(`${API}/users/${first.body.id}`)).status, 204);
    const again = await admin.post(`${API}/users`, body, headers);
    assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, undefined]);
  });

  test('an admin can erase a person, who cannot be restored', async () => {
    const person = await server.newcomer('Wilbur Gone');
    assert.equal((await admin.delete(`${API}/users/${person.user.id}`)).status, 204);
    assert.equal((await person.get(`${API}/me`)).verdict, '401 unauthenticated');
    const restored = await admin.post(`${API}/users/${person.user.id}/restore`, { version: 0 });
    assert.equal(restored.verdict, '409 state_conflict');
  });
});
