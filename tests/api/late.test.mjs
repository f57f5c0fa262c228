// A request that has to wait before it changes anything is looked at again when its turn comes: who signed out or lost
// a role meanwhile does nothing any more. The wait is for the one thread that hashes passwords, kept busy by others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { unique } from '../support/make.mjs';
import { API, password, start } from '../support/server.mjs';

let server, admin;
before(async () => {
  server = await start();
  admin = await server.as('admin');
});
after(() => server?.stop());

const account = () => ({ email: `${unique('late').replace(/\W+/g, '-')}@example.com`, password, name: 'Late' });

// Somebody with the role of an admin, and the admin's power to take it away.
async function deputy() {
  const body = account();
  const made = await admin.post(`${API}/users`, { ...body, isAdmin: true });
  assert.equal(made.status, 201, made.text);
  const { token, user } = await server.signIn(body.email);
  return server.client(token, user);
}

// Sends a request behind sign-ins that keep the hashing thread busy, lets `meanwhile` happen, and gives both answers.
async function behindOthers(request, meanwhile) {
  const busy = Array.from({ length: 40 }, () =>
    server.anonymous().post(`${API}/auth/login`, { email: 'nobody@example.com', password: 'wrong' }));
  await sleep(20);
  const waiting = request();
  await sleep(20);
  let late = true;
  waiting.then(() => { late = false; });
  const [first] = [await meanwhile()];
  assert.ok(first.status < 300, first.text);
  assert.ok(late, 'the request waited');
  await Promise.all(busy);
  return waiting;
}

test('the role is gone: 403, and nothing happened', async () => {
  const person = await deputy();
  const body = account();
  const answer = await behindOthers(() => person.post(`${API}/users`, { ...body, isAdmin: true }),
    () => admin.patch(`${API}/users/${person.user.id}`, { isAdmin: false }));
  assert.equal(answer.verdict, '403 forbidden');
  assert.deepEqual((await admin.get(`${API}/users?email=${body.email}`)).body, []);
});

test('the session has ended: 401', async () => {
  const ways = [
    (person) => person.post(`${API}/auth/logout`),
    (person) => admin.delete(`${API}/users/${person.user.id}`),
  ];
  for (const end of ways) {
    const person = await deputy();
    const body = account();
    const answer = await behindOthers(() => person.post(`${API}/users`, body), () => end(person));
    assert.equal(answer.verdict, '401 unauthenticated');
    assert.deepEqual((await admin.get(`${API}/users?email=${body.email}`)).body, []);
  }
});

test('another change of the account is no reason to refuse', async () => {
  const person = await deputy();
  const answer = await behindOthers(() => person.post(`${API}/users`, account()),
    () => admin.patch(`${API}/users/${person.user.id}`, { name: 'Later' }));
  assert.equal(answer.status, 201, answer.text);
});

test('what was sent together with the sign-out is done before it or not at all', async () => {
  for (let round = 0; round < 10; round++) {
    const person = await server.newcomer();
    const ask = () => person.post(`${API}/support-tickets`, { subject: 'Quick', description: 'Before the door closes' });
    const answers = await Promise.all([ask(), ask(), person.post(`${API}/auth/logout`), ask(), ask(), ask()]);
    const verdicts = answers.map(({ verdict }) => verdict);
    assert.equal(verdicts[2], '204');
    const done = answers.filter(({ status }) => status === 201).length;
    assert.ok(verdicts.every((verdict) => ['201', '204', '401 unauthenticated'].includes(verdict)), verdicts.join());
    assert.equal((await admin.get(`${API}/support-tickets?userId=${person.user.id}`)).body.length, done);
    assert.equal((await ask()).verdict, '401 unauthenticated');
  }
});
