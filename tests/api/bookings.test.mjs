// The life of a booking, from finding an event to the refund.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Make, day, hour, later } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer, other, organizer, support, admin;
before(async () => {
  server = await start();
  [customer, other, organizer, support, admin] =
    await Promise.all(['customer', 'other', 'organizer', 'support', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const book = (client, body) => client.post(`${API}/bookings`, body);
const read = async (path) => (await admin.get(`${API}${path}`)).body;

// A demo event, which may be past, cancelled or a draft: states that the API does not create at once.
async function demo(title) {
  const response = await admin.get(`${API}/events?title=${encodeURIComponent(title)}`);
  assert.equal(response.body.length, 1, title);
  return response.body[0];
}

test('the tour of the README: find, register, sign in, book two seats, pay, cancel, see the seats return', async () => {
  const visitor = server.anonymous();
  const list = await visitor.get(`${API}/events?price_lte=30.00&startDate_gte=${later(0)}&_sort=startDate&perPage=5`);
  assert.equal(list.status, 200);
  assert.equal(list.body.length, 5);
  assert.ok(list.body.every(({ price }) => Number(price) <= 30));

  const event = await make.event({ price: '22.00', capacity: 10 });
  const availability = async () => (await visitor.get(`${API}/events/${event.id}/availability`)).body[0].availableSeats;
  assert.equal(await availability(), 10);

  const email = 'tour@example.com';
  const registered = await visitor.post(`${API}/auth/register`, { email, password: 'a long secret', name: 'Tour' });
  assert.equal(registered.status, 201);
  assert.deepEqual([registered.body.email, registered.body.role, registered.body.isVerified, registered.body.isAdmin],
    [email, 'customer', false, false]);
  const { token, user } = await server.signIn(email, 'a long secret');
  const tourist = server.client(token, user);

  const booked = await book(tourist, { eventId: event.id, quantity: 2, paymentMethod: 'sandbox' });
  assert.equal(booked.status, 201);
  const booking = booked.body;
  assert.equal(booked.headers.location, `${API}/bookings/${booking.id}`);
  assert.equal(booked.version, `"${booking.version}"`);
  assert.deepEqual([booking.status, booking.quantity, booking.totalPrice, booking.eventId, booking.userId],
    ['pending', 2, '44.00', event.id, user.id]);
  assert.ok(Date.parse(booking.expiresAt) > Date.now());
  assert.deepEqual([booking.payment.status, booking.payment.amount, booking.payment.bookingId,
    booking.payment.paymentMethod],
    ['pending', '44.00', booking.id, 'sandbox']);
  assert.match(booking.payUrl ?? booking.payment.payUrl ?? '', new RegExp(`/payments/${booking.payment.id}/pay$`));
  assert.equal(await availability(), 8);

  const paid = await tourist.post(`${API}/payments/${booking.payment.id}/pay`);
  assert.equal(paid.status, 200);
  assert.equal(paid.body.status, 'paid');
  assert.ok(Math.abs(Date.parse(paid.body.paymentDate) - Date.now()) < 60_000);
  const confirmed = (await tourist.get(`${API}/bookings/${booking.id}`)).body;
  assert.deepEqual([confirmed.status, confirmed.expiresAt], ['confirmed', null]);
  assert.equal(await availability(), 8);

  const cancelled = await tourist.post(`${API}/bookings/${booking.id}/cancel`);
  assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
  const payment = (await tourist.get(`${API}/payments/${booking.payment.id}`)).body;
  assert.deepEqual([payment.status, payment.refundedAmount], ['refunded', '44.00']);
  assert.equal(await availability(), 10);
});

describe('booking', () => {
  test('a free booking is confirmed and paid at once', async () => {
    const event = await make.event({ price: '0.00' });
    for (const paymentMethod of ['sandbox', 'free', undefined]) {
      const { status, body } = await book(customer, { eventId: event.id, quantity: 1, paymentMethod });
      assert.equal(status, 201);
      assert.deepEqual([body.status, body.totalPrice, body.expiresAt], ['confirmed', '0.00', null]);
      assert.deepEqual([body.payment.status, body.payment.amount, body.payment.paymentMethod],
        ['paid', '0.00', 'free']);
    }
    assert.equal(await make.seats(event.id), 97);
  });

  test('the last seats: a booking of more than are available gets none', async () => {
    const event = await make.event({ capacity: 3 });
    await make.booking(customer, event.id, { quantity: 2 });
    const refused = await book(other, { eventId: event.id, quantity: 2 });
    assert.equal(refused.verdict, '409 sold_out');
    assert.deepEqual(refused.body.errors, [{ pointer: '/quantity', code: 'seats_left', detail: '1 seats are available' }]);
    assert.equal(await make.seats(event.id), 1);
    await make.booking(other, event.id, { quantity: 1 });
    assert.equal((await book(other, { eventId: event.id, quantity: 1 })).verdict, '409 sold_out');
    assert.equal(await make.seats(event.id), 0);
  });

  test('sixty bookings at once for ten seats: ten succeed', async () => {
    const event = await make.event({ capacity: 10 });
    const responses = await Promise.all(Array.from({ length: 60 }, (_, i) =>
      book(i % 2 ? customer : other, { eventId: event.id, quantity: 1 })));
    const verdicts = responses.map(({ verdict }) => verdict).sort();
    assert.deepEqual(verdicts, [...Array(10).fill('201'), ...Array(50).fill('409 sold_out')]);
    assert.equal(await make.seats(event.id), 0);
  });

  test('many bookings at once: no one gets more seats of a schedule than the event allows one person', async () => {
    const event = await make.event({ price: '3.00', maxSeatsPerPerson: 6 });
    const [schedule] = await read(`/schedules?eventId=${event.id}`);
    const people = [customer, other, await server.newcomer('Ada'), await server.newcomer('Grace')];
    const order = (client) => book(client, { eventId: event.id, scheduleId: schedule.id, quantity: 2 });
    const responses = await Promise.all(Array.from({ length: 48 }, (_, i) => order(people[i % 4])));
    for (const who of people.keys()) {
      const verdicts = responses.filter((_, i) => i % 4 === who).map(({ verdict }) => verdict).sort();
      assert.deepEqual(verdicts, [...Array(3).fill('201'), ...Array(9).fill('409 state_conflict')]);
    }
    const refused = responses.find(({ status }) => status === 409);
    assert.deepEqual(refused.body.errors.map(({ code }) => code), ['seat_limit_reached']);
    const [mine, theirs] = [0, 1].map((who) => responses.find(({ status }, i) => i % 4 === who && status === 201).body.id);
    assert.equal((await customer.post(`${API}/bookings/${mine}/cancel`)).status, 200);
    assert.equal((await order(customer)).verdict, '409 state_conflict', 'what was given back cannot be taken again at once');
    const held = await support.get(`${API}/bookings?scheduleId=${schedule.id}&status=pending&userId=${other.user.id}`);
    assert.equal(held.body.length, 3);
    assert.equal((await support.post(`${API}/bookings/${theirs}/cancel`)).status, 200, 'the staff release holds');
    assert.equal(await make.seats(event.id), 100 - 24 + 4);
  });

  test('three hundred actions of all kinds at once leave every seat and every payment right', async () => {
    const event = await make.event({ capacity: 40, price: '3.00' });
    const people = [customer, other, organizer, support];
    const act = async (i) => {
      const client = people[i % people.length];
      const response = await book(client, { eventId: event.id, quantity: 1 + i % 3 });
      if (response.status !== 201) return response.verdict;
      const { id, payment } = response.body;
      const pay = () => client.post(`${API}/payments/${payment.id}/pay`);
      const cancel = () => client.post(`${API}/bookings/${id}/cancel`);
      const more = () => client.patch(`${API}/bookings/${id}`, { quantity: 4 },
        { 'if-match': `"${response.body.version}"` });
      const refund = () => organizer.post(`${API}/payments/${payment.id}/refund`);
      await Promise.all([[pay], [pay, cancel], [cancel, cancel], [more, pay],
        [pay, refund, cancel]][i % 5].map((action) => action()));
      return response.verdict;
    };
    const verdicts = await Promise.all(Array.from({ length: 100 }, (_, i) => act(i)));
    assert.ok(verdicts.every((verdict) => ['201', '409 sold_out'].includes(verdict)), verdicts.join());
    const bookings = await read(`/bookings?eventId=${event.id}&perPage=200&_embed=payment`);
    const live = bookings.filter(({ status }) => ['pending', 'confirmed'].includes(status));
    assert.equal(await make.seats(event.id), 40 - live.reduce((sum, { quantity }) => sum + quantity, 0));
    for (const { quantity, totalPrice, status, payment } of bookings) {
      assert.deepEqual([totalPrice, payment.amount], [`${3 * quantity}.00`, `${3 * quantity}.00`]);
      assert.equal(status === 'confirmed', payment.status === 'paid');
    }
  });

  test('a schedule that is over cannot be booked', async () => {
    const past = await demo('Evening Concert in the Quarry');
    const response = await book(customer, { eventId: past.id, quantity: 1 });
    assert.equal(response.verdict, '422 invalid');
    assert.deepEqual(response.errors, { '/scheduleId': 'sale_closed' });
  });

  test('a cancelled event is not on sale', async () => {
    const cancelled = await demo('Harbour Fireworks Cruise');
    const response = await book(customer, { eventId: cancelled.id, quantity: 1 });
    assert.equal(response.verdict, '422 invalid');
    assert.deepEqual(response.errors, { '/eventId': 'sale_closed' });
  });

  test('a draft does not exist for customers, and is not on sale for organizers', async () => {
    const draft = await demo('Spring Season Preview');
    const body = { eventId: draft.id, quantity: 1 };
    assert.deepEqual((await book(customer, body)).errors, { '/eventId': 'not_found' });
    assert.deepEqual((await book(organizer, body)).errors, { '/eventId': 'sale_closed' });
  });

  test('events and schedules that do not exist or do not belong together', async () => {
    const [one, two] = [await make.event(), await make.event()];
    const schedule = await make.onlySchedule(two.id);
    const cases = [
      [{ eventId: 999999999 }, { '/eventId': 'not_found' }],
      [{ eventId: one.id, scheduleId: 999999999 }, { '/scheduleId': 'not_found' }],
      [{ eventId: one.id, scheduleId: schedule.id }, { '/scheduleId': 'not_found' }],
    ];
    for (const [body, failures] of cases) {
      const response = await book(customer, { quantity: 1, ...body });
      assert.equal(response.verdict, '422 invalid');
      assert.deepEqual(response.errors, failures);
    }
  });

  test('with several schedules one must be named, and its seats are taken', async () => {
    const event = await make.event({ capacity: 5 });
    const first = await make.onlySchedule(event.id);
    const second = await make.schedule(event.id);
    assert.equal(second.availableSeats, 5);
    const unnamed = await book(customer, { eventId: event.id, quantity: 1 });
    assert.equal(unnamed.verdict, '422 invalid');
    assert.deepEqual(unnamed.errors, { '/scheduleId': 'required' });
    const booking = await make.booking(customer, event.id, { scheduleId: second.id, quantity: 3 });
    assert.equal(booking.scheduleId, second.id);
    const seats = async ({ id }) => (await customer.get(`${API}/schedules/${id}`)).body.availableSeats;
    assert.deepEqual([await seats(first), await seats(second)], [5, 2]);
  });

  test('a paid event cannot be booked as free', async () => {
    const event = await make.event();
    const response = await book(customer, { eventId: event.id, quantity: 1, paymentMethod: 'free' });
    assert.deepEqual(response.errors, { '/paymentMethod': 'not_free' });
  });

  test('the largest total: fifty seats at the highest price', async () => {
    const event = await make.event({ price: '99999.99' });
    assert.equal((await make.booking(customer, event.id, { quantity: 50 })).totalPrice, '4999999.50');
  });

  test('every invalid field of a request is reported at once', async () => {
    const response = await book(customer, { eventId: 'x', quantity: 0, paymentMethod: 'gold', seat: 'A1' });
    assert.equal(response.verdict, '422 invalid');
    assert.deepEqual(response.errors,
      { '/eventId': 'type', '/quantity': 'too_small', '/paymentMethod': 'enum', '/seat': 'unknown' });
    assert.deepEqual((await book(customer, { quantity: 51 })).errors,
      { '/eventId': 'required', '/quantity': 'too_large' });
  });

  test('a hold ends with the sale', async () => {
    const event = await make.event({ startDate: later(60_000), endDate: later(120_000) });
    const booking = await make.booking(customer, event.id);
    assert.equal(booking.expiresAt, event.endDate);
  });

  test('sales start and end when the event says so', async () => {
    const early = await make.event({ salesStart: later(day) });
    const refused = await book(organizer, { eventId: early.id, quantity: 1 });
    assert.deepEqual(refused.errors, { '/eventId': 'not_on_sale_yet' });
    assert.ok(refused.body.errors[0].detail.includes(early.salesStart));
    const late = await make.event({ salesStart: later(-day), salesEnd: later(-hour) });
    const closed = await book(customer, { eventId: late.id, quantity: 1 });
    assert.deepEqual(closed.errors, { '/scheduleId': 'sale_closed' });
    assert.ok(closed.body.errors[0].detail.includes(late.salesEnd));
    const reversed = await organizer.patch(`${API}/events/${late.id}`, { salesStart: later(0) });
    assert.deepEqual(reversed.errors, { '/salesEnd': 'order' });
  });

  test('1970 is a time, not "no value"', async () => {
    const event = await make.event();
    const epoch = await organizer.patch(`${API}/events/${event.id}`, { salesEnd: '1970-01-01T00:00:00Z' });
    assert.deepEqual(epoch.errors, { '/salesEnd': 'format' });
  });

  test('an event that has begun is on sale until it ends, for customers and staff', async () => {
    const event = await make.event({ startDate: later(1000), endDate: later(3 * day) });
    await sleep(1500);
    for (const client of [customer, organizer]) await make.booking(client, event.id, { paymentMethod: 'cash' });
  });

  test('the quantity of a held booking can change, with its seats and its price', async () => {
    const event = await make.event({ capacity: 5, price: '10.00' });
    let booking = await make.booking(customer, event.id, { quantity: 2 });
    const change = (quantity) => customer.patch(`${API}/bookings/${booking.id}`, { quantity },
      { 'if-match': `"${booking.version}"` });
    const response = await change(4);
    assert.equal(response.status, 200, response.text);
    booking = response.body;
    assert.deepEqual([booking.quantity, booking.totalPrice], [4, '40.00']);
    assert.equal(await make.seats(event.id), 1);
    const payments = await read(`/payments?bookingId=${booking.id}`);
    assert.equal(payments[0].amount, '40.00');
    assert.equal((await change(6)).verdict, '409 sold_out');
    booking = (await change(1)).body;
    assert.equal(await make.seats(event.id), 4);
  });
});

describe('paying', () => {
  test('only staff can confirm cash', async () => {
    for (const paymentMethod of ['cash', 'banktransfer']) {
      const { payment } = await make.booking(customer, (await make.event()).id, { paymentMethod });
      assert.equal((await customer.post(`${API}/payments/${payment.id}/pay`)).verdict, '403 forbidden');
      const paid = await support.post(`${API}/payments/${payment.id}/pay`);
      assert.deepEqual([paid.status, paid.body.status], [200, 'paid']);
    }
  });

  test('a failed payment can be retried, also with another method', async () => {
    const { id, payment } = await make.booking(customer, (await make.event()).id);
    const failed = await customer.post(`${API}/payments/${payment.id}/fail`);
    assert.deepEqual([failed.status, failed.body.status], [200, 'failed']);
    assert.equal((await read(`/bookings/${id}`)).status, 'pending');
    const changed = await customer.patch(`${API}/payments/${payment.id}`, { paymentMethod: 'cash' },
      { 'if-match': failed.version });
    assert.deepEqual([changed.status, changed.body.paymentMethod], [200, 'cash']);
    const free = await customer.patch(`${API}/payments/${payment.id}`, { paymentMethod: 'free' },
      { 'if-match': changed.version });
    assert.deepEqual(free.errors, { '/paymentMethod': 'not_free' });
    assert.equal((await organizer.post(`${API}/payments/${payment.id}/pay`)).body.status, 'paid');
    const late = await customer.patch(`${API}/payments/${payment.id}`, { paymentMethod: 'sandbox' },
      { 'if-match': '*' });
    assert.equal(late.verdict, '409 state_conflict');
  });

  test('payments for an event that was cancelled meanwhile are refused', async () => {
    const event = await make.event();
    const { payment } = await make.booking(customer, event.id);
    assert.equal((await organizer.patch(`${API}/events/${event.id}`, { status: 'cancelled' })).status, 200);
    assert.equal((await customer.post(`${API}/payments/${payment.id}/pay`)).verdict, '409 state_conflict');
  });

  test('actions honour If-Match and never require it', async () => {
    const { id, payment } = await make.booking(customer, (await make.event()).id);
    const stale = { 'if-match': '"99"' };
    assert.equal((await customer.post(`${API}/payments/${payment.id}/pay`, undefined, stale)).verdict,
      '412 stale_version');
    assert.equal((await customer.post(`${API}/bookings/${id}/cancel`, undefined, stale)).verdict, '412 stale_version');
    const fresh = { 'if-match': `"${payment.version}"` };
    assert.equal((await customer.post(`${API}/payments/${payment.id}/pay`, undefined, fresh)).status, 200);
  });
});

describe('refunds', () => {
  const refund = (payment, body, client = organizer) => client.post(`${API}/payments/${payment.id}/refund`, body);

  async function paid(price = '10.00') {
    const event = await make.event({ price });
    const booking = await make.booking(customer, event.id);
    assert.equal((await customer.post(`${API}/payments/${booking.payment.id}/pay`)).status, 200);
    return { event, ...booking };
  }

  test('a part, then the rest, which ends the booking and releases the seats', async () => {
    const { event, id, payment } = await paid();
    const part = await refund(payment, { amount: '7.50' });
    assert.deepEqual([part.status, part.body.status, part.body.refundedAmount], [200, 'partiallyRefunded', '7.50']);
    assert.equal((await read(`/bookings/${id}`)).status, 'confirmed');
    assert.equal(await make.seats(event.id), 98);
    const more = await refund(payment, { amount: '12.51' });
    assert.equal(more.verdict, '422 invalid');
    assert.deepEqual(more.errors, { '/amount': 'too_large' });
    const rest = await refund(payment, {});
    assert.deepEqual([rest.body.status, rest.body.refundedAmount], ['refunded', '20.00']);
    assert.equal((await read(`/bookings/${id}`)).status, 'refunded');
    assert.equal(await make.seats(event.id), 100);
    assert.equal((await refund(payment, {})).verdict, '409 state_conflict');
  });

  test('the whole amount, without a body', async () => {
    for (const client of [organizer, support, admin]) {
      const { payment } = await paid();
      const response = await refund(payment, undefined, client);
      assert.deepEqual([response.status, response.body.status], [200, 'refunded'], response.text);
    }
  });

  test('a cancelled booking with a part refunded gets the rest', async () => {
    const { id, payment } = await paid();
    await refund(payment, { amount: '5.00' });
    assert.equal((await customer.post(`${API}/bookings/${id}/cancel`)).status, 200);
    assert.deepEqual((({ status, refundedAmount }) => [status, refundedAmount])(await read(`/payments/${payment.id}`)),
      ['refunded', '20.00']);
  });

  test('invalid amounts', async () => {
    const { payment } = await paid();
    for (const [amount, code] of [['-1.00', 'too_small'], ['1.005', 'precision'], ['x', 'format'], [true, 'type'],
      [null, 'not_null'], ['0.00', 'too_small'], [0, 'too_small'], ['-0.00', 'too_small']]) {
      assert.deepEqual((await refund(payment, { amount })).errors, { '/amount': code }, String(amount));
    }
  });
});

test('a free booking cannot be refunded', async () => {
  const { payment } = await make.booking(customer, (await make.event({ price: '0.00' })).id);
  assert.equal((await organizer.post(`${API}/payments/${payment.id}/refund`)).verdict, '409 state_conflict');
});

describe('check-in', () => {
  test('once, and only for confirmed bookings', async () => {
    const booking = await make.booking(customer, (await make.event()).id);
    const checkin = () => organizer.post(`${API}/bookings/${booking.id}/checkin`);
    const unpaid = await checkin();
    assert.deepEqual([unpaid.verdict, unpaid.errors], ['409 state_conflict', { '': 'not_paid' }]);
    await customer.post(`${API}/payments/${booking.payment.id}/pay`);
    const first = await checkin();
    assert.equal(first.status, 200);
    assert.ok(Math.abs(Date.parse(first.body.checkedInAt) - Date.now()) < 60_000);
    const again = await checkin();
    assert.deepEqual([again.verdict, again.errors], ['409 state_conflict', { '': 'already_checked_in' }]);
    assert.ok(again.body.errors[0].detail.includes(first.body.checkedInAt), again.text);
    for (const client of [customer, support]) {
      const cancel = await client.post(`${API}/bookings/${booking.id}/cancel`);
      assert.deepEqual([cancel.verdict, cancel.errors], ['409 state_conflict', { '': 'already_checked_in' }]);
    }
    const undone = await organizer.post(`${API}/bookings/${booking.id}/undo-checkin`, { reason: 'Wrong line' });
    assert.deepEqual([undone.status, undone.body.checkedInAt, undone.body.checkedInQuantity, undone.body.checkinUndone],
      [200, null, 0, 'Wrong line']);
    assert.equal((await support.post(`${API}/bookings/${booking.id}/cancel`)).status, 200);
  });

  test('a group in parts, at two gates', async () => {
    const event = await make.event({ price: '0.00' });
    const { id } = await make.booking(customer, event.id, { quantity: 3 });
    const enter = (body) => organizer.post(`${API}/bookings/${id}/checkin`, body);
    const two = await enter({ quantity: 2, place: 'North' });
    assert.deepEqual([two.body.checkedInQuantity, two.body.checkedInPlace], [2, 'North']);
    assert.deepEqual((await enter({ quantity: 4 })).errors, { '/quantity': 'too_large' });
    assert.match((await enter({ quantity: 2 })).body.errors[0].detail, /^2 of 3 were checked in, last at .*, North$/);
    assert.equal((await enter({ place: 'South' })).body.checkedInQuantity, 3);
  });

  test('a customer cannot cancel after the start, staff can', async () => {
    const event = await make.event({ price: '0.00', startDate: later(1000), endDate: later(hour) });
    const { id } = await make.booking(customer, event.id);
    await sleep(1500);
    const late = await customer.post(`${API}/bookings/${id}/cancel`);
    assert.deepEqual([late.verdict, late.errors], ['409 state_conflict', { '': 'schedule_started' }]);
    assert.equal((await support.post(`${API}/bookings/${id}/cancel`)).status, 200);
  });
});

describe('what staff do for other people', () => {
  test('book for an account, for a guest without one, and for nothing', async () => {
    const event = await make.event();
    const body = { eventId: event.id, quantity: 1 };
    const theirs = await book(support, { ...body, userId: other.user.id });
    assert.deepEqual([theirs.status, theirs.body.userId], [201, other.user.id]);
    assert.equal((await other.get(`${API}/bookings/${theirs.body.id}`)).status, 200);
    assert.deepEqual((await book(customer, { ...body, userId: other.user.id })).errors, { '/userId': 'forbidden_field' });
    const guest = await book(organizer, { ...body, paymentMethod: 'cash', guestName: 'Ada' });
    assert.deepEqual([guest.status, guest.body.guestName, guest.body.userId], [201, 'Ada', organizer.user.id]);
    const free = { ...body, paymentMethod: 'complimentary' };
    assert.deepEqual((await book(organizer, free)).errors, { '/paymentMethod': 'own_booking' });
    assert.equal((await book(organizer, { ...free, userId: other.user.id })).status, 201);
    const gift = await book(organizer, { ...free, guestName: 'Bo' });
    assert.deepEqual([gift.body.status, gift.body.totalPrice, gift.body.payment.paymentMethod],
      ['confirmed', '0.00', 'complimentary']);
    assert.deepEqual((await book(customer, { ...body, paymentMethod: 'complimentary' })).errors,
      { '/paymentMethod': 'staff_only' });
  });

  test('but confirm nothing of their own, whatever their role', async () => {
    const admin = await server.as('admin');
    const refused = (response) => assert.deepEqual([response.verdict, response.errors],
      ['409 state_conflict', { '': 'own_booking' }], response.text);
    for (const [client, colleague] of [[organizer, admin], [support, organizer], [admin, organizer]]) {
      const cash = await make.booking(client, (await make.event()).id, { paymentMethod: 'cash' });
      refused(await client.post(`${API}/payments/${cash.payment.id}/pay`));
      refused(await client.post(`${API}/payments/${cash.payment.id}/fail`));
      assert.equal((await colleague.post(`${API}/payments/${cash.payment.id}/pay`)).status, 200);
      refused(await client.post(`${API}/payments/${cash.payment.id}/refund`));
      refused(await client.patch(`${API}/bookings/${cash.id}`, { quantity: 1 }, { 'if-match': '*' }));
      if (client === support) continue;
      refused(await client.post(`${API}/bookings/${cash.id}/checkin`));
      assert.equal((await colleague.post(`${API}/bookings/${cash.id}/checkin`)).status, 200);
      refused(await client.post(`${API}/bookings/${cash.id}/undo-checkin`, { reason: 'Mine' }));
    }
    const paid = await make.booking(admin, (await make.event()).id);
    assert.equal((await admin.post(`${API}/payments/${paid.payment.id}/pay`)).status, 200, 'as customers do');
    assert.equal((await admin.post(`${API}/bookings/${paid.id}/cancel`)).status, 200, 'likewise');
  });

  test('give back a part of the seats, with its money', async () => {
    const event = await make.event({ price: '10.00' });
    const { id, payment } = await make.booking(customer, event.id, { quantity: 4 });
    await customer.post(`${API}/payments/${payment.id}/pay`);
    const keep = (client, quantity) => client.patch(`${API}/bookings/${id}`, { quantity }, { 'if-match': '*' });
    assert.deepEqual((await keep(customer, 3)).errors, { '': 'booking_confirmed' });
    const { body } = await keep(support, 3);
    assert.deepEqual([body.quantity, body.cancelledQuantity, body.totalPrice], [3, 1, '40.00']);
    assert.deepEqual((({ status, amount, refundedAmount }) => [status, amount, refundedAmount])(
      await read(`/payments/${payment.id}`)), ['partiallyRefunded', '40.00', '10.00']);
    assert.equal(await make.seats(event.id), 97);
  });
});

describe('every action in every state', () => {
  // How a booking gets into each state; deleting requires an admin, everything else an organizer.
  const states = {
    pending: [],
    failed: ['fail'],
    confirmed: ['pay'],
    checkedIn: ['pay', 'checkin'],
    partiallyRefunded: ['pay', 'part'],
    refunded: ['pay', 'refund'],
    cancelled: ['cancel'],
    cancelledPaid: ['pay', 'cancel'],
  };
  const actions = {
    pay: ({ payment }) => organizer.post(`${API}/payments/${payment.id}/pay`),
    fail: ({ payment }) => organizer.post(`${API}/payments/${payment.id}/fail`),
    part: ({ payment }) => organizer.post(`${API}/payments/${payment.id}/refund`, { amount: '1.00' }),
    refund: ({ payment }) => organizer.post(`${API}/payments/${payment.id}/refund`),
    cancel: ({ id }) => organizer.post(`${API}/bookings/${id}/cancel`),
    checkin: ({ id }) => organizer.post(`${API}/bookings/${id}/checkin`),
    quantity: ({ id }) => organizer.patch(`${API}/bookings/${id}`, { quantity: 3 }, { 'if-match': '*' }),
    method: ({ payment }) => organizer.patch(`${API}/payments/${payment.id}`, { paymentMethod: 'cash' },
      { 'if-match': '*' }),
    deletePayment: ({ payment }) => admin.delete(`${API}/payments/${payment.id}`, { 'if-match': '*' }),
    deleteBooking: ({ id }) => admin.delete(`${API}/bookings/${id}`, { 'if-match': '*' }),
  };
  // A part of nothing is too large, and errors.def puts that before the wrong state.
  const nothingLeft = { part: '422 invalid' };
  const verdicts = { refunded: nothingLeft, cancelledPaid: nothingLeft };
  // state: the actions that are possible in it; all others are 409.
  const possible = {
    pending: ['pay', 'fail', 'cancel', 'quantity', 'method'],
    failed: ['pay', 'cancel', 'quantity', 'method'],
    confirmed: ['part', 'refund', 'cancel', 'checkin'],
    checkedIn: ['part'],
    partiallyRefunded: ['part', 'refund', 'cancel', 'checkin'],
    refunded: ['deletePayment', 'deleteBooking'],
    cancelled: ['pay', 'deletePayment', 'deleteBooking'],
    cancelledPaid: ['deletePayment', 'deleteBooking'],
  };

  for (const [state, steps] of Object.entries(states)) {
    test(`${state}: ${possible[state].join(', ')}`, async () => {
      const event = await make.event();
      for (const [name, action] of Object.entries(actions)) {
        const booking = await make.booking(customer, event.id);
        for (const step of steps) assert.ok((await actions[step](booking)).status < 300, `${step} towards ${state}`);
        const before = await read(`/bookings/${booking.id}?_embed=payment`);
        const response = await action(booking);
        if (possible[state].includes(name)) {
          assert.ok(response.status < 300, `${name} when ${state}: ${response.text}`);
        } else {
          assert.equal(response.verdict, verdicts[state]?.[name] ?? '409 state_conflict', `${name} when ${state}`);
          assert.deepEqual(await read(`/bookings/${booking.id}?_embed=payment`), before, `${name} when ${state}`);
        }
      }
    });
  }
});

describe('what live bookings prevent', () => {
  test('an event, its schedule and its venue cannot be deleted while seats are booked', async () => {
    const venue = await make.venue();
    const event = await make.event({ venueId: venue.id });
    const schedule = await make.onlySchedule(event.id);
    const second = await make.schedule(event.id);
    const booking = await make.booking(customer, event.id, { scheduleId: schedule.id });
    for (const path of [`/events/${event.id}`, `/schedules/${schedule.id}`, `/venues/${venue.id}`]) {
      assert.equal((await organizer.delete(`${API}${path}`)).verdict, '409 state_conflict', path);
    }
    assert.equal((await organizer.delete(`${API}/schedules/${second.id}`)).status, 204);
    await customer.post(`${API}/bookings/${booking.id}/cancel`);
    assert.equal((await organizer.delete(`${API}/schedules/${schedule.id}`)).verdict, '409 state_conflict',
      'the last one');
    assert.equal((await organizer.delete(`${API}/events/${event.id}`)).status, 204);
    assert.equal((await organizer.delete(`${API}/venues/${venue.id}`)).status, 204);
    assert.equal((await organizer.get(`${API}/schedules/${schedule.id}`)).verdict, '404 not_found',
      'goes with its event');
  });

  test('a new capacity changes the available seats, and is not below what is booked', async () => {
    const event = await make.event({ capacity: 10 });
    await make.booking(customer, event.id, { quantity: 4 });
    const change = (capacity) => organizer.patch(`${API}/events/${event.id}`, { capacity });
    assert.equal((await change(12)).status, 200);
    assert.equal(await make.seats(event.id), 8);
    assert.deepEqual((await change(3)).errors, { '/capacity': 'seats_taken' });
    assert.equal((await change(4)).status, 200);
    assert.equal(await make.seats(event.id), 0);
  });

  test('an event with bookings does not become a draft again', async () => {
    const event = await make.event();
    await make.booking(customer, event.id);
    assert.equal((await organizer.patch(`${API}/events/${event.id}`, { status: 'draft' })).verdict,
      '409 state_conflict');
    assert.equal((await customer.get(`${API}/events/${event.id}`)).status, 200);
  });

  test('an account is not erased while seats are booked', async () => {
    const newcomer = await server.newcomer();
    const booking = await make.booking(newcomer, (await make.event()).id);
    assert.equal((await newcomer.delete(`${API}/me`)).verdict, '409 state_conflict');
    await newcomer.post(`${API}/bookings/${booking.id}/cancel`);
    assert.equal((await newcomer.delete(`${API}/me`)).status, 204);
  });

  test('new dates of an event move its only schedule', async () => {
    const event = await make.event();
    const [startDate, endDate] = [later(20 * day), later(20 * day + hour)];
    assert.equal((await organizer.patch(`${API}/events/${event.id}`, { startDate, endDate })).status, 200);
    const { startTime, endTime } = await make.onlySchedule(event.id);
    assert.deepEqual([startTime, endTime], [startDate, endDate]);
  });
});

