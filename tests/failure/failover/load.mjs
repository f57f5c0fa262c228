// Buyers who never give up, and what they were promised. Every order has an Idempotency-Key and is repeated with it
// until somebody decides: 201 (acknowledged) or 409 sold_out (refused). 503 and no response at all decide nothing. So in
// the end the bookings in the database are exactly the acknowledged ones, whatever happened to the database meanwhile.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../support/failure.mjs';

const between_orders_ms = 100; // of one buyer: this is no benchmark
const between_repeats_ms = 200;
const complaints_max = 20;

export class History {
  constructor() {
    this.orders = []; // {key, client, schedule, quantity, id: of the booking that was acknowledged, refused}
    this.open = new Set(); // orders that nobody has decided yet
    this.responses = []; // {sent, came, status} in milliseconds of performance.now(), in order of arrival
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
    const from = this.responses.findLastIndex(({ came }) => came < moment) + 1;
    return this.responses.slice(from).filter((response) => response.sent >= moment && response.status === status);
  }

  // Sends an order once; whether its fate is known now.
  async send(order) {
    const sent = performance.now();
    const response = await order.client.book(order.schedule, { key: order.key, body: order.body });
    this.responses.push({ sent, came: performance.now(), status: response?.status ?? 0 });
    if (!response || response.status === 503) return false;
    if (response.status === 201) order.id = response.body.id;
    else if (response.status === 409 && response.body.type === '/problems/sold_out') order.refused = true;
    else this.complain(`an order was answered with ${response.status} ${JSON.stringify(response.body)}`);
    return true;
  }
}

export class Load {
  // All people of the world but the first buy, each over a connection of their own, until end().
  constructor(world, server, history) {
    Object.assign(this, { history, schedules: [], stopped: false });
    this.clients = world.people.slice(1).map((person) => new Client(server, person));
    world.endings.push(() => this.clients.forEach((client) => client.close()));
    this.ended = Promise.all(this.clients.map((client, i) => this.shop(client, i)));
  }

  async shop(client, number) {
    const { history } = this;
    for (let i = 0; !this.stopped; i++) {
      await sleep(between_orders_ms);
      if (!this.schedules.length) continue;
      const schedule = this.schedules[(i + number) % this.schedules.length];
      const quantity = 1 + ((i + number) % 3);
      const { eventId, scheduleId } = schedule;
      const order = { client, schedule, quantity, key: randomUUID(),
        body: { eventId, scheduleId, quantity, paymentMethod: 'sandbox' } };
      history.orders.push(order);
      history.open.add(order);
      while (!(await history.send(order)) && !this.given_up) await sleep(between_repeats_ms);
      if (!this.given_up) history.open.delete(order);
    }
  }

  giveUp() {
    this.stopped = true;
    this.given_up = true;
  }

  // Nobody orders anything new; what is open is decided, or given up after so long.
  async end(patience_ms) {
    this.stopped = true;
    const timer = setTimeout(() => this.giveUp(), patience_ms);
    await this.ended;
    clearTimeout(timer);
    if (this.history.open.size) this.history.complain(`${this.history.open.size} orders were never decided`);
  }
}

// Compares what was promised with the rows {id, userId, eventId, quantity} of all bookings.
export function checkRows(history, rows, schedules) {
  const found = new Map(rows.map((row) => [row.id, row]));
  const promised = new Map();
  for (const order of history.acknowledged) {
    if (promised.has(order.id)) history.complain(`booking ${order.id} was promised to two orders`);
    promised.set(order.id, order);
    const row = found.get(order.id);
    if (!row) {
      history.complain(`booking ${order.id} was acknowledged and is lost`);
    } else if (row.userId !== order.client.person.id || row.eventId !== order.schedule.eventId
      || row.quantity !== order.quantity) {
      history.complain(`booking ${order.id} is another one than was ordered`);
    }
  }
  for (const id of found.keys()) if (!promised.has(id)) history.complain(`booking ${id} was promised to nobody`);
  const sold = new Map();
  for (const { eventId, quantity } of rows) sold.set(eventId, (sold.get(eventId) ?? 0) + quantity);
  for (const { eventId, seats } of schedules) {
    const taken = sold.get(eventId) ?? 0;
    if (taken > seats) history.complain(`event ${eventId} has ${seats} seats and sold ${taken}`);
  }
}

// Every acknowledged order repeated with its key gets its own booking again.
export async function checkKeys(history) {
  const clients = [...new Set(history.orders.map(({ client }) => client))];
  await Promise.all(clients.map(async (own) => {
    for (const { client, schedule, key, body, id } of history.acknowledged.filter((order) => order.client === own)) {
      const response = await client.book(schedule, { key, body });
      if (response?.status !== 201 || response.body.id !== id) {
        const said = `${response?.status} ${response?.body?.id ?? ''}`;
        history.complain(`repeated, the order of booking ${id} was answered with ${said}`);
      }
    }
  }));
}
