// Random requests, by the thousand: whatever is sent, the response is described in the OpenAPI document, discloses
// nothing (both are checked for every response) and is never a 5xx. Seeded, so that a failure can be repeated:
// FUZZ_SEED.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, eventBody, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

const rounds = Number(process.env.FUZZ_ROUNDS ?? 400);
let state = Number(process.env.FUZZ_SEED ?? 20260101);
// Mulberry32
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const one = (list) => list[random(list.length)];
const some = (count, make) => Array.from({ length: count }, make);

let server, clients, make;
before(async () => {
  server = await start();
  clients = await Promise.all(['anonymous', 'customer', 'organizer', 'support', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const values = ['', '0', '1', '-1', '2147483648', '9223372036854775807', '1.5', '1e9', 'true', 'null', 'NaN', 'draft',
  'pending', 'a', "'", '"', '%', '_', '\\',
  '*', '(', ')', ';', '--', '/*', '\u0000', '\u{1f3bb}', 'é', '\u202e', '[]', '{}', '[0,9]', '["id","ASC"]',
    '{"id":[1,2]}', '{"q":"a"}', '{"id":{}}',
  '2026-01-01T00:00:00Z', '2026-01-01', 'id,name', 'venue,schedules', 'asc,desc', 'x'.repeat(300), '../../etc/passwd',
    '${7*7}', '<b>'];
const names = ['id', 'name', 'title', 'email', 'password', 'price', 'capacity', 'status', 'startDate', 'userId',
  'eventId', 'version', 'createdAt', 'role',
  'filter', 'range', 'sort', '_sort', '_order', '_start', '_end', 'page', 'perPage', 'after', 'q', '_embed', 'fields',
    '__proto__', 'constructor', ''];
const suffixes = ['', '', '', '_ne', '_gte', '_lte', '_gt', '_lt', '_like', '_', '_x'];
const resources = ['events', 'venues', 'schedules', 'event-categories', 'bookings', 'payments', 'support-tickets',
  'users', 'me/sessions', 'events/1/history'];
const json = () => one([null, true, false, 0, -1, 1, 1.5, 1e300, 2 ** 53, '', 'a', 'pending', '2030-01-01T00:00:00Z',
  '10.00', 'a@example.com', [], {}, [1], { a: 1 },
  'x'.repeat(30_000), '\ud83c\udfbb', '\u0007', 999999999]);

async function checked(client, method, path, body, headers) {
  const before = state;
  const response = await client.send(method, path, body, headers);
  assert.ok(response.status < 500,
    `${method} ${path} ${JSON.stringify(body)?.slice(0, 300)}: ${response.text} (seed ${before})`);
  return response;
}

describe('never a 5xx', () => {
  test(`${rounds} random queries`, async () => {
    let succeeded = 0;
    for (let i = 0; i < rounds; i++) {
      const query = some(1 + random(4),
        () => `${encodeURIComponent(one(names) + one(suffixes))}=${encodeURIComponent(one(values))}`).join('&');
      if ((await checked(one(clients), 'GET', `${API}/${one(resources)}?${query}`)).status === 200) succeeded++;
    }
    assert.ok(succeeded > 0, 'some are valid');
  });

  test(`${rounds} bodies, half of them nearly valid`, async () => {
    const venue = await make.venue();
    const event = await make.event({ endDate: '2036-12-31T00:00:00Z' });
    const bodies = {
      '/venues': () => venueBody(), '/events': () => eventBody(venue.id),
      '/schedules': () => ({ eventId: event.id, startTime: '2036-01-01T10:00:00Z', endTime: '2036-01-01T11:00:00Z' }),
      '/event-categories': () => ({ eventId: event.id, name: 'Nonsense' }),
        '/bookings': () => ({ eventId: event.id, quantity: 1 }),
      '/support-tickets': () => ({ subject: 'a', description: 'b' }),
        '/auth/register': () => ({ email: 'n@example.com', password: 'short', name: 'N' }),
      [`/events/${event.id}/restore`]: () => ({ version: 0 }), '/payments/1/refund': () => ({ amount: '1.00' }),
    };
    for (let i = 0; i < rounds; i++) {
      const path = one(Object.keys(bodies));
      const body = bodies[path]();
      for (let k = random(3); k >= 0; k--) body[one([...Object.keys(body), 'nonsense', 'id', 'version'])] = json();
      await checked(one(clients), 'POST', `${API}${path}`, body);
    }
  });

  test(`${rounds} bodies with flipped bytes`, async () => {
    for (let i = 0; i < rounds; i++) {
      const bytes = Buffer.from(JSON.stringify(venueBody({ facilities: 'Ünï "quoted" \\ \u{1f3bb}' })));
      for (let k = random(4); k >= 0; k--) bytes[random(bytes.length)] = random(256);
      await checked(clients[2], 'POST', `${API}/venues`, bytes.subarray(0,
        random(8) ? bytes.length : random(bytes.length)));
    }
  });

  test(`${rounds} headers`, async () => {
    const fields = ['if-match', 'if-none-match', 'accept', 'content-type', 'authorization', 'cookie',
      'idempotency-key', 'origin', 'sec-fetch-site', 'range', 'expect',
      'accept-language', 'access-control-request-method'];
    const texts = ['', '*', '"', '""', '"1"', 'W/"1"', '"1","2"', '"1" "2"', ',', ';', 'q=', '*/*;q=',
      'application/json;q=2', 'text/*', 'Bearer', `Bearer ${'0'.repeat(64)}`,
      'session=', `session=${'f'.repeat(64)}`, 'session=a; session=b', 'null', 'http://', 'https://a', 'bytes=0-1',
        'x'.repeat(1000), '\u00ff', 'a\tb'];
    for (let i = 0; i < rounds; i++) {
      const headers = Object.fromEntries(some(1 + random(3), () => [one(fields), one(texts)]).filter(([name]) =>
        name !== 'expect'));
      const [method, path] = one([['GET', '/events'], ['GET', '/events/1'], ['PATCH', '/venues/1'],
        ['POST', '/bookings'], ['DELETE', '/payments/1'], ['GET', '/me'], ['OPTIONS', '/events']]);
      await checked(one(clients), method, `${API}${path}`, ['PATCH', 'POST'].includes(method) ? {} : undefined, headers);
    }
  });
});

test('the server is ready afterwards', async () => assert.equal((await clients[0].get('/readyz')).status, 200));
