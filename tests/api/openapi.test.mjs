// The OpenAPI document: sound by its own standard and by two linters, complete, and good enough to generate a client
// from. That no answer contradicts it is judged for every request of every test (tests/support/contract.mjs).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020.js';
import createClient from 'openapi-fetch';
import { Make } from '../support/make.mjs';
import { boxoffice, start } from '../support/server.mjs';

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

// Runs an npm program; its words when it fails.
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
  test('is what the command line prints', async () => {
    const printed = JSON.parse((await boxoffice(['schema', '--openapi'])).stdout);
    assert.deepEqual({ ...printed, servers: null }, { ...document, servers: null });
  });

  test('has every route but pages for people', async () => {
    const routes = JSON.parse((await boxoffice(['routes', '--json'])).stdout);
    const names = routes.filter(({ documented }) => documented).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(operations().map(({ name }) => name).sort(), names.sort());
  });

  test('says of every operation what it is, who may, what it takes and gives', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { name, path, method, operation } of operations()) {
      assert.ok(operation.summary.length > 5 && operation.description, name);
      assert.equal(operation.tags.length, 1, name);
      const statuses = Object.keys(operation.responses);
      assert.ok(statuses.some((status) => status.startsWith('2')), name);
      assert.ok(statuses.some((status) => /^(4|default)/.test(status)), name);
      const parameters = (operation.parameters ?? []).map((parameter) =>
        parameter.$ref ? document.components.parameters[parameter.$ref.split('/').at(-1)] : parameter);
      assert.equal(parameters.some(({ in: where, required }) => where === 'path' && required), path.includes('{'),
        name);
      // A sign-in is never repeated from memory: its answer holds a secret.
      const kept = method === 'post' && !path.endsWith('/login');
      if (kept) assert.ok(parameters.some(({ name: header }) => header === 'Idempotency-Key'), name);
    }
  });

  test('its schemas are JSON Schema 2020-12, and their examples and defaults fit them', () => {
    const ajv = new Ajv({ strict: false });
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      assert.ok(ajv.validateSchema(schema), `${name}: ${ajv.errorsText()}`);
      for (const [field, { examples = [], default: fallback, ...rest }] of Object.entries(schema.properties ?? {})) {
        if (rest.$ref || rest.items) continue;
        const { format, ...plain } = rest;
        const validate = ajv.compile(plain);
        for (const value of [...examples, ...(fallback === undefined ? [] : [fallback])]) assert.ok(validate(value),
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
  test('openapi-typescript makes types, and they compile', { timeout: 120_000 }, async () => {
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

  test('openapi-fetch finds an event, books it, pays and reads it', async () => {
    const customer = await server.as('customer');
    const event = await (await Make.on(server)).event();
    const client = createClient({ baseUrl: server.origin, headers: customer.headers });
    const events = await client.GET('/api/v1/events', { params: { query: { id: [event.id], _sort: 'startDate',
      perPage: 5 } } });
    assert.deepEqual(events.data.map(({ title }) => title), [event.title]);
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
    const removed = await client.DELETE('/api/v1/bookings/{id}', { params: { path: { id: booked.data.id } } });
    assert.equal(removed.error.status, 403);
  });
});
