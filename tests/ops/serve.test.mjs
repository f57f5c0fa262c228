// serve: when it starts, when it refuses to, and how it ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eachMigration, exit, place, program, serve, stop } from './support.mjs';


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
    let response = '';
    socket.on('data', (bytes) => (response += bytes));
    await once(socket, 'close');
    assert.match(response, /^HTTP\/1\.1 200 .*^Connection: close\r$/ms);
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
    assert.match(stderr, /(\d+) of \1 migrations are pending; run boxoffice db:migrate/);
    const server = await serve(t, here, ['--migrate']);
    assert.ok(server.stdout.startsWith(eachMigration('up')));
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
    assert.match(second.stderr, /another server is running on/);
    assert.equal(here.run('db:drop --yes').status, exit.failed);
    assert.ok(existsSync(here.storage));
    for (const command of ['db:migrate:undo', 'db:migrate:undo:all']) {
      const { status, stderr } = here.run(command);
      assert.equal(status, exit.failed);
      assert.match(stderr, /a server is running on this database/);
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
      const response = await fetch(`${server.address}/api/v1/auth/login`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }) });
      assert.equal(response.status, 200, email);
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
    assert.match(stderr, /must be set together/);
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

// The server under a soft and a hard limit of open files.
async function serveWithFiles(context, here, soft, hard) {
  const child = spawn('sh', ['-c', `ulimit -S -n ${soft} && ulimit -H -n ${hard} && exec "$0" serve --port 0`, program], {
    cwd: here.folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...here.env, BOXOFFICE_LOG_LEVEL: 'warning' } });
  const server = { child, stdout: '', stderr: '', exited: once(child, 'exit') };
  context.after(() => child.kill('SIGKILL'));
  child.stdout.on('data', (bytes) => (server.stdout += bytes));
  child.stderr.on('data', (bytes) => (server.stderr += bytes));
  while (!server.address && child.exitCode === null) {
    await sleep(20);
    server.address = /listening on (\S+)\n/.exec(server.stdout)?.[1];
  }
  return server;
}

async function connectIdle(server, count) {
  const { hostname, port } = new URL(server.address);
  const sockets = Array.from({ length: count }, () => net.connect(port, hostname).on('error', () => {}));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  await sleep(200);
  return () => sockets.forEach((socket) => socket.destroy());
}

describe('open files', () => {
  test('the soft limit is raised, so that idle connections leave enough for everybody', async (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.seeded();
    const server = await serveWithFiles(t, here, 64, 1024);
    assert.match(readFileSync(`/proc/${server.child.pid}/limits`, 'latin1'), /Max open files +1024 +1024 /);
    const leave = await connectIdle(server, 300);
    for (const path of ['/api/v1/events', '/readyz']) assert.equal((await fetch(server.address + path)).status, 200);
    leave();
    assert.equal(await stop(server), exit.done);
  });

  test('connections are limited to what the hard limit allows, and the operator is told', async (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.seeded();
    const server = await serveWithFiles(t, here, 256, 256);
    const { event, files, requested, connections } = JSON.parse(server.stderr.trim());
    assert.deepEqual([event, files, requested], ['connections_limited', 256, 12000]);
    assert.ok(connections > 0 && connections < 128, `${connections}`);
    const leave = await connectIdle(server, 300);
    const login = await fetch(`${server.address}/api/v1/auth/login`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'customer@example.com', password: 'demo-password-1' }) });
    assert.equal(login.status, 200);
    const { token } = await login.json();
    for (const headers of [{}, { Authorization: `Bearer ${token}` }]) {
      assert.equal((await fetch(`${server.address}/api/v1/events`, { headers })).status, 200);
    }
    leave();
    assert.equal(await stop(server), exit.done);
  });

  test('the database has all its files open before the first request', async (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.seeded();
    const server = await serve(t, here);
    const open = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
    const { token } = await (await fetch(`${server.address}/api/v1/auth/login`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify({ email: 'customer@example.com', password: 'demo-password-1' }) })).json();
    await sleep(100);
    const before = open();
    for (let i = 0; i < 10; i++) {
      for (const headers of [{}, { Authorization: `Bearer ${token}` }]) {
        const response = await fetch(`${server.address}/api/v1/events`, { headers: { Connection: 'close', ...headers } });
        assert.equal(response.status, 200);
        await response.text();
      }
    }
    await sleep(100);
    assert.equal(open(), before);
    assert.equal(await stop(server), exit.done);
  });

  test('too few files are a reason not to start', async (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.seeded();
    const none = await serveWithFiles(t, here, 100, 100);
    assert.equal((await none.exited)[0], exit.failed);
    assert.match(none.stderr, /the limit of open files \(ulimit -n\) leaves none for connections/);
    const fewer = await serveWithFiles(t, here, 24, 24);
    assert.equal((await fewer.exited)[0], exit.failed);
    assert.match(fewer.stderr, /cannot (open|read) the database|leaves none/);
  });
});
