// A command that waits in a queue is authorized once more when it runs: after signing out or losing the role meanwhile,
// it is refused and changes nothing. The queue is that of the one thread that hashes passwords for people who are signed
// in, kept busy by others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { unique } from '../support/make.mjs';
import { API, password, start } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

let server, admin, customer;
before(async () => {
  server = await start({ settings: { BOXOFFICE_METRICS_FROM: '127.0.0.1' } });
  [admin, customer] = await Promise.all(['admin', 'customer'].map((who) => server.as(who)));
});
after(() => server?.stop());

const account = () => ({ email: `${unique('queued').replace(/\W+/g, '-')}@example.com`, password, name: 'Queued' });

// A second admin, whose rights the first one can take away.
async function deputy() {
  const body = account();
  const created = await admin.post(`${API}/users`, { ...body, isAdmin: true });
  assert.equal(created.status, 201, created.text);
  const { token, user } = await server.signIn(body.email);
  return server.client(token, user);
}

// How many requests the server has received, without those that ask for this number.
let questions = 0;
async function received() {
  questions++;
  const { text } = await server.anonymous().get('/metrics');
  return Number(/^boxoffice_http_requests_total (\d+)$/m.exec(text)[1]) - questions;
}

async function arrived(count, send) {
  const before = await received();
  const sent = send();
  await until(async () => await received() === before + count, `${count} requests arrive`);
  return sent;
}

// Sends a request behind passwords that keep the hashing thread busy, and lets `revoke` happen while it waits. Returns
// its response; null when it did not have to wait, because the thread was faster.
async function queued(request, revoke) {
  const busy = await arrived(50, () => ({ responses: Promise.all(Array.from({ length: 50 }, () =>
    customer.post(`${API}/auth/reauthenticate`, { password: 'wrong' }))) }));
  let waits = true;
  const { response } = await arrived(1, () => ({ response: request().finally(() => { waits = false; }) }));
  const revoked = await revoke();
  assert.ok(revoked.status < 300, revoked.text);
  const hadToWait = waits;
  await busy.responses;
  const result = await response;
  return hadToWait ? result : null;
}

// The response of a request that had to wait. Each attempt is made by a new deputy with a new account to create.
async function revokedWhileQueued(request, revoke) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const person = await deputy();
    const body = account();
    const response = await queued(() => request(person, body), () => revoke(person));
    if (response) return { response, body };
  }
  return assert.fail('no request had to wait');
}

const createUser = (person, body) => person.post(`${API}/users`, body);

async function assertNotCreated({ email }) {
  assert.deepEqual((await admin.get(`${API}/users?email=${email}`)).body, []);
}

test('after losing the role: 403, and nothing is created', async () => {
  const { response, body } = await revokedWhileQueued(
    (person, body) => person.post(`${API}/users`, { ...body, isAdmin: true }),
    (person) => admin.patch(`${API}/users/${person.user.id}`, { isAdmin: false }));
  assert.equal(response.verdict, '403 forbidden');
  await assertNotCreated(body);
});

test('after signing out: 401, and nothing is created', async () => {
  const { response, body } = await revokedWhileQueued(createUser, (person) => person.post(`${API}/auth/logout`));
  assert.equal(response.verdict, '401 unauthenticated');
  await assertNotCreated(body);
});

test('after the account was deleted: 401, and nothing is created', async () => {
  const { response, body } = await revokedWhileQueued(createUser,
    (person) => admin.delete(`${API}/users/${person.user.id}`));
  assert.equal(response.verdict, '401 unauthenticated');
  await assertNotCreated(body);
});

test('another change of the account does not refuse the command', async () => {
  const { response } = await revokedWhileQueued(createUser,
    (person) => admin.patch(`${API}/users/${person.user.id}`, { name: 'Renamed' }));
  assert.equal(response.status, 201, response.text);
});

test('requests sent together with the sign-out are executed before it or not at all', async () => {
  for (let round = 0; round < 10; round++) {
    const person = await server.newcomer();
    const ask = () => person.post(`${API}/support-tickets`, { subject: 'Quick', description: 'Before the door closes' });
    const responses = await Promise.all([ask(), ask(), person.post(`${API}/auth/logout`), ask(), ask(), ask()]);
    const verdicts = responses.map(({ verdict }) => verdict);
    assert.equal(verdicts[2], '204');
    const created = responses.filter(({ status }) => status === 201).length;
    assert.ok(verdicts.every((verdict) => ['201', '204', '401 unauthenticated'].includes(verdict)), verdicts.join());
    assert.equal((await admin.get(`${API}/support-tickets?userId=${person.user.id}`)).body.length, created);
    assert.equal((await ask()).verdict, '401 unauthenticated');
  }
});
