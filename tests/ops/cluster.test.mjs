// tools/postgres: the private cluster that ./run --postgres and the tests use.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { root } from './support.mjs';

const cluster = (...args) => {
  const { status, stdout, stderr } = spawnSync(join(root, 'tools/postgres'), args, { encoding: 'utf8' });
  return { status, stdout: stdout.trim(), stderr };
};

async function ask(url, setting) {
  const client = new pg.Client(url.replace('/boxoffice?', '/postgres?'));
  await client.connect();
  const { rows } = await client.query('SELECT current_setting($1) AS value', [setting]);
  await client.end();
  return rows[0].value;
}

let above;
before(() => {
  above = mkdtempSync(join(tmpdir(), 'boxoffice-cluster-'));
  chmodSync(above, 0o755); // as root, the server is somebody else
});
after(() => rmSync(above, { recursive: true }));

describe('a private cluster', () => {
  let folder, url;
  before(() => {
    folder = join(above, 'a +%', 'x'.repeat(90)); // too long for a socket
    assert.deepEqual(cluster('start', folder), { status: 0, stdout: '', stderr: '' });
    url = cluster('url', folder).stdout;
  });
  after(() => cluster('stop', folder));

  test('answers on a socket that only its owner reaches, and nowhere else', async () => {
    assert.equal(await ask(url, 'listen_addresses'), '');
    assert.equal(await ask(url, 'data_directory'), join(folder, 'data'));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(decodeURIComponent(url.split('host=')[1])).mode & 0o777, 0o700);
  });

  test('keeps what is acknowledged, notices bad pages, and sorts text as bytes', async () => {
    for (const [setting, value] of [['fsync', 'on'], ['synchronous_commit', 'on'], ['full_page_writes', 'on'],
      ['data_checksums', 'on'], ['lc_collate', 'C'], ['server_encoding', 'UTF8']]) {
      assert.equal(await ask(url, setting), value, setting);
    }
  });

  test('is started once, anew when it is to be fast, and stopped', async () => {
    const begun = statSync(join(folder, 'data/postmaster.pid')).mtimeMs;
    assert.equal(cluster('start', folder).status, 0);
    assert.equal(statSync(join(folder, 'data/postmaster.pid')).mtimeMs, begun);
    assert.equal(cluster('start', folder, 'fast').status, 0);
    assert.equal(await ask(url, 'fsync'), 'off');
    assert.deepEqual(cluster('stop', folder), { status: 0, stdout: '', stderr: '' });
    assert.deepEqual(cluster('stop', folder), { status: 0, stdout: '', stderr: '' });
    assert.match(cluster('url', folder).stderr, /is not running/);
  });
});

test('a folder with other things in it is not touched', () => {
  const folder = join(above, 'mine');
  mkdirSync(folder);
  writeFileSync(join(folder, 'letter'), '');
  const { uid, mode } = statSync(folder);
  assert.match(cluster('start', folder).stderr, /is not empty/);
  assert.match(cluster('stop', folder).stderr, /no cluster in/);
  assert.deepEqual([statSync(folder).uid, statSync(folder).mode], [uid, mode]);
});

test('wrong calls say what is right', () => {
  for (const args of [[], ['start'], ['restart', above], ['start', above, 'faster']]) {
    const { status, stderr } = cluster(...args);
    assert.equal(status, 1);
    assert.match(stderr, /usage: tools\/postgres start FOLDER/);
  }
});
