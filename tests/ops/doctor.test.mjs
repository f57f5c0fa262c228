// doctor, and what is generated from the table of commands: the manual page and completion.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exit, place } from './support.mjs';

const ada = ['user:create', '--admin', '--email', 'ada@example.org', '--name', 'Ada'];

function examined(here, env) {
  const { status, stdout, stderr } = here.run('doctor', { env });
  return { status, stdout, stderr, lines: stdout.split('\n') };
}

describe('doctor', () => {
  test('finds nothing wrong with a sound installation', (t) => {
    const here = place(t, { cipher: 'aegis' });
    here.migrated();
    here.done(ada, { input: 'a long password\n' });
    const { status, stdout, stderr } = examined(here);
    assert.equal(status, exit.done, stdout + stderr);
    assert.match(stdout, /^ok +schema +all \d+ migrations are up$/m);
    assert.match(stdout, /^ok +people +admins: 1$/m);
    assert.doesNotMatch(stdout, /^problem/m);
  });

  // [what is wrong, how, the line that says so, the line below it]
  const wrong = [
    ['no database', (here) => here.done('db:drop --yes'), /problem +database .*does not exist/, /db:create/],
    ['no tables', (here) => here.done('db:migrate:undo:all'), /problem +schema .*pending/, /db:migrate/],
    ['no admin', () => {}, /problem +people +there is no admin/, /user:create --admin/],
  ];
  for (const [what, how, line, remedy] of wrong) {
    test(`says how to mend it: ${what}`, (t) => {
      const here = place(t);
      here.migrated();
      how(here);
      const { status, lines, stderr } = examined(here);
      assert.equal(status, exit.failed);
      const at = lines.findIndex((text) => line.test(text));
      assert.ok(at >= 0, lines.join('\n'));
      assert.match(lines[at + 1], /^ +-> /);
      assert.match(lines[at + 1], remedy);
      assert.match(stderr, /\d+ problems, \d+ warnings/);
    });
  }

  const embedded = (t) => {
    const here = place(t, { cipher: 'aegis', engine: 'sqlite' });
    here.migrated();
    return here;
  };

  test('a lost key', (t) => {
    const here = embedded(t);
    rmSync(`${here.storage}.key`);
    assert.match(examined(here).stdout, /^problem +database .*key .*is missing/m);
  });

  test('a key that others can read', (t) => {
    const here = embedded(t);
    chmodSync(`${here.storage}.key`, 0o644);
    assert.match(examined(here).stdout, /^problem +database .*test\.db\.key: other users can read it; run chmod 600 on it/m);
  });

  test('demo accounts, a public address without TLS, a certificate that is none', (t) => {
    const here = place(t);
    here.seeded();
    const { stdout } = examined(here, { BOXOFFICE_HOST: '0.0.0.0' });
    assert.match(stdout, /^warning +people +the demo accounts exist/m);
    assert.match(stdout, /^warning +address +listens on 0\.0\.0\.0/m);
    const file = here.write('no.pem', 'nothing');
    const tls = examined(here, { BOXOFFICE_TLS_CERTIFICATE: file, BOXOFFICE_TLS_KEY: file });
    assert.match(tls.stdout, /^problem +tls .*no\.pem cannot be used/m);
  });
});

describe('generated', () => {
  const commands = (here) => here.done('--help').split('\nCommands\n')[1].split('\n\n')[0].split('\n')
    .map((line) => line.trim().split(' ')[0]);

  test('the manual page names every command and setting, and groff finds nothing wrong with it', (t) => {
    const here = place(t);
    const page = here.done('manual');
    for (const command of commands(here)) assert.ok(page.includes(`.SS ${command}\n`), command);
    for (const [variable] of here.done('--print-config').matchAll(/^\w+/gm)) {
      assert.match(page, new RegExp(`^\\.B BOXOFFICE_${variable.toUpperCase()}$`, 'm'));
    }
    const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z'], { input: page, encoding: 'utf8' });
    if (groff.error) return t.diagnostic('groff is not installed');
    assert.equal(groff.stderr, '');
  });

  test('completion in bash completes commands, options and files', (t) => {
    const here = place(t);
    const script = here.write('completion', here.done('completion --shell bash'));
    const complete = (...words) => {
      const program = `. ${script}; COMP_WORDS=(boxoffice ${words.map((word) => `'${word}'`).join(' ')});`
        + `COMP_CWORD=${words.length}; _boxoffice; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8', cwd: here.folder });
      assert.equal(stderr, '');
      return stdout.trim().split('\n');
    };
    assert.deepEqual(complete('ver'), ['verify', 'version']);
    assert.ok(complete('serve', '--').includes('--port'));
    assert.ok(!complete('verify', '--').includes('--port'));
    assert.deepEqual(complete('verify', '--config', 'compl'), ['completion']);
  });

  test('completion in zsh names every command', (t) => {
    const here = place(t);
    const script = here.done('completion --shell zsh');
    for (const command of commands(here)) assert.ok(script.includes(`        ${command}) _arguments`), command);
    const zsh = spawnSync('zsh', ['-n'], { input: script, encoding: 'utf8' });
    if (!zsh.error) assert.equal(zsh.stderr, '');
  });

  test('another shell is refused', (t) => {
    assert.equal(place(t).run('completion --shell fish').status, exit.usage);
    assert.equal(place(t).run('completion').status, exit.usage);
  });
});
