// The command line as such: help, exit codes, suggestions, and where settings come from.
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { exit, place } from './support.mjs';

const table = readFileSync(new URL('../../src/ops/commands.def', import.meta.url), 'utf8');
const commands = [...table.matchAll(/^COMMAND\("([^"]+)"/gm)].map(([, name]) => name);

describe('help', () => {
  test('lists every command, examples first, on standard output', (t) => {
    const { status, stdout, stderr } = place(t).run('--help');
    assert.equal(status, exit.done);
    assert.equal(stderr, '');
    assert.ok(stdout.startsWith('Examples\n'));
    const listed = /^Commands\n((?: {2}.*\n)+)/m.exec(stdout)[1].match(/^ {2}\S+(?= +[A-Z])/gm).map((name) => name.trim());
    assert.deepEqual(listed, commands);
    assert.ok(commands.includes('serve') && commands.includes('db:copy') && commands.includes('digest'));
    assert.match(stdout, /Exit codes\n {2}0 .*\n {2}1 .*\n {2}64 .*\n {2}78 /);
  });

  for (const command of commands) {
    test(`of ${command} has an example and touches nothing`, (t) => {
      const { status, stdout } = place(t).run([command, '--help']);
      assert.equal(status, exit.done);
      assert.match(stdout, new RegExp(`^Examples\n {2}.*boxoffice ${command}`));
    });
  }

  test('never has colour', (t) => {
    const { stdout } = place(t).run('--help', { env: { FORCE_COLOR: '1', TERM: 'xterm-256color' } });
    assert.ok(!stdout.includes('\x1b'));
  });
});

describe('wrong calls end with 64, say why on standard error, and print nothing', () => {
  for (const [args, reason] of [
    ['', /a command is required/],
    ['db:migrat', /unknown command 'db:migrat'; did you mean db:migrate\?/],
    ['serv', /did you mean serve\?/],
    ['something-else-altogether', /boxoffice --help lists them/],
    ['verify --colour', /unknown option --colour/],
    ['verify --yes', /--yes is not an option of verify/],
    ['verify twice', /unexpected argument 'twice' after verify/],
    ['db:migrate --to', /--to requires a value/],
    ['db:drop --yes=maybe', /--yes takes no value/],
    ['verify --json --json', /--json is given twice/],
    ['db:drop', /add --yes to confirm/],
    ['db:migrate --to nothing-of-that-name', /unknown migration 'nothing-of-that-name'; boxoffice db:migrate:status lists them/],
    ['db:seed', /--seed is required/],
    ['db:seed --seed nope', /unknown seeder 'nope'/],
    ['db:migrate:undo --to a --name b', /cannot be combined/],
    ['schema --sql mysql', /unknown dialect 'mysql'/],
    ['user:create', /--email is required/],
    ['user:create --email a@example.com', /--name is required/],
    ['user:create --email a@example.com --name A --admin --role support', /cannot be combined/],
  ]) {
    test(args || 'nothing', (t) => {
      const here = place(t);
      here.migrated();
      const { status, stdout, stderr } = here.run(args ? args : []);
      assert.equal(status, exit.usage);
      assert.match(stderr, reason);
      assert.equal(stdout, '');
    });
  }
});

describe('settings', () => {
  const line = (text, name) => text.split('\n').find((one) => one.startsWith(`${name} `))?.replace(/ +/g, ' ');
  const bare = (t) => {
    const here = place(t);
    here.env = {};
    return here;
  };
  const config = (here, environments) => {
    mkdirSync(here.path('config'), { recursive: true });
    return here.write('config/config.json', JSON.stringify(environments));
  };

  test('are printed with value and source', (t) => {
    const here = bare(t);
    config(here, { development: { dialect: 'sqlite', storage: 'here.db', logging: false, boxoffice: { hold_ms: 5000 } } });
    const text = here.done('--print-config --url sqlite:/srv/there.db', { env: { BOXOFFICE_PORT: '9000' } });
    assert.equal(line(text, 'host'), 'host 127.0.0.1 default');
    assert.equal(line(text, 'port'), 'port 9000 environment BOXOFFICE_PORT');
    assert.equal(line(text, 'hold_ms'), 'hold_ms 5000 file config/config.json, hold_ms');
    assert.equal(line(text, 'storage'), 'storage /srv/there.db argument --url');
  });

  test('hide secrets', (t) => {
    const text = bare(t).done('--print-config', { env: { BOXOFFICE_KEY_FILE: '/run/secret-place' } });
    assert.ok(!text.includes('secret-place'));
    assert.equal(line(text, 'key_file'), 'key_file *** environment BOXOFFICE_KEY_FILE');
  });

  test('outrank one another: default, file, environment, argument', (t) => {
    const here = bare(t);
    const storage = (args, env) => line(here.done(args, { env }), 'storage').split(' ')[1];
    assert.equal(storage('--print-config'), 'data/boxoffice.db');
    config(here, { development: { dialect: 'sqlite', storage: 'file.db' } });
    assert.equal(storage('--print-config'), 'file.db');
    assert.equal(storage('--print-config', { DATABASE_URL: 'sqlite:url.db' }), 'url.db');
    assert.equal(storage('--print-config', { DATABASE_URL: 'sqlite:url.db', BOXOFFICE_STORAGE: 'own.db' }), 'own.db');
    assert.equal(storage('--print-config --url sqlite:arg.db', { BOXOFFICE_STORAGE: 'own.db' }), 'arg.db');
    assert.equal(storage('--print-config --url sqlite:///srv/arg.db'), '/srv/arg.db');
  });

  test('options of serve are settings', (t) => {
    const text = bare(t).done('serve --port=0 --host ::1 --demo --print-config', { env: { BOXOFFICE_PORT: '1' } });
    assert.equal(line(text, 'port'), 'port 0 argument --port');
    assert.equal(line(text, 'host'), 'host ::1 argument --host');
    assert.equal(line(text, 'demo'), 'demo true argument --demo');
  });

  test('the environment is that of --env, else of NODE_ENV, else development', (t) => {
    const here = bare(t);
    config(here, {
      development: { dialect: 'sqlite', storage: 'development.db' },
      test: { dialect: 'sqlite', storage: 'test.db' },
      production: { dialect: 'sqlite', use_env_variable: 'BOOKINGS' },
    });
    const storage = (args, env) => line(here.done(args, { env }), 'storage').replace(/^storage /, '');
    assert.equal(storage('--print-config'), 'development.db file config/config.json, storage');
    assert.equal(storage('--print-config', { NODE_ENV: 'test' }), 'test.db file config/config.json, storage');
    assert.equal(storage('--print-config --env test', { NODE_ENV: 'production' }),
      'test.db file config/config.json, storage');
    assert.equal(storage('--print-config --env production', { BOOKINGS: 'sqlite:/srv/b.db' }),
      '/srv/b.db environment BOOKINGS');
  });

  for (const [what, environment, args, env, source] of [
    ['in DATABASE_URL', null, '', { DATABASE_URL: 'postgres://me:hunter2@db/x' }, 'environment DATABASE_URL'],
    ['in its own variable, over another', null, '', {
      DATABASE_URL: 'sqlite:x.db', BOXOFFICE_DATABASE_URL: 'postgresql://a,b/x?target_session_attrs=read-write' },
    'environment BOXOFFICE_DATABASE_URL'],
    ['as an argument', null, ' --url postgres://me@a:5432,b:5432/x?passfile=/run/p', {}, 'argument --url'],
    ['by its parts in a file', { dialect: 'postgres', host: 'db', port: 5433, username: 'me', password: 'hunter2',
      database: 'x' }, '', {}, 'file config/config.json, dialect'],
    ['by a URL in a file', { dialect: 'postgresql', url: 'postgres://me:hunter2@db/x' }, '', {},
      'file config/config.json, url'],
    ['by a variable that a file names', { use_env_variable: 'BOOKINGS', dialect: 'postgres' }, '',
      { BOOKINGS: 'postgres://me:hunter2@db/x' }, 'environment BOOKINGS'],
  ]) {
    test(`name a database on PostgreSQL ${what}, and do not show it`, (t) => {
      const here = bare(t);
      if (environment) config(here, { development: environment });
      assert.equal(line(here.done(`--print-config${args}`, { env }), 'database_url'), `database_url *** ${source}`);
    });
  }

  test('the later one of a file and a server is meant', (t) => {
    const here = bare(t);
    const named = (args, env) => line(here.done(args, { env }), 'database_url').split(' ')[1];
    config(here, { development: { dialect: 'postgres', host: 'db', database: 'x' } });
    assert.equal(named('--print-config'), '***');
    assert.equal(named('--print-config', { DATABASE_URL: 'sqlite:x.db' }), 'environment');
    assert.equal(named('--print-config --url postgres://db/x', { DATABASE_URL: 'sqlite:x.db' }), '***');
    assert.equal(named('--print-config --url sqlite:x.db', { BOXOFFICE_DATABASE_URL: 'postgres://db/x' }), 'argument');
    assert.equal(named('--print-config', { BOXOFFICE_DATABASE_URL: '' }), 'environment');
  });

  for (const [what, environments, reason] of [
    ['a host that is no text', { development: { dialect: 'postgres', host: ['a', 'b'] } }, /host must be a string/],
    ['a database_url of another kind', { development: { dialect: 'sqlite', boxoffice: { database_url: 'x:hunter2' } } },
      /database_url must begin with postgres:/],
    ['another dialect', { development: { dialect: 'mysql' } }, /dialect 'mysql' is not supported/],
    ['an environment that is not there', { test: { dialect: 'sqlite' } }, /unknown environment 'development'/],
    ['an unknown setting', { development: { dialect: 'sqlite', boxoffice: { colour: 1 } } }, /unknown setting colour/],
    ['a value out of range', { development: { dialect: 'sqlite', boxoffice: { port: 70000 } } }, /invalid value for port/],
    ['a storage that is no text', { development: { dialect: 'sqlite', storage: 1 } }, /storage must be a string/],
  ]) {
    test(`a file with ${what} is refused`, (t) => {
      const here = bare(t);
      config(here, environments);
      const { status, stdout, stderr } = here.run('--print-config');
      assert.equal(status, exit.configuration);
      assert.equal(stdout, '');
      assert.match(stderr, reason);
      assert.ok(!stderr.includes('hunter2'));
    });
  }

  for (const [args, env, reason] of [
    ['--print-config', { BOXOFFICE_PORT: 'http' }, /environment BOXOFFICE_PORT: invalid value for port/],
    ['--print-config', { BOXOFFICE_LOG_LEVEL: 'loud' }, /log_level/],
    ['--print-config', { DATABASE_URL: 'mysql://me:hunter2@db/x' }, /environment DATABASE_URL: not a database URL/],
    ['--print-config', { DATABASE_URL: 'hunter2' }, /not a database URL/],
    ['--print-config', { DATABASE_URL: 'postgres:hunter2' }, /database_url must begin with postgres:/],
    ['--print-config', { BOXOFFICE_DATABASE_URL: 'sqlite:hunter2' }, /database_url must begin with postgres:/],
    ['--print-config', { BOXOFFICE_MIGRATION_URL: 'hunter2' }, /migration_url must begin with postgres:/],
    ['--print-config', { BOXOFFICE_REPLICA_URL: 'hunter2' }, /replica_url must begin with postgres:/],
    ['--print-config --url postgres://me:hunter2@db/x', {}, /a password is not allowed in an argument, where other users can read it; use DATABASE_URL/],
    ['--print-config --url postgresql://me:hunter2@a,b', {}, /a password is not allowed/],
    ['--print-config --url postgres:///x?host=a&password=hunter2', {}, /a password is not allowed/],
    ['--print-config --url postgres://a/x?sslpassword=hunter2', {}, /a password is not allowed/],
    ['--print-config --url sqlite::memory:', {}, /must be a file/],
    ['--print-config --url nothing', {}, /not a database URL/],
    ['--print-config --config none.json', {}, /none\.json/],
    ['serve --port 99999', {}, /argument --port: invalid value for port/],
  ]) {
    test(`${args} ${Object.keys(env)} is refused`, (t) => {
      const { status, stderr } = bare(t).run(args, { env });
      assert.equal(status, exit.configuration);
      assert.match(stderr, reason);
      assert.ok(!stderr.includes('hunter2'));
    });
  }

  test('a broken file is refused with its line', (t) => {
    const here = bare(t);
    const { status, stderr } = here.run(['--print-config', '--config', here.write('bad.json', '{\n"a": }')]);
    assert.equal(status, exit.configuration);
    assert.match(stderr, /line 2/);
  });
});

describe('what is derived', () => {
  test('version', (t) => {
    assert.match(place(t).done('version'), /^boxoffice \d+\.\d+\.\d+\n$/);
  });

  test('schema for people and for programs', (t) => {
    const here = place(t);
    assert.match(here.done('schema'), /^Booking \(Bookings\): .*\n(?: {2}.*\n)* {2}quantity +number +Number of seats$/m);
    const models = JSON.parse(here.done('schema --json'));
    const booking = models.find(({ model }) => model === 'Booking');
    assert.equal(booking.table, 'Bookings');
    assert.equal(booking.fields.find(({ name }) => name === 'userId').references, 'Users');
  });

  test('SQL of both dialects, and what removes it', (t) => {
    const here = place(t);
    for (const dialect of ['sqlite', 'postgres']) {
      assert.match(here.done(`schema --sql ${dialect}`), /CREATE TABLE "Bookings"/);
      assert.match(here.done(`schema --sql ${dialect} --drop`), /DROP TABLE "Bookings"/);
    }
  });

  test('models', (t) => {
    const here = place(t);
    mkdirSync(here.path('models'));
    assert.equal(here.done('schema --models models'), '');
    assert.equal(here.run('schema --models nowhere').status, exit.failed);
  });

  test('routes for people and for programs', (t) => {
    const here = place(t);
    assert.match(here.done('routes'), /^POST +\/api\/v1\/bookings +\S*customer/m);
    const routes = JSON.parse(here.done('routes --json'));
    assert.ok(routes.some(({ method, path, roles }) =>
      method === 'GET' && path === '/api/v1/events' && roles.includes('anonymous')));
  });

  test('OpenAPI', (t) => {
    assert.match(JSON.parse(place(t).done('schema --openapi')).openapi, /^3\.1/);
  });

  test('a full standard output is a failure, and is told', (t) => {
    const full = openSync('/dev/full', 'w');
    t.after(() => closeSync(full));
    for (const args of ['--help', 'schema --sql sqlite', '--print-config']) {
      const { status, stderr } = place(t).run(args, { stdout: full });
      assert.equal(status, exit.failed);
      assert.match(stderr, /cannot write to standard output/);
    }
  });
});
