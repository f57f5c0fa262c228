// Rate limits: how many requests are allowed, which headers say so, and that others are not affected. The numbers are
// those of the specification, not read from src/api/rates.def.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Make } from '../support/make.mjs';
import { API, password, start } from '../support/server.mjs';

let server, make, customer, other;
before(async () => {
  server = await start({ settings: { BOXOFFICE_RATE_LIMITS: 'true' } });
  [customer, other] = await Promise.all(['customer', 'other'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

test('every response says how many requests remain', async () => {
  const one = await customer.get(`${API}/events`);
  assert.match(one.headers['ratelimit-policy'], /^"read";q=500;w=10$/);
  const remaining = (response) => Number(response.headers.ratelimit.match(/^"read";r=(\d+);t=\d+$/)[1]);
  const two = await customer.get(`${API}/events`);
  assert.ok(remaining(one) < 500);
  assert.ok(remaining(two) <= remaining(one));
  const page = await server.anonymous().get('/livez');
  assert.equal(page.headers.ratelimit, undefined);
});

test('twenty bookings at once, then 429 with Retry-After; other people and reading are not limited', async () => {
  const event = await make.event({ price: '0.00', capacity: 100 });
  const book = (client) => client.post(`${API}/bookings`, { eventId: event.id, quantity: 1 });
  const responses = await Promise.all(Array.from({ length: 40 }, () => book(customer)));
  const done = responses.filter(({ status }) => status === 201);
  const refused = responses.filter(({ status }) => status === 429);
  assert.equal(done.length + refused.length, 40);
  assert.ok(done.length >= 20 && done.length <= 25, `${done.length}`);
  for (const response of refused) {
    assert.equal(response.code, 'rate_limited');
    assert.ok(Number(response.headers['retry-after']) >= 1);
    assert.match(response.headers.ratelimit, /^"book";r=0;t=\d+$/);
    assert.match(response.headers['ratelimit-policy'], /^"book";q=20;w=10$/);
  }
  assert.equal(await make.seats(event.id), 100 - done.length);
  assert.equal((await book(other)).status, 201);
  assert.equal((await customer.get(`${API}/events`)).status, 200);
});

test('after Retry-After a request is allowed again', async () => {
  const ask = () => customer.post(`${API}/bookings`, {});
  let response = await ask();
  for (let i = 0; i < 40 && response.status !== 429; i++) response = await ask();
  const wait = Number(response.headers['retry-after']);
  assert.ok(wait >= 1 && wait <= 10, response.headers['retry-after']);
  await sleep(wait * 1000);
  assert.equal((await ask()).verdict, '422 invalid');
});

test('passwords cannot be guessed: three attempts of an address, and others can still sign in', async () => {
  const login = (email, secret) => server.anonymous().post(`${API}/auth/login`, { email, password: secret });
  const verdicts = [];
  for (let i = 0; i < 8; i++) verdicts.push((await login('finn.larsen@example.com', `guess number ${i}`)).verdict);
  assert.deepEqual(verdicts, [...Array(3).fill('401 unauthenticated'), ...Array(5).fill('429 rate_limited')]);
  assert.equal((await login('finn.larsen@example.com', password)).verdict, '429 rate_limited', 'the right one neither');
  assert.equal((await login('elif.kaya@example.com', password)).status, 200);
});

test('right passwords are no guesses', async () => {
  for (let i = 0; i < 20; i++) await server.signIn('elif.kaya@example.com');
});

test('nor by whoever holds a session and does not know the password', async () => {
  const holder = await server.as('other');
  const guess = (currentPassword) => holder.patch(`${API}/me`, { password: 'another long secret', currentPassword });
  const verdicts = [];
  for (let i = 0; i < 14; i++) verdicts.push((await guess(`guess number ${i}`)).verdict);
  assert.equal(verdicts[0], '422 invalid');
  assert.ok(verdicts.slice(11).every((verdict) => verdict === '429 rate_limited'), verdicts.join());
  assert.equal((await guess(password)).verdict, '429 rate_limited', 'the right one neither');
});

// Signing in from another address of this machine: status and Set-Cookie.
function signInFrom(localAddress, email, { secret = password, cookie } = {}) {
  const body = JSON.stringify({ email, password: secret });
  return new Promise((resolve, reject) => {
    http.request({ host: '127.0.0.1', port: server.port, localAddress, agent: false, method: 'POST',
      path: `${API}/auth/login`, headers: { 'content-type': 'application/json', 'content-length': body.length,
        ...(cookie && { cookie }) } })
      .on('response', (response) => resolve({ status: response.resume().statusCode,
        cookies: response.headers['set-cookie'] ?? [] })).on('error', reject).end(body);
  });
}

const deviceOf = ({ cookies }) => cookies.find((cookie) => cookie.startsWith('device=')).split(';')[0];

test('a stranger who uses up the attempts does not lock the owner out', async () => {
  const email = 'support@example.com';
  const guess = () => server.anonymous().post(`${API}/auth/login`, { email, password: 'a guess' });
  let response = await guess();
  for (let i = 0; i < 20 && response.status !== 429; i++) response = await guess();
  assert.equal(response.verdict, '429 rate_limited');
  assert.equal((await signInFrom('127.0.0.1', email)).status, 429);
  assert.equal((await signInFrom('127.0.0.2', email)).status, 200);
});

test('a hundred addresses guess at most ten times an hour, and a known device still gets in', async () => {
  const email = 'organizer@example.com';
  const first = await signInFrom('127.0.0.1', email);
  assert.equal(first.status, 200);
  const cookie = deviceOf(first);
  const flood = await Promise.all(Array.from({ length: 300 }, (_, i) =>
    signInFrom(`127.0.1.${1 + i % 100}`, email, { secret: `a guess ${i}` })));
  const tried = flood.filter(({ status }) => status === 401).length;
  assert.ok(tried >= 1 && tried <= 5, `${tried} guesses`); // five at once, and one more every twelve minutes
  assert.equal((await signInFrom('127.0.3.1', email)).status, 429, 'another device has to wait');
  const known = await signInFrom('127.0.3.1', email, { cookie });
  assert.equal(known.status, 200);
  assert.equal(deviceOf(known), cookie, 'it stays known');
});

test('a device is known for the accounts that signed in there, and has attempts of its own', async () => {
  const [mine, theirs] = ['ben.aalto@example.com', 'customer@example.com'];
  const cookie = deviceOf(await signInFrom('127.0.4.1', mine));
  const attempts = async (email, headers) => {
    const found = [];
    for (let i = 0; i < 14; i++) found.push((await signInFrom('127.0.4.1', email, { secret: 'a guess', ...headers })).status);
    return found.filter((status) => status === 401).length;
  };
  assert.equal(await attempts(theirs, { cookie }), 3);
  assert.equal(await attempts(mine, { cookie }), 10);
  assert.equal(await attempts(mine, { cookie: `device=${'0'.repeat(64)}` }), 3, 'as if it was none');
  assert.equal((await signInFrom('127.0.4.1', mine, { cookie })).status, 429);
});

test('a flood of guesses at many accounts does not fill the queue of known devices', async () => {
  const email = 'admin@example.com';
  const cookie = deviceOf(await signInFrom('127.0.5.1', email));
  let flooding = true;
  const statuses = new Set();
  const flood = Array.from({ length: 100 }, async (_, i) => {
    for (let n = 0; flooding; n++) {
      statuses.add((await signInFrom(`127.0.6.${1 + i}`, `stranger-${i}-${n}@example.com`, { secret: 'a guess' })).status);
    }
  });
  for (let i = 0; i < 5; i++) assert.equal((await signInFrom('127.0.5.1', email, { cookie })).status, 200);
  flooding = false;
  await Promise.all(flood);
  assert.ok(statuses.has(503), 'strangers had to wait');
});

test('pages without data are limited too', async () => {
  for (const path of ['/', '/api/docs', '/api/openapi.json']) {
    const { status, headers } = await server.anonymous().get(path);
    assert.equal(status, 200);
    assert.match(headers['ratelimit-policy'], /^"read"/, path);
  }
});

test('an address is limited whatever accounts it registers, and signing in is counted apart from that', async () => {
  const register = () => server.anonymous().post(`${API}/auth/register`, {});
  const verdicts = (await Promise.all(Array.from({ length: 700 }, register))).map(({ verdict }) => verdict);
  const refused = verdicts.filter((verdict) => verdict === '429 rate_limited').length;
  assert.ok(verdicts.every((verdict) => ['422 invalid', '429 rate_limited'].includes(verdict)));
  assert.ok(refused >= 20 && refused <= 100, `${refused} refused`); // 600, and ten a second while they were sent
  assert.equal((await server.anonymous().get(`${API}/events`)).status, 200);
  assert.equal((await server.anonymous().post(`${API}/auth/login`, { email: 'elif.kaya@example.com', password })).status, 200);
});

test('a campus behind one address signs in: hundreds of people at once', async () => {
  const guesses = await Promise.all(Array.from({ length: 300 }, (_, i) =>
    server.anonymous().post(`${API}/auth/login`, { email: `student${i}@example.com`, password: '' })));
  assert.deepEqual([...new Set(guesses.map(({ verdict }) => verdict))], ['422 invalid']);
});

test('staff have limits of their own: an import of many rows goes on', async () => {
  const organizer = await server.as('organizer');
  const response = await organizer.post(`${API}/venues`, {});
  assert.match(response.headers['ratelimit-policy'], /^"write";q=2000;w=10$/);
  const rows = await Promise.all(Array.from({ length: 600 }, () => organizer.post(`${API}/venues`, {})));
  assert.ok(rows.every(({ verdict }) => verdict === '422 invalid'));
  const people = await Promise.all(Array.from({ length: 150 }, () => customer.post(`${API}/support-tickets`, {})));
  assert.ok(people.some(({ verdict }) => verdict === '429 rate_limited'));
});
