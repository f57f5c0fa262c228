// Helpers of the HTTP tests: a server for raw connections. It is tests/http/http_fixture.c; HTTP_FIXTURE is the path of a
// built one (with sanitizers, for example), otherwise it is compiled here.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const folder = mkdtempSync(join(tmpdir(), 'http-test-'));
const llhttpSource = process.env.LLHTTP_SOURCE ?? '/usr/share/llhttp';
const llhttpInclude = process.env.LLHTTP_INCLUDE ?? '/usr/share/include/llhttp';
export let fixture;

function sources(layer) {
  // asset.c requires a table that the build generates and that this program does not use.
  return readdirSync(join(root, 'src', layer))
    .filter((name) => name.endsWith('.c') && name !== 'asset.c')
    .map((name) => join(root, 'src', layer, name));
}

function compileFixture() {
  const path = join(folder, 'fixture');
  const llhttp = ['api.c', 'http.c', 'llhttp.c'].map((name) => join(llhttpSource, name));
  execFileSync(process.env.CC ?? 'cc', [
    '-O1', '-g', '-std=gnu17', '-D_GNU_SOURCE', '-w', '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all', '-fno-omit-frame-pointer', `-I${join(root, 'src')}`, `-I${llhttpInclude}`,
    join(root, 'tests/http/http_fixture.c'), ...sources('base'), ...sources('http'), ...llhttp,
    '-o', path, '-luv', '-lssl', '-lcrypto', '-lsodium', '-licui18n', '-licuuc', '-lpthread'], { stdio: 'inherit' });
  return path;
}

before(() => {
  fixture = process.env.HTTP_FIXTURE ?? compileFixture();
  assert.ok(existsSync(fixture), fixture);
});

after(() => rmSync(folder, { recursive: true }));

// A server with these options. The test stops it; it must then end without output on stderr (of sanitizers and failed
// checks).
export async function start(t, options = {}, { stderr = /^$/, env = {} } = {}) {
  const child = spawn(fixture, Object.entries(options).map(([name, value]) => `${name}=${value}`),
    { env: { ...process.env, ...env } });
  const server = { child, errors: '', output: '' };
  child.stderr.on('data', (bytes) => { server.errors += bytes; });
  child.stdout.on('data', (bytes) => { server.output += bytes; });
  server.ended = once(child, 'close');
  while (!server.output.includes('\n')) {
    await sleep(5);
    assert.equal(child.exitCode, null, server.errors);
  }
  server.port = Number(server.output.split('\n')[0]);
  server.stop = async () => {
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), 10000); // a server that hangs is a failed test, not a hanging one
    const [code] = await server.ended;
    clearTimeout(limit);
    return code;
  };
  t.after(async () => {
    const code = child.exitCode ?? await server.stop();
    assert.match(server.errors, stderr);
    assert.equal(code, 0);
    assert.match(server.output, /drained/);
  });
  return server;
}

// A raw connection: .text is everything received so far; .end resolves when the server has closed.
export async function connect(server, { secure = false, ...more } = {}) {
  const socket = secure
    ? tls.connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], ...more })
    : net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true, ...more });
  const connection = { socket, text: '', failed: null };
  socket.on('data', (bytes) => { connection.text += bytes.toString('latin1'); });
  socket.on('error', (error) => { connection.failed = error; });
  connection.end = new Promise((resolve) => { socket.once('end', resolve).once('close', resolve); });
  connection.write = (text) => socket.write(Buffer.from(text, 'latin1'));
  connection.until = async (pattern, ms = 60_000) => {
    for (const limit = Date.now() + ms; !pattern.test(connection.text);) {
      assert.ok(Date.now() < limit, `no ${pattern} in ${JSON.stringify(connection.text.slice(0, 500))}`);
      await sleep(2);
    }
    return connection.text;
  };
  await once(socket, secure ? 'secureConnect' : 'connect');
  return connection;
}

// Sends these bytes and returns everything received until the server closes.
export async function exchange(server, bytes, options) {
  const connection = await connect(server, options);
  connection.write(bytes);
  await Promise.race([connection.end, sleep(60_000, null, { ref: false }).then(() => assert.fail(`not closed: ${connection.text}`))]);
  connection.socket.destroy();
  return connection.text;
}

export function take(text) {
  const end = text.indexOf('\r\n\r\n');
  assert.notEqual(end, -1, `no head in ${JSON.stringify(text.slice(0, 300))}`);
  const [line, ...fields] = text.slice(0, end).split('\r\n');
  const headers = new Map(fields.map((field) => {
    const colon = field.indexOf(': ');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)];
  }));
  return { status: Number(line.split(' ')[1]), headers, rest: text.slice(end + 4), line };
}

export function problem(text) {
  const { status, headers, rest } = take(text);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  const body = JSON.parse(rest);
  assert.deepEqual(Object.keys(body), ['type', 'title', 'status', 'requestId']);
  assert.equal(body.status, status);
  assert.equal(body.requestId, headers.get('x-request-id'));
  assert.match(body.requestId, /^[0-9a-f]{32}$/);
  return { status, code: body.type.replace('/problems/', ''), headers };
}

export const get = (path, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
export const post = (path, body, fields = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
export const chunked = (path, chunks) => `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;
export const closing = 'Connection: close\r\n';
