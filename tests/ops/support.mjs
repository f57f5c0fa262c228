// What the tests of the command line share: the program in a folder of its own, stock sequelize-cli in the project's
// root, and a stock connection for what only somebody else would do to a database. The database is on the engine of the
// run (../support/database.mjs).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newDatabase } from '../support/database.mjs';
import { furnish } from '../support/templates.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
// As it is shipped, where it was built just now: most of these tests start it dozens of times, and the sanitizers see its
// code in other tests. `./test api` runs all of them against the sanitized one.
export const program = process.env.BOXOFFICE_RELEASE ?? process.env.BOXOFFICE ?? join(root, 'build/debug/boxoffice');

// All migrations of the product, and what the program prints about them in the order in which they run or are undone.
export const migrations = readdirSync(join(root, 'migrations')).filter((name) => name.endsWith('.js')).sort();
export const eachMigration = (state) =>
  (state === 'undone' ? [...migrations].reverse() : migrations).map((name) => `${state === 'undone' ? 'down' : state} ${name}\n`).join('');
export const demo = '20260101000000-demo.js';
export const exit = { done: 0, failed: 1, usage: 64, configuration: 78 };

// The environment without settings of whoever runs the tests.
export function environment(more) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(BOXOFFICE_|DATABASE_URL$|NODE_ENV$|NODE_TEST)/.test(name));
  return { ...Object.fromEntries(kept), BOXOFFICE_LOG_LEVEL: 'warning', ...more };
}

// A folder with a database to be; readable by stock clients unless told otherwise.
export class Place {
  constructor({ cipher = 'none', env = {}, engine } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'boxoffice-ops-'));
    this.database = newDatabase(join(this.folder, 'data', 'test.db'), engine);
    this.engine = this.database.engine;
    this.storage = this.database.storage; // the file, where there is one
    this.env = { BOXOFFICE_CIPHER: cipher, ...this.database.settings, ...env };
  }

  path(name) {
    return join(this.folder, name);
  }

  write(name, text) {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  // Runs the program; `input` is its standard input, `stdout` a file descriptor to write to, `through` a program that runs it.
  run(args, { input = '', env = {}, stdout: to = 'pipe', through } = {}) {
    const words = [...(through ? [through] : []), program, ...(typeof args === 'string' ? args.split(' ') : args)];
    const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), {
      cwd: this.folder, env: environment({ ...this.env, ...env }), input, encoding: 'utf8',
      stdio: ['pipe', to, 'pipe'] });
    return { status, stdout, stderr };
  }

  // Starts the program and does not wait for it.
  start(args) {
    return spawn(program, args, { cwd: this.folder, env: environment(this.env), stdio: 'ignore' });
  }

  // Runs the program, which has to succeed; its standard output.
  done(args, options) {
    const { status, stdout, stderr } = this.run(args, options);
    if (status !== 0) throw new Error(`${args}: exit code ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  // A database with all tables.
  migrated(seeded = false) {
    furnish(this.database, { seeded, cipher: this.env.BOXOFFICE_CIPHER }, (command) => this.done(command));
    return this;
  }

  // The same with the demo data.
  seeded() {
    return this.migrated(true);
  }

  // Stock sequelize-cli on the same database; what it said.
  sequelize(...args) {
    const config = this.write('config.json', JSON.stringify({ development: this.database.configuration }));
    const { status, stdout, stderr } = spawnSync(
      join(root, 'tests/node_modules/.bin/sequelize-cli'), [...args, '--config', config],
      { cwd: root, env: environment({}), encoding: 'utf8' });
    return { status, text: stdout + stderr };
  }

  query(sql) {
    return this.database.query(sql);
  }

  plant(sql) {
    return this.database.plant(sql);
  }

  async count(table, where = 'TRUE') {
    return Number((await this.query(`SELECT count(*) AS n FROM "${table}" WHERE ${where}`))[0].n);
  }

  // Runs the program at a terminal of its own (util-linux's script) and types a response to each question; what the
  // terminal showed.
  async converse(args, responses) {
    const command = [program, ...args.split(' ')].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd: this.folder, env: environment(this.env), stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let shown = '';
    child.stdout.on('data', (bytes) => {
      shown += bytes;
      const [question, response] = responses[0] ?? [];
      if (!question || !shown.endsWith(question)) return;
      responses.shift();
      child.stdin.write(`${response}\n`);
    });
    const [status] = await exited;
    return { status, shown };
  }

  // Starts the server on a free port; resolves when it listens.
  async serve(args = [], env = {}) {
    const child = spawn(program, ['serve', '--port', '0', ...args], {
      cwd: this.folder, env: environment({ ...this.env, ...env }), stdio: ['ignore', 'pipe', 'pipe'] });
    const server = { child, stdout: '', stderr: '', exited: once(child, 'exit') };
    child.stderr.on('data', (bytes) => (server.stderr += bytes));
    await new Promise((resolve, reject) => {
      child.stdout.on('data', (bytes) => {
        server.stdout += bytes;
        server.address = /listening on (\S+)\n/.exec(server.stdout)?.[1];
        if (server.address) resolve();
      });
      child.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${server.stderr}`)));
    });
    return server;
  }

  remove() {
    if (this.engine === 'postgres') this.run('db:drop --yes', { env: this.database.settings });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A place for the length of one test.
export function place(context, options) {
  const made = new Place(options);
  context.after(() => made.remove());
  return made;
}

// A server that is gone when the test is over, however it went.
export async function serve(context, here, ...rest) {
  const server = await here.serve(...rest);
  context.after(() => server.child.kill('SIGKILL'));
  return server;
}

// Its exit code.
export async function stop(server, signal = 'SIGTERM') {
  server.child.kill(signal);
  return (await server.exited)[0];
}
