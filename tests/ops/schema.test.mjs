// schema --check finds every difference between what the migrations make and what is declared, and names it; schema
// --migration derives the next migration.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { engineOfRun } from '../support/database.mjs';
import { exit, migrations, place, root } from './support.mjs';

// What a migration does at its end -> what is said of the migrated database.
const defects = {
  sqlite: {
    'DROP INDEX "events_price"': /^derived: +index\|Events\|events_price/m,
    'DROP TRIGGER "users_audit_update"': /^derived: +trigger\|Users\|users_audit_update/m,
    'ALTER TABLE "Venues" ADD COLUMN "x" TEXT': /^migrated: +column\|Venues\|x/m,
  },
  postgres: {
    'DROP INDEX "events_price"': /^derived: +index public\.events_price/m,
    'ALTER TABLE "Users" DISABLE TRIGGER "users_audit_update"': /users_audit_update.*\bENABLED D$/m,
    'ALTER TABLE "Events" DROP CONSTRAINT "event_price"': /^derived: +constraint public\.Events\.event_price/m,
    'DROP POLICY "customer" ON "Users"': /^derived: +policy public\.Users\.customer/m,
    'ALTER POLICY "customer" ON "Users" USING (TRUE)': /^migrated: policy public\.Users\.customer: .* USING true/m,
    'ALTER TABLE "Users" NO FORCE ROW LEVEL SECURITY': /^derived: +relation public\.Users: r ROW SECURITY FORCED/m,
    'GRANT SELECT ("password") ON "Users" TO boxoffice_admin_rows': /^migrated: column public\.Users\.password: .*RIGHTS/m,
    'GRANT SELECT ON "Users" TO boxoffice_customer': /^migrated: relation public\.Users: .*boxoffice_customer=r/m,
    'GRANT USAGE ON SCHEMA public TO boxoffice_customer': /^migrated: schema public: .*boxoffice_customer=U/m,
    'CREATE OR REPLACE FUNCTION "actor_id"() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT 1 $$':
      /^migrated: function actor_id\(\): .* SELECT 1 /m,
    'ALTER FUNCTION "EventsSearch"(text) RESET search_path': /^derived: +function "EventsSearch"\(text\): .* SET search_path/m,
    'GRANT EXECUTE ON FUNCTION "EventsSearch"(text) TO PUBLIC': /^migrated: function "EventsSearch"\(text\): /m,
    'GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC': /^migrated: guarded set_config.*: =X/m,
    'ALTER TABLE "Venues" ADD COLUMN "x" TEXT': /^migrated: column public\.Venues\.x/m,
    'DROP VIEW boxoffice_support."SupportReplies"': /^derived: +relation boxoffice_support\.SupportReplies/m,
    'REVOKE SELECT ("title") ON "Events" FROM boxoffice_customer_rows': /^(derived|migrated): +column public\.Events\.title/m,
    'ALTER VIEW boxoffice_customer."Users" SET (security_invoker = true)':
      /^migrated: relation boxoffice_customer\.Users: v \{security_invoker=true\}/m,
    'CREATE OR REPLACE VIEW boxoffice_admin."Venues" AS SELECT * FROM public."Venues"': /rule boxoffice_admin\.Venues/m,
  },
}[engineOfRun];

function copied(here) {
  const migrations = here.path('migrations');
  cpSync(join(root, 'migrations'), migrations, { recursive: true });
  return migrations;
}

function check(here, more) {
  const folder = copied(here);
  if (more) appendFileSync(join(folder, migrations.at(-1).replace(/\.js$/, `.up.${engineOfRun}.sql`)), `${more};\n`);
  return here.run(['schema', '--check', '--migrations-path', folder]);
}

describe('schema --check', () => {
  test('is content with the migrations', (t) => {
    const { status, stdout } = check(place(t));
    assert.equal(status, exit.done);
    assert.match(stdout, /^\d+ migrations give the declared schema$/m);
  });

  for (const [sql, found] of Object.entries(defects)) {
    test(`finds: ${sql}`, (t) => {
      const { status, stdout, stderr } = check(place(t), sql);
      assert.equal(status, exit.failed, stderr);
      assert.match(stderr, /do not give the declared schema/);
      assert.match(stdout, found);
    });
  }
});

describe('schema --migration', () => {
  const derive = (here, ...args) => here.run(['schema', '--migration', ...args]);

  // The declared schema has what this snapshot has not: a column and an index that nothing else names.
  function behind(here) {
    const migrations = copied(here);
    for (const dialect of ['sqlite', 'postgres']) {
      const path = join(migrations, `schema.${dialect}.sql`);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^CREATE INDEX "events_price".*\n/m, ''));
    }
    return migrations;
  }

  test('writes nothing when nothing differs', (t) => {
    const here = place(t);
    const before = readdirSync(copied(here));
    const { status, stdout, stderr } = derive(here, 'event-subtitle');
    assert.deepEqual([status, stdout], [exit.done, '']);
    assert.match(stderr, /nothing to migrate/);
    assert.deepEqual(readdirSync(here.path('migrations')), before);
  });

  test('writes five files behind all others, and the new snapshots', (t) => {
    const here = place(t);
    const migrations = behind(here);
    const before = readdirSync(migrations);
    const { status, stdout, stderr } = derive(here, 'event-price');
    assert.equal(status, exit.done, stderr);
    const made = readdirSync(migrations).filter((name) => !before.includes(name));
    assert.match(made[0], /^\d{14}-event-price\.down\.postgres\.sql$/);
    assert.equal(made.length, 5);
    assert.ok(made.every((name) => before.filter((other) => /^\d/.test(other)).every((other) => name > other)));
    assert.equal(stdout.trim().split('\n').length, 7);
    const sql = (ending) => readFileSync(join(migrations, made.find((name) => name.endsWith(ending))), 'utf8');
    assert.match(sql('.up.sqlite.sql'), /^CREATE INDEX "events_price" ON "Events" \("price"\);$/m);
    assert.match(sql('.down.sqlite.sql'), /^DROP INDEX "events_price";$/m);
    assert.match(sql('.up.postgres.sql'), /^CREATE INDEX "events_price" ON "Events" \("price"\);$/m);
    assert.match(sql('.down.postgres.sql'), /^DROP INDEX "events_price";$/m);
    assert.match(sql('.js'), /module\.exports = require/);
    assert.match(derive(here, 'another').stderr, /nothing to migrate/);
  });

  test('refuses a name that exists, and one that is none', (t) => {
    const here = place(t);
    behind(here);
    assert.match(derive(here, 'initial-schema').stderr, /'initial-schema' already exists as 20260101000000/);
    for (const name of ['Event', 'a--b', '-a', 'a-', 'a b', '../a', 'x'.repeat(61)]) {
      const { status, stderr } = derive(here, name);
      assert.equal(status, exit.usage, name);
      assert.match(stderr, /invalid name/);
    }
  });

  test('takes its folder from --migrations-path, and says what is missing there', (t) => {
    const here = place(t);
    assert.match(derive(here, 'a').stderr, /cannot read migrations: .*--migrations-path/);
    behind(here);
    rmSync(join(here.path('migrations'), 'schema.sqlite.sql'));
    assert.match(derive(here, 'a', '--migrations-path', 'migrations').stderr, /cannot read migrations\/schema\.sqlite\.sql/);
  });

  test('a snapshot that is not the declared schema is found by --check', (t) => {
    const here = place(t);
    const { status, stderr } = here.run(['schema', '--check', '--migrations-path', behind(here)]);
    assert.equal(status, exit.failed);
    assert.match(stderr, /schema\.(sqlite|postgres)\.sql is not the declared schema/);
  });
});
