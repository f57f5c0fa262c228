// What one request may cost: a limit in bytes for everything that a query collects. Beyond it the response is 422
// too_much, and neither the server nor other requests are affected.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, unique } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, organizer;
before(async () => {
  server = await start({ settings: { BOXOFFICE_QUERY_MS: '60000' } }); // a limit of another kind
  organizer = await server.as('organizer');
  make = await Make.on(server);
});
after(() => server?.stop());

// Does something `count` times, a few at once.
async function times(count, what) {
  const left = Array.from({ length: count }, (_, i) => i);
  const work = async () => {
    while (left.length > 0) await what(left.pop());
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

test('rows of 40,000 bytes: a response beyond the limit is refused, and can be read in parts', async () => {
  const person = await server.newcomer();
  const description = '😀'.repeat(10_000);
  await times(860, async (i) => {
    const response = await person.post(`${API}/support-tickets`, { subject: `Number ${i}`, description });
    assert.equal(response.status, 201, response.text);
  });
  for (const path of ['/me?_embed=supportTickets', '/me/export']) {
    const response = await person.get(`${API}${path}`);
    assert.equal(response.verdict, '422 invalid', path);
    assert.deepEqual(response.errors, { '': 'too_much' }, path);
  }
  assert.equal((await person.get(`${API}/support-tickets?_start=0&_end=200`)).body.length, 200);
  assert.equal((await person.get(`${API}/me?_embed=bookings`)).status, 200);
});

test('the same rows are not embedded twice', async () => {
  const response = await organizer.get(`${API}/events/1?_embed=schedules,venue,schedules`);
  assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/_embed': 'repeated' }]);
});

// A large body is decoded on another thread than a small one, which must not be noticed.
test('large bodies are decoded like small ones', async () => {
  const description = 'é'.repeat(19_000);
  const event = await make.event();
  const path = `${API}/events/${event.id}`;
  assert.equal((await organizer.patch(path, { description })).body.description, description);
  const replayed = { 'idempotency-key': `large-${event.id}` };
  const { schedules, eventCategories, ...body } = (await organizer.get(path)).body;
  const copy = Object.fromEntries(['title', 'description', 'startDate', 'endDate', 'capacity', 'venueId', 'price']
    .map((name) => [name, body[name]]));
  const first = await organizer.post(`${API}/events`, copy, replayed);
  assert.equal(first.status, 201, first.text.slice(0, 500));
  assert.equal((await organizer.post(`${API}/events`, copy, replayed)).headers['idempotency-replayed'], 'true');
  assert.deepEqual((await organizer.patch(path, { description, capacity: 0, nonsense: 1 })).errors,
    { '/capacity': 'too_small', '/nonsense': 'unknown' });
  assert.equal((await organizer.patch(path, `{"description":"${description}"`)).verdict, '400 malformed_json');
  assert.equal((await server.anonymous().patch(path, { description })).verdict, '401 unauthenticated');
  const customer = await server.as('customer');
  assert.equal((await customer.patch(path, { description })).verdict, '403 forbidden');
});

// Bodies within all limits that a parser would take long for, many at once: other requests are served meanwhile. A debug
// build would report the step in which the network thread decoded one.
test('bodies that are expensive to parse are refused', async () => {
  const bodies = [`{"title":${'['.repeat(30)}${'[],'.repeat(60_000)}`, `{${'"a":1,'.repeat(40_000)}`, `[${'{},'.repeat(80_000)}`,
    `{"title":[${'1,'.repeat(120_000)}`];
  const verdicts = await Promise.all(bodies.map(async (body) => (await organizer.post(`${API}/events`, body)).verdict));
  assert.deepEqual(verdicts, Array(bodies.length).fill('422 invalid'));
});

describe('history', () => {
  test('two hundred versions of twenty thousand characters are one page', async () => {
    const event = await make.event();
    for (let i = 0; i < 200; i++) {
      const description = `${i} ${'😀'.repeat(19_990)}`;
      assert.equal((await organizer.patch(`${API}/events/${event.id}`, { description })).status, 200);
    }
    const response = await organizer.get(`${API}/events/${event.id}/history?_start=0&_end=200`);
    assert.equal(response.status, 200, response.text.slice(0, 500));
    assert.equal(response.body.length, 200);
    const { before, after } = response.body[0];
    assert.match(before.description, /^198 /);
    assert.match(after.description, /^199 /);
    for (const time of [before.startDate, after.endDate, after.createdAt, after.updatedAt]) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });
});

describe('names sent by a client', () => {
  test('long names are shortened, and the response stays JSON', async () => {
    const long = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}`.padEnd(1500, '~é/\u0001'), 1]));
    const response = await organizer.post(`${API}/events`, { ...long, title: unique('Long') });
    assert.equal(response.verdict, '422 invalid');
    assert.equal(response.body.errors.length, 32);
    for (const { pointer } of response.body.errors) {
      assert.ok(Buffer.byteLength(pointer) <= 200, pointer);
      assert.doesNotMatch(pointer, /\uFFFD|~$/);
    }
    const query = await organizer.get(`${API}/events?${'%C3%A9'.repeat(1000)}=1`);
    assert.equal(query.verdict, '422 invalid');
    assert.ok(Buffer.byteLength(query.body.errors[0].pointer) <= 200);
  });
});
