// Clients that send many requests at once, and clients that do not read their responses.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/wait.mjs';
import { closing, connect, exchange, fixture, get, problem, start, take } from './support.mjs';

describe('fairness', () => {
  const busy = 1000;
  const many = 1500;
  const pipelined = (path) => get(path).repeat(many) + get('/hello', closing);

  const served = ({ text }) => (text.match(/\r\n\r\nbusy/g) ?? []).length;

  // Sends a request on a second connection while the first one has many to be served: how many of the first one's
  // were served until the second had its response.
  async function askMeanwhile(connection, other) {
    await connection.until(/busy/);
    const before = served(connection);
    other.write(get('/hello', closing));
    await other.end;
    const meanwhile = served(connection) - before;
    assert.equal(take(other.text).rest, 'hello');
    other.socket.destroy();
    return meanwhile;
  }

  async function servedInOrder(connection) {
    await connection.end;
    assert.equal(served(connection), many);
    assert.match(connection.text, /\r\n\r\nhello$/);
    connection.socket.destroy();
  }

  test('pipelined requests do not delay other clients', async (t) => {
    const server = await start(t);
    const [connection, other] = [await connect(server), await connect(server)];
    connection.write(pipelined(`/busy?${busy}`));
    assert.ok(await askMeanwhile(connection, other) < many / 2);
    await servedInOrder(connection);
  });

  test('large pipelined requests, received in many pieces, do not either', async (t) => {
    const server = await start(t);
    const [connection, other] = [await connect(server), await connect(server)];
    connection.write(get(`/busy?${busy}`, `A: ${'a'.repeat(4000)}\r\n`).repeat(many));
    assert.ok(await askMeanwhile(connection, other) < many / 2);
    connection.socket.destroy();
  });

  test('two connections that pipeline take turns', async (t) => {
    const server = await start(t);
    const both = [await connect(server), await connect(server)];
    for (const connection of both) connection.write(pipelined(`/busy?${busy}`));
    await until(() => both.some((connection) => served(connection) >= 400), '400 responses on one connection');
    const [first, second] = both.map(served);
    assert.ok(Math.abs(first - second) <= 200, `${first} and ${second}`);
    for (const connection of both) await servedInOrder(connection);
  });

  test('a client that has only stopped sending gets all its responses', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.socket.end(Buffer.from(get('/busy?10').repeat(many) + get('/hello')));
    await servedInOrder(connection);
  });

  test('a connection that waits for its turn is not idle, so it is not closed for a new one', async (t) => {
    const server = await start(t, { connections_max: 1 });
    const connection = await connect(server);
    connection.write(pipelined(`/busy?${busy}`));
    await connection.until(/busy/);
    assert.equal(problem(await exchange(server, get('/hello'))).status, 503);
    await servedInOrder(connection);
  });

  test('a waiting connection may disconnect, and the server may stop', async (t) => {
    const server = await start(t);
    for (let i = 0; i < 3; i++) {
      const connection = await connect(server);
      connection.write(pipelined(`/busy?${busy}`));
      await connection.until(/busy/);
      connection.socket.resetAndDestroy();
    }
    assert.equal(take(await exchange(server, get('/hello', closing))).rest, 'hello');
    const connection = await connect(server);
    connection.write(pipelined(`/busy?${busy}`));
    await connection.until(/busy/);
    assert.equal(await server.stop(), 0);
    assert.match(connection.text, /Connection: close\r\n\r\nbusy$/);
    connection.socket.destroy();
  });
});

describe('memory', () => {
  const large = 16_000_000; // more than sockets take at once

  function residentBytes(server) {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'latin1'))[1]) * 1024;
  }

  const counters = async (server, options) =>
    JSON.parse(take(await exchange(server, get('/counters', closing), options)).rest);

  // Sends requests on connections of their own and never reads.
  async function askAndWait(server, count, path, options) {
    const connections = [];
    for (let i = 0; i < count; i++) {
      const connection = await connect(server, options);
      connection.socket.pause();
      connection.write(get(path));
      connections.push(connection);
    }
    return () => connections.forEach(({ socket }) => socket.destroy());
  }

  const status = async (server, options) => take(await exchange(server, get('/hello', closing), options)).status;
  const becomesRefused = async (server, options) => {
    await until(async () => await status(server, options) === 503, 'requests are refused');
    const response = problem(await exchange(server, get('/hello'), options));
    assert.deepEqual([response.status, response.code, response.headers.get('retry-after'),
      response.headers.get('connection')], [503, 'overloaded', '1', 'close']);
  };
  const becomesWelcome = (server, options) =>
    until(async () => await status(server, options) === 200, 'requests are served');
  const welcome = async (server, options) => assert.equal(await status(server, options), 200);

  test('a response that waits for its client is held without what it was made of', async (t) => {
    const sanitizer = `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1`; // what is freed shall be gone
    const limits = { held_max: 1e9, held_per_address_max: 1e9 };
    const server = await start(t, limits, { env: { ASAN_OPTIONS: sanitizer } });
    await welcome(server);
    const before = residentBytes(server);
    const count = 4;
    const { requests } = await counters(server);
    const leave = await askAndWait(server, count, `/waste?${large}`);
    let asked = 0;
    const arrived = async () => (await counters(server)).requests === requests + ++asked + count;
    await until(arrived, 'the requests arrive');
    const grown = residentBytes(server) - before;
    assert.ok(grown < count * 2 * large, `${grown} bytes for ${count} responses`); // each was made of five times as much
    leave();
  });

  test('a response is whole when its beginning was taken at once and the rest later', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.socket.pause();
    connection.write(get(`/waste?${large}`) + get('/hello', closing));
    await sleep(300);
    connection.socket.resume();
    await connection.end;
    const { rest } = take(connection.text);
    assert.equal(take(rest.slice(large)).rest, 'hello');
    for (let i = 0; i < large; i += 4999) assert.equal(rest.charCodeAt(i), 97 + i % 26);
    connection.socket.destroy();
  });

  test('an address that does not read its responses gets 503 until it does; others are served', async (t) => {
    const server = await start(t, { host: '::', held_per_address_max: 2_000_000 });
    const leave = await askAndWait(server, 6, `/size?${large}`);
    await becomesRefused(server);
    await welcome(server, { host: '::1' });
    leave();
    await becomesWelcome(server);
  });

  test('the first response of an address may be larger than the limit', async (t) => {
    const server = await start(t, { held_per_address_max: 2_000_000 });
    assert.equal(take(await exchange(server, get(`/size?${large}`, closing))).rest.length, large);
  });

  test('all addresses together are limited', async (t) => {
    const server = await start(t, { host: '::', held_max: 2_000_000 });
    const leave = await askAndWait(server, 3, `/size?${large}`);
    await becomesRefused(server, { host: '::1' });
    leave();
    await becomesWelcome(server, { host: '::1' });
  });

  test('large responses to requests that came together are limited, too', async (t) => {
    const server = await start(t, { held_per_address_max: 2_000_000 });
    const together = await Promise.all(Array.from({ length: 8 }, () => connect(server)));
    for (const { socket, write } of together) {
      socket.pause();
      write(get(`/late?${large}`, closing)); // nothing is held yet when they are accepted
    }
    await sleep(1500);
    for (const { socket } of together) socket.resume();
    await Promise.all(together.map(({ end }) => end));
    const statuses = together.map(({ text }) => take(text).status);
    assert.ok(statuses.includes(200) && statuses.includes(503), statuses.join());
    for (const { text } of together) {
      const response = take(text);
      if (response.status === 200) assert.equal(response.rest.length, large);
      else assert.equal(problem(text).code, 'overloaded');
    }
    for (const { socket } of together) socket.destroy();
  });

  test('incomplete bodies count', async (t) => {
    const server = await start(t, { held_per_address_max: 1_000_000 });
    const connections = await Promise.all(Array.from({ length: 4 }, () => connect(server)));
    const part = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n' + 'x'.repeat(1_200_000);
    connections[0].write(part);
    await becomesRefused(server);
    for (const { write } of connections.slice(1)) write(part);
    for (const { end } of connections.slice(1)) await end;
    for (const { text } of connections.slice(1)) assert.equal(problem(text).status, 503);
    assert.equal(connections[0].text, ''); // the first of an address may go on
    connections[0].write('x'.repeat(800_000));
    await connections[0].until(/x{1000}$/);
    connections.forEach(({ socket }) => socket.destroy());
  });

  test('a client that reads too slowly on average is disconnected', async (t) => {
    const server = await start(t, { write_stall_ms: 500 });
    const client = spawn(fixture, ['trickle', String(server.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => client.kill());
    await once(client.stdout, 'data'); // it is connected
    await until(async () => (await counters(server)).connections === 1, 'the client is dropped');
    assert.equal(client.exitCode, null); // it goes on with what the system had accepted
  });

  test('a client that takes its response slowly but steadily is not dropped', async (t) => {
    const server = await start(t, { write_stall_ms: 2000 });
    const socket = net.connect({ port: server.port, host: '127.0.0.1' });
    const ended = once(socket, 'end');
    socket.on('readable', () => {}); // reads ahead a little, and no more until read() is called
    socket.write(get(`/size?${large}`, closing));
    let taken = 0;
    const read = () => { taken += socket.read()?.length ?? 0; };
    for (let i = 0; i < 40; i++) {
      await sleep(100);
      read();
    }
    assert.ok(taken > 0 && taken < large / 4, `${taken}`);
    // From here on as fast as it comes. As a stream that is read by events, because one that is read by hand may be left
    // with bytes in the system and no further event.
    socket.removeAllListeners('readable');
    socket.on('data', (bytes) => { taken += bytes.length; });
    socket.resume();
    await ended;
    assert.ok(taken > large, `${taken}`);
    socket.destroy();
  });
});
