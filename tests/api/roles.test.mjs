// Who may call what: every route as every role is let through, or refused with exactly 401 (nobody signed in) or 403
// (signed in, but the role lacks the function). The table is the law (DATA.md, "Roles and policies"); a route without a
// row in it fails, and so does a row without a route. Requests name rows that do not exist and carry no body, so that
// being let through has no effect.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { API, boxoffice, people, roles, start } from '../support/server.mjs';

// anonymous, customer, organizer, support, admin: + is let through, - is refused
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
  [`POST ${API}/users`, '- - - - +'],
  [`POST ${API}/bookings`, '- + + + +'],
  [`POST ${API}/bookings/{id}/cancel`, '- + + + +'],
  [`POST ${API}/bookings/{id}/checkin`, '- - + - +'],
  [`POST ${API}/payments/{id}/pay`, '- + + + +'],
  [`POST ${API}/payments/{id}/fail`, '- + + + +'],
  [`POST ${API}/payments/{id}/refund`, '- - + - +'],
  [`POST ${API}/support-tickets`, '- + + + +'],
  [`GET ${API}/support-tickets/{id}/replies`, '- + + + +'],
  [`POST ${API}/support-tickets/{id}/replies`, '- + + + +'],
  [`GET ${API}/events/{id}/availability`, '+ + + + +'],
  [`GET ${API}/events/{id}/availability/stream`, '+ + + + +'],
  [`POST ${API}/auth/register`, '+ + + + +'],
  [`POST ${API}/auth/login`, '+ + + + +'],
  [`POST ${API}/auth/logout`, '- + + + +'],
  [`GET ${API}/me`, '- + + + +'],
  [`PATCH ${API}/me`, '- + + + +'],
  [`DELETE ${API}/me`, '- + + + +'],
  [`GET ${API}/me/export`, '- + + + +'],
  [`GET ${API}/me/sessions`, '- + + + +'],
  ['GET /livez', '+ + + + +'],
  ['GET /readyz', '+ + + + +'],
  ['GET /metrics', '+ + + + +'],
  ['GET /api/openapi.json', '+ + + + +'],
  ['GET /api/docs', '+ + + + +'],
  ['GET /', '+ + + + +'],
  ['GET /sign-in', '+ + + + +'],
  ['POST /sign-in', '+ + + + +'],
  ['GET /assets/{file}', '+ + + + +'],
]);

// What is let through comes to nothing, because...
const harmless = {
  [`DELETE ${API}/me`]: { headers: { 'if-match': '"999999"' }, verdict: '412 stale_version' },
  [`PATCH ${API}/me`]: { body: {}, verdict: '200' },
  'POST /sign-in': { headers: { 'sec-fetch-site': 'same-origin' }, verdict: '422' }, // an empty form
};

let server;
let routes;
before(async () => {
  server = await start();
  routes = JSON.parse((await boxoffice(['routes', '--json'])).stdout);
});
after(() => server?.stop());

async function client(route, role) {
  if (route !== `POST ${API}/auth/logout` || role === 'anonymous') return server.as(role);
  const { token, user } = await server.signIn(people[role]); // a session to lose
  return server.client(token, user);
}

async function ask(route, role) {
  const [method, path] = route.split(' ');
  const { body, headers } = harmless[route] ?? {};
  const empty = ['PATCH', 'PUT'].includes(method) ? {} : undefined;
  return (await client(route, role)).send(method, path.replace('{id}', '999999999'), body ?? empty, headers);
}

test('the table has a row for every route, and no other', () => {
  const names = routes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual([...table.keys()].sort(), names.sort());
});

describe('every route as every role', () => {
  for (const [route, marks] of table) {
    test(`${route}: ${marks}`, async () => {
      for (const [i, mark] of marks.split(' ').entries()) {
        const answer = await ask(route, roles[i]);
        const refusal = roles[i] === 'anonymous' ? '401 unauthenticated' : '403 forbidden';
        const what = `as ${roles[i]}: ${answer.text.slice(0, 300)}`;
        if (mark === '-') assert.equal(answer.verdict, refusal, what);
        else if (harmless[route]) assert.equal(answer.verdict, harmless[route].verdict, what);
        else assert.ok(route.endsWith('/login') || ![401, 403].includes(answer.status), `${answer.status} ${what}`);
        assert.ok(answer.status < 500, what);
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

test('who is refused learns how to sign in', async () => {
  const answer = await server.anonymous().get(`${API}/bookings`);
  assert.match(answer.headers['www-authenticate'], /^Bearer/);
});

test('credentials that are no good are refused everywhere, even where none are needed', async () => {
  const bad = ['Bearer', 'Bearer x', `Bearer ${'0'.repeat(64)}`, 'Basic YTpi', `Bearer ${'g'.repeat(64)}`, 'Token a',
    ''];
  for (const authorization of bad) {
    for (const path of ['/events', '/me']) {
      const answer = await server.anonymous({ authorization }).get(`${API}${path}`);
      assert.equal(answer.verdict, '401 unauthenticated', `${authorization} ${path}`);
      assert.match(answer.headers['www-authenticate'], /^Bearer/);
    }
  }
  const { token } = await server.as('customer');
  const twice = [`Bearer ${token}`, `Bearer ${token}`];
  assert.equal((await server.anonymous({ authorization: twice }).get(`${API}/me`)).verdict, '401 unauthenticated');
});
