// Several rows in one request: all of them or none.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, unique } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, organizer, customer, make;
before(async () => {
  server = await start();
  organizer = await server.as('organizer');
  customer = await server.as('customer');
  make = await Make.on(server);
});
after(() => server?.stop());

const venue = (more = {}) => ({ name: unique('Hall'), address: '1 Main Street', capacity: 50, ...more });
const total = async (resource) => Number((await organizer.get(`${API}/${resource}?_end=1`)).headers['x-total-count']);

describe('several rows in one request', () => {
  test('are created in their order, each with an id and a version', async () => {
    const items = Array.from({ length: 200 }, () => venue());
    const { status, body, headers } = await organizer.post(`${API}/venues/batch`, items);
    assert.equal(status, 201);
    assert.deepEqual(body.map(({ name }) => name), items.map(({ name }) => name));
    assert.equal(new Set(body.map(({ id }) => id)).size, 200);
    assert.equal(headers.location ?? headers.etag, undefined);
    const { body: read } = await organizer.get(`${API}/venues/${body[199].id}`);
    assert.equal(read.name, items[199].name);
  });

  test('events have their schedules, schedules and categories their events', async () => {
    const { id: venueId } = await make.venue();
    const event = (day) => ({ title: unique('Talk'), venueId, status: 'published', price: '0.00', capacity: 5,
      startDate: `2031-06-${day}T10:00:00Z`, endDate: `2031-06-${day}T12:00:00Z` });
    const { body: events } = await organizer.post(`${API}/events/batch`, ['01', '02', '03'].map(event));
    const { body: schedules } = await organizer.get(`${API}/schedules?${events.map(({ id }) => `eventId=${id}`).join('&')}`);
    assert.equal(schedules.length, 3);
    const times = [['10:00', '10:30'], ['10:30', '11:00']].map(([from, to]) =>
      ({ eventId: events[0].id, startTime: `2031-06-01T${from}:00Z`, endTime: `2031-06-01T${to}:00Z` }));
    const more = await organizer.post(`${API}/schedules/batch`, times);
    assert.equal(more.status, 201, more.text);
    // The second one is at the venue at the same time as an event of this list.
    const twice = await organizer.post(`${API}/events/batch`, [event('10'), event('10')]);
    assert.deepEqual(twice.body.map(({ warnings }) => warnings?.[0].code), [undefined, 'venue_occupied']);
    const categories = events.map(({ id }) => ({ eventId: id, name: 'Jazz' }));
    assert.equal((await organizer.post(`${API}/event-categories/batch`, categories)).status, 201);
  });

  test('every wrong item is named, and none is created', async () => {
    const before = await total('venues');
    const { status, body } = await organizer.post(`${API}/venues/batch`,
      [venue(), venue({ capacity: -1, colour: 'red' }), 7, venue({ name: undefined })]);
    assert.equal(status, 422);
    assert.deepEqual(body.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
      ['/1/capacity too_small', '/1/colour unknown', '/2 type', '/3/name required']);
    assert.equal(await total('venues'), before);
  });

  test('what stands against an item after others were created takes those back, and nothing else', async () => {
    const event = await make.event();
    const category = (name) => ({ eventId: event.id, name });
    const before = await total('event-categories');
    const requests = [organizer.post(`${API}/event-categories/batch`, [category('Rock'), category('Jazz'), category('jazz ')]),
      ...Array.from({ length: 20 }, () => organizer.post(`${API}/venues`, venue()))];
    const [refused, ...others] = await Promise.all(requests);
    assert.equal(refused.status, 409, refused.text);
    assert.deepEqual(refused.body.errors.map(({ pointer }) => pointer), ['/2/name']);
    assert.deepEqual(others.map(({ status }) => status), Array(20).fill(201));
    assert.equal(await total('event-categories'), before);
    const again = await organizer.post(`${API}/event-categories/batch`, [category('Rock'), category('Jazz')]);
    assert.equal(again.status, 201, again.text);
  });

  test('a repetition gets the same response and creates nothing', async () => {
    const items = [venue(), venue()], key = { 'idempotency-key': unique('key').replace(' ', '-') };
    const first = await organizer.post(`${API}/venues/batch`, items, key);
    const count = await total('venues');
    const second = await organizer.post(`${API}/venues/batch`, items, key);
    assert.equal(second.text, first.text);
    assert.equal(second.headers['idempotency-replayed'], 'true');
    assert.equal(await total('venues'), count);
    assert.equal((await organizer.post(`${API}/venues/batch`, [venue()], key)).status, 422);
  });

  test('an empty list, too many, no list', async () => {
    const code = async (value) => {
      const { status, body } = await organizer.post(`${API}/venues/batch`, value);
      return [status, body.errors[0].pointer, body.errors[0].code];
    };
    assert.deepEqual(await code([]), [422, '', 'too_short']);
    assert.deepEqual(await code(Array(201).fill(venue())), [422, '', 'too_long']);
    assert.deepEqual(await code(venue()), [422, '', 'type']);
    assert.equal((await organizer.post(`${API}/venues/batch`, undefined)).status, 400);
  });

  test('is for the staff, and the address is no row', async () => {
    assert.equal((await customer.post(`${API}/venues/batch`, [])).status, 403);
    assert.equal((await organizer.get(`${API}/venues/batch`)).status, 405);
  });
});
