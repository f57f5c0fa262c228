// Every error of src/base/errors.def can be reached, with its status and code. Most rows are reached here; the others
// name the test that reaches them, and why it takes more than a request.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Make, venueBody } from '../support/make.mjs';
import { exchange, request } from '../support/raw.mjs';
import { API, start } from '../support/server.mjs';

const source = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const errors = [...source('src/base/errors.def').matchAll(/^ERROR\((\w+),\s*(\d+),\s*"(\w+)"/gm)]
  .map(([, symbol, status, code]) => ({ symbol, verdict: `${status} ${code}` }));

let server, visitor, customer, other, organizer, make;
before(async () => {
  server = await start({ settings: { BOXOFFICE_HOLD_MS: '1000', BOXOFFICE_RATE_LIMITS: 'true' } });
  visitor = server.anonymous();
  [customer, other, organizer] = await Promise.all(['customer', 'other', 'organizer'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const book = (event, quantity = 1, headers = {}) => customer.post(`${API}/bookings`, { eventId: event.id, quantity },
  headers);

// Of `count` requests at once, the first that is refused with this code.
async function firstOf(code, count, ask) {
  const responses = await Promise.all(Array.from({ length: count }, (_, i) => ask(i)));
  return responses.find((response) => response.code === code) ?? assert.fail(`never ${code}`);
}

// More passwords at once than wait to be hashed (64), where no limit by address comes first.
async function overload() {
  const unlimited = await start({ seeded: false });
  const register = (i) => unlimited.anonymous().post(`${API}/auth/register`,
    { email: `${i}@example.com`, password: 'a long secret', name: 'Many' });
  const response = await firstOf('overloaded', 80, register);
  await unlimited.stop();
  return response;
}

// A search that takes longer than a quarter of a second: on PostgreSQL because it sleeps, else because it sorts so many texts.
const slow = {
  postgres: `CREATE OR REPLACE FUNCTION public."VenuesSearch"("words" text) RETURNS TABLE ("found" integer, "rank" real)
    LANGUAGE sql VOLATILE SECURITY DEFINER AS $$ SELECT 1, 0::real FROM pg_sleep(20) $$`,
  sqlite: `DROP TRIGGER "venues_audit_insert"; INSERT INTO "Venues" ("name", "address", "capacity")
    SELECT 'Hall ' || i * 7919 % 200000, 'Street', 1
    FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n)`,
};

async function expensive() {
  const hurried = await start({ seeded: false, settings: { BOXOFFICE_QUERY_MS: '250', BOXOFFICE_CIPHER: 'none' } });
  await hurried.database.plant(slow[hurried.engine]);
  const response = await hurried.anonymous().get(`${API}/venues?q=street&_sort=address,name&perPage=200`);
  await hurried.halt(); // without the usual verification of the data, which here takes long
  await hurried.remove();
  return response;
}

// By code: a request that gets it.
const reached = {
  bad_request: () => exchange(server, request('GET', '/livez', 'A : b\r\n')),
  malformed_json: () => organizer.post(`${API}/venues`, '{'),
  request_timeout: () => exchange(server, 'GET /liv'),
  uri_too_long: () => exchange(server, request('GET', `/${'a'.repeat(8200)}`)),
  headers_too_large: () => exchange(server, request('GET', '/livez', `A: ${'a'.repeat(16400)}\r\n`)),
  payload_too_large: () => organizer.post(`${API}/bookings`, ' '.repeat(16385)),
  expectation_failed: () => exchange(server, request('GET', '/livez', 'Expect: wonders\r\n')),
  not_implemented: () => exchange(server, request('BREW', '/livez')),
  http_version: () => exchange(server, 'GET /livez HTTP/3.0\r\nHost: a\r\n\r\n'),
  method_not_allowed: () => visitor.delete(`${API}/events`),
  not_acceptable: () => visitor.get(`${API}/events`, { accept: 'image/png' }),
  unsupported_media_type: () => organizer.post(`${API}/venues`, 'a', { 'content-type': 'text/plain' }),
  query_too_expensive: expensive,
  overloaded: overload,
  unauthenticated: () => visitor.get(`${API}/me`),
  forbidden: () => customer.post(`${API}/venues`, venueBody()),
  not_found: () => visitor.get(`${API}/nothing`),
  version_required: async () => customer.patch(`${API}/bookings/${(await book(await make.event())).body.id}`, {}),
  stale_version: async () => organizer.patch(`${API}/venues/${(await make.venue()).id}`, {}, { 'if-match': '"9"' }),
  invalid: () => organizer.post(`${API}/venues`, {}),
  idempotency_mismatch: async () => {
    const event = await make.event();
    await book(event, 1, { 'idempotency-key': 'same' });
    return book(event, 2, { 'idempotency-key': 'same' });
  },
  password_required: async () => {
    const readable = await start({ seeded: false, settings: { BOXOFFICE_CIPHER: 'none' } });
    const person = await readable.newcomer();
    await readable.database.query(`UPDATE "Sessions" SET "authenticatedAt" = NULL WHERE "userId" = ${person.user.id}`);
    const response = await person.delete(`${API}/me`);
    await readable.stop();
    return response;
  },
  hold_expired: async () => {
    const { payment } = (await book(await make.event())).body;
    await sleep(1100);
    return customer.post(`${API}/payments/${payment.id}/pay`);
  },
  state_conflict: async () => organizer.post(`${API}/bookings/${(await book(await make.event())).body.id}/checkin`),
  sold_out: async () => book(await make.event({ capacity: 1 }), 2),
  duplicate: () => visitor.post(`${API}/auth/register`, { email: 'customer@example.com', password: 'a long secret',
    name: 'Twin' }),
  rate_limited: () => firstOf('rate_limited', 40, () => other.post(`${API}/bookings`, {})),
};

const elsewhere = {
  storage_full: { file: 'tests/failure/disk.test.mjs', word: '507', because: 'a full disk has to be made' },
  outcome_unknown: { file: 'tests/many/failures.test.mjs', word: 'outcome_unknown', because: 'a COMMIT has to be cut off' },
  internal: { file: 'tests/http/http.test.mjs', word: '500', because: 'only a failure of our own leads there' },
};

describe('every row of errors.def', () => {
  for (const { verdict } of errors) {
    const code = verdict.split(' ')[1];
    if (elsewhere[code]) {
      const { file, word, because } = elsewhere[code];
      test(`${verdict}: see ${file}, because ${because}`, () => assert.ok(source(file).includes(word)));
    } else {
      test(verdict, { timeout: 60_000 }, async () => {
        const response = await (reached[code] ?? assert.fail('nothing leads there'))();
        assert.equal(`${response.status} ${response.code}`, verdict);
        if (['rate_limited', 'overloaded'].includes(code)) assert.ok(Number(response.headers['retry-after']) >= 1);
      });
    }
  }

  test('every listed case is a row', () => {
    const codes = errors.map(({ verdict }) => verdict.split(' ')[1]);
    assert.deepEqual([...Object.keys(reached), ...Object.keys(elsewhere)].sort(), codes.sort());
  });
});
