// Cancelled events and schedules; rows that were deleted, for the people who booked them; why something is a conflict.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, day, hour, later, eventBody, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

let server, make, customer, organizer, admin;
before(async () => {
  server = await start();
  [customer, organizer, admin] = await Promise.all(['customer', 'organizer', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

async function paid(eventId, values) {
  const booking = await make.booking(customer, eventId, values);
  assert.equal((await customer.post(`${API}/payments/${booking.payment.id}/pay`)).status, 200);
  return booking;
}

const statuses = async ({ id, payment }) => [(await customer.get(`${API}/bookings/${id}`)).body.status,
  (await customer.get(`${API}/payments/${payment.id}`)).body.status];

const settled = (path) => until(async () => (await organizer.get(`${API}${path}`)).body.isSettled, 'it is settled');

describe('cancelling', () => {
  for (const [how, send] of Object.entries({
    action: (path) => organizer.post(`${API}${path}/cancel`),
    change: (path) => organizer.patch(`${API}${path}`, { status: 'cancelled' }),
  })) {
    test(`an event, by ${how}: seats and money go back`, async () => {
      const event = await make.event({ capacity: 10 });
      const [one, other] = [await paid(event.id), await make.booking(customer, event.id)];
      const response = await send(`/events/${event.id}`);
      assert.deepEqual([response.status, response.body.status, response.body.affectedBookings], [200, 'cancelled', 2]);
      assert.ok(Date.parse(response.body.cancelledAt) > Date.now() - 60_000);
      const checkin = await organizer.post(`${API}/bookings/${one.id}/checkin`);
      assert.equal(checkin.verdict, '409 state_conflict');
      await settled(`/events/${event.id}`);
      assert.deepEqual([await statuses(one), await statuses(other)],
        [['cancelled', 'refunded'], ['cancelled', 'cancelled']]);
      assert.equal(await make.seats(event.id), 10);
      assert.deepEqual((await organizer.patch(`${API}/events/${event.id}`, { status: 'published' })).errors,
        { '/status': 'refunds_begun' });
      const left = await organizer.get(`${API}/bookings?eventId=${event.id}&status=confirmed&status=pending`);
      assert.equal(left.headers['x-total-count'], '0');
    });
  }

  test('one schedule of an event, which shows as cancelled', async () => {
    const event = await make.event({ capacity: 10 });
    const first = await make.onlySchedule(event.id);
    const second = await make.schedule(event.id);
    const [here, there] = [await paid(event.id, { scheduleId: first.id }), await paid(event.id, { scheduleId: second.id })];
    const response = await organizer.post(`${API}/schedules/${second.id}/cancel`);
    assert.deepEqual([response.status, response.body.status, response.body.affectedBookings], [200, 'cancelled', 1]);
    await settled(`/schedules/${second.id}`);
    assert.deepEqual([await statuses(here), await statuses(there)], [['confirmed', 'paid'], ['cancelled', 'refunded']]);
    const refused = await customer.post(`${API}/bookings`, { eventId: event.id, scheduleId: second.id, quantity: 1 });
    assert.deepEqual(refused.errors, { '/scheduleId': 'sale_closed' });
    const shown = async () => (await customer.get(`${API}/events/${event.id}/availability`)).body
      .map(({ scheduleId, status }) => [scheduleId, status]);
    assert.deepEqual(await shown(), [[first.id, 'active'], [second.id, 'cancelled']]);
    assert.equal((await organizer.post(`${API}/events/${event.id}/cancel`)).status, 200);
    assert.deepEqual(await shown(), [[first.id, 'cancelled'], [second.id, 'cancelled']]);
  });

  test('the response to a repeated request is the first one', async () => {
    const event = await make.event();
    await paid(event.id);
    const cancel = () => organizer.post(`${API}/events/${event.id}/cancel`, undefined, { 'idempotency-key': `c${event.id}` });
    const first = await cancel();
    await settled(`/events/${event.id}`);
    assert.equal((await cancel()).text, first.text);
    assert.deepEqual((await organizer.post(`${API}/events/${event.id}/cancel`)).errors, { '/status': 'event_cancelled' });
  });
});

// Paid bookings of one seat each, inserted by another client.
async function manyPaid(here, count, schedule, user) {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', ' +00:00');
  await here.database.query(`UPDATE "Schedules" SET "availableSeats" = "availableSeats" - ${count} WHERE "id" = ${schedule.id}`);
  await here.database.query(`INSERT INTO "Bookings" ("userId", "eventId", "scheduleId", "quantity", "status", "totalPrice",
    "bookingDate", "createdAt", "updatedAt") WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    SELECT ${user.id}, ${schedule.eventId}, ${schedule.id}, 1, 'confirmed', '12.50', '${now}', '${now}', '${now}' FROM n`);
  await here.database.query(`INSERT INTO "Payments" ("bookingId", "transactionId", "amount", "status", "paymentMethod",
    "paymentDate", "createdAt", "updatedAt") SELECT "id", 'transaction-of-many-paid-' || "id", "totalPrice", 'paid',
    'sandbox', '${now}', '${now}', '${now}' FROM "Bookings" WHERE "scheduleId" = ${schedule.id}`);
}

test('a server that is killed while it refunds continues at the next start', async () => {
  const bookings = 3000;
  const here = await start({ settings: { BOXOFFICE_CIPHER: 'none' } }); // another client inserts the bookings
  try {
    const there = await Make.on(here);
    const event = await there.event({ capacity: bookings });
    const list = `${API}/bookings?eventId=${event.id}&_embed=payment`;
    await manyPaid(here, bookings, await there.onlySchedule(event.id), (await here.as('customer')).user);
    const cancelled = await (await here.as('organizer')).post(`${API}/events/${event.id}/cancel`);
    assert.equal(cancelled.body.affectedBookings, bookings);
    await until(async () => (await (await here.as('admin')).get(`${list}&status=cancelled`)).body.length > 0, 'it began');
    here.child.kill('SIGKILL');
    await here.ended;
    await here.launch();
    const again = await here.as('admin');
    await until(async () => (await again.get(`${API}/events/${event.id}`)).body.isSettled, 'it is settled');
    const { headers, body } = await again.get(`${list}&status=cancelled`);
    assert.equal(headers['x-total-count'], String(bookings));
    assert.ok(body.every(({ payment }) => payment.status === 'refunded' && payment.refundedAmount === '12.50'));
  } finally {
    await here.stop();
  }
});

describe('dates', () => {
  const times = (start, end) => ({ startTime: later(start), endTime: later(end) });

  test('a schedule outside the dates of its event is refused, or extends them', async () => {
    const event = await make.event();
    const body = { eventId: event.id, ...times(100 * day, 100 * day + hour) };
    assert.deepEqual((await organizer.post(`${API}/schedules`, body)).errors, { '/endTime': 'outside_event' });
    assert.deepEqual((await organizer.post(`${API}/schedules?extendEvent=yes`, body)).errors, { '/extendEvent': 'type' });
    assert.deepEqual((await organizer.post(`${API}/schedules?extendEvent=true&extendEvent=x`, body)).errors,
      { '/extendEvent': 'type' });
    assert.equal((await organizer.post(`${API}/schedules?extendEvent=false`, body)).status, 422);
    const added = await organizer.post(`${API}/schedules?extendEvent=true`, body);
    assert.equal(added.status, 201, added.text);
    assert.equal((await organizer.get(`${API}/events/${event.id}`)).body.endDate, body.endTime);
    const path = `${API}/schedules/${added.body.id}`;
    assert.deepEqual((await organizer.patch(path, times(5 * day, 6 * day))).errors, { '/startTime': 'outside_event' });
    assert.equal((await organizer.patch(`${path}?extendEvent=true`, times(5 * day, 6 * day))).status, 200);
  });

  test('an event takes its schedules along when asked to', async () => {
    const event = await make.event();
    const second = await make.schedule(event.id);
    const dates = { startDate: later(30 * day), endDate: later(40 * day) };
    const path = `${API}/events/${event.id}`;
    assert.deepEqual((await organizer.patch(path, dates)).errors, { '/startDate': 'outside_event' });
    assert.equal((await organizer.patch(`${path}?moveSchedules=true`, dates)).status, 200);
    const moved = (await organizer.get(`${API}/schedules/${second.id}`)).body;
    assert.equal(Date.parse(moved.startTime) - Date.parse(second.startTime),
      Date.parse(dates.startDate) - Date.parse(event.startDate));
  });

  test('overlaps at a venue are warnings', async () => {
    const venue = await make.venue();
    const one = await organizer.post(`${API}/events`, eventBody(venue.id));
    assert.equal(one.body.warnings, undefined);
    const two = await organizer.post(`${API}/events`, eventBody(venue.id));
    const { id } = await make.onlySchedule(one.body.id);
    assert.deepEqual(two.body.warnings, [{ pointer: '/startDate', code: 'venue_occupied',
      detail: `Overlaps schedule ${id} of event ${one.body.id} at the same venue` }]);
    const apart = await organizer.patch(`${API}/events/${two.body.id}`,
      { startDate: later(20 * day), endDate: later(21 * day) });
    assert.deepEqual([apart.status, apart.body.warnings], [200, undefined]);
    // A row can be sent back as it came, but what only responses have is no field of a new row.
    const { title } = two.body, { warnings } = two.body;
    assert.equal((await organizer.patch(`${API}/events/${two.body.id}`, { title, warnings, affectedBookings: 1 })).status, 200);
    assert.deepEqual((await organizer.post(`${API}/venues`, { ...venueBody(), warnings })).errors, { '/warnings': 'unknown' });
  });

  test('a second category of the same name is named', async () => {
    const event = await make.event();
    await make.category(event.id, { name: 'Caf\u00e9' });
    const second = await organizer.post(`${API}/event-categories`, { eventId: event.id, name: 'CAFE\u0301' });
    assert.equal(second.verdict, '409 duplicate');
    assert.deepEqual(second.errors, { '/name': 'duplicate' });
  });

  test('admins enter the past, organizers do not', async () => {
    const venue = await make.venue();
    const body = eventBody(venue.id, { startDate: '2020-05-01T18:00:00Z', endDate: '2020-05-01T20:00:00Z' });
    assert.deepEqual((await organizer.post(`${API}/events`, body)).errors, { '/startDate': 'past' });
    const event = await admin.post(`${API}/events`, body);
    assert.equal(event.status, 201, event.text);
    assert.deepEqual((await customer.post(`${API}/bookings`, { eventId: event.body.id, quantity: 1 })).errors,
      { '/scheduleId': 'sale_closed' });
  });
});

describe('deleted rows', () => {
  test('stay readable to the people who booked them, and only through their bookings', async () => {
    const venue = await make.venue({ name: 'The old barn' });
    const event = await make.event({ title: 'A night to remember', venueId: venue.id, startDate: later(1500),
      endDate: later(2500) });
    const booking = await paid(event.id);
    await until(async () => (await organizer.delete(`${API}/events/${event.id}`)).status === 204, 'it is over');
    assert.equal((await organizer.delete(`${API}/venues/${venue.id}`)).status, 204);
    for (const path of ['events', 'schedules', 'venues']) {
      const { body } = await customer.get(`${API}/${path}?q=${path === 'schedules' ? '' : 'night+barn'}`);
      assert.ok(!JSON.stringify(body).includes('night to remember') && !JSON.stringify(body).includes('old barn'));
    }
    assert.equal((await customer.get(`${API}/events/${event.id}`)).verdict, '404 not_found');
    assert.equal((await organizer.get(`${API}/venues/${venue.id}`)).verdict, '404 not_found');
    for (const client of [customer, organizer]) {
      const { body } = await client.get(`${API}/bookings/${booking.id}?_embed=event,schedule`);
      assert.deepEqual([body.event.title, body.event.startDate, body.event.venue.name, body.schedule.startTime],
        ['A night to remember', event.startDate, 'The old barn', event.startDate]);
    }
    const [listed] = (await customer.get(`${API}/bookings?id=${booking.id}&_embed=event,schedule`)).body;
    assert.equal(listed.event.venue.address, venue.address);
    const exported = (await customer.get(`${API}/me/export`)).body.bookings.find(({ id }) => id === booking.id);
    assert.deepEqual([exported.event.title, exported.event.venue.name, exported.schedule.endTime],
      ['A night to remember', 'The old barn', event.endDate]);
  });

  test('a hidden event is not revealed by that', async () => {
    const event = await make.event({ startDate: later(1500), endDate: later(2000) });
    const booking = await paid(event.id);
    await until(async () => (await organizer.patch(`${API}/events/${event.id}`, { status: 'draft' })).status === 200,
      'it is over');
    const { body } = await customer.get(`${API}/bookings/${booking.id}?_embed=event`);
    assert.equal(body.event, null);
  });
});

describe('conflicts say why', () => {
  const reasons = (response) => {
    assert.equal(response.verdict, '409 state_conflict', response.text);
    return response.body.errors.map(({ pointer, code, detail }) => [pointer, code, detail]);
  };

  test('in the catalogue', async () => {
    const event = await make.event();
    const schedule = await make.onlySchedule(event.id);
    assert.deepEqual(reasons(await organizer.delete(`${API}/schedules/${schedule.id}`)),
      [['', 'last_schedule', `The only schedule of event ${event.id}; delete or cancel the event`]]);
    await paid(event.id);
    assert.deepEqual(reasons(await organizer.delete(`${API}/events/${event.id}`)),
      [['', 'has_bookings', 'Live bookings of the event: 1']]);
    assert.deepEqual(reasons(await organizer.patch(`${API}/events/${event.id}`, { status: 'draft' })),
      [['/status', 'has_bookings', 'Live bookings of the event: 1']]);
    assert.deepEqual(reasons(await organizer.delete(`${API}/venues/${event.venueId}`))[0].slice(0, 2), ['', 'has_events']);
  });

  test('about people', async () => {
    const person = await server.newcomer('Nina');
    await make.booking(person, (await make.event()).id);
    assert.deepEqual(reasons(await person.delete(`${API}/me`)),
      [['', 'has_upcoming_bookings', 'Bookings of schedules that have not ended: 1; cancel them first']]);
    const twice = await admin.post(`${API}/users`, { email: person.user.email, password: 'a long secret', name: 'N' });
    assert.deepEqual([twice.verdict, twice.errors], ['409 duplicate', { '/email': 'duplicate' }]);
  });

  test('restoring names what it does not restore, or refuses', async () => {
    const event = await make.event({ price: '0.00' });
    const booking = await make.booking(customer, event.id);
    assert.equal((await organizer.post(`${API}/bookings/${booking.id}/checkin`)).status, 200);
    const restored = await organizer.post(`${API}/bookings/${booking.id}/restore`, { version: booking.version });
    assert.deepEqual(reasons(restored).map(([pointer, code]) => [pointer, code]),
      [['/checkedInAt', 'not_restorable'], ['/checkedInQuantity', 'not_restorable']]);
    const path = `${API}/events/${event.id}`;
    assert.equal((await organizer.patch(path, { title: 'Another' })).status, 200);
    assert.equal((await organizer.post(`${path}/cancel`)).status, 200);
    await settled(`/events/${event.id}`);
    const again = await organizer.post(`${path}/restore`, { version: event.version });
    assert.deepEqual(reasons(again).map(([pointer, code]) => [pointer, code]), [['/status', 'refunds_begun']]);
    const { payment } = await make.booking(customer, (await make.event()).id);
    const change = { paymentMethod: 'cash' };
    assert.equal((await customer.post(`${API}/payments/${payment.id}/fail`)).status, 200);
    assert.equal((await customer.patch(`${API}/payments/${payment.id}`, change, { 'if-match': '*' })).status, 200);
    const part = await customer.post(`${API}/payments/${payment.id}/restore`, { version: payment.version });
    assert.deepEqual([part.status, part.body.paymentMethod, part.body.status], [200, 'sandbox', 'failed']);
    assert.deepEqual(part.body.warnings.map(({ pointer, code }) => [pointer, code]), [['/status', 'not_restored']]);
    const venue = await make.venue({ name: 'First' });
    assert.equal((await organizer.patch(`${API}/venues/${venue.id}`, { name: 'Second' })).status, 200);
    const whole = await organizer.post(`${API}/venues/${venue.id}/restore`, { version: venue.version });
    assert.deepEqual([whole.status, whole.body.name, whole.body.warnings], [200, 'First', undefined]);
  });
});
