// schema --check finds whatever a migration makes otherwise than declared, and says what it is about.
import assert from 'node:assert/strict';
import { cpSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { engineOfRun } from '../support/database.mjs';
import { exit, migrations, place, root } from './support.mjs';

// What a migration does at its end -> what is said of the migrated database.
const faults = {
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
    'ALTER VIEW boxoffice_customer."Users" SET (security_invoker = true)':
      /^migrated: relation boxoffice_customer\.Users: v \{security_invoker=true\}/m,
    'CREATE OR REPLACE VIEW boxoffice_admin."Venues" AS SELECT * FROM public."Venues"': /rule boxoffice_admin\.Venues/m,
  },
}[engineOfRun];

function check(here, more) {
  const folder = here.path('migrations');
  cpSync(join(root, 'migrations'), folder, { recursive: true });
  if (more) appendFileSync(join(folder, migrations.at(-1).replace(/\.js$/, `.up.${engineOfRun}.sql`)), `${more};\n`);
  return here.run(['schema', '--check', '--migrations-path', folder]);
}

describe('schema --check', () => {
  test('is content with the migrations', (t) => {
    const { status, stdout } = check(place(t));
    assert.equal(status, exit.done);
    assert.match(stdout, /^\d+ migrations give the declared schema$/m);
  });

  for (const [sql, found] of Object.entries(faults)) {
    test(`finds: ${sql}`, (t) => {
      const { status, stdout, stderr } = check(place(t), sql);
      assert.equal(status, exit.failed, stderr);
      assert.match(stderr, /do not give the declared schema/);
      assert.match(stdout, found);
    });
  }
});
