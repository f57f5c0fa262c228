// Following rel="next" from the first page gives every row exactly once: sorted by every field of every resource, also
// those that can be without a value, in both directions, by several fields, with small pages, and while rows are inserted.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, day, later, unique } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer, organizer, admin;
const rows = {}; // by resource: the ids of the rows to walk through

// Reproducible random numbers (mulberry32).
let seed = 20261129;
function random(n) {
  seed = (seed + 0x6D2B79F5) | 0;
  let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
  t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
  return ((t ^ t >>> 14) >>> 0) % n;
}
const pick = (...values) => values[random(values.length)];
const text = () => pick(null, null, '', 'alpha', 'alpha', 'Beta', 'é', '-', '1:a', 'x'.repeat(300), '\u{1F3AD}'.repeat(70));

async function makeRows() {
  const venues = [], events = [], categories = [], bookings = [], tickets = [];
  for (let i = 0; i < 14; i++) venues.push(await make.venue({ capacity: 100 + random(3), facilities: text() }));
  const hall = await make.venue({ capacity: 100000 });
  for (let i = 0; i < 14; i++) {
    events.push(await make.event({ venueId: hall.id, description: text(), price: pick('0.00', '9.50'),
      imageUrl: pick(null, 'https://example.com/a.jpg'), endDate: later((11 + random(3)) * day) }));
    categories.push(await make.category(events[i].id, { description: text() }));
    bookings.push(await make.booking(customer, events[i].id));
    tickets.push(await make.ticket(customer, { priority: pick('low', 'high') }));
  }
  for (const { id, payment } of bookings.slice(0, 6)) {
    if (payment.status === 'pending') await customer.post(`${API}/payments/${payment.id}/pay`, undefined,
      { 'if-match': payment.version });
    if (random(2)) await customer.post(`${API}/bookings/${id}/cancel`, undefined, { 'if-match': '*' });
  }
  const ids = (list) => list.map(({ id }) => id);
  const users = (await admin.get(`${API}/users?perPage=12`)).body;
  Object.assign(rows, { venues: ids(venues), events: ids(events), 'event-categories': ids(categories),
    bookings: ids(bookings), payments: ids(bookings.map(({ payment }) => payment)), 'support-tickets': ids(tickets),
    users: ids(users) });
  const schedules = await organizer.get(`${API}/schedules?perPage=200&${events.map(({ id }) => `eventId=${id}`).join('&')}`);
  rows.schedules = ids(schedules.body);
}

before(async () => {
  server = await start();
  [customer, organizer, admin] = await Promise.all(['customer', 'organizer', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
  await makeRows();
});
after(() => server?.stop());

const next = (response) => response.headers.link?.match(/<([^>]*)>; rel="next"/)?.[1];
const own = (resource) => rows[resource].map((id) => `id=${id}`).join('&');

// The ids in the order of a walk. `between` runs after every page.
async function walk(url, between = () => {}) {
  const seen = [];
  for (let page = 0; url; page++) {
    assert.ok(page < 60, 'the walk ends');
    const response = await admin.get(url);
    assert.equal(response.status, 200, response.text);
    seen.push(...response.body.map(({ id }) => id));
    url = next(response);
    if (url) await between();
  }
  return seen;
}

async function assertWalks(resource, sort, sizes) {
  const whole = await admin.get(`${API}/${resource}?${own(resource)}&${sort}&perPage=200`);
  const expected = whole.body.map(({ id }) => id);
  assert.equal(expected.length, rows[resource].length, whole.text);
  for (const size of sizes) {
    assert.deepEqual(await walk(`${API}/${resource}?${own(resource)}&${sort}&perPage=${size}`), expected,
      `${resource} ${sort} in pages of ${size}`);
  }
}

const resources = ['venues', 'events', 'event-categories', 'schedules', 'bookings', 'payments', 'support-tickets',
  'users'];
const fieldsOf = async (resource) => Object.keys((await admin.get(`${API}/${resource}?perPage=1`)).body[0]);

for (const resource of resources) {
  test(`every field, both directions: ${resource}`, async () => {
    for (const field of await fieldsOf(resource)) {
      for (const order of ['asc', 'desc']) await assertWalks(resource, `_sort=${field}&_order=${order}`, [1, 2, 3, 7]);
    }
  });

  test(`several fields: ${resource}`, async () => {
    const fields = await fieldsOf(resource);
    for (let i = 0; i < 12; i++) {
      const sorts = Array.from({ length: 2 + random(3) }, () => pick(...fields));
      const orders = sorts.map(() => pick('asc', 'desc'));
      await assertWalks(resource, `_sort=${sorts}&_order=${orders}`, [pick(1, 2, 3, 7)]);
    }
  });
}

test('rows without a value come first in ascending order and last in descending order', async () => {
  for (const [resource, field] of [['venues', 'facilities'], ['events', 'imageUrl'], ['bookings', 'checkedInAt'],
    ['bookings', 'expiresAt'], ['payments', 'paymentDate'], ['events', 'description']]) {
    for (const order of ['asc', 'desc']) {
      const { body } = await admin.get(`${API}/${resource}?${own(resource)}&_sort=${field}&_order=${order}&perPage=200`);
      const has = body.map((row) => row[field] !== null);
      assert.deepEqual(has, [...has].sort((a, b) => (order === 'asc' ? a - b : b - a)), `${resource} ${field} ${order}`);
    }
  }
});

describe('rows are inserted during a walk: no row twice, none that was there is missing', () => {
  for (const sort of ['_sort=facilities', '_sort=facilities&_order=desc', '_sort=capacity,facilities&_order=desc,asc',
    '_sort=facilities,name&_order=desc,desc', '']) {
    test(sort || 'unsorted', async () => {
      const name = unique('Insert').replace(' ', '');
      const insert = () => make.venue({ name: `${name} ${random(9)}`, capacity: 10 + random(3), facilities: text() });
      const old = [];
      for (let i = 0; i < 15; i++) old.push((await insert()).id);
      const seen = await walk(`${API}/venues?name_like=${name}&perPage=4&${sort}`, async () => {
        if (random(2)) await insert();
      });
      assert.equal(new Set(seen).size, seen.length, 'no row twice');
      assert.deepEqual(old.filter((id) => !seen.includes(id)), [], 'none missing');
    });
  }
});

test('a list in the order of its full-text matches is walked by offsets', async () => {
  const word = unique('Ranked').replace(/\W/g, '');
  for (let i = 0; i < 9; i++) await make.event({ title: `${word} ${'more '.repeat(i % 4)}` });
  const seen = await walk(`${API}/events?q=${word}&perPage=2`);
  assert.equal(new Set(seen).size, 9);
});
