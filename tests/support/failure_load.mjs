// A load of buyers and the history of what the server has acknowledged. After a crash the history is what must be true:
//  - every booking that got a 201 exists once, in the state that was last acknowledged;
//  - a request without a response, repeated with its key, has been done exactly once;
//  - so the bookings in the database are exactly those of the history.
// Checks return what is wrong as sentences ([] is good), because negative controls want to see them fail.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, rowsAfter } from './failure.mjs';

export class History {
  constructor({ refusal = 'sold_out' } = {}) {
    this.refusal = refusal; // the code that refuses too many seats
    this.bookings = new Map(); // id -> {id, userId, eventId, quantity, status, paymentId, paymentStatus}
    this.unresolved = []; // orders whose fate is open
    this.complaints = [];
    this.acknowledged = 0;
    this.refused = 0; // by a 409
    this.full = 0; // by a 507
    this.checked = { bookings: 0, payments: 0 }; // ids up to here were compared
  }

  complain(text) {
    if (this.complaints.length < 20) this.complaints.push(text);
  }

  note(order, response) {
    const type = response.body?.type ?? '';
    if (response.status === order.success) {
      this.acknowledged++;
      order.done(this, response.body);
    } else if (response.status === 409 && type === `/problems/${this.refusal}`) {
      this.refused++;
    } else if (response.status === 507) {
      this.full++;
    } else {
      this.complain(`${order.path} got ${response.status} ${JSON.stringify(response.body)}`);
    }
  }

  booked(order, row) {
    if (this.bookings.has(row.id)) this.complain(`booking ${row.id} was given to two requests`);
    const { id, userId, eventId, quantity, status, payment } = row;
    if (userId !== order.client.person.id) this.complain(`booking ${id} is of ${userId} and not of who booked`);
    this.bookings.set(id, { id, userId, eventId, quantity, status, paymentId: payment.id, paymentStatus: payment.status });
    order.booking = this.bookings.get(id);
  }
}

function order(client, path, body, success, done) {
  return { client, method: 'POST', path, body, key: randomUUID(), success, done };
}

export function orderBooking(client, { eventId, scheduleId }, quantity) {
  return order(client, '/bookings', { eventId, scheduleId, quantity, paymentMethod: 'sandbox' }, 201,
    function (history, row) { history.booked(this, row); });
}

export function orderPayment(client, booking) {
  return order(client, `/payments/${booking.paymentId}/pay`, undefined, 200,
    () => Object.assign(booking, { status: 'confirmed', paymentStatus: 'paid' }));
}

export function orderCancel(client, booking) {
  return order(client, `/bookings/${booking.id}/cancel`, undefined, 200, () => Object.assign(booking,
    { status: 'cancelled', paymentStatus: booking.paymentStatus === 'paid' ? 'refunded' : 'cancelled' }));
}

// Sends an order and notes its response. False when there was none: then its fate is open.
export async function send(history, given) {
  const response = await given.client.request(given);
  if (response) history.note(given, response);
  else history.unresolved.push(given);
  return response !== null;
}

export class Load {
  // Every client is a person of the world and goes on until the server is gone or end({ stop }) is called.
  // Setting `paused` makes them wait.
  constructor(world, server, { history, clients, schedules, random, pays = 0.4, cancels = 0.5 }) {
    Object.assign(this, { history, schedules, random, pays, cancels, stopped: false, paused: false });
    this.clients = world.people.slice(1, 1 + clients).map((person) => new Client(server, person));
    world.endings.push(() => this.end({ stop: true }));
    this.ended = Promise.all(this.clients.map((client) => this.shop(client)));
  }

  async shop(client) {
    const { history, random } = this;
    while (!this.stopped) {
      if (this.paused) {
        await sleep(10);
        continue;
      }
      const schedule = this.schedules[Math.floor(random() * this.schedules.length)];
      const order = orderBooking(client, schedule, 1 + Math.floor(random() * 3));
      if (!(await send(history, order))) return;
      if (!order.booking) continue;
      if (random() < this.pays && !(await send(history, orderPayment(client, order.booking)))) return;
      if (random() < this.cancels && !(await send(history, orderCancel(client, order.booking)))) return;
    }
  }

  // Waits until all clients have stopped, because of stop() or because the server is gone.
  async end({ stop = false } = {}) {
    this.stopped ||= stop;
    await this.ended;
    this.clients.forEach((client) => client.close());
  }
}

// Repeats every order whose fate is open, with its key, all at once; each must get a response now.
export async function repeatUnresolved(history, server) {
  const orders = history.unresolved.splice(0);
  await Promise.all(orders.map(async (given) => {
    given.client = new Client(server, given.client.person);
    if (!(await send(history, given))) history.complain(`${given.path} has no response even after the restart`);
    given.client.close();
  }));
  return orders.length;
}

function compare(history, kind, ids, rows, same) {
  const found = new Set(rows.map(({ id }) => id));
  for (const id of ids) if (!found.has(id)) history.complain(`acknowledged ${kind} ${id} is lost`);
  if (found.size !== rows.length) history.complain(`a ${kind} is listed twice`);
  for (const row of rows) same(row);
}

function sameState(history, kind, row, expected, fields) {
  for (const [field, value] of Object.entries(fields)) {
    if (row[field] !== value) history.complain(`${kind} ${row.id}: ${field} is ${row[field]}, acknowledged was ${value}`);
  }
}

// Whether every acknowledged booking is there. To be asked before anything is repeated: that takes new ids.
export async function checkPresent(history, server, admin) {
  const client = new Client(server, admin);
  const found = new Set((await rowsAfter(client, 'bookings', history.checked.bookings)).map(({ id }) => id));
  client.close();
  for (const id of history.bookings.keys()) {
    if (id > history.checked.bookings && !found.has(id)) history.complain(`acknowledged booking ${id} is lost`);
  }
}

// Compares the database with the history, as an admin sees it; with `all` also what was compared before.
export async function checkHistory(history, server, admin, { all = false } = {}) {
  if (all) history.checked = { bookings: 0, payments: 0 };
  const { checked } = history;
  const client = new Client(server, admin);
  const expected = [...history.bookings.values()];
  const payments = new Map(expected.map((booking) => [booking.paymentId, booking]));
  const bookingRows = await rowsAfter(client, 'bookings', checked.bookings);
  const paymentRows = await rowsAfter(client, 'payments', checked.payments);
  client.close();
  compare(history, 'booking', expected.map(({ id }) => id).filter((id) => id > checked.bookings), bookingRows, (row) => {
    const booking = history.bookings.get(row.id);
    if (!booking) return history.complain(`booking ${row.id} was never acknowledged to anybody`);
    const { userId, eventId, quantity, status } = booking;
    sameState(history, 'booking', row, booking, { userId, eventId, quantity, status });
  });
  compare(history, 'payment', [...payments.keys()].filter((id) => id > checked.payments), paymentRows, (row) => {
    const booking = payments.get(row.id);
    if (!booking) return history.complain(`payment ${row.id} belongs to no acknowledged booking`);
    sameState(history, 'payment', row, booking, { bookingId: booking.id, status: booking.paymentStatus });
  });
  checked.bookings = bookingRows.at(-1)?.id ?? checked.bookings;
  checked.payments = paymentRows.at(-1)?.id ?? checked.payments;
}

// No seat was acknowledged twice; judged by the acknowledgements only.
export function checkSeats(history, world) {
  const taken = new Map();
  for (const { eventId, quantity, status } of history.bookings.values()) {
    if (['pending', 'confirmed'].includes(status)) taken.set(eventId, (taken.get(eventId) ?? 0) + quantity);
  }
  for (const { eventId, seats } of world.schedules) {
    if ((taken.get(eventId) ?? 0) > seats) history.complain(`event ${eventId} has ${seats} seats and sold ${taken.get(eventId)}`);
  }
}

// One seat of each schedule in turn, booked by all clients at the same moment. Returns what is wrong.
export async function lastSeat(world, server) {
  const complaints = [];
  const buyers = world.people.slice(1).map((person) => new Client(server, person));
  const admin = new Client(server, world.admin);
  for (const schedule of world.schedules) {
    const responses = await Promise.all(buyers.map((buyer) => buyer.book(schedule, { key: randomUUID() })));
    const count = {};
    for (const response of responses) {
      const kind = response ? `${response.status} ${response.body.type ?? ''}`.trim() : 'no response';
      count[kind] = (count[kind] ?? 0) + 1;
    }
    const { availableSeats } = await admin.expect(200, { path: `/schedules/${schedule.scheduleId}` });
    const seen = JSON.stringify({ ...count, availableSeats });
    const expected = JSON.stringify({ 201: 1, '409 /problems/sold_out': buyers.length - 1, availableSeats: 0 });
    if (seen !== expected) complaints.push(`event ${schedule.eventId}: ${seen} instead of ${expected}`);
  }
  for (const client of [...buyers, admin]) client.close();
  return complaints;
}
