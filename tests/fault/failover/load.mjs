// Buyers who never give up, and what they were promised. Every order has an Idempotency-Key and is repeated with it
// until somebody decides: 201 (acknowledged) or 409 sold_out (refused). 503 and no answer at all decide nothing. So in
// the end the bookings in the database are exactly the acknowledged ones, whatever happened to the database meanwhile.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../support/fault.mjs';

const between_orders_ms = 100; // of one buyer: this is no benchmark
const between_repeats_ms = 200;
const complaints_max = 20;

export class Ledger {
  constructor() {
    this.orders = []; // {key, client, schedule, quantity, id: of the booking that was acknowledged, refused}
    this.open = new Set(); // orders that nobody has decided yet
    this.answers = []; // {sent, came, status} in milliseconds of performance.now(), in order of arrival
    this.complaints = [];
  }

  complain(text) {
    if (this.complaints.length < complaints_max) this.complaints.push(text);
  }

  get acknowledged() {
    return this.orders.filter(({ id }) => id !== undefined);
  }

  // Answers with a status to requests that were sent after a moment.
  since(moment, status) {
    const from = this.answers.findLastIndex(({ came }) => came < moment) + 1;
    return this.answers.slice(from).filter((answer) => answer.sent >= moment && answer.status === status);
  }

  // Sends an order once; whether its fate is known now.
  async send(order) {
    const sent = performance.now();
    const answer = await order.client.book(order.schedule, { key: order.key, body: order.body });
    this.answers.push({ sent, came: performance.now(), status: answer?.status ?? 0 });
    if (!answer || answer.status === 503) return false;
    if (answer.status === 201) order.id = answer.body.id;
    else if (answer.status === 409 && answer.body.type === '/problems/sold_out') order.refused = true;
    else this.complain(`an order was answered with ${answer.status} ${JSON.stringify(answer.body)}`);
    return true;
  }
}

export class Load {
  // All people of the world but the first buy, each over a connection of their own, until end().
  constructor(world, server, ledger) {
    Object.assign(this, { ledger, schedules: [], stopped: false });
    this.clients = world.people.slice(1).map((person) => new Client(server, person));
    world.endings.push(() => this.clients.forEach((client) => client.close()));
    this.ended = Promise.all(this.clients.map((client, i) => this.shop(client, i)));
  }

  async shop(client, number) {
    const { ledger } = this;
    for (let i = 0; !this.stopped; i++) {
      await sleep(between_orders_ms);
      if (!this.schedules.length) continue;
      const schedule = this.schedules[(i + number) % this.schedules.length];
      const quantity = 1 + ((i + number) % 3);
      const { eventId, scheduleId } = schedule;
      const order = { client, schedule, quantity, key: randomUUID(),
        body: { eventId, scheduleId, quantity, paymentMethod: 'sandbox' } };
      ledger.orders.push(order);
      ledger.open.add(order);
      while (!(await ledger.send(order)) && !this.given_up) await sleep(between_repeats_ms);
      if (!this.given_up) ledger.open.delete(order);
    }
  }

  // Nobody orders anything new; what is open is decided, or given up after so long.
  async end(patience_ms) {
    this.stopped = true;
    const timer = setTimeout(() => { this.given_up = true; }, patience_ms);
    await this.ended;
    clearTimeout(timer);
    if (this.ledger.open.size) this.ledger.complain(`${this.ledger.open.size} orders were never decided`);
  }
}

// Compares what was promised with the rows {id, userId, eventId, quantity} of all bookings.
export function checkRows(ledger, rows, schedules) {
  const found = new Map(rows.map((row) => [row.id, row]));
  const promised = new Map();
  for (const order of ledger.acknowledged) {
    if (promised.has(order.id)) ledger.complain(`booking ${order.id} was promised to two orders`);
    promised.set(order.id, order);
    const row = found.get(order.id);
    if (!row) {
      ledger.complain(`booking ${order.id} was acknowledged and is lost`);
    } else if (row.userId !== order.client.person.id || row.eventId !== order.schedule.eventId
      || row.quantity !== order.quantity) {
      ledger.complain(`booking ${order.id} is another one than was ordered`);
    }
  }
  for (const id of found.keys()) if (!promised.has(id)) ledger.complain(`booking ${id} was promised to nobody`);
  const sold = new Map();
  for (const { eventId, quantity } of rows) sold.set(eventId, (sold.get(eventId) ?? 0) + quantity);
  for (const { eventId, seats } of schedules) {
    const taken = sold.get(eventId) ?? 0;
    if (taken > seats) ledger.complain(`event ${eventId} has ${seats} seats and sold ${taken}`);
  }
}

// Every acknowledged order repeated with its key gets its own booking again.
export async function checkKeys(ledger) {
  const clients = [...new Set(ledger.orders.map(({ client }) => client))];
  await Promise.all(clients.map(async (own) => {
    for (const { client, schedule, key, body, id } of ledger.acknowledged.filter((order) => order.client === own)) {
      const answer = await client.book(schedule, { key, body });
      if (answer?.status !== 201 || answer.body.id !== id) {
        const said = `${answer?.status} ${answer?.body?.id ?? ''}`;
        ledger.complain(`repeated, the order of booking ${id} was answered with ${said}`);
      }
    }
  }));
}
