// What the description allows is accepted, and what it forbids is refused: both kinds of requests are generated from the
// OpenAPI document (tests/support/generate.mjs), for every operation and every role, at least 20,000 on SQLite. Every
// response is also checked against the document (contract.mjs). DESCRIBED_SEED repeats a run.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { engineOfRun } from '../support/database.mjs';
import { Generator, Random } from '../support/generate.mjs';
import { Make, hour, later, unique } from '../support/make.mjs';
import { API, password, roles, start } from '../support/server.mjs';

// A right password is not generated.
const passwords = ['login', 'reauthenticate'];

const seed = Number(process.env.DESCRIBED_SEED ?? 20261129);
const least = engineOfRun === 'sqlite' ? 20_000 : 5_000, connections = 8; // the description does not depend on the engine
const freeVenues = 4; // that no event uses, so that they can be deleted

// Refusals of requests that the description allows, because they depend on the data. 403: a row that the role may read
// but not change, or a password that was entered too long ago.
const byData = new Set(['403 forbidden', '403 password_required', '404 not_found', '409 state_conflict', '409 sold_out', '409 duplicate', '410 hold_expired',
  '412 stale_version']);
// The codes of field errors for what the description says (schema/decode.h). Other codes depend on the data, the clock
// or the role, or on two values at once.
const described = new Set(['required', 'unknown', 'type', 'not_null', 'too_short', 'too_long', 'too_small', 'too_large',
  'enum', 'format', 'precision', 'repeated']);
// Where it cannot say it.
const beyond = {
  '/quantity too_large': 'more people than the booking has left to check in',
  '/_end too_large': 'more than 200 rows behind _start',
  '/after format': 'a position that no Link has named',
  '/_embed unknown': 'rows that the role may not read',
  '/amount too_large': 'more than was paid',
  '/scheduleId required': 'the event has several schedules',
  '/currentPassword required': 'a new password is given',
};

let server, generator, ids, rows, spare = 0, sent = 0;
const succeeded = new Set(); // operations

before(async () => {
  server = await start({ settings: { BOXOFFICE_CIPHER: 'none' } }); // so that rows of jobs can be added
  ids = await pools();
});
after(() => server?.stop());

// Bookings of an event that is about to begin, most of them checked in, so that undoing that finds some.
async function attended(make, customer) {
  const organizer = await server.as('organizer');
  const event = await make.event({ price: '0.00', startDate: later(hour), endDate: later(3 * hour) });
  for (let i = 0; i < 16; i++) {
    const { id } = await make.booking(customer, event.id);
    if (i >= 4) assert.equal((await organizer.post(`${API}/bookings/${id}/checkin`)).status, 200);
  }
}

// Ids of rows that the requests use: demo data, and rows made here.
async function pools() {
  const admin = await server.as('admin'), customer = await server.as('customer'), make = await Make.on(server);
  const found = {};
  rows = {};
  const events = await Promise.all(Array.from({ length: 12 }, () => make.event({ price: '5.00' })));
  for (const event of events) await make.category(event.id);
  for (const event of events) await make.booking(customer, event.id);
  await attended(make, customer);
  for (let i = 0; i < 10; i++) await make.ticket(customer);
  for (let i = 0; i < 8; i++) await make.venue();
  await make.backup();
  for (const resource of ['events', 'venues', 'schedules', 'event-categories', 'bookings', 'payments',
    'support-tickets', 'backups']) {
    const { body } = await admin.get(`${API}/${resource}?_sort=id&_order=desc&_start=0&_end=30`);
    found[resource] = body.map(({ id }) => id);
    rows[resource] = new Map(body.map((row) => [row.id, row]));
  }
  found.users = await Promise.all(Array.from({ length: 6 }, async () => (await account('customer')).user.id));
  return found;
}

// A new account of a role that may be spent.
async function account(role) {
  const admin = await server.as('admin');
  assert.equal((await admin.post(`${API}/auth/reauthenticate`, { password })).status, 204); // the run may take long
  const email = `spare-${++spare}@example.com`;
  const made = await admin.post(`${API}/users`, { email, password, name: 'Spare', isAdmin: role === 'admin',
    role: role === 'admin' ? 'customer' : role });
  assert.equal(made.status, 201, made.text);
  return server.as(email);
}

// --- operations -------------------------------------------------------------------------------------------------------

const resourceOf = (path) => path.split('/')[3];
const pointerOf = (pointer) => pointer.replace(/^\/[0-9]+(?=\/)/, ''); // in its item
const bodyOf = (operation) => operation.requestBody?.content['application/json']?.schema;
const isSlow = (operation) => Boolean(generator.resolve(bodyOf(operation) ?? {}).properties?.password);
// The account cannot be used in the same way afterwards.
const spends = ({ method, path }) => method !== 'get' && (path.startsWith(`${API}/me`) || path.endsWith('/logout'));

function operations() {
  const { paths } = server.contract.document;
  const all = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) =>
    ({ method, path, operation, parameters: operation.parameters.map((node) => generator.resolve(node)) })));
  // What ends bookings comes after what needs them, and deleting last.
  const rank = ({ method, path }) => (method === 'delete' ? 2 : /\/(cancel|pay|refund)$/.test(path) ? 1 : 0);
  return all.sort((a, b) => rank(a) - rank(b));
}

// Names whose values depend on the data. `row` is the one that the path names: some of its values cannot be changed.
function context(random, row) {
  const pick = (resource) => () => random.one(ids[resource]);
  return {
    eventId: row?.eventId ? () => row.eventId : pick('events'),
    scheduleId: row?.scheduleId ? () => row.scheduleId : pick('schedules'),
    venueId: () => random.one(ids.venues.slice(freeVenues)), userId: pick('users'),
    id: pick('events'), quantity: () => 1, version: () => random.below(3), capacity: () => random.between(1, 100),
    email: () => `${unique('p').replace(' ', '-')}@example.com`,
    startDate: () => '2031-05-01T10:00:00Z', endDate: () => '2031-05-02T10:00:00Z',
    startTime: () => '2031-05-01T10:00:00Z', endTime: () => '2031-05-01T12:00:00Z',
  };
}

// A request being made: path, query as pairs, headers, body.
function allowedRequest({ method, path, operation, parameters }, random) {
  const request = { method, path, query: [], headers: {}, body: undefined };
  let filters = 0, row;
  for (const parameter of parameters) {
    if (parameter.in === 'path') {
      const pool = ids[resourceOf(path)] ?? [1];
      const id = random.chance(95) ? random.one(pool) : 999999999;
      row = rows[resourceOf(path)]?.get(id);
      request.path = request.path.replace(`{${parameter.name}}`, id);
    } else if (parameter.required || random.chance(parameter.in === 'query' ? 120 / parameters.length : 50)) {
      const value = generator.allowed(parameter.schema, context(random));
      if (parameter.in === 'header') request.headers[parameter.name.toLowerCase()] = value;
      else if (filters++ < 8) request.query.push(...pairs(parameter, value, random));
    }
  }
  if (method === 'post' && !('idempotency-key' in request.headers)) request.headers['idempotency-key'] = null;
  const body = bodyOf(operation);
  if (body && (operation.requestBody.required || random.chance(70)))
    request.body = generator.allowed(body, context(random, row));
  return request;
}

// Names are separated by commas or given one by one, filters always the latter.
function pairs({ name, explode }, value, random) {
  if (!Array.isArray(value)) return [[name, value]];
  return explode === false && random.chance(70) ? [[name, value.join(',')]] : value.map((item) => [name, item]);
}

// Everything that can be changed to make an allowed request a forbidden one.
function violations({ method, operation, parameters }) {
  const list = [];
  for (const { name, in: where, schema, required } of parameters) {
    const add = (why, change) => list.push({ why: `${where} ${name}: ${why}`, change });
    if (where === 'path') {
      for (const value of ['0', '-1', 'x', '1.5']) add(value, (request) => { request.path = request.badPath(value); });
    } else {
      const text = schema.type === 'array' ? schema.items : schema;
      const values = generator.forbidden(text).filter(({ value }) => typeof value === 'string' ||
        (typeof value === 'number' && text.type === 'integer') || (text.type === 'boolean' && value === 7.5));
      for (const { why, value } of values) {
        if (where === 'query' && value === '') continue; // a filter for "no value", as the introduction says
        if (where === 'query') add(why, (request) => {
          request.query = [...request.query.filter(([given]) => given !== name), [name, value]];
        });
        // What a header cannot hold is not sent.
        else if (/^[ -~]*$/.test(value)) add(why, (request) => { request.headers[name.toLowerCase()] = value; });
      }
      if (required) add('missing', (request) => { request.headers[name.toLowerCase()] = null; });
    }
  }
  if (method === 'get' && parameters.some(({ in: where }) => where === 'query'))
    list.push({ why: 'an unknown parameter', change: (request) => request.query.push(['nonsense', '1']) });
  if (bodyOf(operation)) list.push(...bodyViolations(operation));
  return list;
}

function bodyViolations(operation) {
  const whole = generator.schema(bodyOf(operation)), list = [], several = whole.type === 'array';
  const schema = several ? generator.schema(whole.items) : whole;
  const add = (why, change) => list.push({ why: `body: ${why}`, change });
  // Of a list, one item is changed.
  const changed = (why, change) => add(why, (request) => {
    if (!several) return void (request.body = change({ ...request.body }));
    const at = request.body.length - 1;
    request.body = request.body.map((item, i) => (i === at ? change({ ...item }) : item));
  });
  const into = (why, name, value) => changed(`${name} ${why}`, (body) => ({ ...body, [name]: value }));
  for (const [name, property] of Object.entries(schema.properties)) {
    for (const { why, value } of generator.forbidden(property)) into(why, name, value);
  }
  into('is unknown', 'nonsense', 1);
  for (const name of schema.required ?? [])
    changed(`${name} is missing`, ({ [name]: removed, ...body }) => body);
  for (const value of [null, [], 1, 'text', ...(several ? [{}] : [])])
    add(`${JSON.stringify(value)} instead of ${several ? 'a list' : 'an object'}`, (request) => {
      request.body = JSON.stringify(value);
    });
  if (several) add('too many', (request) => { request.body = Array(whole.maxItems + 1).fill(request.body[0]); });
  add('no JSON', (request) => { request.body = '{"a":'; });
  add('another type', (request) => {
    request.body ??= {};
    request.headers['content-type'] = 'text/plain';
  });
  if (operation.requestBody.required) add('missing', (request) => { request.body = undefined; });
  return list;
}

// --- verdicts ---------------------------------------------------------------------------------------------------------

const isHead = (response) => response.request.method === 'HEAD'; // of a stream; it has no body that names the problem
const isPermitted = (operation, role) => operation['x-roles'].includes(role);

function allowedIsRefused(operation, role, response) {
  if (response.status < 400 || (isHead(response) && response.status === 404)) return false;
  if (!isPermitted(operation, role)) return !['401 unauthenticated', '403 forbidden'].includes(response.verdict);
  if (byData.has(response.verdict)) return false;
  if (operation.operationId === 'login') return response.status !== 401;
  if (response.verdict !== '422 invalid') return true;
  return response.body.errors.some(({ pointer, code }) => described.has(code) && !beyond[`${pointerOf(pointer)} ${code}`]);
}

function forbiddenIsAccepted(operation, role, why, response) {
  if (why.startsWith('path')) return response.status !== 404 && response.status !== 401 && response.status !== 403;
  if (!isPermitted(operation, role)) return ![401, 403, 415].includes(response.status);
  if (why.startsWith('header If-Match')) return ![400, 404, 412, 422, 428].includes(response.status);
  return ![400, 415, 422].includes(response.status);
}

async function send(client, request) {
  const query = request.query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const stream = request.path.endsWith('/stream');
  sent++;
  return client.send(stream ? 'HEAD' : request.method.toUpperCase(), query ? `${request.path}?${query}` : request.path,
    request.body, request.headers);
}

// Differences of one kind (an operation, a verdict) are shown once.
class Differences {
  constructor() {
    this.kinds = new Map();
    this.count = 0;
  }

  add(what, { operation }, role, request, response) {
    const kind = `${what} ${operation.operationId} ${response.verdict} ${JSON.stringify(response.errors)}`;
    const { query, headers, body } = request;
    this.count++;
    if (!this.kinds.has(kind)) this.kinds.set(kind, `${kind} as ${role}: ${request.method} ${request.path} ${
      JSON.stringify({ query, headers, body }).slice(0, 400)}`);
  }

  toString() {
    return [...this.kinds.values()].slice(0, 30).join('\n');
  }
}

// How many requests an operation gets by each role. Passwords are slow to hash on purpose, and a spent account costs one.
function counts(entry) {
  const part = least < 20_000 ? 4 : 1, most = { allowed: Math.ceil(25 / part), forbidden: Math.ceil(29 / part) };
  if (spends(entry)) return { allowed: 2, forbidden: 20 / part };
  return isSlow(entry.operation) ? { allowed: 3, forbidden: 40 / part } : most;
}

async function clientFor(entry, role) {
  return spends(entry) && role !== 'anonymous' ? account(role) : server.as(role);
}

async function tryAllowed(entry, role, random, differences) {
  for (let i = counts(entry).allowed; i > 0; i--) {
    const client = await clientFor(entry, role), request = allowedRequest(entry, random);
    const response = await send(client, request);
    if (response.status < 400) succeeded.add(entry.operation.operationId);
    if (allowedIsRefused(entry.operation, role, response))
      differences.add('allowed, but refused', entry, role, request, response);
  }
}

async function tryForbidden(entry, role, random, differences) {
  const all = violations(entry), client = await clientFor(entry, role);
  for (let i = all.length ? counts(entry).forbidden : 0; i > 0; i--) {
    const { why, change } = random.one(all), request = allowedRequest(entry, random);
    request.badPath = (value) => entry.path.replace('{id}', value);
    change(request);
    const response = await send(client, request);
    if (forbiddenIsAccepted(entry.operation, role, why, response))
      differences.add(`forbidden (${why}), but accepted:`, entry, role, request, response);
  }
}

// --- the run ----------------------------------------------------------------------------------------------------------

// Runs the tasks, several at a time; those of one list come after those of the list before.
async function inParallel(tasks) {
  const rest = [...tasks];
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let task = rest.shift(); task; task = rest.shift()) await task();
  }));
}

const unsuccessful = () => operations().filter(({ operation: { operationId } }) => !succeeded.has(operationId));

// The run itself cancels and deletes what later requests could have used, so what never succeeded gets new rows.
async function tryWithNewRows(differences) {
  for (let round = 0; round < 6; round++) {
    const entries = unsuccessful().filter(({ operation }) => !passwords.includes(operation.operationId));
    if (entries.length === 0) return;
    ids = await pools();
    for (const entry of entries) for (const role of roles.filter((name) => isPermitted(entry.operation, name)))
      await tryAllowed(entry, role, generator.random, differences);
  }
}

describe('what the description allows is accepted, what it forbids is refused', () => {
  test(`${least} requests, for every operation and every role`, { timeout: 600_000 }, async () => {
    const differences = new Differences();
    generator = new Generator(server.contract.document, new Random(seed));
    const tasks = operations().flatMap((entry) => roles.map((role) => async () => {
      await tryForbidden(entry, role, generator.random, differences);
      await tryAllowed(entry, role, generator.random, differences);
    }));
    await inParallel(tasks);
    await tryWithNewRows(differences);
    assert.equal(differences.count, 0, `${differences.count} of ${sent} (seed ${seed}):\n${differences}`);
    const never = unsuccessful().map(({ operation }) => operation.operationId);
    assert.deepEqual(never, passwords, 'every other operation succeeded with requests that were generated');
    assert.ok(sent >= least, `${sent} requests`);
  });
});
