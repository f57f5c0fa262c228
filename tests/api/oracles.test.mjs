// The oracles that check every response of the other tests (tests/support/contract.mjs, privacy.mjs) catch violations.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkPrivacy } from '../support/privacy.mjs';
import { API, start } from '../support/server.mjs';

let server;
before(async () => { server = await start({ seeded: false }); });
after(() => server?.stop());

const response = (path, status, body, more = {}) => ({
  request: { method: 'GET', path, role: 'customer', email: 'me@example.com', body: '', ...more.request },
  status, body, text: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...more.headers },
});
const venue = { id: 1, name: 'A', address: 'B', capacity: 1, facilities: null, createdAt: '2030-01-01T00:00:00.000Z',
  updatedAt: '2030-01-01T00:00:00.000Z', deletedAt: null, version: 0 };

describe('the contract', () => {
  const check = (...words) => server.contract.check(response(...words));

  test('accepts described responses', () => {
    check(`${API}/venues?perPage=1`, 200, [venue]);
    check(`${API}/venues/1`, 200, venue);
  });

  const wrong = {
    'a number that is a text': [`${API}/venues/1`, 200, { ...venue, capacity: '1' }],
    'a time that is none': [`${API}/venues/1`, 200, { ...venue, createdAt: 'yesterday' }],
    'a row without its id': [`${API}/venues`, 200, [{ name: 'A' }]],
    'a list that is none': [`${API}/venues`, 200, venue],
    'a status that is not described': [`${API}/venues`, 302, []],
    'a problem without its type': [`${API}/venues`, 422, { title: 'x', status: 422 },
      { headers: { 'content-type': 'application/problem+json' } }],
    'a type that is not described': [`${API}/venues`, 200, '<b>', { headers: { 'content-type': 'text/html' } }],
    'money with three decimals': [`${API}/events/1`, 200, { id: 1, price: '1.000' }],
    'a state that there is not': [`${API}/events/1`, 200, { id: 1, status: 'finished' }],
  };
  for (const [what, words] of Object.entries(wrong)) test(`catches ${what}`,
    () => assert.throws(() => check(...words), { name: 'AssertionError' }));
});

describe('privacy', () => {
  const check = (body, more) => checkPrivacy(response(`${API}/users`, 200, body, more));

  test('accepts what the role may see', () => {
    check([{ email: 'me@example.com' }]);
    check([{ email: 'b***@***' }]);
    check([{ email: 'you@example.com' }], { request: { role: 'admin' } });
  });

  const wrong = {
    "another person's address": [[{ email: 'you@example.com' }]],
    'a masked role that sees one': [[{ email: 'you@example.com' }], { request: { role: 'support' } }],
    'a hash of a password': [[{ x: '$argon2id$v=19$m=19456' }], { request: { role: 'admin' } }],
    'a password': [[{ password: '' }], { request: { role: 'admin' } }],
    'a token': [[{ x: 'a'.repeat(64) }], { request: { role: 'admin' } }],
    'a token in a cookie': [[], { headers: { 'set-cookie': ['session=abc'] } }],
  };
  for (const [what, words] of Object.entries(wrong)) test(`catches ${what}`,
    () => assert.throws(() => check(...words), { name: 'AssertionError' }));
});
