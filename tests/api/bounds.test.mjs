// What one request may cost: a bound in bytes for everything that a read gathers, whatever it is made of; past it the
// answer says so (422 too_much), and nothing else happens to the server or to others.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, unique } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, organizer;
before(async () => {
  server = await start();
  organizer = await server.as('organizer');
  make = await Make.on(server);
});
after(() => server?.stop());

// Does something `count` times, a few at once.
async function times(count, what) {
  const left = Array.from({ length: count }, (_, i) => i);
  const work = async () => {
    while (left.length > 0) await what(left.pop());
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

test('rows of 40,000 bytes: what does not fit is refused, and can be had in parts', async () => {
  const person = await server.newcomer();
  const description = '😀'.repeat(10_000);
  await times(860, async (i) => {
    const answer = await person.post(`${API}/support-tickets`, { subject: `Number ${i}`, description });
    assert.equal(answer.status, 201, answer.text);
  });
  for (const path of ['/me?_embed=supportTickets', '/me/export']) {
    const answer = await person.get(`${API}${path}`);
    assert.equal(answer.verdict, '422 invalid', path);
    assert.deepEqual(answer.faults, { '': 'too_much' }, path);
  }
  assert.equal((await person.get(`${API}/support-tickets?_start=0&_end=200`)).body.length, 200);
  assert.equal((await person.get(`${API}/me?_embed=bookings`)).status, 200);
});

test('the same rows are not embedded twice', async () => {
  const answer = await organizer.get(`${API}/events/1?_embed=schedules,venue,schedules`);
  assert.deepEqual([answer.verdict, answer.faults], ['422 invalid', { '/_embed': 'repeated' }]);
});

describe('history', () => {
  test('two hundred versions of twenty thousand characters are one page', async () => {
    const event = await make.event();
    for (let i = 0; i < 200; i++) {
      const description = `${i} ${'😀'.repeat(19_990)}`;
      assert.equal((await organizer.patch(`${API}/events/${event.id}`, { description })).status, 200);
    }
    const answer = await organizer.get(`${API}/events/${event.id}/history?_start=0&_end=200`);
    assert.equal(answer.status, 200, answer.text.slice(0, 500));
    assert.equal(answer.body.length, 200);
    const { before, after } = answer.body[0];
    assert.match(before.description, /^198 /);
    assert.match(after.description, /^199 /);
    for (const time of [before.startDate, after.endDate, after.createdAt, after.updatedAt]) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });
});

describe('what a client calls things', () => {
  test('names of any length are told in part, and the answer stays JSON', async () => {
    const long = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}`.padEnd(1500, '~é/\u0001'), 1]));
    const answer = await organizer.post(`${API}/events`, { ...long, title: unique('Long') });
    assert.equal(answer.verdict, '422 invalid');
    assert.equal(answer.body.errors.length, 32);
    for (const { pointer } of answer.body.errors) {
      assert.ok(Buffer.byteLength(pointer) <= 200, pointer);
      assert.doesNotMatch(pointer, /\uFFFD|~$/);
    }
    const query = await organizer.get(`${API}/events?${'%C3%A9'.repeat(1000)}=1`);
    assert.equal(query.verdict, '422 invalid');
    assert.ok(Buffer.byteLength(query.body.errors[0].pointer) <= 200);
  });
});
