// An organizer's season from the first venue to the last deletion, as one story through the API; the server's stop runs
// `verify` on what is left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Make, day, hour, later } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

let server, make, organizer, support, admin, ada, max;
const row = {}; // what the season has so far

before(async () => {
  server = await start({ settings: { BOXOFFICE_HOLD_MS: '1000' } });
  [organizer, support, admin] = await Promise.all(['organizer', 'support', 'admin'].map((who) => server.as(who)));
  [ada, max] = [await server.newcomer('Ada Example'), await server.newcomer('Max Example')];
  make = await Make.on(server);
});
after(() => server?.stop());

const ok = (response, status = 200) => {
  assert.equal(response.status, status, response.text);
  return response.body;
};
const read = async (client, path) => ok(await client.get(`${API}${path}`));
const act = async (client, path, body) => ok(await client.post(`${API}${path}`, body));
const pay = (client, booking) => act(client, `/payments/${booking.payment.id}/pay`);
const seats = async (schedule) => (await read(organizer, `/schedules/${schedule.id}`)).availableSeats;

test('creates: a venue, a concert, a workshop with two dates, last year\'s event', async () => {
  row.venue = await make.venue({ capacity: 50 });
  row.concert = await make.event({ venueId: row.venue.id, title: 'Concert', price: '20.00', capacity: 10,
    startDate: later(2 * hour), endDate: later(4 * hour) });
  row.workshop = await make.event({ venueId: row.venue.id, title: 'Workshop', price: '5.00', capacity: 8,
    startDate: later(10 * day), endDate: later(10 * day + hour) });
  row.second = await make.schedule(row.workshop.id);
  row.past = ok(await admin.post(`${API}/events`, { title: 'Last year', capacity: 5, venueId: row.venue.id,
    startDate: later(-300 * day), endDate: later(-299 * day) }), 201);
  await make.category(row.concert.id, { name: 'Music' });
  assert.equal((await read(ada, '/events?category=music&title=Concert'))[0].id, row.concert.id);
  row.evening = await make.onlySchedule(row.concert.id);
  [row.first] = await read(organizer, `/schedules?eventId=${row.workshop.id}&_sort=startTime`);
});

test('sells: online, by transfer, at the box office, to guests of the house', async () => {
  row.ada = await make.booking(ada, row.concert.id, { quantity: 4 });
  await pay(ada, row.ada);
  row.max = await make.booking(max, row.concert.id, { quantity: 2, paymentMethod: 'banktransfer' });
  assert.ok(Date.parse(row.max.expiresAt) > Date.now() + hour);
  await pay(support, row.max);
  row.guest = await make.booking(organizer, row.concert.id, { quantity: 1, paymentMethod: 'cash', guestName: 'Walk-in' });
  await pay(organizer, row.guest);
  row.press = await make.booking(organizer, row.concert.id, { quantity: 1, paymentMethod: 'complimentary', guestName: 'Press' });
  assert.deepEqual([row.press.status, row.press.totalPrice], ['confirmed', '0.00']);
  assert.equal(await seats(row.evening), 2);
  row.later = await make.booking(max, row.workshop.id, { scheduleId: row.second.id, quantity: 2 });
  await pay(max, row.later);
});

test('takes late money when seats are left', async () => {
  const late = await make.booking(max, row.concert.id, { quantity: 1 });
  await until(async () => (await read(max, `/bookings/${late.id}`)).status === 'expired', 'the hold has expired');
  assert.equal((await max.post(`${API}/payments/${late.payment.id}/pay`)).status, 410);
  await pay(support, late);
  assert.equal((await read(max, `/bookings/${late.id}`)).status, 'confirmed');
  assert.equal(await seats(row.evening), 1);
});

test('moves: the workshop and its dates together', async () => {
  const before = await read(organizer, `/schedules/${row.second.id}`);
  const moved = { startDate: later(12 * day), endDate: later(14 * day) };
  assert.equal((await organizer.patch(`${API}/events/${row.workshop.id}`, { startDate: later(60 * day),
    endDate: later(61 * day) })).status, 422);
  ok(await organizer.patch(`${API}/events/${row.workshop.id}?moveSchedules=true`, moved));
  const shift = Date.parse(moved.startDate) - Date.parse(row.workshop.startDate);
  assert.equal(Date.parse((await read(organizer, `/schedules/${row.second.id}`)).startTime),
    Date.parse(before.startTime) + shift);
});

test('checks in at the door: in parts, once, and takes it back', async () => {
  const guests = await read(organizer, `/schedules/${row.evening.id}/guests?q=ada`);
  assert.deepEqual(guests.map(({ id }) => id), [row.ada.id]);
  const checkin = (body) => organizer.post(`${API}/bookings/${row.ada.id}/checkin`, body);
  assert.equal(ok(await checkin({ quantity: 3, place: 'North gate' })).checkedInQuantity, 3);
  assert.equal((await checkin({ quantity: 2 })).status, 409);
  ok(await checkin());
  const again = await checkin();
  assert.equal(again.status, 409);
  assert.match(again.body.errors[0].code, /already_checked_in/);
  assert.match(again.body.errors[0].detail, /North gate|\d{4}-\d\d-\d\dT/);
  await act(organizer, `/bookings/${row.ada.id}/undo-checkin`, { reason: 'Wrong person at the door' });
  assert.equal((await read(organizer, `/bookings/${row.ada.id}`)).checkedInAt, null);
  ok(await checkin({ place: 'South gate' }));
});

test('refunds and corrects: a part of a group, a price, a title that was better before', async () => {
  const group = await organizer.get(`${API}/bookings/${row.max.id}`);
  ok(await organizer.patch(`${API}/bookings/${row.max.id}`, { quantity: 1 },
    { 'if-match': group.headers.etag }));
  assert.equal(await seats(row.evening), 2);
  assert.equal((await organizer.post(`${API}/payments/${row.guest.payment.id}/refund`, { amount: '0.00' })).status, 422);
  await act(support, `/payments/${row.guest.payment.id}/refund`, { amount: '5.00' });
  const { version } = await read(organizer, `/events/${row.concert.id}`);
  ok(await organizer.patch(`${API}/events/${row.concert.id}`, { title: 'Koncert', price: '25.00' }));
  await act(organizer, `/events/${row.concert.id}/restore`, { version });
  assert.equal((await read(ada, `/events/${row.concert.id}`)).title, 'Concert');
});

test('cancels the workshop: everybody gets the money back', async () => {
  const cancelled = await act(organizer, `/events/${row.workshop.id}/cancel`);
  assert.equal(cancelled.affectedBookings, 1);
  await until(async () => (await read(organizer, `/events/${row.workshop.id}`)).isSettled, 'it is settled');
  assert.equal((await read(max, `/payments/${row.later.payment.id}`)).status, 'refunded');
});

test('deletes what is over, and who booked it can still read it', async () => {
  assert.equal((await organizer.delete(`${API}/venues/${row.venue.id}`)).status, 409);
  ok(await organizer.delete(`${API}/events/${row.workshop.id}`), 204);
  assert.equal((await max.get(`${API}/events/${row.workshop.id}`)).status, 404);
  assert.equal((await read(max, `/bookings/${row.later.id}?_embed=event`)).event.title, 'Workshop');
  assert.equal((await organizer.delete(`${API}/events/${row.concert.id}`)).status, 409);
});
