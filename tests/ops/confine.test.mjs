// What a running server has given up, as the kernel shows it; the unit, and the list of what the program is made of.
// What it can then no longer do is tried by tests/unit/ops_confine_test.c.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server, World, Client, program, release, root, sanitized } from '../support/failure.mjs';

const statusOf = (pid) => Object.fromEntries(readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n')
  .map((line) => line.split(/:\s*/)));

async function served(t, binary, env) {
  const world = await World.create(t, { people: 2, seats: 10, env, binary: program });
  const server = await Server.start(world, { binary });
  return { world, server };
}

test('no core dumps, no new privileges, and they are allowed again for debugging', async (t) => {
  const { server } = await served(t, program);
  assert.match(readFileSync(`/proc/${server.child.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
  assert.equal(statusOf(server.child.pid).NoNewPrivs, '1');
  await server.stop();
  const open = await served(t, program, { BOXOFFICE_CONFINED: 'false', BOXOFFICE_CORE_DUMPS: 'true' });
  assert.doesNotMatch(readFileSync(`/proc/${open.server.child.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
  assert.equal(statusOf(open.server.child.pid).NoNewPrivs, '0');
  await open.server.stop();
});

// How often the memory that a process can write contains a text.
function occurrences(pid, text) {
  const memory = openSync(`/proc/${pid}/mem`, 'r'), piece = 1 << 24, wanted = Buffer.from(text);
  let count = 0;
  for (const [, from, to] of readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^(\w+)-(\w+) rw/gm)) {
    const [first, last] = [BigInt(`0x${from}`), BigInt(`0x${to}`)];
    if (last - first > 1n << 30n) continue; // the shadow memory of a sanitizer
    const bytes = Buffer.alloc(Number(last - first));
    try {
      for (let at = 0; at < bytes.length; at += piece) readSync(memory, bytes, at, Math.min(piece, bytes.length - at), first + BigInt(at));
    } catch { /* it is not there any more */ }
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count++;
  }
  closeSync(memory);
  return count;
}

test('the token of a session is in no memory once its request has its response', async (t) => {
  if (process.getuid() !== 0) return t.skip('only root may read the memory of a process that is not dumpable');
  const { world, server } = await served(t, release);
  const [, person] = world.people, client = new Client(server, person);
  await client.request({ path: `/events?q=${'seen'.repeat(20)}` });
  assert.equal((await client.book(world.schedules[0])).status, 201);
  const headers = { cookie: `session=${person.token}` };
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/api/v1/me`, { headers })).status, 200);
  assert.ok(occurrences(server.child.pid, 'BOXOFFICE_') > 0, 'memory is read');
  assert.equal(occurrences(server.child.pid, person.token), 0);
  client.close();
  await server.stop();
});

test('all threads have the list of system calls, and serving requires no other one', async (t) => {
  if (await sanitized(release)) return t.skip('a sanitized program has no list');
  const { world, server } = await served(t, release);
  for (const thread of readdirSync(`/proc/${server.child.pid}/task`))
    assert.equal(/^Seccomp:\s*(\d)/m.exec(readFileSync(`/proc/${server.child.pid}/task/${thread}/status`, 'utf8'))[1], '2');
  const client = new Client(server, world.people[1]);
  for (const path of ['/events', '/bookings', '/me', '/events?q=concert']) await client.request({ path });
  for (let i = 0; i < 5; i++) assert.equal((await client.book(world.schedules[0])).status, 201);
  client.close();
  await server.stop();
  assert.doesNotMatch(server.errors, /system_call_refused|not_confined/);
});

test('the unit has an exposure of at most 1.5', (t) => {
  const { stdout, error } = spawnSync('systemd-analyze',
    ['security', '--offline=true', '--no-pager', join(root, 'packaging/debian/boxoffice.service')], { encoding: 'utf8' });
  if (error) return t.skip('there is no systemd-analyze');
  assert.ok(Number(/Overall exposure level for boxoffice.service: ([\d.]+)/.exec(stdout)[1]) <= 1.5, stdout);
});

test('the list of what the program is made of has every library and every locked package, and is the same each time', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'boxoffice-sbom-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const made = ['one', 'two'].map((name) => {
    execFileSync(join(root, 'tools/sbom'), [join(folder, name)]);
    return readFileSync(join(folder, name), 'utf8');
  });
  assert.equal(made[0], made[1]);
  const document = JSON.parse(made[0]);
  assert.deepEqual([document.bomFormat, document.specVersion], ['CycloneDX', '1.5']);
  const required = document.components.filter(({ scope }) => scope === 'required').map(({ name }) => name);
  for (const name of ['sqlite', 'libsodium-dev', 'libssl-dev', 'libuv1-dev', 'libpq-dev', 'libseccomp-dev', 'libcurl4-openssl-dev',
    'libexpat1-dev', 'node-llhttp'])
    assert.ok(required.includes(name), name);
  const purls = new Set(document.components.map(({ purl }) => purl));
  assert.equal(purls.size, document.components.length);
  for (const lock of ['package-lock.json', 'third_party/package-lock.json', 'tests/package-lock.json']) {
    for (const [path, { version }] of Object.entries(JSON.parse(readFileSync(join(root, lock))).packages)) {
      const name = path.split('node_modules/').at(-1);
      if (name) assert.ok(purls.has(`pkg:npm/${name.replace('@', '%40')}@${version}`), `${name} ${version}`);
    }
  }
});
