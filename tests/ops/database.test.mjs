// Databases and migrations: made, run, undone, refused; by our program, by sequelize-cli, and by both in turn.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { eachMigration, exit, migrations, place } from './support.mjs';

const mode = (path) => (statSync(path).mode & 0o777).toString(8);

// A folder of migrations: name -> [up, down].
function migrationFolder(here, scripts) {
  mkdirSync(here.path('migrations'), { recursive: true });
  for (const [name, [up, down]] of Object.entries(scripts)) {
    here.write(`migrations/${name}.js`, '');
    here.write(`migrations/${name}.up.sqlite.sql`, up);
    here.write(`migrations/${name}.down.sqlite.sql`, down);
  }
  return ['--migrations-path', 'migrations'];
}

describe('db:create and db:drop', () => {
  test('make the database once, and its key for nobody else to read', (t) => {
    const here = place(t, { cipher: 'aegis' });
    assert.match(here.run('db:create').stderr, /created/);
    assert.equal(mode(here.storage), '600');
    assert.equal(mode(`${here.storage}.key`), '600');
    const key = readFileSync(`${here.storage}.key`);
    const again = here.run('db:create');
    assert.equal(again.status, exit.done);
    assert.match(again.stderr, /already exists/);
    assert.deepEqual(readFileSync(`${here.storage}.key`), key);
  });

  test('remove the database and keep the key, so that backups stay readable', (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.migrated();
    here.done('db:drop --yes');
    assert.ok(!existsSync(here.storage) && !existsSync(`${here.storage}-wal`));
    assert.ok(existsSync(`${here.storage}.key`));
    assert.equal(here.run('db:drop --yes').status, exit.done);
    here.seeded();
    here.done('verify');
  });

  test('other commands refuse to work on a database that is not there, and do not make one', (t) => {
    const here = place(t);
    for (const command of ['db:migrate', 'db:migrate:status', 'db:seed:all', 'verify', 'serve']) {
      const { status, stderr } = here.run(command);
      assert.equal(status, exit.failed);
      assert.match(stderr, /database .* does not exist; run boxoffice db:create/);
    }
    assert.ok(!existsSync(here.storage));
  });

  test('an encrypted file holds no readable text', (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.seeded();
    const bytes = readFileSync(here.storage).toString('latin1');
    for (const text of ['SQLite format', 'CREATE TABLE', 'Lantern Hall', 'admin@example.com']) {
      assert.ok(!bytes.includes(text), text);
    }
    const wal = `${here.storage}-wal`;
    if (existsSync(wal)) assert.ok(!readFileSync(wal).toString('latin1').includes('Lantern Hall'));
  });

  test('another key does not open it, and says so', (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.migrated();
    chmodSync(here.write('data/other.key', 'f'.repeat(64) + '\n'), 0o600);
    const { status, stderr } = here.run('verify', { env: { BOXOFFICE_KEY_FILE: here.path('data/other.key') } });
    assert.equal(status, exit.failed);
    assert.match(stderr, /is the key that of another database/);
  });

  test('a key that others can read, that is empty, cut short or missing does not open it, each with its reason', (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.migrated();
    const file = `${here.storage}.key`, key = readFileSync(file);
    const reason = () => {
      const { status, stderr } = here.run('verify');
      assert.equal(status, exit.failed);
      return stderr;
    };
    for (const mode of [0o604, 0o640, 0o602]) {
      chmodSync(file, mode);
      assert.match(reason(), /test\.db\.key: other users can read it; run chmod 600 on it/);
    }
    chmodSync(file, 0o400);
    here.done('verify');
    chmodSync(file, 0o600);
    writeFileSync(file, '');
    assert.match(reason(), /test\.db\.key: it is empty; restore it from a copy/);
    writeFileSync(file, key.subarray(0, 40));
    assert.match(reason(), /test\.db\.key: it is not a key: expected 64 hex digits/);
    rmSync(file);
    assert.match(reason(), /test\.db\.key: it is missing, and without it the data cannot be read/);
    writeFileSync(file, key, { mode: 0o600 });
    here.done('verify');
  });

  test('an empty key, which an earlier version left after a crash, is replaced with a new database', (t) => {
    const here = place(t, { cipher: 'aegis' });
    mkdirSync(here.path('data'));
    writeFileSync(`${here.storage}.key`, '');
    here.migrated().done('verify');
    assert.match(readFileSync(`${here.storage}.key`, 'latin1'), /^[0-9a-f]{64}\n$/);
    assert.deepEqual(readdirSync(here.path('data')).filter((name) => name.includes('.key')), ['test.db.key']);
  });
});

describe('db:migrate', () => {
  test('runs what is pending, once', (t) => {
    const here = place(t);
    here.done('db:create');
    assert.equal(here.done('db:migrate:status'), eachMigration('down'));
    assert.equal(here.done('db:migrate'), eachMigration('up'));
    const again = here.run('db:migrate');
    assert.deepEqual([again.status, again.stdout], [exit.done, '']);
    assert.match(again.stderr, /no migrations are pending/);
    assert.equal(here.done('db:migrate:status'), eachMigration('up'));
    assert.deepEqual(JSON.parse(here.done('db:migrate:status --json')), migrations.map((name) => ({ name, state: 'up' })));
  });

  test('is undone and done again', async (t) => {
    const here = place(t);
    here.seeded();
    assert.equal(here.done('db:migrate:undo:all'), eachMigration('undone'));
    const left = await here.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    assert.deepEqual(left.map(({ name }) => name).sort(), ['SequelizeData', 'SequelizeMeta']);
    assert.match(here.run('db:migrate:undo').stderr, /nothing to undo/);
    assert.equal(here.done('db:migrate'), eachMigration('up'));
    here.done('verify');
  });

  test('goes to a name and back to one', (t) => {
    const here = place(t);
    const path = migrationFolder(here, Object.fromEntries(['1-a', '2-b', '3-c'].map((name) =>
      [name, [`CREATE TABLE "${name}" (id INTEGER);`, `DROP TABLE "${name}";`]])));
    here.done('db:create');
    const names = (args) => here.done([...args, ...path]).trim().split('\n').map((line) => line.trim());
    assert.deepEqual(names(['db:migrate', '--to', '2-b']), ['up 1-a.js', 'up 2-b.js']);
    assert.deepEqual(names(['db:migrate:status']), ['up 1-a.js', 'up 2-b.js', 'down 3-c.js']);
    assert.deepEqual(names(['db:migrate']), ['up 3-c.js']);
    assert.deepEqual(names(['db:migrate:undo', '--name', '2-b.js']), ['down 2-b.js']);
    assert.deepEqual(names(['db:migrate']), ['up 2-b.js']);
    assert.deepEqual(names(['db:migrate:undo', '--to', '2-b.js']), ['down 3-c.js', 'down 2-b.js']);
    assert.deepEqual(names(['db:migrate']), ['up 2-b.js', 'up 3-c.js']);
    assert.deepEqual(names(['db:migrate:undo:all', '--to', '3-c']), ['down 3-c.js']);
    assert.deepEqual(names(['db:migrate:undo:all']), ['down 2-b.js', 'down 1-a.js']);
  });

  test('keeps nothing of a migration that fails half-way, and all before it', async (t) => {
    const here = place(t);
    const path = migrationFolder(here, {
      '1-good': ['CREATE TABLE good (id INTEGER);', 'DROP TABLE good;'],
      '2-bad': ['CREATE TABLE bad (id INTEGER); INSERT INTO bad VALUES (1); INSERT INTO good VALUES (1); SELECT * FROM nowhere;', ''],
    });
    here.done('db:create');
    const { status, stdout, stderr } = here.run(['db:migrate', ...path]);
    assert.equal(status, exit.failed);
    assert.equal(stdout, 'up 1-good.js\n');
    assert.match(stderr, /2-bad\.js: .*nowhere.*rolled back/);
    assert.equal(await here.count('good'), 0);
    assert.equal(await here.count('sqlite_master', "name = 'bad'"), 0);
    assert.deepEqual(await here.query('SELECT name FROM SequelizeMeta'), [{ name: '1-good.js' }]);
  });

  test('names the rows that a new check refuses, and changes nothing', async (t) => {
    const here = place(t);
    const path = migrationFolder(here, {
      '1-old': ['CREATE TABLE "Events" ("id" INTEGER PRIMARY KEY, "price" DECIMAL(10,2));'
        + 'INSERT INTO "Events" VALUES (1, 12.5), (3, 26.991), (17, \'NaN\');', ''],
      '2-checked': ['CREATE TABLE "new" ("id" INTEGER PRIMARY KEY, "price" DECIMAL(10,2),'
        + ' CONSTRAINT "event_price" CHECK (typeof("price") <> \'text\' AND round("price", 2) = "price"));'
        + 'INSERT INTO "new" SELECT * FROM "Events"; DROP TABLE "Events"; ALTER TABLE "new" RENAME TO "Events";', ''],
    });
    here.done('db:create');
    const { status, stderr } = here.run(['db:migrate', ...path]);
    assert.equal(status, exit.failed);
    assert.match(stderr, /2-checked\.js: .*event_price: rows 3, 17 of Events; correct them and try again; rolled back/);
    assert.deepEqual((await here.query('SELECT "price" FROM "Events"')).map(({ price }) => price), [12.5, 26.991, 'NaN']);
    await here.query('UPDATE "Events" SET "price" = 26.99 WHERE "id" > 1');
    assert.equal(here.done(['db:migrate', ...path]), 'up 2-checked.js\n');
  });

  test('undoes all or nothing of one as well', async (t) => {
    const here = place(t);
    const path = migrationFolder(here, { '1-a': ['CREATE TABLE a (id INTEGER);', 'DROP TABLE a; DROP TABLE nowhere;'] });
    here.done('db:create');
    here.done(['db:migrate', ...path]);
    const { status, stderr } = here.run(['db:migrate:undo', ...path]);
    assert.equal(status, exit.failed);
    assert.match(stderr, /rolled back/);
    assert.equal(await here.count('a'), 0);
    assert.equal(await here.count('SequelizeMeta'), 1);
  });

  test('says which file is missing', (t) => {
    const here = place(t);
    here.done('db:create');
    mkdirSync(here.path('migrations'));
    here.write('migrations/1-a.js', '');
    assert.match(here.run('db:migrate --migrations-path migrations').stderr, /1-a\.js: cannot read migrations\/1-a\.up\.sqlite\.sql/);
    assert.match(here.run('db:migrate --migrations-path nowhere').stderr, /cannot read nowhere/);
  });

  test('a database newer than the program is refused by name', async (t) => {
    const here = place(t);
    here.migrated();
    await here.query("INSERT INTO SequelizeMeta (name) VALUES ('29990101000000-from-the-future.js')");
    for (const command of ['db:migrate', 'db:migrate:undo', 'verify', 'serve', 'serve --migrate']) {
      const { status, stderr } = here.run(command);
      assert.equal(status, exit.failed, command);
      assert.match(stderr, /29990101000000-from-the-future\.js/);
      assert.match(stderr, /migrations that this version does not know/);
    }
    assert.match(here.done('db:migrate:status'), /^unknown 29990101000000-from-the-future\.js$/m);
  });
});

describe('with stock sequelize-cli', () => {
  test('each sees what the other ran and undid, in any mixture', async (t) => {
    const here = place(t);
    here.done('db:create');
    const theirs = (...args) => {
      const { status, text } = here.sequelize(...args);
      assert.equal(status, 0, text);
      return text;
    };
    assert.match(theirs('db:migrate'), /initial-schema: migrated/);
    assert.equal(here.done('db:migrate:status'), eachMigration('up'));
    assert.equal(here.done('db:migrate'), '');
    here.done('db:seed:all');
    assert.match(theirs('db:seed:all'), /^(?!.*seeding)/s);
    const users = await here.count('Users');
    assert.ok(users > 12);
    theirs('db:seed:undo:all');
    assert.equal(await here.count('Users'), 0);
    theirs('db:seed:all');
    assert.equal(await here.count('Users'), users);
    assert.equal(here.done('db:seed:all'), '');
    here.done('verify');
    here.done('db:seed:undo:all');
    here.done('db:migrate:undo:all');
    assert.match(theirs('db:migrate:status'), /down 20260101000000-initial-schema\.js/);
    here.done('db:migrate');
    assert.match(theirs('db:migrate:undo:all'), /initial-schema: reverted/);
    assert.equal(here.done('db:migrate:status'), eachMigration('down'));
  });

  test('they make the same structure and the same history', async (t) => {
    const ours = place(t);
    const theirs = place(t);
    ours.migrated();
    theirs.done('db:create');
    assert.equal(theirs.sequelize('db:migrate').status, 0);
    const structure = 'SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name';
    const words = (rows) => rows.map((row) => ({ ...row, sql: row.sql?.replaceAll('`', '"').replace(' IF NOT EXISTS', '').replace(/;$/, '') }));
    assert.deepEqual(words(await theirs.query(structure)), words(await ours.query(structure)));
    assert.deepEqual(await theirs.query('SELECT * FROM SequelizeMeta'), await ours.query('SELECT * FROM SequelizeMeta'));
  });

  test('a script that fails half-way leaves nothing there either', async (t) => {
    const here = place(t);
    here.migrated();
    // A row that the seeder makes too, late in its script.
    await here.query(`INSERT INTO "Users" ("email", "password", "name", "createdAt", "updatedAt")
      VALUES ('nadia.haddad@example.com', 'x', 'N', '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00')`);
    const { status, text } = here.sequelize('db:seed:all');
    assert.notEqual(status, 0);
    assert.match(text, /UNIQUE|Validation/i);
    assert.equal(await here.count('Venues'), 0);
    assert.equal(await here.count('Users'), 1);
    assert.equal(await here.count('AuditContexts', '"requestId" IS NULL'), 1);
  });
});
