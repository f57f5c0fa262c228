// serve: when it starts, when it refuses to, and how it ends.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exit, initial, place } from './support.mjs';

async function stop(server, signal = 'SIGTERM') {
  server.child.kill(signal);
  return (await server.exited)[0];
}

// A server that is gone when the test is over, however it went.
async function serve(context, here, ...rest) {
  const server = await here.serve(...rest);
  context.after(() => server.child.kill('SIGKILL'));
  return server;
}

describe('serve', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`answers at the address it prints, and ${signal} ends it with 0`, async (t) => {
      const here = place(t, { cipher: 'aegis' });
      here.seeded();
      const server = await serve(t, here);
      assert.match(server.address, /^http:\/\/127\.0\.0\.1:\d+$/);
      const events = await fetch(`${server.address}/api/v1/events`);
      assert.equal(events.status, 200);
      assert.equal((await events.json()).length, 25);
      assert.equal(await stop(server, signal), exit.done);
      assert.equal(server.stdout, `listening on ${server.address}\n`);
      here.done('verify');
    });
  }

  test('finishes what it was asked before it ends', async (t) => {
    const here = place(t);
    here.migrated();
    const server = await serve(t, here);
    const { hostname, port } = new URL(server.address);
    const socket = net.connect(port, hostname);
    await once(socket, 'connect');
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
    await sleep(100);
    server.child.kill('SIGTERM');
    await sleep(100);
    socket.write('\r\n');
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes));
    await once(socket, 'close');
    assert.match(answer, /^HTTP\/1\.1 200 .*^Connection: close\r$/ms);
    assert.equal((await server.exited)[0], exit.done);
    await assert.rejects(fetch(`${server.address}/livez`));
  });

  test('waits for nobody longer than drain_ms', async (t) => {
    const here = place(t);
    here.migrated();
    const server = await serve(t, here, [], { BOXOFFICE_DRAIN_MS: '200' });
    const { hostname, port } = new URL(server.address);
    const socket = net.connect(port, hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
    await sleep(100);
    const since = Date.now();
    assert.equal(await stop(server), exit.done);
    assert.ok(Date.now() - since < 5000);
    socket.destroy();
  });

  test('refuses pending migrations and names the command; --migrate runs them', async (t) => {
    const here = place(t);
    here.done('db:create');
    const { status, stdout, stderr } = here.run('serve --port 0');
    assert.deepEqual([status, stdout], [exit.failed, '']);
    assert.match(stderr, /1 of 1 migrations were not run yet; `boxoffice db:migrate`/);
    const server = await serve(t, here, ['--migrate']);
    assert.ok(server.stdout.startsWith(`up ${initial}\n`));
    assert.equal((await fetch(`${server.address}/readyz`)).status, 200);
    assert.equal(await stop(server), exit.done);
  });

  test('--migrate makes a missing database too', async (t) => {
    const here = place(t, { cipher: 'aegis' });
    const server = await serve(t, here, ['--migrate']);
    assert.deepEqual(await (await fetch(`${server.address}/api/v1/events`)).json(), []);
    assert.equal(await stop(server), exit.done);
    here.done('verify');
  });

  test('is the only one on its database; verify may look on', async (t) => {
    const here = place(t);
    here.seeded();
    const server = await serve(t, here);
    const second = here.run('serve --port 0');
    assert.equal(second.status, exit.failed);
    assert.match(second.stderr, /another server runs on/);
    assert.equal(here.run('db:drop --yes').status, exit.failed);
    assert.ok(existsSync(here.storage));
    for (const command of ['db:migrate:undo', 'db:migrate:undo:all']) {
      const { status, stderr } = here.run(command);
      assert.equal(status, exit.failed);
      assert.match(stderr, /a server runs on this database/);
    }
    // What changes no table is welcome.
    for (const command of ['verify', 'db:create', 'db:migrate', 'db:migrate:status', 'db:seed:all', 'db:seed:undo']) here.done(command);
    assert.equal(await stop(server), exit.done);
    const third = await serve(t, here);
    assert.equal(await stop(third), exit.done);
  });

  test('--demo names sign-ins of every role, and they work', async (t) => {
    const here = place(t);
    here.seeded();
    const server = await serve(t, here, ['--demo']);
    while (!server.stdout.includes('Ctrl-C')) await sleep(20);
    const lines = [...server.stdout.matchAll(/^ {2}(\S+@example\.com) +(\S+) +(\w+)/gm)];
    assert.deepEqual(lines.map(([, , , role]) => role), ['administrator', 'organizer', 'support', 'customer']);
    for (const [, email, password] of lines) {
      const answer = await fetch(`${server.address}/api/v1/auth/login`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }) });
      assert.equal(answer.status, 200, email);
    }
    assert.equal((await fetch(/curl '([^']+)'/.exec(server.stdout)[1])).status, 200);
    assert.equal(await stop(server), exit.done);
  });

  test('survives when nobody reads what it prints', async (t) => {
    const here = place(t);
    here.migrated();
    const server = await serve(t, here);
    server.child.stdout.destroy();
    server.child.stderr.destroy();
    for (let i = 0; i < 3; i++) assert.equal((await fetch(`${server.address}/livez`)).status, 200);
    assert.equal(await stop(server), exit.done);
  });

  test('says when its port is taken, and ends', async (t) => {
    const here = place(t);
    here.migrated();
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { status, stderr } = here.run(`serve --port ${taken.address().port}`);
    taken.close();
    assert.equal(status, exit.failed);
    assert.match(stderr, /address already in use/);
  });

  test('wants certificate and key together', (t) => {
    const here = place(t);
    here.migrated();
    const { status, stderr } = here.run('serve', { env: { BOXOFFICE_TLS_CERTIFICATE: 'chain.pem' } });
    assert.equal(status, exit.configuration);
    assert.match(stderr, /belong together/);
  });

  test('an acknowledged booking is in the database after it is killed', async (t) => {
    const here = place(t);
    here.seeded();
    const server = await serve(t, here);
    const post = async (path, body, token) => (await fetch(server.address + path, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) } })).json();
    const { token } = await post('/api/v1/auth/login', { email: 'customer@example.com', password: 'demo-password-1' });
    const [event] = await here.query(`SELECT "id" FROM "Events" WHERE "title" = 'Tram Depot Jazz Night'`);
    const booking = await post('/api/v1/bookings', { eventId: event.id, quantity: 2 }, token);
    assert.equal(booking.status, 'pending');
    await stop(server, 'SIGKILL');
    here.done('verify');
    assert.equal(await here.count('Bookings', `"id" = ${booking.id} AND "status" = 'pending'`), 1);
    assert.ok(readFileSync(here.storage).length > 0);
  });
});
