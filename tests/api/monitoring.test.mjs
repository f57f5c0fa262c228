// Who may read /metrics: admins, and the addresses of the setting. Others learn nothing about the traffic of the server.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { boxoffice, roles, start } from '../support/server.mjs';

async function verdicts(server, headers = {}) {
  const all = [];
  for (const role of roles) all.push((await (await server.as(role)).get('/metrics', headers)).verdict);
  return all;
}

// Without signing in, from another address of this machine.
function statusFrom(server, localAddress) {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port: server.port, path: '/metrics', localAddress }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

test('without the setting only admins', async (t) => {
  const server = await start();
  t.after(() => server.stop());
  assert.deepEqual(await verdicts(server),
    ['401 unauthenticated', '403 forbidden', '403 forbidden', '403 forbidden', '200']);
});

test('the addresses of the setting without signing in', async (t) => {
  const server = await start({ settings: { BOXOFFICE_METRICS_FROM: '127.0.0.8/30, 192.0.2.7' } });
  t.after(() => server.stop());
  assert.equal(await statusFrom(server, '127.0.0.9'), 200);
  assert.equal(await statusFrom(server, '127.0.0.1'), 401);
  assert.equal(await statusFrom(server, '127.0.0.12'), 401);
});

test('behind a proxy its clients, never the proxy itself', async (t) => {
  const server = await start({ settings: { BOXOFFICE_METRICS_FROM: '127.0.0.1, 192.0.2.7', BOXOFFICE_TRUSTED_PROXIES: '127.0.0.1' } });
  t.after(() => server.stop());
  const of = async (client) => (await verdicts(server, client ? { 'x-forwarded-for': client } : {}))[0];
  assert.equal(await of('192.0.2.7'), '200');
  assert.equal(await of('192.0.2.8'), '401 unauthenticated');
  assert.equal(await of(null), '401 unauthenticated', 'it may ask for anybody');
});

test('a setting that names no networks is refused at the start', async () => {
  await assert.rejects(boxoffice(['serve'], { settings: { BOXOFFICE_METRICS_FROM: 'everywhere' } }),
    ({ code, stderr }) => code === 78 && /BOXOFFICE_METRICS_FROM: 'everywhere'/.test(stderr));
});
