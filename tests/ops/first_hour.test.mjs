// What goes wrong in somebody's first hour, and that the message says what to do.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exit, place, root } from './support.mjs';

const run = (...args) => spawnSync(join(root, 'run'), args, { encoding: 'utf8', timeout: 60_000 });

describe('./run', () => {
  test('has help of its own, which names its options', () => {
    const { status, stdout } = run('--help');
    assert.equal(status, 0);
    for (const option of ['--postgres', '--stop', '--port']) assert.match(stdout, new RegExp(option));
  });

  test('refuses an unknown option before any work, wherever it stands', () => {
    for (const args of [['--prot', '1'], ['--postgres', '--prot=1'], ['--port', '8081', '--prot']]) {
      const { status, stdout, stderr } = run(...args);
      assert.equal(status, exit.usage);
      assert.equal(stderr, 'run: unknown option --prot; ./run --help lists them\n');
      assert.equal(stdout, '');
    }
  });
});

describe('messages', () => {
  const failed = (here, command, pattern, env) => {
    const { status, stderr } = here.run(command, { env });
    assert.equal(status, exit.failed, stderr);
    assert.match(stderr, pattern);
  };
  const embedded = (t, cipher) => {
    const here = place(t, { cipher, engine: 'sqlite' });
    here.done('db:create');
    return here;
  };

  test('a lost key', (t) => {
    const here = embedded(t, 'aegis');
    rmSync(`${here.storage}.key`);
    failed(here, 'db:migrate', /database key .*test\.db\.key: it is missing, and without it the data cannot be read/);
  });

  test('something else than a key', (t) => {
    const here = embedded(t, 'aegis');
    writeFileSync(`${here.storage}.key`, 'a password\n');
    failed(here, 'db:migrate', /database key .*: expected 64 hex digits/);
  });

  test('a plain file opened as an encrypted one', (t) => {
    const here = embedded(t, 'none');
    here.migrated();
    failed(here, 'verify', /the file is not encrypted; BOXOFFICE_CIPHER=none opens it/, { BOXOFFICE_CIPHER: 'aegis' });
  });

  test('an encrypted file opened as a plain one', (t) => {
    const here = embedded(t, 'aegis');
    here.migrated();
    failed(here, 'verify', /it is encrypted, but BOXOFFICE_CIPHER=none is set\?/, { BOXOFFICE_CIPHER: 'none' });
  });

  test('the reason of the system', (t) => {
    const here = place(t, { cipher: 'aegis', engine: 'sqlite' });
    copyFileSync('/dev/null', join(here.folder, 'data'));
    failed(here, 'db:create', /: Not a directory/);
  });

  test('a port in use', async (t) => {
    const here = place(t);
    here.migrated();
    const other = net.createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    failed(here, ['serve', '--port', `${other.address().port}`], /address already in use; --port N picks another port/);
  });

  test('a port that cannot be', (t) => {
    const { stderr } = place(t).run('serve --port 99999');
    assert.match(stderr, /invalid value for port, expected a number from 0 to 65535/);
  });

  test('verify ends with a sentence', (t) => {
    const here = place(t);
    here.migrated();
    assert.match(here.done('verify'), /\nall \d+ invariants hold\n$/);
  });
});
