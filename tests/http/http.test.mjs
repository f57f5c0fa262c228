// The HTTP server as a client sees it, byte by byte: malformed input, and the life of connections.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/wait.mjs';
import { chunked, closing, connect, exchange, fixture, folder, get, post, problem, start, take } from './support.mjs';

describe('malformed input gets an error response and the connection is closed', () => {
  const rows = [
    ['no version', 'GET /\r\n\r\n', 400],
    ['request line with two spaces', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['space before colon', get('/hello', 'A : b\r\n'), 400],
    ['header without colon', get('/hello', 'Ab\r\n'), 400],
    ['folding', get('/hello', 'A: b\r\n c\r\n'), 400],
    ['bare CR', get('/hello', 'A: b\rC: d\r\n'), 400],
    ['bare LF', get('/hello', 'A: b\nC: d\r\n'), 400],
    ['NUL', get('/hello', 'A: b\0\r\n'), 400],
    ['length and coding', post('/echo', 'hello', 'Transfer-Encoding: chunked\r\n'), 400],
    ['two lengths', post('/echo', 'hello', 'Content-Length: 5\r\n'), 400],
    ['no Host', 'GET /hello HTTP/1.1\r\n\r\n', 400],
    ['two Host', get('/hello', 'Host: a\r\n'), 400],
    ['coding on HTTP/1.0', 'POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['absolute-form of another scheme', get('ftp://a/hello'), 400],
    ['absolute-form with a user', get('http://u@a/hello'), 400],
    ['* for GET', get('*'), 400],
    ['unknown expectation', post('/echo', 'hello', 'Expect: x\r\n'), 417],
    ['chunk extension', chunked('/echo', '5;a=b\r\nhello\r\n0\r\n\r\n'), 400],
    ['trailer', chunked('/echo', '0\r\nA: b\r\n\r\n'), 400],
    ['LF in chunks', chunked('/echo', '5\nhello\r\n0\r\n\r\n'), 400],
    ['TLS on the plain port', '\x16\x03\x01\x02\x00\x01\x00', 400],
    ['unknown coding', 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
    ['unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['HTTP/2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['HTTP/0.9', 'GET / HTTP/0.9\r\n\r\n', 505],
    ['long request line', get(`/${'a'.repeat(8200)}`), 414],
    ['endless request line', `GET /${'a'.repeat(60000)}`, 414],
    ['large header', get('/hello', `A: ${'a'.repeat(16400)}\r\n`), 431],
    ['endless header', `GET / HTTP/1.1\r\nA: ${'a'.repeat(100000)}`, 431],
    ['many headers', get('/hello', 'A: b\r\n'.repeat(100)), 431],
    ['declared body too large', 'POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n', 413],
    ['chunk too large', chunked('/small', '11\r\n'), 413],
    ['chunks too large', chunked('/small', '8\r\n12345678\r\n9\r\n'), 413],
  ];
  const codes = { 400: 'bad_request', 413: 'payload_too_large', 414: 'uri_too_long', 417: 'expectation_failed', 431: 'headers_too_large',
    501: 'not_implemented', 505: 'http_version' };
  for (const [what, bytes, status] of rows) {
    test(`${what}: ${status}`, async (t) => {
      const server = await start(t);
      const response = problem(await exchange(server, bytes));
      assert.equal(response.status, status);
      assert.equal(response.code, codes[status]);
      assert.equal(response.headers.get('connection'), 'close');
    });
  }

  test('a client that is still sending its refused body gets the response', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.write('POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
    for (let i = 0; i < 10; i++) connection.write('x'.repeat(100000));
    await connection.end;
    assert.equal(problem(connection.text).status, 413);
    assert.equal(connection.failed, null);
    connection.socket.destroy();
  });

  test('bytes after a refused request are ignored', async (t) => {
    const server = await start(t);
    const text = await exchange(server, get('/hello', 'A : b\r\n') + get('/hello'));
    assert.equal(text.match(/HTTP\/1\.1/g).length, 1);
  });

  test('the head handler refuses before the body is read', async (t) => {
    const server = await start(t);
    const response = problem(await exchange(server, 'POST /forbidden HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n'));
    assert.equal(response.status, 403);
  });
});

describe('slow clients', () => {
  const cases = [
    ['nothing after the first bytes of a head', 'GET /he', {}],
    ['nothing after the head, of a body', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe', {}],
    ['no progress within a chunk', chunked('/echo', '5\r\nhe'), {}],
  ];
  for (const [what, bytes] of cases) {
    test(`${what}: 408`, async (t) => {
      const server = await start(t, { progress_ms: 200, head_ms: 5000 });
      assert.equal(problem(await exchange(server, bytes)).code, 'request_timeout');
    });
  }

  test('a head that is sent too slowly: 408', async (t) => {
    const server = await start(t, { progress_ms: 2000, head_ms: 300 });
    const connection = await connect(server);
    const timer = setInterval(() => connection.write('a'), 20);
    connection.write('GET /');
    await connection.end;
    clearInterval(timer);
    assert.equal(problem(connection.text).status, 408);
    connection.socket.destroy();
  });

  test('a head that is sent steadily and takes too long: 408', async (t) => {
    const server = await start(t, { progress_ms: 300, head_ms: 900 });
    const connection = await connect(server);
    const timer = setInterval(() => connection.write('a'), 20);
    connection.write('GET /');
    await until(() => connection.socket.readableEnded || connection.text, 'a response', { ms: 20_000 });
    clearInterval(timer);
    assert.equal(problem(connection.text).status, 408);
    connection.socket.destroy();
  });

  test('a body that is sent too slowly: 408', async (t) => {
    const server = await start(t, { progress_ms: 300 });
    const connection = await connect(server);
    connection.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    const timer = setInterval(() => connection.write('a'), 30);
    await connection.end;
    clearInterval(timer);
    assert.equal(problem(connection.text).status, 408);
    connection.socket.destroy();
  });

  test('a body that is sent slowly but steadily is accepted', async (t) => {
    const server = await start(t, { progress_ms: 300 });
    const connection = await connect(server);
    connection.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    for (let i = 0; i < 10; i++) {
      await sleep(60);
      connection.write('x'.repeat(100));
    }
    await connection.until(/x{1000}$/);
    connection.socket.destroy();
  });

  test('an idle connection is closed without a response', async (t) => {
    const server = await start(t, { keep_alive_ms: 200 });
    assert.equal(await exchange(server, ''), '');
    const text = await exchange(server, get('/hello'));
    assert.equal(take(text).rest, 'hello');
  });

  test('a client that reads nothing of its response is disconnected', async (t) => {
    const server = await start(t, { write_stall_ms: 300 });
    const connection = await connect(server);
    connection.socket.pause();
    connection.write(get('/size?30000000'));
    await sleep(1200);
    const other = take(await exchange(server, get('/counters', closing)));
    assert.equal(JSON.parse(other.rest).connections, 1);
    connection.socket.destroy();
  });
});

describe('requests and responses', () => {
  test('a response has its header fields', async (t) => {
    const server = await start(t);
    const { line, headers, rest } = take(await exchange(server, get('/hello', closing)));
    assert.equal(line, 'HTTP/1.1 200 OK');
    assert.equal(rest, 'hello');
    assert.equal(headers.get('content-length'), '5');
    assert.equal(headers.get('connection'), 'close');
    assert.match(headers.get('x-request-id'), /^[0-9a-f]{32}$/);
    assert.ok(Math.abs(Date.parse(headers.get('date')) - Date.now()) < 5000);
    assert.match(headers.get('date'), /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
  });

  test('a target in absolute-form names the host', async (t) => {
    const server = await start(t);
    const seen = JSON.parse(take(await exchange(server, get('http://example.org:81/inspect?a=http://b/', closing))).rest);
    assert.deepEqual([seen.path, seen.query], ['/inspect', 'a=http://b/']);
    assert.deepEqual(seen.headers.slice(0, 2), ['Host', 'example.org:81']);
  });

  test('the request arrives as it was sent', async (t) => {
    const server = await start(t);
    const { rest } = take(await exchange(server, get('/inspect?a=%20b', 'X-A:  b \r\n' + closing)));
    const seen = JSON.parse(rest);
    assert.deepEqual([seen.path, seen.query, seen.remote, seen.secure], ['/inspect', 'a=%20b', '127.0.0.1', false]);
    assert.deepEqual(seen.headers, ['Host', 'a', 'X-A', 'b', 'Connection', 'close']);
  });

  test('IPv4 clients of a dual-stack listener have IPv4 addresses', async (t) => {
    const server = await start(t, { host: '::' });
    const { rest } = take(await exchange(server, get('/inspect', closing)));
    assert.equal(JSON.parse(rest).remote, '127.0.0.1');
    const six = take(await exchange(server, get('/inspect', closing), { host: '::1' }));
    assert.equal(JSON.parse(six.rest).remote, '::1');
  });

  test('request ids differ', async (t) => {
    const server = await start(t);
    const text = await exchange(server, get('/hello').repeat(200) + get('/hello', closing));
    const ids = text.match(/X-Request-Id: (\w+)/g);
    assert.equal(new Set(ids).size, 201);
  });

  for (const path of ['/hello', '/thread']) {
    test(`keep-alive and pipelining, handled by ${path}`, async (t) => {
      const server = await start(t);
      const connection = await connect(server);
      for (let i = 1; i <= 3; i++) {
        connection.text = '';
        connection.write(get(path));
        assert.equal(take(await connection.until(/hello$/)).headers.get('connection'), 'keep-alive');
      }
      connection.text = '';
      connection.write(get(path).repeat(500) + get(path, closing));
      await connection.end;
      assert.equal(connection.text.match(/hello/g).length, 501);
      connection.socket.destroy();
    });
  }

  test('pipelined requests get their responses in order', async (t) => {
    const server = await start(t);
    const text = await exchange(server, get('/slow?150') + post('/echo', 'second') + get('/thread') +
      post('/thread-echo', 'fourth', closing));
    assert.deepEqual(text.match(/(?<=\r\n\r\n)[a-z]+/g), ['slow', 'second', 'hello', 'fourth']);
  });

  test('more pipelined bytes than are buffered wait in the socket', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.write(get('/slow?200'));
    connection.write(get('/thread', `A: ${'a'.repeat(10000)}\r\n`).repeat(100));
    connection.write(get('/hello', closing));
    await connection.end;
    assert.equal(connection.text.match(/HTTP\/1\.1 200/g).length, 102);
    connection.socket.destroy();
  });

  test('a request that arrives in single bytes', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    for (const c of chunked('/echo', '5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n') + get('/hello', closing)) {
      connection.write(c);
      await sleep(1);
    }
    await connection.end;
    assert.deepEqual(connection.text.match(/hello!?/g), ['hello!', 'hello']);
    connection.socket.destroy();
  });

  test('HTTP/1.0 closes unless asked to keep alive', async (t) => {
    const server = await start(t);
    const once = take(await exchange(server, 'GET /hello HTTP/1.0\r\n\r\n'));
    assert.deepEqual([once.rest, once.headers.get('connection')], ['hello', 'close']);
    const connection = await connect(server);
    connection.write('GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    assert.equal(take(await connection.until(/hello$/)).headers.get('connection'), 'keep-alive');
    connection.socket.destroy();
  });

  test('HEAD has the length but no body', async (t) => {
    const server = await start(t);
    const text = await exchange(server, 'HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /none HTTP/1.1\r\nHost: a\r\n\r\n' +
      get('/hello', closing));
    const first = take(text);
    assert.equal(first.headers.get('content-length'), '5');
    const second = take(first.rest);
    assert.deepEqual([second.status, Number(second.headers.get('content-length')) > 100], [404, true]);
    assert.equal(take(second.rest).rest, 'hello');
  });

  for (const status of [204, 304]) {
    test(`${status} has neither body nor length`, async (t) => {
      const server = await start(t);
      const first = take(await exchange(server, get(`/status?${status}`) + get('/hello', closing)));
      assert.equal(first.headers.has('content-length'), false);
      assert.equal(take(first.rest).rest, 'hello');
    });
  }

  test('bodies with a length and in chunks', async (t) => {
    const server = await start(t);
    const body = 'abcdefghij'.repeat(100000);
    const text = await exchange(server, post('/echo', body) + chunked('/thread-echo', `f4240\r\n${body}\r\n0\r\n\r\n`) +
      post('/echo', '', closing));
    assert.equal(text.split(body).length, 3);
  });

  test('OPTIONS *', async (t) => {
    const server = await start(t);
    assert.equal(take(await exchange(server, `OPTIONS * HTTP/1.1\r\nHost: a\r\n${closing}\r\n`)).rest, 'hello');
  });

  test('100 Continue is sent only if the head handler accepts the request', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.write('POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    await connection.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    connection.write('hello');
    await connection.until(/HTTP\/1\.1 200 OK[^]*hello$/);
    connection.socket.destroy();
    const refused = await exchange(server, 'POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n');
    assert.equal(problem(refused).status, 413);
  });

  test('a header that would split the response is not sent', async (t) => {
    const server = await start(t, {}, { stderr: /^\{[^\n]*http_header_refused[^\n]*\}\n$/ });
    const text = await exchange(server, get('/split'));
    assert.equal(problem(text).status, 500);
    assert.doesNotMatch(text, /stolen/);
  });

  test('a large response to a client that reads slowly', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.write(get('/size?5000000', closing));
    for (let i = 0; i < 5; i++) {
      connection.socket.pause();
      await sleep(20);
      connection.socket.resume();
      await sleep(5);
    }
    await connection.end;
    const { rest } = take(connection.text);
    assert.equal(rest.length, 5000000);
    for (let i = 0; i < rest.length; i += 4999) assert.equal(rest.charCodeAt(i), 97 + i % 26);
    connection.socket.destroy();
  });

  test('ticks are called', async (t) => {
    const server = await start(t);
    await sleep(200);
    const { rest } = take(await exchange(server, get('/counters', closing)));
    assert.ok(JSON.parse(rest).ticks >= 3);
  });
});

describe('streams', () => {
  test('pieces arrive in order until the end, then the connection closes', async (t) => {
    const server = await start(t);
    const { headers, rest } = take(await exchange(server, get('/stream?20')));
    assert.equal(headers.has('content-length'), false);
    assert.equal(headers.get('connection'), 'close');
    assert.equal(rest, `begin\n${'x'.repeat(20000)}\nend\n`);
  });

  test('HEAD of a stream has only the head', async (t) => {
    const server = await start(t);
    assert.equal(take(await exchange(server, 'HEAD /stream?5 HTTP/1.1\r\nHost: a\r\n\r\n')).rest, '');
  });

  test('a stream ends when the client does not read', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.socket.pause();
    connection.write(get('/flood'));
    await sleep(500);
    connection.socket.resume();
    await connection.end;
    assert.match(connection.text, /x{1000}$/);
    connection.socket.destroy();
  });

  test('a stream ends when the client disconnects', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.write(get('/stream?100000'));
    await connection.until(/xxx/);
    connection.socket.resetAndDestroy();
    await sleep(100);
    assert.equal(take(await exchange(server, get('/thread', closing))).rest, 'hello'); // the second thread is free again
  });
});

describe('clients that disconnect', () => {
  test('while the application handles the request', async (t) => {
    const server = await start(t);
    for (const leave of ['destroy', 'resetAndDestroy']) {
      const connections = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
      for (const { socket, write } of connections) {
        write(get('/slow?10') + get('/hello'));
        setTimeout(() => socket[leave](), 5);
      }
      await sleep(300);
    }
    const { rest } = take(await exchange(server, get('/counters', closing)));
    assert.equal(JSON.parse(rest).connections, 1);
  });

  test('in the middle of a head and of a body', async (t) => {
    const server = await start(t);
    for (const bytes of ['GET /he', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe', chunked('/echo', '5\r\n')]) {
      for (const leave of ['destroy', 'resetAndDestroy']) {
        const connection = await connect(server);
        connection.write(bytes);
        await sleep(10);
        connection.socket[leave]();
      }
    }
    await sleep(50);
    const { rest } = take(await exchange(server, get('/counters', closing)));
    assert.equal(JSON.parse(rest).connections, 1);
  });

  test('a client that has only stopped sending gets all responses', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.socket.end(get('/slow?50') + get('/thread') + get('/hello'));
    await connection.end;
    assert.equal(connection.text.match(/HTTP\/1\.1 200/g).length, 3);
  });

  test('while a large response is being sent', async (t) => {
    const server = await start(t);
    const connection = await connect(server);
    connection.write(get('/size?30000000'));
    await connection.until(/abc/);
    connection.socket.resetAndDestroy();
    await sleep(50);
    assert.equal(take(await exchange(server, get('/hello', closing))).rest, 'hello');
  });
});

describe('limits of connections', () => {
  test('beyond the limit the oldest idle connection is closed', async (t) => {
    const server = await start(t, { connections_max: 3 });
    const connections = [];
    for (let i = 0; i < 3; i++) {
      connections.push(await connect(server));
      connections[i].write(get('/hello'));
      await connections[i].until(/hello$/);
    }
    connections[0].text = '';
    connections[0].write(get('/hello')); // now the second one is the oldest
    await connections[0].until(/hello$/);
    const next = await connect(server);
    next.write(get('/hello'));
    await next.until(/hello$/);
    await connections[1].end;
    for (const { socket } of [...connections, next]) socket.destroy();
  });

  test('beyond the limit without an idle one: 503 with Retry-After', async (t) => {
    const server = await start(t, { connections_max: 2 });
    const connections = [await connect(server), await connect(server)];
    for (const { write } of connections) write(get('/slow?600', closing));
    await sleep(100);
    const response = problem(await exchange(server, get('/hello')));
    assert.deepEqual([response.status, response.code, response.headers.get('retry-after')], [503, 'overloaded', '1']);
    await Promise.all(connections.map(({ end }) => end));
    for (const { text, socket } of connections) {
      assert.equal(take(text).rest, 'slow');
      socket.destroy();
    }
  });

  test('connections of one address are limited', async (t) => {
    const server = await start(t, { connections_per_address_max: 2, host: '::' });
    const connections = [await connect(server), await connect(server)];
    assert.equal(problem(await exchange(server, get('/hello'))).status, 503);
    assert.equal(take(await exchange(server, get('/hello', closing), { host: '::1' })).rest, 'hello');
    connections[0].socket.destroy();
    await sleep(50);
    assert.equal(take(await exchange(server, get('/hello', closing))).rest, 'hello');
    connections[1].socket.destroy();
  });

  test('counters', async (t) => {
    const server = await start(t);
    await exchange(server, get('/hello') + get('/hello', closing));
    await exchange(server, 'GARBAGE\r\n\r\n');
    const { rest } = take(await exchange(server, get('/counters', closing)));
    const counters = JSON.parse(rest);
    assert.deepEqual([counters.accepted, counters.requests, counters.refused], [3, 3, 1]);
  });
});

describe('drain', () => {
  test('open requests finish, idle connections close, new ones are refused', async (t) => {
    const server = await start(t);
    const idle = await connect(server);
    const open = await connect(server);
    open.write(get('/slow?400'));
    await sleep(100);
    server.child.kill('SIGTERM');
    await idle.end;
    await assert.rejects(connect(server));
    await open.end;
    const response = take(open.text);
    assert.deepEqual([response.rest, response.headers.get('connection')], ['slow', 'close']);
    open.socket.destroy();
    idle.socket.destroy();
    await server.ended;
  });

  test('ends after drain_ms with requests still open', async (t) => {
    const server = await start(t, { drain_ms: 300 });
    const open = await connect(server);
    open.write('GET /he');
    await sleep(50);
    const began = Date.now();
    assert.equal(await server.stop(), 0);
    assert.ok(Date.now() - began < 2500);
    open.socket.destroy();
  });

  test('a partly sent request can still be completed', async (t) => {
    const server = await start(t);
    const open = await connect(server);
    open.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe');
    await sleep(50);
    server.child.kill('SIGTERM');
    await sleep(50);
    open.write('llo');
    await open.end;
    assert.equal(take(open.text).rest, 'hello');
    open.socket.destroy();
  });

  test('the application may respond after drain_ms', async (t) => {
    const server = await start(t, { drain_ms: 100 });
    const open = await connect(server);
    open.write(get('/slow?700'));
    await sleep(50);
    assert.equal(await server.stop(), 0);
    open.socket.destroy();
  });
});

describe('TLS', () => {
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  before(() => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', certificate], { stdio: 'ignore' }));
  const startTls = (t, options) => start(t, { certificate, key, ...options });

  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    test(`${version}: requests, pipelining, bodies, streams`, async (t) => {
      const server = await startTls(t);
      const secure = { secure: true, minVersion: version, maxVersion: version };
      const body = 'abcdefghij'.repeat(50000);
      const text = await exchange(server, get('/inspect') + post('/echo', body) + get('/thread').repeat(50) +
        post('/thread-echo', body, closing), secure);
      assert.equal(JSON.parse(take(text).rest.split('HTTP/1.1')[0]).secure, true);
      assert.equal(text.split(body).length, 3);
      assert.equal(text.match(/HTTP\/1\.1 200/g).length, 53);
      const { rest } = take(await exchange(server, get('/stream?100'), secure));
      assert.equal(rest, `begin\n${'x'.repeat(100000)}\nend\n`);
    });
  }

  test('pipelined requests in separate records do not delay other clients', async (t) => {
    const server = await startTls(t);
    const [connection, other] = [await connect(server, { secure: true }), await connect(server, { secure: true })];
    for (let i = 0; i < 1500; i++) connection.write(get('/busy?1000'));
    connection.write(get('/hello', closing));
    await connection.until(/busy/);
    other.write(get('/hello', closing));
    await other.end;
    assert.doesNotMatch(connection.text, /hello/, 'the other client waited for all of them');
    await connection.end;
    assert.equal(connection.text.match(/\r\n\r\nbusy/g).length, 1500);
    assert.match(connection.text, /hello$/);
    for (const { socket } of [connection, other]) socket.destroy();
  });

  test('a response that waits for its client is complete', async (t) => {
    const server = await startTls(t);
    const connection = await connect(server, { secure: true });
    connection.socket.pause();
    connection.write(get('/waste?8000000', closing));
    await sleep(300);
    connection.socket.resume();
    await connection.end;
    const { rest } = take(connection.text);
    assert.equal(rest.length, 8000000);
    for (let i = 0; i < rest.length; i += 4999) assert.equal(rest.charCodeAt(i), 97 + i % 26);
    connection.socket.destroy();
  });

  test('malformed input over TLS gets an error response', async (t) => {
    const server = await startTls(t);
    assert.equal(problem(await exchange(server, get('/hello', 'A : b\r\n'), { secure: true })).status, 400);
  });

  test('Strict-Transport-Security, also of refusals, if it is set', async (t) => {
    const servers = [await startTls(t, { hsts: 1 }), await startTls(t), await start(t, { hsts: 1 })];
    const fields = [];
    for (const [i, server] of servers.entries()) {
      for (const request of [get('/hello', closing), get('/hello', 'A : b\r\n')]) {
        const { headers } = take(await exchange(server, request, { secure: i < 2 }));
        fields.push(headers.get('strict-transport-security'));
      }
    }
    const hsts = 'max-age=63072000; includeSubDomains';
    assert.deepEqual(fields, [hsts, hsts, undefined, undefined, undefined, undefined]);
  });

  test('a large response to a client that reads slowly', async (t) => {
    const server = await startTls(t);
    const connection = await connect(server, { secure: true });
    connection.socket.pause();
    connection.write(get('/size?5000000', closing));
    await sleep(200);
    connection.socket.resume();
    await connection.end;
    assert.equal(take(connection.text).rest.length, 5000000);
    connection.socket.destroy();
  });

  test('old versions, other protocols and plain text are refused', async (t) => {
    const server = await startTls(t);
    const old = { secure: true, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' };
    await assert.rejects(connect(server, old));
    await assert.rejects(connect(server, { secure: true, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA256' }));
    await assert.rejects(connect(server, { secure: true, ALPNProtocols: ['h2'] }));
    assert.doesNotMatch(await exchange(server, get('/hello')), /HTTP/);
    assert.equal(take(await exchange(server, get('/hello', closing), { secure: true })).rest, 'hello');
  });

  test('a stalled handshake times out', async (t) => {
    const server = await startTls(t, { keep_alive_ms: 200 });
    assert.equal(await exchange(server, '\x16\x03\x01\x02'), '');
  });

  test('clients that disconnect', async (t) => {
    const server = await startTls(t);
    for (const path of ['/slow?20', '/size?20000000', '/stream?100']) {
      const connection = await connect(server, { secure: true });
      connection.write(get(path));
      await sleep(10);
      connection.socket.destroy();
    }
    await sleep(100);
    assert.equal(take(await exchange(server, get('/hello', closing), { secure: true })).rest, 'hello');
  });

  test('an invalid certificate is reported to the operator', async () => {
    const run = spawn(fixture, [`certificate=${key}`, `key=${key}`]);
    let errors = '';
    run.stderr.on('data', (bytes) => { errors += bytes; });
    const [code] = await once(run, 'close');
    assert.equal(code, 1);
    assert.match(errors, /TLS certificate .* cannot be used/);
  });
});

test('a port in use is reported to the operator', async (t) => {
  const server = await start(t);
  const run = spawn(fixture, [`port=${server.port}`]);
  let errors = '';
  run.stderr.on('data', (bytes) => { errors += bytes; });
  const [code] = await once(run, 'close');
  assert.equal(code, 1);
  assert.match(errors, /cannot listen on 127\.0\.0\.1, port \d+: address already in use/);
});
