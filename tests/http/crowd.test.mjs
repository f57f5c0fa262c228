// More connections than the server takes: which ones are closed, and that clients with few connections get in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/wait.mjs';
import { closing, connect, exchange, get, start, take } from './support.mjs';

const counters = async (server, options) => JSON.parse(take(await exchange(server, get('/counters', closing), options)).rest);
const isOpen = ({ socket, failed }) => !failed && !socket.destroyed && !socket.readableEnded;
const leave = (connections) => connections.forEach(({ socket }) => socket.destroy());

// Connections that begin something and do not complete it, one after the other.
async function begin(server, count, bytes, options) {
  const connections = [];
  for (let i = 0; i < count; i++) {
    const connection = await connect(server, options);
    connection.write(bytes);
    connections.push(connection);
  }
  return connections;
}

const head = 'GET /he';
const body = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe';

describe('beyond the limit', () => {
  for (const [what, bytes] of [['head', head], ['body', body], ['nothing', '']]) {
    test(`the oldest connection of the address that has most is closed: ${what}`, async (t) => {
      const server = await start(t, { connections_max: 6 });
      const few = await begin(server, 2, bytes, { localAddress: '127.0.0.2' }); // older
      const many = await begin(server, 4, bytes, { localAddress: '127.0.0.3' });
      await sleep(100); // everything has arrived
      const next = await connect(server);
      next.write(get('/hello'));
      await next.until(/hello$/);
      await many[0].end;
      assert.equal(many[0].text, '');
      assert.deepEqual([...few, ...many.slice(1)].map(isOpen), Array(5).fill(true));
      leave([...few, ...many, next]);
    });
  }

  for (const [what, bytes] of [['head', head], ['body', body]]) {
    test(`a client that sends a little more stays as old as it is: ${what}`, async (t) => {
      const server = await start(t, { connections_max: 3 });
      const connections = await begin(server, 3, bytes, { localAddress: '127.0.0.2' });
      await sleep(50);
      connections[0].write('l');
      await sleep(50);
      assert.equal(take(await exchange(server, get('/hello', closing))).rest, 'hello');
      await until(() => !isOpen(connections[0]) || !isOpen(connections[1]), 'one is closed');
      assert.deepEqual(connections.map(isOpen), [false, true, true]);
      leave(connections);
    });
  }

  test('clients that do not read their response are closed, too', async (t) => {
    const server = await start(t, { connections_max: 4 });
    const connections = await begin(server, 4, get('/size?16000000'), { localAddress: '127.0.0.2' });
    for (const { socket } of connections) socket.pause();
    await sleep(300);
    assert.equal(take(await exchange(server, get('/hello', closing))).rest, 'hello');
    leave(connections);
  });

  test('IPv6 clients count by their /64', async (t) => {
    const server = await start(t, { connections_max: 5, proxies: '127.0.0.1', proxy_protocol: 1 });
    const from = (address) => begin(server, 1, `PROXY TCP6 ${address} ::1 1 2\r\n${head}`);
    const [[first], ...others] = [await from('2001:db8:0:7::1'), await from('2001:db8:0:8::1'), await from('2001:db8:0:8::1'),
      await from('2001:db8:0:7::2'), await from('2001:db8:0:7::3')];
    await sleep(100);
    const next = await connect(server);
    next.write('PROXY UNKNOWN\r\n' + get('/hello'));
    await next.until(/hello$/);
    await first.end;
    assert.deepEqual(others.flat().map(isOpen), Array(4).fill(true));
    leave([first, ...others.flat(), next]);
  });

  test('behind a proxy bodies count for the client, and connections of the proxy are closed last', async (t) => {
    const server = await start(t, { connections_max: 5, proxies: '127.0.0.1' });
    const upload = (client) => `POST /echo HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${client}\r\nContent-Length: 5\r\n\r\nhe`;
    const idle = await begin(server, 2, '');
    const few = await begin(server, 1, upload('192.0.2.1'));
    const many = await begin(server, 2, upload('192.0.2.2'));
    await sleep(100);
    const direct = await connect(server, { localAddress: '127.0.0.2' });
    await many[0].end;
    assert.deepEqual([...idle, ...few, many[1]].map(isOpen), Array(4).fill(true));
    const further = await begin(server, 3, '');
    await Promise.all([few[0].end, many[1].end, direct.end]);
    assert.deepEqual([...idle, ...further].map(isOpen), Array(5).fill(true));
    const last = await connect(server);
    await idle[0].end;
    leave([...idle, ...few, ...many, ...further, direct, last]);
  });
});

// Keeps an address at `count` connections, each of which sends a byte of its head now and then. Those that are closed
// are opened again.
function attack(server, address, count) {
  const sockets = new Set();
  const open = () => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', localAddress: address });
    sockets.add(socket);
    socket.on('connect', () => socket.write('GET /'));
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a');
    for (let i = 0; i < 50 && sockets.size < count; i++) open();
  }, 500);
  return {
    sockets,
    stop() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('thousands of connections from several addresses do not keep others out', async (t) => {
  const patient = { head_ms: 600_000, progress_ms: 600_000 }; // only for room are connections closed
  const server = await start(t, { connections_max: 1500, connections_per_address_max: 400, ...patient });
  const keptAlive = await connect(server, { localAddress: '127.0.0.20' });
  const attackers = ['2', '3', '4', '5', '6', '7', '8'].map((n) => attack(server, `127.0.0.${n}`, 350));
  t.after(() => attackers.forEach(({ stop }) => stop()));
  const open = async () => (await counters(server)).connections;
  await until(async () => await open() >= 1500, 'the limit is reached');
  const statuses = [];
  for (let i = 0; i < 60; i++) {
    statuses.push(take(await exchange(server, get('/hello', closing), { localAddress: `127.0.0.${30 + i % 5}` })).status);
  }
  assert.deepEqual(statuses, Array(60).fill(200));
  assert.ok(await open() > 1300, 'all the time');
  assert.ok((await counters(server)).evicted > 60);
  keptAlive.write(get('/hello'));
  await keptAlive.until(/hello$/);
  leave([keptAlive]);
});

// Bytes that the system holds for sockets of the server (proc(5), tcp(7)).
function unsentBytes(port) {
  const own = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'latin1').split('\n').map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local?.endsWith(`:${own}`)).map((fields) => parseInt(fields[4].split(':')[0], 16));
}

test('the system holds a bounded number of bytes for a client that does not read', async (t) => {
  const server = await start(t);
  const connection = await connect(server);
  connection.socket.pause();
  connection.write(get('/size?16000000'));
  await until(() => unsentBytes(server.port).some((bytes) => bytes > 1000), 'the client stops reading');
  await sleep(500);
  assert.ok(Math.max(...unsentBytes(server.port)) <= 512 * 1024, `${unsentBytes(server.port)}`);
  leave([connection]);
});
