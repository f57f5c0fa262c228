// user:create: the rules of the API, with the password from anywhere but an argument.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exit, place } from './support.mjs';

describe('user:create', () => {
  test('makes an admin, with the password from standard input', async (t) => {
    const here = place(t);
    here.migrated();
    const id = here.done('user:create --admin --email Ada@Example.com --name Ada', { input: 'correct horse\nignored\n' });
    const [user] = await here.query('SELECT * FROM "Users"');
    assert.equal(`${user.id}\n`, id);
    assert.deepEqual([user.email, user.name, user.isAdmin, user.isVerified, user.role], ['ada@example.com', 'Ada', 1, 1, 'customer']);
    assert.match(user.password, /^\$argon2id\$/);
    assert.equal(await here.count('AuditLogs', `"resource" = 'users' AND "actorRole" = 'system'`), 1);
    here.done('verify');
  });

  test('makes any role, with the password from a file', async (t) => {
    const here = place(t);
    here.migrated();
    for (const role of ['customer', 'organizer', 'support']) {
      here.done(['user:create', '--role', role, '--email', `${role}@example.com`, '--name', role,
        '--password-file', here.write('password', 'long enough\n')]);
      assert.equal(await here.count('Users', `"role" = '${role}' AND NOT "isAdmin"`), 1);
    }
  });

  for (const [what, args, input, reason] of [
    ['a short password', '--email a@example.com --name A', 'short\n', /password: .*8 characters/],
    ['no password', '--email a@example.com --name A', '', /password/],
    ['a bad address', '--email nonsense --name A', 'long enough\n', /email: /],
    ['an unknown role', '--email a@example.com --name A --role king', 'long enough\n', /role: .*customer, organizer, support/],
    ['a password file that is not there', '--email a@example.com --name A --password-file nowhere', '', /nowhere/],
  ]) {
    test(`refuses ${what}`, async (t) => {
      const here = place(t);
      here.migrated();
      const { status, stderr } = here.run(`user:create ${args}`, { input });
      assert.equal(status, exit.failed);
      assert.match(stderr, reason);
      assert.equal(await here.count('Users'), 0);
    });
  }

  test('refuses an address that is taken', async (t) => {
    const here = place(t);
    here.migrated();
    const call = 'user:create --email a@example.com --name A';
    here.done(call, { input: 'long enough\n' });
    const { status, stderr } = here.run(call, { input: 'long enough\n' });
    assert.equal(status, exit.failed);
    assert.match(stderr, /already exists/i);
    assert.equal(await here.count('Users'), 1);
  });

  test('asks at a terminal, twice, and shows nothing of what is typed', async (t) => {
    const here = place(t);
    here.migrated();
    const call = 'user:create --email a@example.com --name A';
    const differ = await here.converse(call, [['Password: ', 'horse battery'], ['Repeat password: ', 'horse butter']]);
    assert.equal(differ.status, exit.failed);
    assert.match(differ.shown, /passwords do not match/);
    const { status, shown } = await here.converse(call, [['Password: ', 'horse battery'], ['Repeat password: ', 'horse battery']]);
    assert.equal(status, exit.done);
    assert.ok(!shown.includes('horse'));
    assert.equal(await here.count('Users'), 1);
  });

  test('asks for the migrations first', (t) => {
    const here = place(t);
    here.done('db:create');
    const { status, stderr } = here.run('user:create --email a@example.com --name A', { input: 'long enough\n' });
    assert.equal(status, exit.failed);
    assert.match(stderr, /boxoffice db:migrate/);
  });
});
