// Who may call what: every route as every role succeeds, or is refused with exactly 401 (not signed in) or 403 (signed
// in, but the role may not). The table is the specification; a route without a row in it fails, and so does a row
// without a route. An allowed request names a row that this role may change, made for it, and has to succeed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, eventBody, later, day, hour, unique, venueBody } from '../support/make.mjs';
import { API, boxoffice, password, roles, start } from '../support/server.mjs';

// anonymous, customer, organizer, support, admin: + is allowed, - is refused
const resource = (path, { read, trace, write, remove = write }) => [
  [`GET ${API}${path}`, read], [`GET ${API}${path}/{id}`, read], [`GET ${API}${path}/{id}/history`, trace],
  [`PATCH ${API}${path}/{id}`, write], [`PUT ${API}${path}/{id}`, write], [`DELETE ${API}${path}/{id}`, remove],
  [`POST ${API}${path}/{id}/restore`, write],
];
const catalogue = { read: '+ + + + +', trace: '- - + + +', write: '- - + - +' };
const personal = { read: '- + + + +', trace: '- + + + +', write: '- + + + +' };

const table = new Map([
  ...resource('/venues', catalogue),
  ...resource('/events', catalogue),
  ...resource('/schedules', catalogue),
  ...resource('/event-categories', catalogue),
  ...resource('/bookings', { ...personal, remove: '- - - - +' }),
  ...resource('/payments', { ...personal, remove: '- - - - +' }),
  ...resource('/support-tickets', personal),
  ...resource('/users', personal),
  [`POST ${API}/venues`, '- - + - +'],
  [`POST ${API}/events`, '- - + - +'],
  [`POST ${API}/schedules`, '- - + - +'],
  [`POST ${API}/event-categories`, '- - + - +'],
  ...['venues', 'events', 'schedules', 'event-categories'].map((kind) => [`POST ${API}/${kind}/batch`, '- - + - +']),
  [`POST ${API}/users`, '- - - - +'],
  [`POST ${API}/events/{id}/cancel`, '- - + - +'],
  [`POST ${API}/schedules/{id}/cancel`, '- - + - +'],
  [`POST ${API}/bookings`, '- + + + +'],
  [`POST ${API}/bookings/{id}/cancel`, '- + + + +'],
  [`POST ${API}/bookings/{id}/checkin`, '- - + - +'],
  [`POST ${API}/bookings/{id}/undo-checkin`, '- - + - +'],
  [`POST ${API}/payments/{id}/pay`, '- + + + +'],
  [`POST ${API}/payments/{id}/fail`, '- + + + +'],
  [`POST ${API}/payments/{id}/refund`, '- - + + +'],
  [`POST ${API}/support-tickets`, '- + + + +'],
  [`GET ${API}/support-tickets/{id}/replies`, '- + + + +'],
  [`POST ${API}/support-tickets/{id}/replies`, '- + + + +'],
  [`GET ${API}/schedules/{id}/guests`, '- - + + +'],
  [`GET ${API}/categories`, '+ + + + +'],
  [`GET ${API}/events/{id}/availability`, '+ + + + +'],
  [`GET ${API}/events/{id}/availability/stream`, '+ + + + +'],
  [`POST ${API}/auth/register`, '+ + + + +'],
  [`POST ${API}/auth/login`, '+ + + + +'],
  [`POST ${API}/auth/logout`, '- + + + +'],
  [`POST ${API}/auth/reauthenticate`, '- + + + +'],
  [`GET ${API}/me`, '- + + + +'],
  [`PATCH ${API}/me`, '- + + + +'],
  [`DELETE ${API}/me`, '- + + + +'],
  [`GET ${API}/me/export`, '- + + + +'],
  [`GET ${API}/me/sessions`, '- + + + +'],
  [`GET ${API}/backups`, '- - - - +'],
  [`GET ${API}/backups/{id}`, '- - - - +'],
  ['GET /livez', '+ + + + +'],
  ['GET /readyz', '+ + + + +'],
  ['GET /metrics', '- - - - +'],
  ['GET /api/openapi.json', '+ + + + +'],
  ['GET /api/docs', '+ + + + +'],
  ['GET /docs', '+ + + + +'],
  ['GET /api', '+ + + + +'],
  [`GET ${API}`, '+ + + + +'],
  ['GET /problems/{code}', '+ + + + +'],
  ['GET /favicon.ico', '+ + + + +'],
  ['GET /', '+ + + + +'],
  ['GET /sign-in', '+ + + + +'],
  ['POST /sign-in', '+ + + + +'],
  ['GET /assets/{file}', '+ + + + +'],
]);

let server;
let routes;
let admin;
let make;
const clients = {};
before(async () => {
  server = await start({ settings: { BOXOFFICE_CIPHER: 'none' } }); // so that another client can add rows
  routes = JSON.parse((await boxoffice(['routes', '--json'])).stdout);
  admin = await server.as('admin');
  make = await Make.on(server);
  for (const role of roles) clients[role] = await member(role);
});
after(() => server?.stop());

// A new account of this role, signed in.
async function member(role) {
  if (role === 'anonymous') return server.anonymous();
  const email = `${unique(role).replace(/\W+/g, '-')}@example.com`;
  const rights = role === 'admin' ? { isAdmin: true } : { role };
  const { status, text } = await admin.post(`${API}/users`, { email, password, name: role, ...rights });
  assert.equal(status, 201, text);
  const { token, user } = await server.signIn(email);
  return server.client(token, user);
}

const freeEvent = async () => (await make.event({ price: '0.00' })).id;
const paidEvent = async () => (await make.event()).id;

// Rows that `client` may read and, with its role, change.
const rows = {
  venues: () => make.venue(),
  events: () => make.event(),
  schedules: async () => make.schedule(await paidEvent()),
  'event-categories': async () => make.category(await paidEvent()),
  bookings: async (client) => make.booking(client, await paidEvent()),
  payments: async (client) => (await make.booking(client, await paidEvent())).payment,
  'support-tickets': (client) => make.ticket(client),
  users: (client) => client.user,
  backups: async () => {
    await make.backup();
    return (await admin.get(`${API}/backups`)).body[0];
  },
};

async function cancelled(client) {
  const booking = await make.booking(client, await paidEvent());
  assert.equal((await client.post(`${API}/bookings/${booking.id}/cancel`)).status, 200);
  return booking;
}

// Of another person, because staff do not confirm and refund bookings of their own.
async function paid() {
  const other = await server.as('other');
  const { payment } = await make.booking(other, await paidEvent());
  assert.equal((await other.post(`${API}/payments/${payment.id}/pay`)).status, 200);
  return payment;
}

async function asset() {
  const { text } = await server.anonymous().get('/sign-in');
  return { path: /\/assets\/[^"]+/.exec(text)[0] };
}

const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

// What the request of a route requires beyond any row of its kind, made for `client`: { id, path, body, headers }.
const special = {
  [`POST ${API}/venues`]: () => ({ body: venueBody() }),
  [`POST ${API}/events`]: async () => ({ body: eventBody((await make.venue()).id) }),
  [`POST ${API}/schedules`]: async () => ({ body: { eventId: await paidEvent(), startTime: later(10 * day),
    endTime: later(10 * day + hour) } }),
  [`POST ${API}/event-categories`]: async () => ({ body: { eventId: await paidEvent(), name: 'Music' } }),
  [`POST ${API}/users`]: () => ({ body: { email: `${unique('new').replace(/\W+/g, '-')}@example.com`, password,
    name: 'New' } }),
  [`POST ${API}/bookings`]: async () => ({ body: { eventId: await paidEvent(), quantity: 1 } }),
  [`POST ${API}/bookings/{id}/checkin`]: async () => make.booking(await server.as('other'), await freeEvent()),
  [`POST ${API}/bookings/{id}/undo-checkin`]: async () => {
    const booking = await make.booking(await server.as('other'), await freeEvent());
    assert.equal((await admin.post(`${API}/bookings/${booking.id}/checkin`)).status, 200);
    return { ...booking, body: { reason: 'Wrong booking' } };
  },
  [`DELETE ${API}/bookings/{id}`]: (client) => cancelled(client),
  [`DELETE ${API}/payments/{id}`]: async (client) => (await cancelled(client)).payment,
  [`POST ${API}/payments/{id}/refund`]: () => paid(),
  [`POST ${API}/support-tickets`]: () => ({ body: { subject: 'Help', description: 'Where is the door?' } }),
  [`POST ${API}/support-tickets/{id}/replies`]: async (client) => ({ ...await make.ticket(client),
    body: { body: 'Thank you' } }),
  [`POST ${API}/auth/register`]: () => ({ body: { email: `${unique('new').replace(/\W+/g, '-')}@example.com`, password,
    name: 'New' } }),
  [`POST ${API}/auth/reauthenticate`]: () => ({ body: { password } }),
  [`POST ${API}/auth/login`]: () => ({ body: { email: 'customer@example.com', password } }),
  'POST /sign-in': () => ({ body: `email=customer%40example.com&password=${password}`, headers: form }),
  'GET /assets/{file}': () => asset(),
  'GET /problems/{code}': () => ({ path: '/problems/sold_out' }),
};

// Of a list, the one of a single row.
async function specialOf(route, client) {
  const single = special[route.replace(/\/batch$/, '')];
  const { body, ...rest } = await single(client);
  return route.endsWith('/batch') ? { ...rest, body: [body] } : { ...rest, body };
}

// These end the session, so an account of their own signs in for them.
const ending = [`DELETE ${API}/users/{id}`, `DELETE ${API}/me`, `POST ${API}/auth/logout`];

// The success status of a route.
function success(route) {
  const [method, path] = route.split(' ');
  if (method === 'DELETE' || /\/(logout|reauthenticate)$/.test(path)) return '204';
  if (method === 'POST' && path === '/sign-in') return '303';
  if (['/docs', '/api', API].includes(path)) return '302';
  return method === 'POST' && (/(s|categories|register|replies|batch)$/.test(path)) ? '201' : '200';
}

async function ask(route, role, allowed) {
  const [method, path] = route.split(' ');
  const client = allowed && ending.includes(route) ? await member(role) : clients[role];
  const kind = path.split('/')[3];
  const { id, path: other, body, headers: more } = !allowed ? { id: 999999999 }
    : special[route.replace(/\/batch$/, '')] ? await specialOf(route, client)
      : path.includes('{id}') ? { id: (await rows[kind](client)).id } : {};
  const to = other ?? path.replace('{id}', id);
  let sent = body;
  if (method === 'PATCH') sent = {};
  if (method === 'PUT') sent = allowed ? (await client.get(to)).body : {};
  if (path.endsWith('/restore')) sent = { version: 0 };
  const headers = ['PATCH', 'PUT', 'DELETE'].includes(method) ? { 'if-match': '*' } : {};
  return client.send(method, to, sent, { ...headers, ...more });
}

test('the table has a row for every route, and no other', () => {
  const names = routes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual([...table.keys()].sort(), names.sort());
});

describe('every route as every role', () => {
  for (const [route, marks] of table) {
    if (route.endsWith('/stream')) continue; // does not end; see availability.test.mjs
    test(`${route}: ${marks}`, async () => {
      for (const [i, mark] of marks.split(' ').entries()) {
        const response = await ask(route, roles[i], mark === '+');
        const refusal = roles[i] === 'anonymous' ? '401 unauthenticated' : '403 forbidden';
        const what = `as ${roles[i]}: ${response.text.slice(0, 300)}`;
        assert.equal(response.verdict, mark === '+' ? success(route) : refusal, what);
      }
    });
  }
});

test('the program lists the same roles', () => {
  for (const { method, path, roles: listed } of routes) {
    const marks = table.get(`${method} ${path}`).split(' ');
    assert.deepEqual(listed.filter((role) => roles.includes(role)).sort(),
      roles.filter((_, i) => marks[i] === '+').sort(), `${method} ${path}`);
  }
});

test('a refusal says how to sign in', async () => {
  const response = await server.anonymous().get(`${API}/bookings`);
  assert.match(response.headers['www-authenticate'], /^Bearer/);
});

test('invalid credentials are refused where the response depends on who asks', async () => {
  const bad = ['Bearer', 'Bearer x', 'Bearer undefined', `Bearer ${'0'.repeat(64)}`, `Bearer ${'g'.repeat(64)}`, 'Token a',
    ''];
  for (const authorization of bad) {
    for (const path of ['/events', '/me']) {
      const response = await server.anonymous({ authorization }).get(`${API}${path}`);
      assert.equal(response.verdict, '401 unauthenticated', `${authorization} ${path}`);
      assert.match(response.headers['www-authenticate'], /^Bearer/);
    }
  }
  const { token } = await server.as('customer');
  const twice = [`Bearer ${token}`, `Bearer ${token}`];
  assert.equal((await server.anonymous({ authorization: twice }).get(`${API}/me`)).verdict, '401 unauthenticated');
});

test('credentials are ignored where nothing depends on them: signing in, registering, probes, documents', async () => {
  const dead = 'f'.repeat(64);
  const several = [{ authorization: `Bearer ${dead}` }, { authorization: 'Bearer undefined' }, { authorization: 'Basic YTpi' },
    { authorization: [`Bearer ${dead}`, `Bearer ${dead}`] }, { authorization: '' }, { cookie: `session=${dead}` }];
  for (const [i, headers] of several.entries()) {
    const client = server.anonymous(headers);
    const account = { email: `stale${i}@example.com`, password, name: 'Stale' };
    assert.equal((await client.post(`${API}/auth/register`, account)).status, 201, JSON.stringify(headers));
    assert.equal((await client.post(`${API}/auth/login`, { email: account.email, password })).status, 200);
    for (const path of ['/livez', '/readyz', '/api/openapi.json', '/api/docs', '/']) {
      assert.equal((await client.get(path)).status, 200, `${JSON.stringify(headers)} ${path}`);
    }
  }
});

test('Basic credentials are those of a proxy: the request is anonymous, or that of its cookie', async () => {
  const { token, user } = await server.as('customer');
  const basic = { authorization: 'basic YTpi' };
  assert.equal((await server.anonymous(basic).get(`${API}/events`)).status, 200);
  assert.equal((await server.anonymous(basic).get(`${API}/me`)).verdict, '401 unauthenticated');
  const client = server.client(token, user, { ...basic, cookie: `session=${token}` });
  assert.equal((await client.get(`${API}/me`)).body.id, user.id);
});

test('of several cookies with our name a valid one counts, among the first four', async () => {
  const { token, user } = await server.as('customer');
  const dead = (i) => `session=${String(i).repeat(64)}`;
  const me = (...cookies) => server.client(token, user, { authorization: null, cookie: cookies.join('; ') }).get(`${API}/me`);
  assert.equal((await me(dead(1), `session=${token}`)).body.id, user.id);
  assert.equal((await me('session=', 'session=x', dead(1), dead(2), dead(3), `session=${token}`)).body.id, user.id);
  assert.equal((await me(`session=${token}`, dead(1))).body.id, user.id);
  assert.equal((await me(dead(1), dead(2), dead(3), dead(4), `session=${token}`)).verdict, '401 unauthenticated');
});
