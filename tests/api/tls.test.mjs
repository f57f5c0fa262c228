// Over TLS the cookie is one that only this host, over TLS, can set and read.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { API, password, start } from '../support/server.mjs';

let server, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'boxoffice-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days',
    '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  server = await start({ settings: { BOXOFFICE_TLS_CERTIFICATE: certificate, BOXOFFICE_TLS_KEY: key },
    authority: readFileSync(certificate) });
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

test('the cookie: __Host-, Secure, HttpOnly, SameSite', async () => {
  const response = await server.anonymous().post(`${API}/auth/login`, { email: 'customer@example.com', password });
  assert.equal(response.status, 200);
  const { token, user } = response.body;
  assert.equal(response.headers['set-cookie'][0],
    `__Host-session=${token}; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure`);
  const client = server.client(token, user, { authorization: null });
  assert.equal((await client.get(`${API}/me`, { cookie: `__Host-session=${token}` })).status, 200);
  assert.equal((await client.get(`${API}/me`, { cookie: `session=${token}` })).verdict, '401 unauthenticated',
    'another name is no session here');
  const origin = `https://127.0.0.1:${server.port}`;
  assert.equal((await client.patch(`${API}/me`, {}, { cookie: `__Host-session=${token}`, origin })).status, 200);
  assert.equal((await client.patch(`${API}/me`, {}, { cookie: `__Host-session=${token}`,
    origin: 'https://evil.example' })).verdict, '403 forbidden');
  assert.equal((await client.patch(`${API}/me`, {}, { cookie: `__Host-session=${token}`,
    origin: `http://127.0.0.1:${server.port}` })).verdict, '403 forbidden', 'a page without TLS is another site');
});

test('every response has Strict-Transport-Security', async () => {
  for (const path of [`${API}/events`, '/livez', '/', `${API}/nothing`]) {
    const { headers } = await server.anonymous().get(path);
    assert.equal(headers['strict-transport-security'], 'max-age=63072000; includeSubDomains', path);
  }
});
