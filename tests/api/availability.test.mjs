// Available seats: requested once, and as server-sent events.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Make, day, later } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, visitor, customer, organizer;
before(async () => {
  server = await start();
  visitor = server.anonymous();
  [customer, organizer] = await Promise.all(['customer', 'organizer'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

// A listener to server-sent events: .messages so far, .until(count), .close(), .ended().
async function watch(eventId, headers = {}, { localAddress, port = server.port } = {}) {
  const watcher = { messages: [] };
  const path = `${API}/events/${eventId}/availability/stream`;
  const request = http.get({ port, host: '127.0.0.1', path, headers, localAddress, agent: false });
  watcher.response = await new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
  let text = '';
  watcher.response.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop();
    for (const message of messages) {
      const data = message.split('\n').filter((line) => line.startsWith('data: ')).map((line) =>
        line.slice(6)).join('\n');
      if (data) watcher.messages.push({ event: message.match(/^event: (.*)$/m)?.[1], body: JSON.parse(data) });
    }
  });
  watcher.response.on('error', () => {});
  let closed = false;
  watcher.response.on('close', () => { closed = true; });
  watcher.ended = async () => {
    for (const limit = Date.now() + 10_000; !closed;) {
      assert.ok(Date.now() < limit, 'the stream goes on');
      await sleep(10);
    }
  };
  watcher.until = async (count) => {
    for (const limit = Date.now() + 5000; watcher.messages.length < count;) {
      assert.ok(Date.now() < limit, `${watcher.messages.length} of ${count} messages`);
      await sleep(10);
    }
    return watcher.messages[count - 1].body;
  };
  watcher.close = () => request.destroy();
  return watcher;
}

describe('requested once', () => {
  test('every schedule, ordered by start time', async () => {
    const event = await make.event({ capacity: 20 });
    const first = await make.onlySchedule(event.id);
    const early = await make.schedule(event.id, { startTime: later(day), endTime: later(2 * day) });
    await make.booking(customer, event.id, { scheduleId: first.id, quantity: 5 });
    const response = await visitor.get(`${API}/events/${event.id}/availability`);
    assert.equal(response.status, 200);
    assert.deepEqual(response.body.map(({ scheduleId, startTime, availableSeats, capacity }) =>
      ({ scheduleId, startTime, availableSeats, capacity })), [
      { scheduleId: early.id, startTime: early.startTime, availableSeats: 20, capacity: 20 },
      { scheduleId: first.id, startTime: first.startTime, availableSeats: 15, capacity: 20 },
    ]);
    assert.equal((await visitor.get(`${API}/events/999999999/availability`)).verdict, '404 not_found');
  });
});

describe('watched live', () => {
  test('the present state at once, then every committed change', async () => {
    const event = await make.event({ capacity: 20 });
    const watcher = await watch(event.id);
    assert.equal(watcher.response.statusCode, 200);
    assert.match(watcher.response.headers['content-type'], /^text\/event-stream/);
    assert.match(watcher.response.headers['cache-control'], /no-/);
    assert.equal((await watcher.until(1))[0].availableSeats, 20);
    const booking = await make.booking(customer, event.id, { quantity: 3 });
    assert.equal((await watcher.until(2))[0].availableSeats, 17);
    await customer.post(`${API}/bookings/${booking.id}/cancel`);
    assert.equal((await watcher.until(3))[0].availableSeats, 20);
    await make.schedule(event.id);
    assert.equal((await watcher.until(4)).length, 2);
    watcher.close();
  });

  test('changes of other events are not sent', async () => {
    const [one, two] = [await make.event({ capacity: 20 }), await make.event({ capacity: 20 })];
    const watcher = await watch(one.id);
    await watcher.until(1);
    await make.booking(customer, two.id, { quantity: 3 });
    await make.booking(customer, one.id, { quantity: 4 });
    assert.equal((await watcher.until(2))[0].availableSeats, 16, 'the change of its own event comes next');
    watcher.close();
  });

  test('interleaved streams of several events and roles each get the changes of their event', async () => {
    const events = [];
    for (let i = 0; i < 3; i++) events.push(await make.event({ capacity: 20 + i }));
    const watchers = [];
    for (let i = 0; i < 12; i++) {
      const event = i % events.length;
      const watcher = await watch(events[event].id, i % 2 ? organizer.headers : {});
      watchers.push({ watcher, event });
    }
    await Promise.all(watchers.map(({ watcher }) => watcher.until(1)));
    for (const { id } of events) await make.booking(customer, id, { quantity: 2 });
    for (const { watcher, event } of watchers) {
      const [{ scheduleId, availableSeats }] = await watcher.until(2);
      assert.equal(scheduleId, watcher.messages[0].body[0].scheduleId);
      assert.equal(availableSeats, 18 + event);
    }
    for (const { watcher } of watchers) watcher.close();
  });

  test('the stream ends when the event is not visible any more', async () => {
    const event = await make.event();
    const [public_, staff] = [await watch(event.id), await watch(event.id, organizer.headers)];
    await Promise.all([public_.until(1), staff.until(1)]);
    await organizer.patch(`${API}/events/${event.id}`, { status: 'draft', capacity: 50 });
    await public_.ended();
    assert.equal((await staff.until(2))[0].availableSeats, 50);
    assert.equal(public_.messages.length, 1);
    staff.close();
  });

  test('after signing out or losing the role no more changes are sent', async () => {
    const admin = await server.as('admin');
    const event = await make.event({ status: 'draft' });
    const ways = [
      (person) => person.post(`${API}/auth/logout`),
      (person) => admin.patch(`${API}/users/${person.user.id}`, { role: 'customer' }),
      (person) => admin.delete(`${API}/users/${person.user.id}`),
    ];
    for (const [i, end] of ways.entries()) {
      const person = await server.newcomer();
      await admin.patch(`${API}/users/${person.user.id}`, { role: 'organizer' });
      const watcher = await watch(event.id, person.headers);
      await watcher.until(1);
      assert.ok((await end(person)).status < 300);
      await organizer.patch(`${API}/events/${event.id}`, { capacity: 60 + i });
      await watcher.ended();
      assert.equal(watcher.messages.length, 1);
    }
  });

  test('a stream ends with the session, even without a change of the event', async () => {
    const person = await server.newcomer();
    const event = await make.event();
    const watcher = await watch(event.id, person.headers);
    await watcher.until(1);
    await person.post(`${API}/auth/logout`);
    await watcher.ended();
  });

  test('streams end when the server stops, also after many have come and gone', async () => {
    const event = await make.event();
    const watchers = await Promise.all(Array.from({ length: 30 }, () => watch(event.id)));
    await Promise.all(watchers.map((watcher) => watcher.until(1)));
    for (const watcher of watchers.slice(0, 15)) watcher.close();
    await make.booking(customer, event.id);
    await Promise.all(watchers.slice(15).map((watcher) => watcher.until(2)));
    await server.restart();
    await Promise.all(watchers.slice(15).map(({ ended }) => ended()));
  });
});

describe('limits of streams', () => {
  // Opens as many streams as one address gets, then reports how they and one more fared.
  const statuses = (port, count, headers, localAddress) =>
    Promise.all(Array.from({ length: count }, () => watch(1, headers, { port, localAddress })));
  const codes = (watchers) => watchers.map(({ response }) => response.statusCode);

  async function limited(t, settings) {
    const limits = { BOXOFFICE_CONNECTIONS_MAX: '60', BOXOFFICE_CONNECTIONS_PER_ADDRESS_MAX: '24' };
    const own = await start({ settings: { ...limits, ...settings } });
    t.after(() => own.stop());
    return own;
  }

  test('an address gets half of its connections', async (t) => {
    const { port } = await limited(t, {});
    const watchers = await statuses(port, 12, {}, '127.0.0.3');
    assert.deepEqual(codes(watchers), Array(12).fill(200));
    assert.deepEqual(codes(await statuses(port, 1, {}, '127.0.0.3')), [429]);
    assert.deepEqual(codes(await statuses(port, 1, {}, '127.0.0.4')), [200]);
    watchers[0].close();
    for (let status = 429; status === 429; await sleep(50)) { // noticed when the connection is
      const [again] = await statuses(port, 1, {}, '127.0.0.3');
      status = again.response.statusCode;
    }
  });

  test('all together get five sixths of the connections', async (t) => {
    const { port } = await limited(t, {});
    for (const n of [3, 4, 5, 6]) assert.deepEqual(codes(await statuses(port, 12, {}, `127.0.0.${n}`)), Array(12).fill(200));
    assert.deepEqual(codes(await statuses(port, 2, {}, '127.0.0.7')), [200, 200]);
    const [refused] = await statuses(port, 1, {}, '127.0.0.7');
    assert.equal(refused.response.statusCode, 503);
    assert.equal((await fetch(`http://127.0.0.1:${port}${API}/events`)).status, 200, 'other requests are served');
  });

  test('the setting limits them further', async (t) => {
    const { port } = await limited(t, { BOXOFFICE_LISTENERS_MAX: '5' });
    assert.deepEqual(codes(await statuses(port, 5, {})), Array(5).fill(200));
    assert.deepEqual(codes(await statuses(port, 1, {}, '127.0.0.3')), [503]);
  });

  test('behind a trusted proxy each client is limited, and the proxy itself is not', async (t) => {
    const { port } = await limited(t, { BOXOFFICE_TRUSTED_PROXIES: '127.0.0.1' });
    const client = { 'x-forwarded-for': '192.0.2.7' };
    assert.deepEqual(codes(await statuses(port, 12, client)), Array(12).fill(200));
    assert.deepEqual(codes(await statuses(port, 1, client)), [429]);
    assert.deepEqual(codes(await statuses(port, 13, {})), Array(13).fill(200));
  });
});
