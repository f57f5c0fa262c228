// Rows that tests require, created through the API by an organizer.
import assert from 'node:assert/strict';
import { API } from './server.mjs';

export const hour = 3600_000;
export const day = 24 * hour;

// A time from now, in the API's form.
export const later = (ms) => new Date(Date.now() + ms).toISOString();

let made = 0;
export const unique = (word) => `${word} ${process.pid}-${++made}`;

export function venueBody(values = {}) {
  return { name: unique('Venue'), address: '1 Test Street', capacity: 1000, facilities: 'Bar', ...values };
}

export function eventBody(venueId, values = {}) {
  return {
    title: unique('Event'), description: 'A test', price: '12.50', capacity: 100, imageUrl: 'https://example.com/a.jpg',
    startDate: later(10 * day), endDate: later(10 * day + 2 * hour), venueId, status: 'published', maxSeatsPerPerson: 1000,
    ...values,
  };
}

async function created(client, path, body) {
  const response = await client.post(`${API}${path}`, body);
  assert.equal(response.status, 201, `${path}: ${response.text}`);
  const { warnings, ...row } = response.body; // events of tests share halls
  return row;
}

export class Make {
  constructor(organizer, server) {
    this.organizer = organizer;
    this.server = server;
  }

  static async on(server) {
    return new Make(await server.as('organizer'), server);
  }

  // As only the job writes them.
  async backup() {
    const now = later(0).replace('T', ' ').replace('Z', ' +00:00');
    await this.server.database.query(`INSERT INTO "Backups" ("place", "address", "startedAt", "finishedAt", "createdAt", "updatedAt")
      VALUES (1, '/mnt/backup', '${now}', '${now}', '${now}', '${now}')`);
  }

  venue(values) {
    return created(this.organizer, '/venues', venueBody(values));
  }

  async event(values = {}) {
    this.hall ??= this.venue({ capacity: 100000 });
    return created(this.organizer, '/events', eventBody((await this.hall).id, values));
  }

  schedule(eventId, values = {}) {
    return created(this.organizer, '/schedules?extendEvent=true', { eventId, startTime: later(11 * day),
      endTime: later(11 * day + hour), ...values });
  }

  category(eventId, values = {}) {
    return created(this.organizer, '/event-categories', { eventId, name: unique('Category'), description: 'A category',
      ...values });
  }

  // A booking of an event, with its payment inside.
  booking(client, eventId, values = {}) {
    return created(client, '/bookings', { eventId, quantity: 2, paymentMethod: 'sandbox', ...values });
  }

  ticket(client, values = {}) {
    return created(client, '/support-tickets', { subject: unique('Help'), description: 'Where is the door?',
      ...values });
  }

  // The one schedule of an event.
  async onlySchedule(eventId) {
    const response = await this.organizer.get(`${API}/schedules?eventId=${eventId}`);
    assert.equal(response.body.length, 1, response.text);
    return response.body[0];
  }

  async seats(eventId) {
    return (await this.onlySchedule(eventId)).availableSeats;
  }
}
