// A place of an archive in a bucket of S3 behaves as a directory does, whatever the network and the store do: both carry out
// the same calls (archive_fixture.c), and give the same. The store is tests/support/s3.mjs, which checks every signature.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { generator, program } from '../support/failure.mjs';
import { settingsFor, store, temporary } from '../support/s3.mjs';

const fixture = process.env.ARCHIVE_FIXTURE ?? join(dirname(program), 'archive_fixture');

// A place that carries out one call after the other.
class Place {
  constructor(t, address, env = {}) {
    const { BOXOFFICE_S3_ENDPOINT: endpoint = '', BOXOFFICE_S3_ACCESS_KEY_FILE: access = '', BOXOFFICE_S3_SECRET_KEY_FILE: secret = '' } = env;
    this.child = spawn(fixture, [address, endpoint, access, secret], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = once(this.child, 'exit');
    t.after(() => this.child.kill('SIGKILL'));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async call(...words) {
    this.child.stdin.write(`${words.join(' ')}\n`);
    return (await this.lines.next()).value.trim();
  }

  async end() {
    this.child.stdin.end();
    assert.deepEqual(await this.exited, [0, null]);
  }
}

async function pair(t, options) {
  const s3 = await store(t, options);
  const folder = temporary(t);
  const bucket = new Place(t, `s3://${s3.bucket}/some/pre+fix@1`, settingsFor(s3, folder));
  const directory = new Place(t, join(folder, 'place'));
  return { s3, bucket, both: async (...words) => [await directory.call(...words), await bucket.call(...words)] };
}

// Random calls; `sizes` of the files as they must be.
async function compare({ both }, random, calls) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const sizes = new Map();
  const written = [];
  for (let i = 0; i < calls; i++) {
    const name = pick(['a', 'a.b', 'b', 'c']);
    const size = sizes.get(name) ?? 0;
    const grow = pick([1, 7, 1000, 100_000, 300_000, 20_000]);
    const from = random() < 0.8 ? size : Math.floor(random() * size);
    const call = pick([
      ...Array(6).fill(['append', name, from, pick([...'uvwxyz']), grow]),
      ...(size ? [['sync', name], ['read', name, Math.floor(random() * size), grow], ['read', name, 0, size + 1]] : []),
      ['append', name, size + 1 + Math.floor(random() * 10), 'q', 1], ['replace', `head${name}`, `text${i}`], ['read', `head${name}`, 0, 100],
      ['list'], ['list'], ...(size ? [['remove', name]] : []), ['reopen']]);
    if (call[0] === 'append' && call[2] <= size) sizes.set(name, call[2] + call[4]);
    if (call[0] === 'remove') sizes.delete(name);
    if (call[0] === 'reopen') for (const file of sizes.keys()) await both('sync', file);
    written.push(call.join(' '));
    const [expected, found] = await both(...call);
    const same = expected.startsWith('failed:') ? found.startsWith('failed:') : found === expected;
    assert.ok(same, `${written.join('\n')}\ndirectory: ${expected}\nbucket: ${found}`);
  }
}

describe('a bucket', { concurrency: 4 }, () => {
  test('is read and written as a directory is', async (t) => {
    const seed = Number(process.env.S3_SEED ?? Date.now() % 1e9);
    t.diagnostic(`S3_SEED=${seed}`);
    const places = await pair(t);
    places.s3.pageSize = 3; // of a listing: all of them have continuation tokens
    await compare(places, generator(seed), Number(process.env.S3_CALLS ?? 100));
    await places.bucket.end();
  });

  test('is so as well when requests are refused, connections are cut and responses are lost', async (t) => {
    const random = generator(4711);
    const places = await pair(t);
    let last = '';
    places.s3.trouble = ({ method, key }) => {
      const again = last === method + key; // not more than four times in a row
      last = again ? '' : method + key;
      if (again || random() > 0.15) return null;
      return ['cut', 'lost', { status: 503, code: 'SlowDown' }, { status: 500, code: 'InternalError' }][Math.floor(random() * 4)];
    };
    await compare(places, random, 40);
    assert.ok(places.s3.requests.some(({ status }) => status === 503));
    await places.bucket.end();
  });

  test('has a file in parts of 8 MiB, and the end of it as one object that grows', async (t) => {
    const { s3, bucket, both } = await pair(t);
    for (let at = 0; at < 20; at++) await bucket.call('append', 'base', at << 20, 'x', 1 << 20);
    await bucket.call('sync', 'base');
    const sizes = (name) => [...s3.objects].filter(([key]) => key.includes(`/${name}/`)).map(([, bytes]) => bytes.length);
    assert.deepEqual(sizes('base'), [8 << 20, 8 << 20, 4 << 20]);
    for (let at = 0; at < 100; at++) {
      await bucket.call('append', 'segment', at * 10_000, 'x', 10_000);
      await bucket.call('sync', 'segment');
    }
    assert.deepEqual(sizes('segment'), [270_000, 270_000, 270_000, 190_000]);
    await both('list');
    assert.ok(s3.requests.every(({ method }) => method !== 'DELETE'));
    await bucket.end();
  });

  test('has no hole: a file ends where an object is missing', async (t) => {
    const { s3, bucket } = await pair(t);
    for (const [offset, letter] of [[0, 'a'], [300_000, 'b'], [600_000, 'c']]) {
      await bucket.call('append', 'one', offset, letter, 300_000);
      await bucket.call('sync', 'one');
    }
    s3.objects.delete([...s3.objects.keys()].sort()[1]);
    s3.objects.set('some/pre+fix@1/notes.txt', Buffer.from('of another program'));
    s3.objects.set('some/pre+fix@1/one/zz', Buffer.from('of another program'));
    assert.equal(await bucket.call('list'), 'one=300000');
    assert.match(await bucket.call('read', 'one', 0, 900_000), /^300000 /);
    assert.match(await bucket.call('read', 'two', 0, 1), /^failed: .*does not exist/);
    await bucket.end();
  });

  test('has nothing left of an end that was cut off', async (t) => {
    const { s3, bucket, both } = await pair(t);
    for (const offset of [0, 300_000, 600_000]) {
      await both('append', 'one', offset, 'a', 300_000);
      await both('sync', 'one');
    }
    await bucket.call('reopen');
    s3.denied.add('DELETE');
    await both('append', 'one', 100, 'b', 10);
    await both('sync', 'one');
    const [expected, found] = await both('read', 'one', 0, 900_000);
    assert.equal(found, expected);
    assert.equal(await bucket.call('list'), 'one=110');
    await both('append', 'one', 110, 'c', 600_000); // where the objects of the old end were
    await both('sync', 'one');
    assert.deepEqual(...(await both('read', 'one', 0, 900_000)).map((text) => [text]));
    await bucket.end();
  });

  test('keeps what was written when a request without a response is carried out late', async (t) => {
    const { s3, bucket } = await pair(t);
    await bucket.call('append', 'one', 0, 'a', 10);
    let late;
    s3.trouble = ({ method, key, body }) => {
      if (method !== 'PUT' || late) return null;
      late = () => s3.objects.set(key, body);
      return 'cut';
    };
    await bucket.call('sync', 'one');
    await bucket.call('append', 'one', 10, 'b', 10);
    await bucket.call('sync', 'one');
    late();
    assert.equal(await bucket.call('list'), 'one=20');
    await bucket.end();
  });

  test('is refused when the store does not list in order, or without end', async (t) => {
    const { s3, bucket } = await pair(t);
    for (const name of ['a', 'b']) await bucket.call('replace', name, 'text');
    const { list } = s3;
    s3.list = (query) => {
      const { body, ...rest } = list.call(s3, query);
      return { ...rest, body: body.replace(/(<Contents>.*<\/Contents>)(<Contents>.*<\/Contents>)/, '$2$1') };
    };
    assert.match(await bucket.call('list'), /^failed: .*does not list objects in the order of their keys/);
    s3.list = () => list.call(s3, { prefix: 'some/', 'max-keys': '1' }); // the first page again and again
    assert.match(await bucket.call('list'), /^failed: .*does not list objects in the order of their keys/);
    s3.list = (query) => {
      const { body, ...rest } = list.call(s3, query);
      return { ...rest, body: body.replaceAll('<Size>4', '<Size>9223372036854775807') };
    };
    assert.equal(await bucket.call('list'), '');
    await bucket.end();
  });

  test('is listed again when an object is replaced while it is read', async (t) => {
    const { s3, bucket } = await pair(t);
    await bucket.call('replace', 'head', 'short');
    let replaced = false;
    s3.trouble = ({ method, key }) => {
      if (method === 'GET' && key.includes('/head/') && !replaced) s3.objects.set(key, Buffer.from('longer than before'));
      replaced = replaced || key.includes('/head/');
      return null;
    };
    assert.match(await bucket.call('read', 'head', 0, 100), /^18 /);
    await bucket.end();
  });

  test('whose connection breaks for long is given up after five attempts', async (t) => {
    const { s3, bucket } = await pair(t);
    s3.trouble = () => 'cut';
    assert.match(await bucket.call('list'), /^failed: cannot list s3:\/\/backups\/ at http:\/\/127\.0\.0\.1:\d+: the connection broke/);
    assert.equal(s3.requests.length, 5);
    s3.trouble = () => null;
    assert.equal(await bucket.call('list'), '');
    await bucket.end();
  });
});
