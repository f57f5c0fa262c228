// The recipes of docs/RECIPES.md, followed to the letter in a copy of the tree: each is applied and its commands run;
// then the changed program passes the checks of the house, migrates a database with demo data that the unmodified
// program made, and serves what was added, on both engines. build/recipes.txt says what each recipe cost.
//
// BOXOFFICE is the unmodified program, BOXOFFICE_TEST_POSTGRES a cluster; ./test recipes sets both.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { costTable } from './cost.mjs';
import { recipesOf } from './document.mjs';
import { Tree } from './tree.mjs';

const checkout = join(dirname(fileURLToPath(import.meta.url)), '../..');
const unmodified = process.env.BOXOFFICE;
assert.ok(unmodified, 'BOXOFFICE names the unmodified program');
const recipes = recipesOf(readFileSync(join(checkout, 'docs/RECIPES.md'), 'utf8'));
const tree = new Tree(checkout);
const changed = join(tree.root, 'build/release/boxoffice');
process.once('exit', () => tree.remove());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

// The servers and clients of the other tests, with the changed program.
process.env.BOXOFFICE = changed;
const { API, Server } = await import('../support/server.mjs');
const { until } = await import('../support/wait.mjs');
const { Make, unique } = await import('../support/make.mjs');

const run = promisify(execFile);
const costs = [];

describe('each recipe is all that it takes', () => {
  for (const recipe of recipes) {
    test(recipe.title, async () => costs.push({ title: recipe.title, ...await tree.follow(recipe) }));
  }
  after(() => writeFileSync(join(checkout, 'build/recipes.txt'), costTable(costs)));
});

describe('the changed tree', () => {
  for (const check of ['tidy', 'format', 'generated-files', 'migrations-equal-schema']) {
    test(`passes tests/checks/${check}`, () => tree.run(`tests/checks/${check}`, { BOXOFFICE: changed }));
  }
  const files = ['tests/api/roles.test.mjs', 'tests/api/resources.test.mjs', 'tests/ops/verify.test.mjs'];
  for (const engine of ['sqlite', 'postgres']) {
    test(`passes the tests that its recipes extend, on ${engine}`, () =>
      tree.run(`node --test --test-reporter=spec ${files.join(' ')}`, { BOXOFFICE: changed, BOXOFFICE_TEST_ENGINE: engine }));
  }
});

// --- what was added, through the public interface ------------------------------------------------------------------

// A server of the changed program on a database that the unmodified one made and filled.
class Upgraded extends Server {
  constructor(engine) {
    super(mkdtempSync(join(tmpdir(), 'boxoffice-recipes-')), { engine });
  }

  async by(program, ...words) {
    const { PATH } = process.env;
    const { stdout } = await run(program, words, { cwd: this.folder, env: { PATH, ...this.database.settings } });
    return stdout;
  }

  digest() {
    return this.by(unmodified, 'digest', '--json').then(JSON.parse);
  }

  async undoMigrations() {
    const count = (root) => readdirSync(join(root, 'migrations')).filter((name) => name.endsWith('.js')).length;
    for (let i = count(checkout); i < count(tree.root); i++) await this.by(changed, 'db:migrate:undo');
  }

  async createDatabase() {
    for (const command of ['db:create', 'db:migrate', 'db:seed:all']) await this.by(unmodified, command);
  }

  async stop() {
    await this.halt();
    await this.by(changed, 'verify');
    await this.undoMigrations();
    await this.by(unmodified, 'verify');
    await this.remove();
  }
}

// Every reference of a document that leads nowhere.
function danglingReferences(document) {
  const lost = [];
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    const target = node.$ref?.slice(2).split('/').reduce((at, name) => at?.[name], document);
    if (node.$ref && target === undefined) lost.push(node.$ref);
    Object.values(node).forEach(visit);
  };
  visit(document);
  return lost;
}

for (const engine of ['sqlite', 'postgres']) {
  describe(`on ${engine}`, () => {
    let server, make, organizer, support, customer, document;
    before(async () => {
      server = new Upgraded(engine);
      await server.createDatabase();
    });
    after(() => server.stop());

    const voucherOf = async (values = {}) => {
      const body = { eventId: (await make.event()).id, code: unique('CODE'), usesLeft: 3, ...values };
      const response = await organizer.post(`${API}/vouchers`, body);
      assert.equal(response.status, 201, response.text);
      return response.body;
    };

    test('the migrations lead there and back, and lose nothing', async () => {
      const original = await server.digest();
      await server.by(changed, 'db:migrate');
      await server.by(changed, 'verify');
      await server.undoMigrations();
      await server.by(unmodified, 'verify');
      assert.deepEqual(await server.digest(), original);
      await server.by(changed, 'db:migrate');
    });

    test('the changed program serves', async () => {
      await server.launch();
      [organizer, support, customer] = await Promise.all(['organizer', 'support', 'customer'].map((who) => server.as(who)));
      make = await Make.on(server);
      document = (await server.anonymous().get('/api/openapi.json')).body;
      assert.deepEqual(danglingReferences(document), []);
    });

    test('the field is set, validated, filtered by and documented', async () => {
      const subtitle = unique('With guests');
      const event = await make.event({ subtitle });
      assert.equal(event.subtitle, subtitle);
      const list = await customer.get(`${API}/events?subtitle=${encodeURIComponent(subtitle)}`);
      assert.deepEqual(list.body.map(({ id }) => id), [event.id]);
      const path = `${API}/events/${event.id}`;
      const long = await organizer.patch(path, { subtitle: 'x'.repeat(201) });
      assert.deepEqual(long.body.errors.map(({ pointer, code }) => [pointer, code]), [['/subtitle', 'too_long']]);
      assert.equal((await organizer.patch(path, { subtitle: null })).body.subtitle, null);
      assert.ok(document.components.schemas.Event.properties.subtitle);
    });

    test('the entity has an address, roles, history and restore', async () => {
      const code = unique('CODE');
      const created = await organizer.post(`${API}/vouchers`, { eventId: (await make.event()).id, code, usesLeft: 3 });
      const path = `${API}/vouchers/${created.body.id}`;
      assert.deepEqual([created.status, created.headers.location], [201, path], created.text);
      assert.deepEqual((await organizer.get(path)).body, created.body);
      assert.deepEqual((await support.get(`${API}/vouchers?code=${encodeURIComponent(code)}`)).body, [created.body]);
      assert.equal((await organizer.post(`${API}/vouchers`, { ...created.body, id: undefined, version: undefined,
        createdAt: undefined, updatedAt: undefined, deletedAt: undefined })).code, 'duplicate');
      assert.equal((await server.anonymous().get(path)).code, 'unauthenticated');
      assert.equal((await customer.get(path)).code, 'forbidden');
      assert.equal((await support.delete(path)).code, 'forbidden');
      const stale = await organizer.patch(path, { usesLeft: 9 }, { 'if-match': '"17"' });
      assert.equal(stale.code, 'stale_version');
      assert.equal((await organizer.patch(path, { usesLeft: 9 }, { 'if-match': created.headers.etag })).body.usesLeft, 9);
      assert.equal((await organizer.delete(path)).status, 204);
      assert.equal((await organizer.get(path)).code, 'not_found');
      const restored = await organizer.post(`${path}/restore`, { version: created.body.version });
      assert.equal(restored.body.usesLeft, 3, restored.text);
      assert.deepEqual((await organizer.get(`${path}/history`)).body.map(({ action }) => action).at(-1), 'create');
    });

    test('the entity is deleted and restored with its parent', async () => {
      const voucher = await voucherOf();
      const [event, path] = [`${API}/events/${voucher.eventId}`, `${API}/vouchers/${voucher.id}`];
      const { version } = (await organizer.get(event)).body;
      assert.equal((await organizer.delete(event)).status, 204);
      assert.equal((await organizer.get(path)).status, 404);
      assert.equal((await organizer.post(`${event}/restore`, { version })).status, 200);
      assert.equal((await organizer.get(path)).status, 200);
    });

    test('the command runs by its route, and the error says why not', async () => {
      const voucher = await voucherOf({ usesLeft: 3 });
      const redeem = (client, uses) => client.post(`${API}/vouchers/${voucher.id}/redeem`, { uses });
      assert.equal((await redeem(organizer, 2)).body.usesLeft, 1);
      assert.equal((await redeem(organizer, 2)).verdict, '409 voucher_used_up');
      assert.equal((await redeem(organizer, 0)).code, 'invalid');
      assert.equal((await redeem(customer, 1)).code, 'forbidden');
      assert.ok(document.paths[`${API}/vouchers/{id}/redeem`].post.requestBody);
    });

    test('the setting is obeyed', async () => {
      const response = await organizer.post(`${API}/vouchers`,
        { eventId: (await make.event()).id, code: unique('CODE'), usesLeft: 101 });
      assert.deepEqual(response.body.errors.map(({ pointer, code }) => [pointer, code]), [['/usesLeft', 'too_large']]);
    });

    test('the background job does its work and is counted', async () => {
      const voucher = await voucherOf({ usesLeft: 1 });
      const path = `${API}/vouchers/${voucher.id}`;
      assert.equal((await organizer.post(`${path}/redeem`, { uses: 1 })).body.usesLeft, 0);
      await until(async () => (await organizer.get(path)).status === 404, 'the job deletes the voucher');
      const { text } = await (await server.as('admin')).get('/metrics');
      assert.match(text, /^boxoffice_job_runs_total\{job="voucher_expire"\} [1-9]/m);
      assert.match(text, /^boxoffice_job_failures_total\{job="voucher_expire"\} 0$/m);
    });

    test('the consumer acts on a change that was committed', async () => {
      const voucher = await voucherOf();
      const other = await voucherOf();
      await organizer.patch(`${API}/events/${voucher.eventId}`, { status: 'cancelled' });
      await until(async () =>
        (await organizer.get(`${API}/vouchers/${voucher.id}`)).status === 404, 'the consumer deletes the voucher');
      assert.equal((await organizer.get(`${API}/vouchers/${other.id}`)).status, 200);
      const { text } = await (await server.as('admin')).get('/metrics');
      assert.match(text, /^boxoffice_job_lag_seconds\{job="voucher_revoke"\} /m);
    });

    test('the command of the command line runs while the server runs', async () => {
      const before = Number(await server.by(changed, 'vouchers'));
      await voucherOf();
      assert.equal(Number(await server.by(changed, 'vouchers')), before + 1);
    });

    test('the page renders, its form redeems, and a refused form says why', async () => {
      const voucher = await voucherOf({ usesLeft: 3 });
      const path = `/vouchers/${voucher.id}`;
      const page = await organizer.get(path, { accept: 'text/html' });
      assert.equal(page.status, 200, page.text);
      assert.match(page.text, /Uses left: 3/);
      const submit = (uses) => organizer.post(path, `uses=${uses}`, { 'content-type': 'application/x-www-form-urlencoded',
        accept: 'text/html', origin: server.origin, 'idempotency-key': null });
      const redeemed = await submit('2');
      assert.deepEqual([redeemed.status, redeemed.headers.location], [303, path], redeemed.text);
      assert.match((await organizer.get(path)).text, /Uses left: 1/);
      const invalid = await submit('many');
      assert.equal(invalid.status, 422, invalid.text);
      assert.match(invalid.text, /aria-describedby="uses-error"/);
      assert.match(invalid.text, /value="many"/);
      const refused = await submit('2');
      assert.equal(refused.status, 409, refused.text);
      assert.match(refused.text, /Not enough uses of the voucher are left/);
      assert.match((await organizer.get(path)).text, /Uses left: 1/);
      assert.equal((await customer.get(path)).status, 403);
    });
  });
}
