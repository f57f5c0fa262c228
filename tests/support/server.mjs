// A real server on a database of its own, on the engine of the run (database.mjs), and its clients. Two
// oracles check every response before the test sees it: the OpenAPI document (contract.mjs) and the privacy of other
// people (privacy.mjs). When a server stops it must exit by itself, without a report of the sanitizers, and every
// invariant of its data must hold.
//
// Invariant: tests start from the demo data of the seeders, whose people all have the same password. A test that
// changes something makes its own venue, event and booking (make.mjs) and does not touch the demo's.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contractOf } from './contract.mjs';
import { newDatabase } from './database.mjs';
import { checkPrivacy } from './privacy.mjs';
import { furnish } from './templates.mjs';

export const API = '/api/v1';
export const password = 'demo-password-1';
export const people = {
  customer: 'customer@example.com',
  other: 'ben.aalto@example.com',
  organizer: 'organizer@example.com',
  support: 'support@example.com',
  admin: 'admin@example.com',
};
export const roles = ['anonymous', 'customer', 'organizer', 'support', 'admin'];

const binary = process.env.BOXOFFICE;
const kept = ['PATH', 'HOME', 'TMPDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS'];
const run = promisify(execFile);

function environment(database, settings) {
  const inherited = Object.fromEntries(kept.filter((name) => process.env[name]).map((name) =>
    [name, process.env[name]]));
  return {
    ...inherited,
    ...database.settings,
    BOXOFFICE_PORT: '0',
    BOXOFFICE_RATE_LIMITS: 'false',
    BOXOFFICE_LOG_LEVEL: 'debug',
    BOXOFFICE_CACHE_KIB: '4096',
    BOXOFFICE_CHECKIN_BEFORE_MS: '31536000000', // the events of tests are days ahead
    ...settings,
  };
}

// Runs a command of the program: { stdout, stderr }; throws when it fails. Without a server it requires no database.
export function boxoffice(command, { folder = tmpdir(), database = {}, settings = {} } = {}) {
  assert.ok(binary, 'BOXOFFICE names the program under test');
  return run(binary, command, { cwd: folder, env: environment(database, settings), maxBuffer: 1 << 26 });
}

// Starts a server. Options: seeded (true), settings (environment variables), engine (that of the run), authority (the
// certificate to trust, when the settings say TLS).
export async function start({ seeded = true, settings = {}, engine, authority = null } = {}) {
  const server = new Server(mkdtempSync(join(tmpdir(), 'boxoffice-api-')), { engine, settings });
  server.authority = authority;
  try {
    server.createDatabase(seeded);
    await server.launch();
    return server;
  } catch (error) {
    await server.remove().catch(() => {}); // the first error is the one to report
    throw error;
  }
}

export class Server {
  constructor(folder, { engine, settings = {} } = {}) {
    this.folder = folder;
    this.database = newDatabase(join(folder, 'boxoffice.db'), engine);
    this.engine = this.database.engine;
    this.settings = settings;
    this.tokens = new Map();
  }

  command(...words) {
    return boxoffice(words, this);
  }

  createDatabase(seeded) {
    const env = environment(this.database, this.settings);
    furnish(this.database, { seeded, cipher: env.BOXOFFICE_CIPHER ?? 'aegis' },
      (command) => execFileSync(binary, [command], { cwd: this.folder, env, stdio: 'pipe' }));
  }

  async launch() {
    this.output = '';
    this.errors = '';
    this.child = spawn(binary, ['serve'], { cwd: this.folder, env: environment(this.database, this.settings) });
    this.child.stdout.on('data', (bytes) => { this.output += bytes; });
    this.child.stderr.on('data', (bytes) => { this.errors += bytes; });
    this.ended = once(this.child, 'close');
    const options = { keepAlive: true, maxSockets: 600 };
    this.agent = this.authority ? new https.Agent({ ...options, ca: this.authority }) : new http.Agent(options);
    try {
      this.port = await this.listening();
      this.origin = `${this.authority ? 'https' : 'http'}://127.0.0.1:${this.port}`;
      this.contract = await contractOf(this);
    } catch (error) {
      this.child.kill('SIGKILL'); // otherwise the test would wait for it forever
      throw error;
    }
  }

  async listening() {
    for (;;) {
      const found = this.output.match(/listening on https?:\/\/[^\s]*:(\d+)/);
      if (found) return Number(found[1]);
      await Promise.race([once(this.child.stdout, 'data'), this.ended]);
      assert.equal(this.child.exitCode, null, this.errors);
    }
  }

  async halt() {
    this.agent.destroy();
    this.child.kill('SIGTERM');
    const [code, signal] = await this.ended;
    assert.doesNotMatch(this.errors, /Sanitizer|runtime error|check failed/i);
    assert.doesNotMatch(this.errors, /@example\.com|[0-9a-f]{64}|argon2|demo-password/,
      'personal values or secrets in the log');
    assert.deepEqual([code, signal], [0, null], this.errors);
  }

  // Stops and starts again on the same database.
  async restart() {
    await this.halt();
    await this.launch();
  }

  async stop() {
    await this.halt();
    const program = process.env.BOXOFFICE_RELEASE ?? binary; // which is faster
    await run(program, ['verify'], { cwd: this.folder, env: environment(this.database, this.settings) });
    await this.remove();
  }

  async remove() {
    try {
      if (this.engine === 'postgres') await this.command('db:drop', '--yes');
    } finally {
      rmSync(this.folder, { recursive: true });
    }
  }

  anonymous(headers = {}) {
    return new Client(this, { email: null, role: 'anonymous', headers });
  }

  // A signed-in client, by name in `people` or e-mail. All callers share one session.
  async as(who, headers = {}) {
    if (who === 'anonymous') return this.anonymous(headers);
    const email = people[who] ?? who;
    if (!this.tokens.has(email)) this.tokens.set(email, this.signIn(email));
    const { token, user } = await this.tokens.get(email);
    return this.client(token, user, headers);
  }

  client(token, user, headers = {}) {
    const role = user.isAdmin ? 'admin' : user.role;
    const client = new Client(this, { email: user.email, role,
      headers: { authorization: `Bearer ${token}`, ...headers } });
    client.user = user;
    client.token = token;
    return client;
  }

  async signIn(email, secret = password) {
    const response = await this.anonymous().post(`${API}/auth/login`, { email, password: secret });
    assert.equal(response.status, 200, response.text);
    return response.body;
  }

  // A new customer, signed in.
  async newcomer(name = 'Newcomer') {
    const email = `${randomUUID()}@example.com`;
    const response = await this.anonymous().post(`${API}/auth/register`, { email, password, name });
    assert.equal(response.status, 201, response.text);
    return this.as(email);
  }
}

// What came back: status, headers (lower case), text, body (parsed JSON), code (of a problem).
export class Response {
  constructor(request, message, text) {
    this.request = request;
    this.status = message.statusCode;
    this.headers = message.headers;
    this.text = text;
    const type = this.headers['content-type'] ?? '';
    if (/json/.test(type) && text) this.body = JSON.parse(text);
    if (type === 'application/problem+json' && text) this.code = this.body.type.replace('/problems/', '');
  }

  // "422 invalid", "200": for comparing status and code at once.
  get verdict() {
    return this.code ? `${this.status} ${this.code}` : String(this.status);
  }

  // { '/title': 'too_long', ... }: the field errors of a 422 or 400.
  get errors() {
    return Object.fromEntries((this.body?.errors ?? []).map(({ pointer, code }) => [pointer, code]));
  }

  get version() {
    return this.headers.etag;
  }
}

export class Client {
  constructor(server, { email, role, headers }) {
    Object.assign(this, { server, email, role, headers });
  }

  get(path, headers) {
    return this.send('GET', path, undefined, headers);
  }

  head(path, headers) {
    return this.send('HEAD', path, undefined, headers);
  }

  options(path, headers) {
    return this.send('OPTIONS', path, undefined, headers);
  }

  // Every POST has an Idempotency-Key, as API.md recommends; null omits it.
  post(path, body, headers) {
    return this.send('POST', path, body, { 'idempotency-key': randomUUID(), ...headers });
  }

  patch(path, body, headers) {
    return this.send('PATCH', path, body, headers);
  }

  put(path, body, headers) {
    return this.send('PUT', path, body, headers);
  }

  delete(path, headers) {
    return this.send('DELETE', path, undefined, headers);
  }

  // A body that is a string or Buffer is sent as it is, anything else as JSON. Headers that are null are omitted.
  async send(method, path, body, headers = {}) {
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = body === undefined ? null : Buffer.from(raw ? body : JSON.stringify(body));
    const all = { ...this.headers, ...(bytes && { 'content-type': 'application/json' }), ...headers };
    const fields = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    if (bytes) fields['content-length'] = bytes.length;
    const response = await this.exchange({ method, path, body: bytes?.toString() ?? '', fields, email: this.email,
      role: this.role }, bytes);
    checkPrivacy(response);
    this.server.contract?.check(response);
    return response;
  }

  exchange(request, bytes) {
    const { port, agent, authority } = this.server;
    return new Promise((resolve, reject) => {
      const sent = (authority ? https : http).request({ host: '127.0.0.1', port, agent, method: request.method,
        path: request.path, headers: request.fields });
      sent.on('error', reject);
      sent.on('response', (message) => {
        const chunks = [];
        message.on('data', (chunk) => chunks.push(chunk));
        message.on('error', reject);
        message.on('end', () => resolve(new Response(request, message, Buffer.concat(chunks).toString())));
      });
      sent.end(bytes ?? undefined);
    });
  }
}
