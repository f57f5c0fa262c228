// Behind a reverse proxy: limits count its clients, not the proxy, and a session cookie is Secure when the client uses
// HTTPS up to the proxy. The proxy here does what nginx does with proxy_add_x_forwarded_for.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { API, boxoffice, password, people, start } from '../support/server.mjs';

let server, proxy;
before(async () => {
  server = await start({ settings: { BOXOFFICE_RATE_LIMITS: 'true', BOXOFFICE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } });
  proxy = await proxyTo(server.port);
});
after(() => {
  proxy?.close();
  return server?.stop();
});

// A proxy whose clients say in a header which address they have; what else they send is passed on.
async function proxyTo(port) {
  const listener = http.createServer((request, response) => {
    const { address, ...headers } = request.headers;
    const list = [headers['x-forwarded-for'], address].filter(Boolean).join(', ');
    const passed = http.request({ host: '127.0.0.1', port, method: request.method, path: request.url,
      headers: { ...headers, 'x-forwarded-for': list, 'x-forwarded-proto': 'https' } }, (result) => {
      response.writeHead(result.statusCode, result.headers);
      result.pipe(response);
    });
    request.pipe(passed);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return listener;
}

const signIn = (address, email, secret, headers = {}) =>
  fetch(`http://127.0.0.1:${proxy.address().port}${API}/auth/login`, { method: 'POST',
    headers: { 'content-type': 'application/json', address, ...headers }, body: JSON.stringify({ email, password: secret }) });

test('the cookie is Secure when the client of the proxy uses HTTPS, and it is accepted', async () => {
  const response = await signIn('192.0.2.1', people.customer, password);
  assert.equal(response.status, 200);
  const [session, device] = response.headers.getSetCookie();
  assert.match(session, /^__Host-session=[0-9a-f]{64}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  assert.match(device, /^__Host-device=[0-9a-f]{64}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
  const me = await fetch(`http://127.0.0.1:${proxy.address().port}${API}/me`, { headers: { cookie: session.split(';')[0] } });
  assert.equal((await me.json()).email, people.customer);
});

test('responses have Strict-Transport-Security when the client of the proxy uses HTTPS, and no others', async () => {
  const path = `${API}/events`;
  const response = await fetch(`http://127.0.0.1:${proxy.address().port}${path}`, { headers: { address: '192.0.2.1' } });
  assert.equal(response.headers.get('strict-transport-security'), 'max-age=63072000; includeSubDomains');
  assert.equal((await server.anonymous().get(path)).headers['strict-transport-security'], undefined);
});

test('the Origin of a form must have the scheme of the client', async () => {
  const verdicts = [];
  const { port } = proxy.address();
  for (const scheme of ['https', 'http', 'ftp', 'HTTPS']) {
    const response = await fetch(`http://127.0.0.1:${port}/sign-in`, { method: 'POST', redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', address: '192.0.2.9', origin: `${scheme}://127.0.0.1:${port}` },
      body: new URLSearchParams({ email: people.customer, password }) });
    verdicts.push(response.status);
  }
  assert.deepEqual(verdicts, [303, 403, 403, 403]);
});

test('guesses from one client do not keep others behind the proxy out, whatever addresses it sends', async () => {
  const statuses = [];
  for (let i = 0; i < 12; i++) {
    const { status } = await signIn('192.0.2.66', people.support, 'a guess', { 'x-forwarded-for': `198.51.100.${i}` });
    statuses.push(status);
  }
  assert.deepEqual(statuses, [...Array(3).fill(401), ...Array(9).fill(429)]);
  assert.equal((await signIn('192.0.2.7', people.support, password)).status, 200);
  assert.equal((await signIn('2001:db8::1', people.support, password)).status, 200);
});

test('an IPv6 client is limited by its /64', async () => {
  let status;
  for (let i = 0; i < 12; i++) ({ status } = await signIn(`2001:db8:0:7::${i + 1}`, people.organizer, 'a guess'));
  assert.equal(status, 429);
  assert.equal((await signIn('2001:db8:0:8::1', people.organizer, password)).status, 200);
});

test('a setting that names no networks is refused at the start', async () => {
  await assert.rejects(boxoffice(['serve'], { folder: server.folder, database: server.database,
    settings: { BOXOFFICE_TRUSTED_PROXIES: '10.0.0.0/8, proxy.example' } }),
  ({ code, stderr }) => code === 78 && /proxy\.example/.test(stderr));
});
