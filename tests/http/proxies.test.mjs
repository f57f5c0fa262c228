// Behind proxies: whose request it is, whose connections and memory are counted, and the header of the PROXY protocol.
// What the headers may contain is tested in tests/unit/http_address_test.c; here it is what the server makes of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { closing, connect, exchange, folder, get, problem, start, take } from './support.mjs';

const inspected = (text) => {
  const { remote, secure } = JSON.parse(take(text).rest);
  return { remote, secure };
};
const inspect = async (server, fields, options) =>
  inspected(await exchange(server, get('/inspect', fields + closing), options));

test('the client of a trusted proxy is the one that it names', async (t) => {
  const server = await start(t, { proxies: '127.0.0.0/30' });
  const fields = 'X-Forwarded-For: 203.0.113.1, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n';
  assert.deepEqual(await inspect(server, fields), { remote: '192.0.2.7', secure: true });
  assert.deepEqual(await inspect(server, 'Forwarded: for="[2001:db8::7]:80";proto=http\r\n'),
    { remote: '2001:db8::7', secure: false });
  assert.deepEqual(await inspect(server, ''), { remote: '127.0.0.1', secure: false });
  assert.deepEqual(await inspect(server, 'X-Forwarded-For: nonsense\r\n'), { remote: '127.0.0.1', secure: false });
  assert.deepEqual(await inspect(server, fields, { localAddress: '127.0.0.9' }), { remote: '127.0.0.9', secure: false },
    'anybody else is not believed');
});

test('each request on a connection of a proxy has its own client', async (t) => {
  const server = await start(t, { proxies: '127.0.0.1' });
  const one = get('/inspect', 'X-Forwarded-For: 192.0.2.1\r\n'), two = get('/inspect', 'X-Forwarded-For: 192.0.2.2\r\n');
  const text = await exchange(server, one + two + get('/inspect', closing));
  assert.deepEqual([...text.matchAll(/"remote":"([^"]*)"/g)].map(([, remote]) => remote), ['192.0.2.1', '192.0.2.2', '127.0.0.1']);
});

test('without trusted proxies the headers mean nothing', async (t) => {
  const server = await start(t);
  assert.deepEqual(await inspect(server, 'X-Forwarded-For: 192.0.2.7\r\nForwarded: for=192.0.2.7;proto=https\r\n'),
    { remote: '127.0.0.1', secure: false });
});

test('connections of a trusted proxy are not limited by address, those of others are', async (t) => {
  const server = await start(t, { proxies: '127.0.0.1', connections_per_address_max: 2 });
  const through = await Promise.all(Array.from({ length: 6 }, () => connect(server)));
  const direct = await Promise.all(Array.from({ length: 2 }, () => connect(server, { localAddress: '127.0.0.9' })));
  assert.equal(problem(await exchange(server, get('/hello'), { localAddress: '127.0.0.9' })).code, 'overloaded');
  assert.equal(take(await exchange(server, get('/hello', closing))).status, 200);
  for (const { socket } of [...through, ...direct]) socket.destroy();
});

test('memory is counted for the client behind the proxy, not for the proxy', async (t) => {
  const server = await start(t, { proxies: '127.0.0.1', held_per_address_max: 256 * 1024 });
  const upload = (client) => `POST /echo HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${client}\r\nContent-Length: 1000000\r\n\r\n`;
  const greedy = await connect(server);
  greedy.write(upload('192.0.2.1') + 'x'.repeat(900_000));
  await sleep(300);
  const same = get('/hello', `X-Forwarded-For: 192.0.2.1\r\n${closing}`);
  const other = get('/hello', `X-Forwarded-For: 192.0.2.2\r\n${closing}`);
  assert.equal(problem(await exchange(server, same)).code, 'overloaded');
  assert.equal(take(await exchange(server, other)).status, 200);
  greedy.socket.destroy();
  await sleep(100);
  assert.equal(take(await exchange(server, same)).status, 200);
});

// ---- the PROXY protocol ----

const v1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n';
const v2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb';
const local = '\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00';
const proxied = { proxies: '127.0.0.1', proxy_protocol: 1 };

test('a connection of a trusted proxy begins with the header of the PROXY protocol', async (t) => {
  const server = await start(t, proxied);
  const request = get('/inspect', closing);
  for (const header of [v1, v2]) {
    assert.equal(inspected(await exchange(server, header + request)).remote, '192.0.2.7');
  }
  for (const header of [local, 'PROXY UNKNOWN\r\n']) {
    assert.equal(inspected(await exchange(server, header + request)).remote, '127.0.0.1');
  }
  const named = get('/inspect', `X-Forwarded-For: 203.0.113.1\r\n${closing}`);
  assert.equal(inspected(await exchange(server, v1 + named)).remote, '192.0.2.7', 'the client is no proxy');
  assert.equal(inspected(await exchange(server, local + named)).remote, '203.0.113.1', 'the proxy speaks for itself');
  assert.equal(await exchange(server, request), '', 'without a header the connection is closed');
  assert.equal(inspected(await exchange(server, request, { localAddress: '127.0.0.9' })).remote, '127.0.0.9');
  assert.equal(take(await exchange(server, v1 + request, { localAddress: '127.0.0.9' })).status, 400, 'not from strangers');
});

test('the header may arrive byte by byte, and is bounded in size and time', async (t) => {
  const server = await start(t, { ...proxied, keep_alive_ms: 1500 });
  for (const header of [v1, v2]) {
    const slow = await connect(server);
    for (const byte of header + get('/inspect', closing)) {
      slow.write(byte);
      if (byte !== 'x') await sleep(1);
    }
    await slow.end;
    assert.equal(inspected(slow.text).remote, '192.0.2.7');
  }
  assert.equal(await exchange(server, `PROXY UNKNOWN ${'x'.repeat(200)}`), '');
  assert.equal(await exchange(server, '\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff'), '');
  const start_ms = Date.now();
  assert.equal(await exchange(server, 'PROXY TCP4 '), '');
  assert.ok(Date.now() - start_ms < 5000);
});

test('the connections of each client that the header names are counted', async (t) => {
  const server = await start(t, { ...proxied, connections_per_address_max: 2 });
  const open = await Promise.all([1, 2].map(async () => {
    const connection = await connect(server);
    connection.write(v1 + get('/hello'));
    await connection.until(/hello$/);
    return connection;
  }));
  assert.equal(problem(await exchange(server, v1 + get('/hello'))).code, 'overloaded');
  assert.equal(take(await exchange(server, v1.replace('192.0.2.7', '192.0.2.8') + get('/hello', closing))).status, 200);
  for (const { socket } of open) socket.destroy();
});

test('the header comes before TLS', async (t) => {
  const [key, certificate] = ['proxy-key.pem', 'proxy-certificate.pem'].map((name) => join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=localhost', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const server = await start(t, { ...proxied, key, certificate });
  for (const header of [v1, v2]) {
    const plain = await connect(server);
    plain.socket.removeAllListeners('data');
    plain.write(header);
    const socket = tls.connect({ socket: plain.socket, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    let text = '';
    socket.on('data', (bytes) => { text += bytes; });
    socket.write(get('/inspect', closing));
    await new Promise((resolve) => { socket.once('end', resolve); });
    assert.deepEqual(inspected(text), { remote: '192.0.2.7', secure: true });
    socket.destroy();
  }
});
