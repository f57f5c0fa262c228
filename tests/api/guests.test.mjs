// Filters and sorts by fields of related rows; the guest list of a schedule; events by category.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, unique } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, visitor, customer, organizer, support, admin;
before(async () => {
  server = await start();
  visitor = server.anonymous();
  [customer, organizer, support, admin] = await Promise.all(['customer', 'organizer', 'support',
    'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const ids = (response) => {
  assert.equal(response.status, 200, response.text);
  return response.body.map(({ id }) => id);
};
const json = (value) => encodeURIComponent(JSON.stringify(value));

describe('the guest list of a schedule', () => {
  let event, schedule;
  const bookings = {}; // by name
  const names = ['Zoe Zabel', 'Anna Ahlberg', 'anna Berg', 'Émile 50%', 'Bert_Cole'];
  before(async () => {
    event = await make.event({ price: '0.00' });
    schedule = await make.onlySchedule(event.id);
    for (const name of names) bookings[name] = await make.booking(await server.newcomer(name), event.id);
    await make.booking(await server.newcomer('Anna Elsewhere'), (await make.event({ price: '0.00' })).id);
  });
  const guests = (query = '', client = organizer) => client.get(`${API}/schedules/${schedule.id}/guests?${query}`);
  const listed = async (query, client) => {
    const response = await guests(query, client);
    assert.equal(response.status, 200, response.text);
    return response.body.map(({ user }) => user.name);
  };

  test('names in clear, addresses masked, sorted by name', async () => {
    const { body } = await guests();
    assert.deepEqual(body.map(({ user }) => user.name).sort(), [...names].sort());
    assert.ok(body.every(({ user }) => /^.\*\*\*@\*\*\*$/.test(user.email)));
    for (const { user, ...row } of body) {
      const { id, quantity, status, checkedInAt } = bookings[user.name];
      assert.deepEqual([row.id, row.quantity, row.status, row.checkedInAt], [id, quantity, status, checkedInAt]);
    }
    const order = await listed();
    assert.ok(order.indexOf('Anna Ahlberg') < order.indexOf('Bert_Cole'));
    assert.deepEqual(await listed('_sort=user.name&_order=desc'), [...order].reverse());
  });

  test('a part of the name, in any case', async () => {
    for (const [q, found] of [['anna', ['Anna Ahlberg', 'anna Berg']], ['BERG', ['Anna Ahlberg', 'anna Berg']],
      ['zabel', ['Zoe Zabel']], ['50%', ['Émile 50%']], ['t_c', ['Bert_Cole']], ['nobody', []]])
      assert.deepEqual((await listed(`q=${encodeURIComponent(q)}`)).sort(), found.sort(), q);
  });

  test('the number of a booking', async () => {
    assert.deepEqual(await listed(`q=${bookings['Zoe Zabel'].id}`), ['Zoe Zabel']);
    assert.deepEqual(await listed('q=999999999'), []);
  });

  test('filters of bookings, and pages', async () => {
    const { id } = bookings['Zoe Zabel'];
    const cancelled = await organizer.post(`${API}/bookings/${id}/cancel`, undefined, { 'if-match': '*' });
    assert.equal(cancelled.status, 200, cancelled.text);
    assert.deepEqual(await listed('status=cancelled'), ['Zoe Zabel']);
    assert.equal((await listed('checkedInAt=null&status=confirmed')).length, names.length - 1);
    const whole = await listed();
    let next = `${API}/schedules/${schedule.id}/guests?perPage=2`;
    const seen = [];
    while (next) {
      const response = await organizer.get(next);
      seen.push(...response.body.map(({ user }) => user.name));
      next = response.headers.link.match(/<([^>]*)>; rel="next"/)?.[1];
    }
    assert.deepEqual(seen, whole);
  });

  test('more filters than there can be', async () => {
    const filters = ['status=confirmed', ...['_ne=9', '_gte=1', '_lte=50', '_gt=0', '_lt=50'].map((end) => `quantity${end}`)];
    const more = ['id_gt=1', 'id_lt=999999', 'id_gte=1', 'id_lte=999999', 'id_ne=1', 'eventId_ne=1', 'eventId_gt=0',
      'userId_gt=0', 'userId_ne=1', 'version_gte=0'];
    const response = await guests([...filters, ...more, 'q=anna'].join('&'));
    assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/q': 'too_many' }]);
  });

  test('for staff only; of a schedule that there is', async () => {
    assert.equal((await guests('', visitor)).status, 401);
    assert.equal((await guests('', customer)).status, 403);
    for (const client of [support, admin]) assert.equal((await guests('', client)).status, 200);
    assert.equal((await organizer.get(`${API}/schedules/999999/guests`)).status, 404);
  });
});

describe('people', () => {
  test('roles that see names find people by them', async () => {
    const name = unique('Quirin');
    const person = await server.newcomer(name);
    for (const client of [organizer, support, admin]) {
      const response = await client.get(`${API}/users?name_like=${encodeURIComponent(name.toUpperCase())}&_sort=name`);
      assert.deepEqual(response.body.map((row) => row.name), [name]);
    }
    assert.deepEqual(ids(await customer.get(`${API}/users?name_like=${encodeURIComponent(name)}`)), [], 'own row only');
    assert.equal((await organizer.get(`${API}/users/${person.user.id}`)).body.email, `${person.email[0]}***@***`);
  });
});

describe('fields of related rows', () => {
  test('rows that are referred to, and rows that refer', async () => {
    const [venue, other] = [await make.venue({ name: unique('Relhall') }), await make.venue({ name: unique('Relother') })];
    const events = [await make.event({ venueId: venue.id }), await make.event({ venueId: other.id })];
    await make.category(events[0].id, { name: 'Alpha', description: 'x' });
    await make.category(events[0].id, { name: 'Beta' });
    const booking = await make.booking(customer, events[1].id);
    const all = `id=${events[0].id}&id=${events[1].id}`;
    const list = async (query, client = organizer) => ids(await client.get(`${API}/events?${all}&${query}`));
    const [a, b] = events.map(({ id }) => id);
    const cases = [
      [`venue.name=${encodeURIComponent(venue.name)}`, [a]],
      [`venue.name_ne=${encodeURIComponent(venue.name)}`, [b]],
      ['venue.name_like=relh', [a]],
      [`venue.id=${other.id}`, [b]],
      ['venue.capacity_gte=1', [a, b]],
      ['eventCategories.name=Alpha', [a]],
      ['eventCategories.name=Alpha&eventCategories.description_like=x', [a]],
      ['eventCategories.name=Alpha&eventCategories.name=Gamma', [a]],
      ['eventCategories.name=alpha', []],
      ['eventCategories.name_ne=Alpha', [b]],
      ['eventCategories.name_ne=Gamma', [a, b]],
      [`filter=${json({ 'eventCategories.name': ['Beta', 'Gamma'] })}`, [a]],
      [`filter=${json({ 'eventCategories.name': [] })}`, []],
      ['bookings.status=pending', [b]],
      ['_sort=venue.name&_order=desc', [b, a]],
      ['_sort=venue.name,id', [a, b]],
    ];
    for (const [query, expected] of cases) assert.deepEqual(await list(query), expected, query);
    assert.deepEqual(ids(await organizer.get(`${API}/payments?booking.eventId=${b}`)), [booking.payment.id]);
  });

  test('row policies and masks apply to them', async () => {
    const event = await make.event();
    await make.booking(customer, event.id);
    const other = await server.as('other');
    const has = async (client) => ids(await client.get(`${API}/events?id=${event.id}&bookings.quantity_gte=1`)).length;
    assert.deepEqual([await has(customer), await has(other), await has(organizer)], [1, 0, 1]);
    assert.deepEqual((await visitor.get(`${API}/events?bookings.quantity=1`)).errors,
      { '/bookings.quantity': 'unknown' });
    for (const query of ['user.email=a', 'user.email_like=a', '_sort=user.email']) {
      const response = await organizer.get(`${API}/bookings?${query}`);
      assert.deepEqual(Object.values(response.errors), ['masked'], query);
      assert.equal((await admin.get(`${API}/bookings?${query}`)).status, 200);
    }
    assert.deepEqual((await admin.get(`${API}/bookings?user.password=a`)).errors, { '/user.password': 'unknown' });
    const draft = await make.event({ status: 'draft' });
    await make.category(draft.id, { name: 'Draftcategory' });
    assert.deepEqual(ids(await visitor.get(`${API}/events?category=Draftcategory`)), []);
  });

  test('deleted rows are not related', async () => {
    const event = await make.event();
    const category = await make.category(event.id, { name: 'Gone' });
    const list = () => visitor.get(`${API}/events?id=${event.id}&eventCategories.name=Gone`);
    assert.deepEqual(ids(await list()), [event.id]);
    await organizer.delete(`${API}/event-categories/${category.id}`);
    assert.deepEqual(ids(await list()), []);
  });
});

describe('events by category', () => {
  test('the names of categories with the number of events', async () => {
    const name = unique('Countcat');
    for (const status of ['published', 'draft', 'published']) {
      const event = await make.event({ status });
      await make.category(event.id, { name: status === 'draft' ? name.toUpperCase() : name });
    }
    const count = async (client) => {
      const { status, body } = await client.get(`${API}/categories`);
      assert.equal(status, 200);
      const numbers = body.map(({ events }) => events);
      assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a), 'the most frequent first');
      return body.filter((row) => row.name.toLowerCase() === name.toLowerCase()).map(({ events }) => events);
    };
    assert.deepEqual([await count(visitor), await count(organizer)], [[2], [3]]);
  });

  test('any of the names, in any case, with other filters', async () => {
    const word = unique('Catword').replace(/\W/g, '');
    const [a, b, c] = [await make.event({ title: `${word} a`, price: '5.00' }), await make.event({ title: `${word} b` }),
      await make.event({ title: `${word} c` })];
    await make.category(a.id, { name: 'Jazz 100%' });
    await make.category(b.id, { name: 'jazz 100%' });
    await make.category(c.id, { name: 'Folk_Music' });
    const list = async (query) => ids(await visitor.get(`${API}/events?title_like=${word}&_sort=id&${query}`));
    const jazz = encodeURIComponent('JAZZ 100%');
    assert.deepEqual(await list(`category=${jazz}`), [a.id, b.id]);
    assert.deepEqual(await list(`category=${jazz}&category=folk_music`), [a.id, b.id, c.id]);
    assert.deepEqual(await list(`category=${jazz}&price_lt=10`), [a.id]);
    assert.deepEqual(await list('category=FolkXMusic'), []);
    assert.deepEqual(await list('category=Jazz'), [], 'the whole name');
    assert.deepEqual(await list(`filter=${json({ category: ['Folk_Music', 'x'] })}`), [c.id]);
    assert.deepEqual(ids(await visitor.get(`${API}/events?q=${word}&category=folk_music`)), [c.id]);
    assert.deepEqual((await visitor.get(`${API}/venues?category=x`)).errors, { '/category': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/events?category_gte=x`)).errors, { '/category_gte': 'unknown' });
  });
});
