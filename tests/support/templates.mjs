#!/usr/bin/env node
// Databases to start from. Making one takes more than a second, and several hundred tests require one, so ./test makes
// them once (by running this file) and names their folder in BOXOFFICE_TEST_TEMPLATES; the tests get copies. Without that
// variable each test makes its own.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { urlOf } from './postgres.mjs';

const folder = process.env.BOXOFFICE_TEST_TEMPLATES;
const commands = ['db:create', 'db:migrate', 'db:seed:all'];
const ciphers = ['none', 'aegis'];

// A template for each engine and cipher, with and without the demo data: sqlite-aegis-seeded, postgres-migrated.
const nameOf = (engine, cipher, seeded) =>
  [engine, ...(engine === 'sqlite' ? [cipher] : []), seeded ? 'seeded' : 'migrated'].join('-');

const psql = (sql) => execFileSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', urlOf('postgres')], { input: sql });

function copy(database, name) {
  if (database.engine === 'postgres') {
    psql(`CREATE DATABASE "${database.name}" TEMPLATE "${name}" STRATEGY file_copy;
      GRANT CREATE ON DATABASE "${database.name}" TO boxoffice_owner;`); // which is no part of a template
    return;
  }
  mkdirSync(dirname(database.storage), { recursive: true, mode: 0o700 });
  for (const file of readdirSync(join(folder, name))) {
    copyFileSync(join(folder, name, file), database.storage + file.slice('template'.length));
  }
}

// Fills a database that is not there yet; `run` executes one command of the program on it.
export function furnish(database, { seeded, cipher }, run) {
  if (folder && ciphers.includes(cipher)) copy(database, nameOf(database.engine, cipher, seeded));
  else for (const command of seeded ? commands : commands.slice(0, 2)) run(command);
}

function make(engine, cipher, seeded) {
  const name = nameOf(engine, cipher, seeded);
  const from = mkdtempSync(join(tmpdir(), 'boxoffice-template-'));
  try {
    const { PATH, ASAN_OPTIONS = '' } = process.env;
    const env = { PATH, ASAN_OPTIONS, BOXOFFICE_CIPHER: cipher, BOXOFFICE_STORAGE: join(from, 'template'),
      ...(engine === 'postgres' && { BOXOFFICE_DATABASE_URL: urlOf(name) }) };
    for (const command of seeded ? commands : commands.slice(0, 2)) {
      execFileSync(process.env.BOXOFFICE, [command], { env, stdio: 'pipe' });
    }
    if (engine === 'sqlite') mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    for (const file of readdirSync(from)) copyFileSync(join(from, file), join(folder, name, file));
  } finally {
    rmSync(from, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const seeded of [false, true]) {
    for (const cipher of ciphers) make('sqlite', cipher, seeded);
    make('postgres', 'aegis', seeded);
  }
}
