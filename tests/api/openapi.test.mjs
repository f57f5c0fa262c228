// The OpenAPI document: valid by its own standard and by two linters, complete, and sufficient to generate a client
// from. That no response contradicts it is checked for every request of every test (tests/support/contract.mjs).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020.js';
import createClient from 'openapi-fetch';
import { Make } from '../support/make.mjs';
import { API, boxoffice, start } from '../support/server.mjs';

const run = promisify(execFile);
const programs = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.bin');
const require = createRequire(import.meta.url);
const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  NO_UPDATE_NOTIFIER: '1' };

let server, folder, file, document;
before(async () => {
  server = await start();
  document = server.contract.document;
  folder = mkdtempSync(join(tmpdir(), 'boxoffice-openapi-'));
  file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server?.stop();
});

// Runs an npm program; returns its output when it fails.
async function program(name, ...words) {
  const { stdout, stderr } = await run(process.execPath, [join(programs, name), ...words],
    { cwd: folder, env: environment, maxBuffer: 1 << 26 })
    .catch((error) => assert.fail(`${name}: ${error.stdout}\n${error.stderr}`));
  return stdout + stderr;
}

const operations = () => Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation,
    name: `${method.toUpperCase()} ${path}` })));

describe('the document', () => {
  test('is the one that the command line prints', async () => {
    const printed = JSON.parse((await boxoffice(['schema', '--openapi'])).stdout);
    assert.deepEqual({ ...printed, servers: null }, { ...document, servers: null });
  });

  test('has every route but pages for people', async () => {
    const routes = JSON.parse((await boxoffice(['routes', '--json'])).stdout);
    const names = routes.filter(({ documented }) => documented).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(operations().map(({ name }) => name).sort(), names.sort());
  });

  test('describes every operation: summary, roles, request, responses', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { name, path, method, operation } of operations()) {
      assert.ok(operation.summary.length > 5 && operation.description, name);
      assert.equal(operation.tags.length, 1, name);
      const statuses = Object.keys(operation.responses);
      assert.ok(statuses.some((status) => status.startsWith('2')), name);
      assert.ok(statuses.every((status) => /^[2-5]\d\d$/.test(status)), `${name}: ${statuses}`);
      assert.ok(statuses.includes('500'), name);
      const parameters = (operation.parameters ?? []).map((parameter) =>
        parameter.$ref ? document.components.parameters[parameter.$ref.split('/').at(-1)] : parameter);
      assert.equal(parameters.some(({ in: where, required }) => where === 'path' && required), path.includes('{'),
        name);
      // What a password was sent for is never stored for repetitions.
      const kept = method === 'post' && !/\/(login|reauthenticate)$/.test(path);
      if (kept) assert.ok(parameters.some(({ name: header }) => header === 'Idempotency-Key'), name);
    }
  });

  test('names operations as a person would name them', () => {
    const names = Object.fromEntries(operations().map(({ name, operation }) => [name, operation.operationId]));
    for (const [name, id] of Object.entries({
      'GET /events': 'listEvents', 'POST /events': 'createEvent', 'GET /events/{id}': 'getEvent',
      'PATCH /events/{id}': 'updateEvent', 'PUT /events/{id}': 'replaceEvent', 'DELETE /events/{id}': 'deleteEvent',
      'GET /events/{id}/history': 'getEventHistory', 'POST /bookings/{id}/cancel': 'cancelBooking',
      'POST /bookings/{id}/checkin': 'checkInBooking', 'GET /event-categories': 'listEventCategories',
      'POST /support-tickets/{id}/replies': 'createSupportReply', 'POST /auth/login': 'login', 'GET /me': 'getMe',
    })) assert.equal(names[name.replace(' ', ` ${API}`)], id);
    for (const id of Object.values(names)) assert.match(id, /^[a-z][A-Za-z]+$/);
  });

  test('has what generators of other languages understand: no unions but with null, names for responses', () => {
    const walk = (node, at) => {
      if (typeof node !== 'object' || node === null) return;
      for (const word of ['oneOf', 'not', 'if']) assert.ok(!(word in node) || at.endsWith('/properties'), at);
      if (Array.isArray(node.anyOf)) assert.deepEqual(node.anyOf, [{ $ref: node.anyOf[0].$ref }, { type: 'null' }], at);
      if (Array.isArray(node.type)) assert.deepEqual([node.type.length, node.type[1]], [2, 'null'], at);
      if ('minimum' in node) assert.equal([node.type].flat()[0], 'integer', at);
      for (const [name, value] of Object.entries(node)) walk(value, `${at}/${name}`);
    };
    walk(document, '');
    for (const { name, operation } of operations()) {
      for (const [status, node] of Object.entries(operation.responses)) {
        const { content = {} } = node.$ref ? document.components.responses[node.$ref.split('/').at(-1)] : node;
        const schema = content['application/json']?.schema;
        if (schema) assert.ok((schema.type === 'array' ? schema.items : schema).$ref, `${name} ${status}`);
      }
    }
  });

  test('describes one dialect of lists, and no query parameter with the name of a path parameter', () => {
    for (const { name, operation } of operations()) {
      const parameters = operation.parameters.map((node) =>
        node.$ref ? document.components.parameters[node.$ref.split('/').at(-1)] : node);
      const named = (where) => parameters.filter((parameter) => parameter.in === where).map((parameter) => parameter.name);
      assert.deepEqual(named('query').filter((query) => named('path').includes(query)), [], name);
      assert.deepEqual(named('query').filter((query) => ['page', 'perPage', 'range', 'filter', 'sort'].includes(query)),
        [], name);
    }
    const embed = document.components.parameters.EventEmbed;
    assert.deepEqual(embed.schema.items.enum, ['venue', 'schedules', 'eventCategories', 'bookings']);
    assert.deepEqual(document.components.schemas.Event.properties.venue.anyOf,
      [{ $ref: '#/components/schemas/Venue' }, { type: 'null' }]);
    assert.equal(document.components.schemas.Event.properties.schedules.items.$ref, '#/components/schemas/Schedule');
  });

  test('says where credentials are not used, required, or optional', () => {
    const security = (path, method) => document.paths[path][method].security;
    assert.deepEqual(security(`${API}/auth/login`, 'post'), []);
    assert.deepEqual(security('/livez', 'get'), []);
    assert.deepEqual(security(`${API}/me`, 'get'), [{ bearer: [] }, { cookie: [] }]);
    assert.deepEqual(security(`${API}/events`, 'get'), [{}, { bearer: [] }, { cookie: [] }]);
  });

  test('its schemas are JSON Schema 2020-12, and their examples and defaults fit them', () => {
    const ajv = new Ajv({ strict: false });
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      assert.ok(ajv.validateSchema(schema), `${name}: ${ajv.errorsText()}`);
      for (const [field, { examples = [], default: byDefault, ...rest }] of Object.entries(schema.properties ?? {})) {
        if (rest.$ref || rest.items || rest.anyOf) continue;
        const { format, ...plain } = rest;
        const validate = ajv.compile(plain);
        for (const value of [...examples, ...(byDefault === undefined ? [] : [byDefault])]) assert.ok(validate(value),
          `${name}.${field} (${format}): ${value}`);
      }
    }
  });

  test('Redocly has no errors', { timeout: 120_000 }, async () => {
    const words = await program('redocly', 'lint', file, '--format=json', '--extends=recommended');
    const { totals, problems } = JSON.parse(words.slice(words.indexOf('{'), words.lastIndexOf('}') + 1));
    assert.equal(totals.errors, 0, JSON.stringify(problems.filter(({ severity }) => severity === 'error').slice(0, 5),
      null, 1));
  });

  test('Spectral has no errors', { timeout: 120_000 }, async () => {
    writeFileSync(join(folder, 'rules.json'), '{"extends": ["spectral:oas"]}');
    const words = await program('spectral', 'lint', file, '--ruleset', join(folder, 'rules.json'), '--format', 'json',
      '--quiet', '--fail-severity', 'error');
    const found = JSON.parse(words.slice(words.indexOf('['), words.lastIndexOf(']') + 1) || '[]');
    assert.deepEqual(found.filter(({ severity }) => severity === 0), []);
  });
});

describe('a client generated from it', () => {
  test('openapi-typescript generates types, and they compile', { timeout: 120_000 }, async () => {
    await program('openapi-typescript', file, '--output', join(folder, 'api.d.ts'));
    writeFileSync(join(folder, 'use.ts'), `
      import type { components, paths } from './api.d.ts';
      const booking: components['schemas']['BookingRequest'] = { eventId: 1, quantity: 2, paymentMethod: 'sandbox' };
      type Events = paths['/api/v1/events']['get']['responses'][200]['content']['application/json'];
      const title = (events: Events): string | undefined => events[0]?.title;
      // @ts-expect-error a quantity is a number
      const wrong: components['schemas']['BookingRequest'] = { eventId: 1, quantity: 'two' };
      export { booking, title, wrong };
    `);
    await program('tsc', '--noEmit', '--strict', '--allowImportingTsExtensions', '--module', 'nodenext', '--target',
      'es2022', join(folder, 'use.ts'));
    assert.ok(require.resolve('openapi-fetch'));
  });

  // Clients of two other generators, used as a program would: they compile without a cast.
  const compile = (name) => program('tsc', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib',
    'es2022,dom,dom.iterable', '--skipLibCheck', '--allowImportingTsExtensions', join(folder, name));

  test('oazapfts generates a client, and it compiles', { timeout: 120_000 }, async () => {
    symlinkSync(join(programs, '..'), join(folder, 'node_modules')); // it imports its runtime
    await program('oazapfts', file, join(folder, 'oazapfts.ts'));
    writeFileSync(join(folder, 'use-oazapfts.ts'), `
      import { cancelBooking, createBooking, listEvents } from './oazapfts.ts';
      export async function book(): Promise<string> {
        const events = await listEvents({ sort: ['startDate'], order: ['asc'], embed: ['venue'], priceLte: '20' });
        if (events.status !== 200) throw new Error(events.data.title);
        const venue: string | undefined = events.data[0]?.venue?.name;
        const booked = await createBooking({ eventId: events.data[0]!.id, quantity: 2 }, { idempotencyKey: 'a' });
        if (booked.status === 409) return booked.data.type;
        const cancelled = await cancelBooking(1, { ifMatch: '*' });
        // @ts-expect-error a field that events do not have
        await listEvents({ sort: ['nonsense'] });
        return \`\${venue} \${booked.status} \${cancelled.status}\`;
      }
    `);
    await compile('use-oazapfts.ts');
  });

  test('typed-openapi generates a client, and it compiles', { timeout: 120_000 }, async () => {
    await program('typed-openapi', file, '--output', 'typed.ts');
    writeFileSync(join(folder, 'use-typed.ts'), `
      import type { Endpoints, Schemas } from './typed.ts';
      const event: Schemas.EventCreate = { title: 'Jazz', price: '12.50', capacity: 50, venueId: 1,
        startDate: '2030-06-01T18:30:00Z', endDate: '2030-06-01T21:00:00Z' };
      // @ts-expect-error money is a string
      const wrong: Schemas.EventCreate = { ...event, price: 12.5 };
      export { event, wrong };
      export type All = Endpoints.get_ListEvents;
    `);
    await compile('use-typed.ts');
  });

  test('openapi-fetch finds an event, books it, pays and reads it', async () => {
    const customer = await server.as('customer');
    const event = await (await Make.on(server)).event();
    const client = createClient({ baseUrl: server.origin, headers: customer.headers });
    const events = await client.GET('/api/v1/events', { params: { query: { id: [event.id],
      _sort: ['startDate', 'id'], _order: ['desc', 'asc'], fields: ['title', 'price'], _embed: ['venue', 'schedules'],
      _start: 0, _end: 5 } } });
    assert.deepEqual(events.data.map(({ title }) => title), [event.title]);
    assert.deepEqual(Object.keys(events.data[0]).sort(), ['id', 'price', 'schedules', 'title', 'venue']);
    const headers = { 'Idempotency-Key': 'openapi-fetch' };
    const booked = await client.POST('/api/v1/bookings', { body: { eventId: event.id, quantity: 2,
      paymentMethod: 'sandbox' }, params: { header: headers } });
    assert.equal(booked.response.status, 201);
    const paid = await client.POST('/api/v1/payments/{id}/pay', { params: { path: { id: booked.data.payment.id } } });
    assert.equal(paid.data.status, 'paid');
    const read = await client.GET('/api/v1/bookings/{id}', { params: { path: { id: booked.data.id } } });
    assert.equal(read.data.status, 'confirmed');
    const none = await client.GET('/api/v1/bookings/{id}', { params: { path: { id: 999999999 } } });
    assert.deepEqual([none.data, none.error.status, none.error.type], [undefined, 404, '/problems/not_found']);
    const removed = await client.DELETE('/api/v1/bookings/{id}', { params: { path: { id: booked.data.id },
      header: { 'If-Match': '*' } } });
    assert.equal(removed.error.status, 403);
  });
});
