// A Prism proxy between client and server, with the server's own document: it finds no response that contradicts it. The
// requests are the everyday ones of each resource; all others are checked by tests/support/contract.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Make, eventBody, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.bin', 'prism');
let server, folder, prism, ended, proxy;
before(async () => {
  server = await start();
  folder = mkdtempSync(join(tmpdir(), 'boxoffice-prism-'));
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify({ ...server.contract.document, servers: [{ url: server.origin }] }));
  prism = spawn(process.execPath, [program, 'proxy', file, server.origin, '--host', '127.0.0.1', '--port', '0',
    '--errors'], { cwd: folder });
  ended = once(prism, 'close');
  proxy = await address(prism);
});
after(async () => {
  prism?.kill();
  await ended;
  rmSync(folder, { recursive: true });
  await server?.stop();
});

async function address(child) {
  let output = '';
  child.stderr.on('data', (bytes) => { output += bytes; });
  child.stdout.on('data', (bytes) => { output += bytes; });
  for (const limit = Date.now() + 60_000; ;) {
    const found = output.match(/listening on (http:\/\/[\d.:]+)/);
    if (found) return found[1];
    assert.ok(Date.now() < limit && child.exitCode === null, output);
    await sleep(50);
  }
}

// Through the proxy; with --errors it responds with 500 itself when something does not fit, else it names it in a header.
async function through(client, method, path, body, headers = {}) {
  const response = await fetch(`${proxy}${path}`, { method, body: body && JSON.stringify(body),
    headers: { accept: 'application/json, application/problem+json', ...client.headers,
      ...(body && { 'content-type': 'application/json' }), ...headers } });
  const text = await response.text();
  assert.equal(response.headers.get('sl-violations'), null, `${method} ${path}: ${response.headers.get('sl-violations')}`);
  assert.ok(response.status < 500, `${method} ${path}: ${text.slice(0, 600)}`);
  return { status: response.status, body: text && JSON.parse(text), etag: response.headers.get('etag') };
}

test('everyday requests of every resource', { timeout: 120_000 }, async () => {
  const [customer, organizer, admin] = await Promise.all(['customer', 'organizer',
    'admin'].map((who) => server.as(who)));
  const make = await Make.on(server);
  for (const resource of ['events', 'venues', 'schedules', 'event-categories', 'bookings', 'payments',
    'support-tickets', 'users']) {
    const list = await through(admin, 'GET', `${API}/${resource}?perPage=3&_sort=id&_order=desc`);
    assert.deepEqual([list.status, list.body.length], [200, 3], resource);
    const { id } = list.body[0];
    assert.equal((await through(admin, 'GET', `${API}/${resource}/${id}`)).status, 200);
    assert.equal((await through(admin, 'GET', `${API}/${resource}/${id}/history`)).status, 200);
    assert.equal((await through(admin, 'GET', `${API}/${resource}/999999999`)).status, 404);
    const none = await through(server.anonymous(), 'PATCH', `${API}/${resource}/${id}`, {},
      { authorization: 'Bearer x', 'if-match': '*' });
    assert.equal(none.status, 401);
  }
  const venue = await through(organizer, 'POST', `${API}/venues`, venueBody());
  assert.equal(venue.status, 201);
  const event = await through(organizer, 'POST', `${API}/events`, eventBody(venue.body.id));
  assert.equal((await through(organizer, 'PATCH', `${API}/events/${event.body.id}`, { price: '5.00' },
    { 'if-match': event.etag })).status, 200);
  const booking = await through(customer, 'POST', `${API}/bookings`,
    { eventId: event.body.id, quantity: 2, paymentMethod: 'sandbox' });
  assert.equal(booking.status, 201);
  assert.equal((await through(customer, 'POST', `${API}/payments/${booking.body.payment.id}/pay`)).status, 200);
  assert.equal((await through(customer, 'POST', `${API}/bookings/${booking.body.id}/cancel`)).status, 200);
  assert.equal((await through(customer, 'POST', `${API}/bookings/${booking.body.id}/cancel`)).status, 409);
  assert.equal((await through(customer, 'GET', `${API}/me`)).status, 200);
  assert.equal((await through(customer, 'GET', `${API}/me/export`)).status, 200);
  assert.equal((await through(customer, 'GET', `${API}/me/sessions`)).status, 200);
  assert.equal((await through(customer, 'GET', `${API}/events/${event.body.id}/availability`)).status, 200);
  assert.equal((await through(organizer, 'DELETE', `${API}/events/${(await make.event()).id}`)).status, 204);
});
