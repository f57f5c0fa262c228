// The eight entities of the specification: create, read, list, change in part and as a whole, delete; every field of
// each; versions and the conditions on them; fields that only the server or an admin may set.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, day, eventBody, hour, later, unique, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer, other, organizer, support, admin;
before(async () => {
  server = await start();
  [customer, other, organizer, support, admin] =
    await Promise.all(['customer', 'other', 'organizer', 'support', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const stamps = ['createdAt', 'updatedAt', 'deletedAt', 'version'];

// An event of a week whose only schedule is on its first day.
async function seasonal() {
  const event = await make.event({ venueId: (await make.venue()).id, startDate: later(2 * day), endDate: later(9 * day) });
  const { id } = await make.onlySchedule(event.id);
  assert.equal((await organizer.patch(`${API}/schedules/${id}`, { endTime: later(2 * day + hour) })).status, 200);
  return event.id;
}

// For each entity: the client, its fields, a new row (sent), a change, what PUT sends; and the fields that are kept.
const entities = {
  venues: {
    client: () => organizer,
    fields: ['name', 'address', 'capacity', 'facilities'],
    make: () => venueBody(),
    change: { facilities: 'Bar, parking' },
    replace: () => ({ name: unique('Venue'), address: '2 Other Road', capacity: 77 }),
    replaced: { facilities: null },
  },
  events: {
    client: () => organizer,
    fields: ['title', 'description', 'price', 'capacity', 'imageUrl', 'startDate', 'endDate', 'cancelledAt', 'isSettled',
      'salesStart', 'salesEnd', 'maxSeatsPerPerson', 'verifiedOnly',
      'venueId', 'status'],
    make: async () => eventBody((await make.venue()).id),
    change: { price: '13.00', status: 'draft' },
    replace: async ({ venueId }) => ({ title: unique('Event'), capacity: 50, startDate: later(5 * day),
      endDate: later(6 * day), venueId }),
    replaced: { description: null, imageUrl: null, price: '0.00', status: 'published', maxSeatsPerPerson: 10 },
  },
  schedules: {
    client: () => organizer,
    fields: ['eventId', 'startTime', 'endTime', 'availableSeats', 'status', 'cancelledAt', 'isSettled'],
    make: async () => ({ eventId: await seasonal(), startTime: later(3 * day), endTime: later(3 * day + hour) }),
    change: { endTime: later(4 * day) },
    replace: ({ eventId }) => ({ eventId, startTime: later(7 * day), endTime: later(8 * day) }),
    replaced: { availableSeats: 100 },
  },
  'event-categories': {
    client: () => organizer,
    fields: ['eventId', 'name', 'description'],
    make: async () => ({ eventId: (await make.event()).id, name: unique('Category'), description: 'For all' }),
    change: { description: 'For some' },
    replace: ({ eventId }) => ({ eventId, name: unique('Category') }),
    replaced: { description: null },
  },
  'support-tickets': {
    client: () => customer,
    fields: ['userId', 'subject', 'description', 'status', 'priority'],
    make: () => ({ subject: unique('Question'), description: 'Where?', priority: 'high' }),
    change: { description: 'Where and when?', status: 'closed' },
    replace: () => ({ subject: unique('Question'), description: 'Why?' }),
    replaced: { status: 'open', priority: 'normal' },
  },
  users: {
    client: () => admin,
    fields: ['email', 'name', 'isAdmin', 'isVerified', 'role'],
    make: () => ({ email: `${unique('u').replace(' ', '-')}@example.com`, password: 'a long secret', name: 'New Person',
      role: 'support', isVerified: true, isAdmin: false }),
    hidden: ['password'],
    change: { name: 'Renamed Person', role: 'organizer' },
    replace: ({ email }) => ({ email, name: 'Replaced Person' }),
    replaced: { role: 'customer', isVerified: false, isAdmin: false },
  },
};

const without = (row, ...names) => Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

for (const [resource, entity] of Object.entries(entities)) {
  const path = `${API}/${resource}`;

  describe(resource, () => {
    let sent, row, etag;

    test('create: 201, the row and its Location', async () => {
      sent = await entity.make();
      const response = await entity.client().post(path, sent);
      assert.equal(response.status, 201, response.text);
      row = response.body;
      etag = response.version;
      assert.deepEqual(Object.keys(row).sort(), ['id', ...entity.fields, ...stamps].sort());
      assert.deepEqual({ ...row, ...without(sent, ...entity.hidden ?? []) }, row);
      assert.equal(response.headers.location, `${path}/${row.id}`);
      assert.equal(etag, `"${row.version}"`);
      assert.match(row.createdAt, time);
      assert.match(row.updatedAt, time);
      assert.equal(row.deletedAt, null);
    });

    test('read one: the same row, with its version as ETag', async () => {
      const response = await entity.client().get(`${path}/${row.id}`);
      assert.deepEqual([response.status, response.body, response.version], [200, row, etag]);
      const same = await entity.client().get(`${path}/${row.id}`, { 'if-none-match': etag });
      assert.deepEqual([same.status, same.text, same.version], [304, '', etag]);
      for (const field of ['*', `W/${etag}`, `"other", ${etag}`]) {
        assert.equal((await entity.client().get(`${path}/${row.id}`, { 'if-none-match': field })).status, 304, field);
      }
      assert.equal((await entity.client().get(`${path}/${row.id}`, { 'if-none-match': '"other"' })).status, 200);
    });

    test('list: contains it', async () => {
      const response = await entity.client().get(`${path}?id=${row.id}`);
      assert.deepEqual([response.status, response.body], [200, [row]]);
      assert.equal(response.headers['x-total-count'], '1');
    });

    test('fields that the server sets are refused in a new row', async () => {
      const response = await entity.client().post(path, { ...await entity.make(), id: 7, version: 3,
        createdAt: later(0) });
      assert.deepEqual([response.verdict, response.errors], ['422 invalid',
        { '/id': 'read_only', '/version': 'read_only', '/createdAt': 'read_only' }]);
    });

    test('PATCH changes some fields, also as a merge patch', async () => {
      const response = await entity.client().patch(`${path}/${row.id}`, entity.change,
        { 'content-type': 'application/merge-patch+json' });
      assert.equal(response.status, 200, response.text);
      const expected = { ...row, ...entity.change, version: row.version + 1, updatedAt: response.body.updatedAt };
      assert.deepEqual(response.body, expected);
      assert.equal(response.version, `"${expected.version}"`);
      assert.ok(response.body.updatedAt >= row.updatedAt);
      row = response.body;
    });

    test('PATCH without a difference keeps the version', async () => {
      for (const body of [{}, entity.change, row]) {
        const response = await entity.client().patch(`${path}/${row.id}`, body);
        assert.deepEqual([response.status, response.body], [200, row], response.text);
      }
      const response = await entity.client().put(`${path}/${row.id}`, row);
      assert.deepEqual([response.status, response.body], [200, row], response.text);
    });

    test('PUT replaces the row; omitted fields get their defaults', async () => {
      const body = await entity.replace(row);
      const response = await entity.client().put(`${path}/${row.id}`, body);
      assert.equal(response.status, 200, response.text);
      assert.deepEqual(response.body, { ...row, ...body, ...entity.replaced, ...without(response.body, ...entity.fields) });
      assert.equal(response.body.version, row.version + 1);
      row = response.body;
    });

    test('PUT requires every required field', async () => {
      const response = await entity.client().put(`${path}/${row.id}`, {});
      assert.equal(response.verdict, '422 invalid');
      assert.ok(Object.values(response.errors).length > 0);
      assert.ok(Object.values(response.errors).every((code) => code === 'required'));
    });

    test('If-Match: a stale version is refused, the present one and * are accepted', async () => {
      const patch = (match) => entity.client().patch(`${path}/${row.id}`, {}, { 'if-match': match });
      for (const stale of ['"0"', `"${row.version + 1}"`, `W/"${row.version}"`, '"x"', '"1", "2"']) {
        if (stale.includes(`"${row.version}"`) && !stale.startsWith('W/')) continue;
        assert.equal((await patch(stale)).verdict, '412 stale_version', stale);
      }
      for (const fresh of [`"${row.version}"`, '*', `"0", "${row.version}"`]) {
        assert.equal((await patch(fresh)).status, 200, fresh);
      }
      for (const malformed of ['x', '"', '5', '"a" "b"']) {
        assert.equal((await patch(malformed)).status, 400, malformed);
      }
      const stale = { 'if-match': '"0"' };
      assert.equal((await entity.client().put(`${path}/${row.id}`, row, stale)).verdict, '412 stale_version');
      assert.equal((await entity.client().delete(`${path}/${row.id}`, stale)).verdict, '412 stale_version');
    });

    test('changes of fields that the server sets are refused, all reported at once', async () => {
      const changed = { id: row.id + 1, createdAt: later(0), updatedAt: later(0), deletedAt: later(0),
        version: row.version + 7 };
      const response = await entity.client().patch(`${path}/${row.id}`, changed);
      assert.equal(response.verdict, '422 invalid');
      assert.deepEqual(response.errors, Object.fromEntries(Object.keys(changed).map((name) =>
        [`/${name}`, 'read_only'])));
      assert.deepEqual((await entity.client().get(`${path}/${row.id}`)).body, row);
    });

    test('delete: 204, then not found, also in lists', async () => {
      const response = await entity.client().delete(`${path}/${row.id}`, { 'if-match': `"${row.version}"` });
      assert.deepEqual([response.status, response.text], [204, '']);
      for (const gone of [await entity.client().get(`${path}/${row.id}`),
        await entity.client().patch(`${path}/${row.id}`, {}),
        await entity.client().delete(`${path}/${row.id}`)]) {
        assert.equal(gone.verdict, '404 not_found');
      }
      assert.deepEqual((await entity.client().get(`${path}?id=${row.id}`)).body, []);
    });
  });
}

describe('bookings and payments', () => {
  const cases = [['bookings', (booking) => booking.id, { quantity: 3 }],
    ['payments', (booking) => booking.payment.id, { paymentMethod: 'cash' }]];
  const fields = {
    bookings: ['userId', 'eventId', 'quantity', 'status', 'totalPrice', 'bookingDate', 'scheduleId', 'expiresAt',
      'checkedInAt', 'checkedInQuantity', 'checkedInPlace', 'checkinUndone', 'cancelledQuantity', 'guestName'],
    payments: ['bookingId', 'transactionId', 'amount', 'refundedAmount', 'status', 'paymentMethod', 'paymentDate'],
  };
  for (const [resource, idOf, change] of cases) {
    test(`${resource}: read, list, change with If-Match, delete when ended`, async () => {
      const booking = await make.booking(customer, (await make.event()).id);
      const path = `${API}/${resource}/${idOf(booking)}`;
      const read = await customer.get(path);
      assert.equal(read.status, 200);
      assert.deepEqual(Object.keys(read.body).sort(), ['id', ...fields[resource], ...stamps].sort());
      assert.equal((await customer.get(path, { 'if-none-match': read.version })).status, 304);
      assert.deepEqual((await customer.get(`${API}/${resource}?id=${read.body.id}`)).body, [read.body]);

      assert.equal((await customer.patch(path, change)).verdict, '428 version_required');
      assert.equal((await customer.put(path, { ...read.body, ...change })).verdict, '428 version_required');
      assert.equal((await admin.delete(path)).verdict, '428 version_required');
      assert.equal((await customer.patch(path, change, { 'if-match': '"99"' })).verdict, '412 stale_version');
      const changed = await customer.patch(path, change, { 'if-match': read.version });
      assert.equal(changed.status, 200, changed.text);
      assert.deepEqual({ ...changed.body, ...change }, changed.body);
      assert.equal(changed.version, `"${read.body.version + 1}"`);
      const again = await customer.put(path, changed.body, { 'if-match': changed.version });
      assert.deepEqual([again.status, again.body], [200, changed.body], 'a row can be sent back as it was read');

      await customer.post(`${API}/bookings/${booking.id}/cancel`);
      assert.equal((await admin.delete(path, { 'if-match': '*' })).status, 204);
      assert.equal((await admin.get(path)).verdict, '404 not_found');
    });

    test(`${resource}: fields that only actions change`, async () => {
      const booking = await make.booking(customer, (await make.event()).id);
      const path = `${API}/${resource}/${idOf(booking)}`;
      const values = {
        bookings: { userId: 1, eventId: 1, scheduleId: 1, status: 'confirmed', totalPrice: '1.00',
          bookingDate: later(0),
          expiresAt: later(day), checkedInAt: later(0) },
        payments: { bookingId: 1, transactionId: 'A'.repeat(26), amount: '1.00', refundedAmount: '1.00',
          status: 'paid', paymentDate: later(0) },
      }[resource];
      for (const client of [customer, admin]) {
        const response = await client.patch(path, values, { 'if-match': '*' });
        assert.equal(response.verdict, '422 invalid');
        assert.deepEqual(response.errors, Object.fromEntries(Object.keys(values).map((name) =>
          [`/${name}`, 'read_only'])));
      }
    });
  }

  test('a transaction id is unique and ordered by time', async () => {
    const event = await make.event({ price: '0.00' });
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await make.booking(customer, event.id)).payment.transactionId);
    assert.deepEqual([...new Set(ids)].sort(), ids);
    assert.ok(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id)), ids[0]);
  });
});

test('of ten changes of the same version at once, one succeeds', async () => {
  const venue = await make.venue();
  const responses = await Promise.all(Array.from({ length: 10 }, (_, i) =>
    organizer.patch(`${API}/venues/${venue.id}`, { name: `By ${i}` }, { 'if-match': `"${venue.version}"` })));
  assert.deepEqual(responses.map(({ verdict }) => verdict).sort(), ['200', ...Array(9).fill('412 stale_version')]);
  const row = (await organizer.get(`${API}/venues/${venue.id}`)).body;
  assert.deepEqual(row, responses.find(({ status }) => status === 200).body);
});

describe('references between resources', () => {
  test('an event gets one schedule with its dates and capacity', async () => {
    const event = await make.event({ capacity: 42 });
    const { startTime, endTime, availableSeats } = await make.onlySchedule(event.id);
    assert.deepEqual([startTime, endTime, availableSeats], [event.startDate, event.endDate, 42]);
  });

  test('references to rows that do not exist are refused', async () => {
    const cases = [
      [organizer, '/events', eventBody(999999999), '/venueId'],
      [organizer, '/schedules', { eventId: 999999999, startTime: later(day), endTime: later(2 * day) }, '/eventId'],
      [organizer, '/event-categories', { eventId: 999999999, name: 'None' }, '/eventId'],
    ];
    for (const [client, path, body, pointer] of cases) {
      const response = await client.post(`${API}${path}`, body);
      assert.equal(response.verdict, '422 invalid', path);
      assert.equal(response.errors[pointer], 'not_found', path);
    }
  });

  test('schedules and categories keep their event', async () => {
    const [one, two] = [await make.event(), await make.event()];
    for (const path of [`/schedules/${(await make.schedule(one.id)).id}`,
      `/event-categories/${(await make.category(one.id)).id}`]) {
      assert.deepEqual((await organizer.patch(`${API}${path}`, { eventId: two.id })).errors,
        { '/eventId': 'read_only' });
    }
  });

  test('a category name is unique within an event', async () => {
    const [one, two] = [await make.event(), await make.event()];
    await make.category(one.id, { name: 'Music' });
    assert.equal((await organizer.post(`${API}/event-categories`, { eventId: one.id, name: 'Music' })).verdict,
      '409 duplicate');
    await make.category(two.id, { name: 'Music' });
    const other = await make.category(one.id, { name: 'Dance' });
    assert.equal((await organizer.patch(`${API}/event-categories/${other.id}`, { name: 'Music' })).verdict,
      '409 duplicate');
  });

  test('capacities of events do not exceed that of their venue', async () => {
    const venue = await make.venue({ capacity: 50 });
    const tooLarge = await organizer.post(`${API}/events`, eventBody(venue.id, { capacity: 51 }));
    assert.deepEqual([tooLarge.verdict, tooLarge.errors], ['422 invalid', { '/capacity': 'exceeds_venue' }]);
    const event = await make.event({ venueId: venue.id, capacity: 50 });
    assert.deepEqual((await organizer.patch(`${API}/venues/${venue.id}`, { capacity: 49 })).errors,
      { '/capacity': 'below_events' });
    assert.deepEqual((await organizer.patch(`${API}/events/${event.id}`, { capacity: 51 })).errors,
      { '/capacity': 'exceeds_venue' });
    assert.equal((await organizer.patch(`${API}/venues/${venue.id}`, { capacity: 60 })).status, 200);
  });

  test('past events can still be edited, by PATCH and PUT', async () => {
    const [past] = (await organizer.get(`${API}/events?title=${encodeURIComponent('Evening Concert in the Quarry')}`)).body;
    const path = `${API}/events/${past.id}`;
    assert.equal((await organizer.patch(path, { description: 'It was warm.' })).status, 200);
    const row = (await organizer.get(path)).body;
    const response = await organizer.put(path, { ...row, imageUrl: 'https://example.com/quarry.jpg' });
    assert.deepEqual([response.status, response.body.startDate], [200, past.startDate], response.text);
    assert.deepEqual((await organizer.patch(path, { startDate: '2020-01-01T00:00:00Z' })).errors,
      { '/startDate': 'past' });
  });

  test('dates are in order, and in the future', async () => {
    const venue = await make.venue();
    const event = await organizer.post(`${API}/events`, eventBody(venue.id,
      { startDate: later(-day), endDate: later(-2 * day) }));
    assert.deepEqual([event.verdict, event.errors], ['422 invalid', { '/startDate': 'past', '/endDate': 'order' }]);
    const { id } = await make.event();
    const schedule = await organizer.post(`${API}/schedules`, { eventId: id, startTime: later(-day),
      endTime: later(-2 * day) });
    assert.deepEqual([schedule.verdict, schedule.errors], ['422 invalid', { '/startTime': 'outside_event', '/endTime': 'order' }]);
  });
});

describe('accounts', () => {
  test('an address is unique, case ignored', async () => {
    const body = { email: 'CUSTOMER@example.com', password: 'a long secret', name: 'Twin' };
    assert.equal((await admin.post(`${API}/users`, body)).verdict, '409 duplicate');
    assert.equal((await server.anonymous().post(`${API}/auth/register`, body)).verdict, '409 duplicate');
    assert.equal((await other.patch(`${API}/me`, { email: body.email })).verdict, '409 duplicate');
  });

  test('only an admin grants rights', async () => {
    const rights = { isAdmin: true, role: 'organizer', isVerified: false };
    for (const [client, path] of [[customer, '/me'], [customer, `/users/${customer.user.id}`], [support, '/me'],
      [organizer, '/me']]) {
      const response = await client.patch(`${API}${path}`, { ...rights,
        role: client === organizer ? 'support' : 'organizer' });
      assert.deepEqual([response.verdict, response.errors],
        ['422 invalid', { '/isAdmin': 'forbidden_field', '/role': 'forbidden_field',
          '/isVerified': 'forbidden_field' }]);
    }
    const newcomer = await server.newcomer();
    const granted = await admin.patch(`${API}/users/${newcomer.user.id}`, { role: 'organizer' });
    assert.deepEqual([granted.status, granted.body.role], [200, 'organizer']);
    assert.equal((await newcomer.post(`${API}/venues`, venueBody())).status, 201,
      'at once, in the session that is open');
    assert.equal((await admin.patch(`${API}/users/${newcomer.user.id}`, { role: 'customer' })).status, 200);
    assert.equal((await newcomer.post(`${API}/venues`, venueBody())).verdict, '403 forbidden');
  });

  test('there is always an admin', async () => {
    for (const response of [await admin.patch(`${API}/me`, { isAdmin: false }), await admin.delete(`${API}/me`),
      await admin.delete(`${API}/users/${admin.user.id}`)]) {
      assert.equal(response.verdict, '409 state_conflict');
    }
  });

  test('replacing an account keeps its password', async () => {
    const body = { email: 'replaced@example.com', password: 'a long secret', name: 'Before' };
    const { id } = (await admin.post(`${API}/users`, body)).body;
    assert.equal((await admin.put(`${API}/users/${id}`, { email: body.email, name: 'After' })).status, 200);
    assert.equal((await server.signIn(body.email, body.password)).user.name, 'After');
  });

  test('only an admin changes another account', async () => {
    for (const client of [support, organizer]) {
      assert.equal((await client.patch(`${API}/users/${other.user.id}`, { name: 'X' })).verdict, '403 forbidden');
      assert.equal((await client.delete(`${API}/users/${other.user.id}`)).verdict, '403 forbidden');
    }
    assert.equal((await customer.patch(`${API}/users/${other.user.id}`, { name: 'X' })).verdict, '404 not_found');
    assert.equal((await admin.patch(`${API}/users/${other.user.id}`, { name: 'Benjamin Aalto' })).status, 200);
  });
});

describe('support tickets', () => {
  test('replies of the person and of support change the status', async () => {
    const ticket = await make.ticket(customer);
    const path = `${API}/support-tickets/${ticket.id}`;
    assert.deepEqual([ticket.userId, ticket.status, ticket.priority], [customer.user.id, 'open', 'normal']);
    const status = async () => (await customer.get(path)).body.status;
    const reply = await support.post(`${path}/replies`, { body: 'By the river.' });
    assert.deepEqual([reply.status, reply.body.body, reply.body.userId],
      [201, 'By the river.', support.user.id]);
    assert.equal(await status(), 'pending');
    assert.equal((await customer.post(`${path}/replies`, { body: 'Which one?' })).status, 201);
    assert.equal(await status(), 'open');
    const replies = await customer.get(`${path}/replies`);
    assert.deepEqual(replies.body.map(({ body }) => body), ['By the river.', 'Which one?']);
    assert.equal(replies.headers['x-total-count'], '2');
    assert.deepEqual((await support.get(`${path}/replies`)).body, replies.body);
    assert.equal((await other.get(`${path}/replies`)).verdict, '404 not_found');
    assert.equal((await other.post(`${path}/replies`, { body: 'Hello' })).verdict, '404 not_found');
    assert.deepEqual((await customer.post(`${path}/replies`, { body: '' })).errors, { '/body': 'too_short' });
  });

  test('which fields the person and support may change', async () => {
    const ticket = await make.ticket(customer);
    const path = `${API}/support-tickets/${ticket.id}`;
    const words = await support.patch(path, { subject: 'Mine', description: 'Now' });
    assert.deepEqual(words.errors, { '/subject': 'forbidden_field', '/description': 'forbidden_field' });
    assert.deepEqual((await customer.patch(path, { status: 'resolved' })).errors, { '/status': 'forbidden_field' });
    assert.equal((await support.patch(path, { status: 'resolved', priority: 'urgent' })).status, 200);
    assert.equal((await customer.patch(path, { subject: 'Late' })).verdict, '409 state_conflict');
    assert.equal((await support.patch(path, { status: 'closed' })).status, 200);
    assert.equal((await support.patch(path, { status: 'pending' })).verdict, '409 state_conflict');
    assert.equal((await support.post(`${path}/replies`, { body: 'Still there?' })).verdict, '409 state_conflict');
    assert.equal((await customer.patch(path, { status: 'open' })).status, 200);
    assert.deepEqual((await customer.post(`${API}/support-tickets`,
      { subject: 'A', description: 'B', status: 'closed' })).errors,
      { '/status': 'forbidden_field' });
  });
});
