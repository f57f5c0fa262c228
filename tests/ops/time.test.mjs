// A server starts only with a clock that fits the newest commit of the database, or that the operator confirmed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exit, place, serve, stop } from './support.mjs';

const minute = 60_000;
const day = 24 * 60 * minute;
const today = () => new Date().toISOString().slice(0, 10);

// A database whose newest commit is so many milliseconds from now.
async function committed(t, ms) {
  const here = place(t);
  here.migrated();
  here.done('user:create --admin --email ada@example.org --name Ada', { input: 'a long password\n' });
  const at = new Date(Date.now() + ms).toISOString().replace('T', ' ').replace('Z', ' +00:00');
  await here.query(`INSERT INTO "AuditLogs" ("actorId", "action", "resource", "resourceId", "createdAt", "updatedAt")
    VALUES (0, 'update', 'venues', 1, '${at}', '${at}')`);
  return here;
}

describe('plausible', () => {
  for (const [what, ms] of [['of now', 0], ['four minutes in the future', 4 * minute], ['of 359 days ago', -359 * day]]) {
    test(`the newest commit is ${what}`, async (t) => {
      const here = await committed(t, ms);
      assert.match(here.done('doctor'), /^ok +time +the clock says .*, and the newest commit is of /m);
      const server = await serve(t, here);
      const { text } = { text: await (await fetch(`${server.address}/metrics`)).text() };
      assert.match(text, /^boxoffice_clock_steps_total \d+$/m);
      assert.equal(await stop(server), exit.done);
    });
  }

  test('an empty database', async (t) => {
    const here = place(t);
    here.migrated();
    assert.match(here.run('doctor').stdout, /^ok +time +the clock says \S+$/m);
  });
});

describe('implausible', () => {
  for (const [what, ms] of [['ten minutes in the future', 10 * minute], ['of the last year', -361 * day]]) {
    test(`the newest commit is ${what}`, async (t) => {
      const here = await committed(t, ms);
      const { status, stdout } = here.run('doctor');
      assert.equal(status, exit.failed);
      assert.match(stdout, /^problem +time +the clock says .*, and the newest commit is of .*\n +-> set the clock right/m);
      const refused = here.run('serve --port 0');
      assert.equal(refused.status, exit.failed);
      assert.ok(refused.stderr.includes(`if today is ${today()}, start once with BOXOFFICE_CONFIRM_DATE=${today()}`));
      const yesterday = new Date(Date.now() - day).toISOString().slice(0, 10);
      assert.equal(here.run('serve --port 0', { env: { BOXOFFICE_CONFIRM_DATE: yesterday } }).status, exit.failed);
      const server = await serve(t, here, [], { BOXOFFICE_CONFIRM_DATE: today() });
      assert.match(server.stderr, /"event":"clock_confirmed"/);
      assert.equal(await stop(server), exit.done);
    });
  }
});
