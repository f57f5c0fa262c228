// The history of a row, and restoring an earlier version.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, eventBody } from '../support/make.mjs';
import { API, password, start } from '../support/server.mjs';

let server, make, customer, other, organizer, support, admin;
before(async () => {
  server = await start();
  [customer, other, organizer, support, admin] =
    await Promise.all(['customer', 'other', 'organizer', 'support', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

const history = (client, path, query = '') => client.get(`${API}${path}/history${query}`);
const restore = (client, path, version, headers) => client.post(`${API}${path}/restore`, { version }, headers);

describe('history', () => {
  test('every version, newest first, with the row before and after', async () => {
    const venue = await make.venue({ name: 'First', capacity: 10 });
    const path = `/venues/${venue.id}`;
    await organizer.patch(`${API}${path}`, { name: 'Second' });
    await organizer.patch(`${API}${path}`, { capacity: 20 });
    const { status, body, headers } = await history(organizer, path);
    assert.equal(status, 200);
    assert.equal(headers['x-total-count'], '3');
    assert.deepEqual(body.map(({ version, action }) => [version, action]),
      [[venue.version + 2, 'update'], [venue.version + 1, 'update'], [venue.version, 'create']]);
    assert.deepEqual([body[0].before.capacity, body[0].after.capacity, body[1].before.name, body[1].after.name,
      body[2].before],
      [10, 20, 'First', 'Second', null]);
    assert.deepEqual(body.slice(0, 2).map(({ fields }) => fields),
      [['capacity', 'updatedAt', 'version'], ['name', 'updatedAt', 'version']]);
    assert.ok(body[2].fields.includes('name') && body[2].fields.includes('id'));
    assert.ok(body.every(({ at }) => Math.abs(Date.parse(at) - Date.now()) < 60_000));
    assert.ok(body.every(({ actorId, actorRole, requestId }) =>
      actorId === organizer.user.id && actorRole === 'organizer' && /^[0-9a-f]{32}$/.test(requestId)));
    const second = await history(organizer, path, '?page=2&perPage=1');
    assert.deepEqual(second.body, [body[1]]);
  });

  test('a person sees the history of their own rows, not who changed them', async () => {
    const booking = await make.booking(customer, (await make.event()).id);
    await organizer.post(`${API}/bookings/${booking.id}/cancel`);
    const { status, body } = await history(customer, `/bookings/${booking.id}`);
    assert.equal(status, 200);
    assert.deepEqual(body.map(({ after }) => after.status), ['cancelled', 'pending']);
    assert.ok(body.every((entry) => !('actorId' in entry) && !('actorRole' in entry) && !('requestId' in entry)));
    assert.equal((await history(other, `/bookings/${booking.id}`)).verdict, '404 not_found');
    assert.equal((await history(support, `/bookings/${booking.id}`)).status, 200);
    assert.equal((await history(admin, '/bookings/999999999')).verdict, '404 not_found');
  });

  test('holds neither personal values nor secrets', async () => {
    const person = await server.newcomer('Xaverine Uniquely');
    await person.patch(`${API}/me`, { name: 'Xaverine Otherwise', password: 'another secret', currentPassword: password });
    const ticket = await make.ticket(person, { subject: 'Xaverine asks', description: 'Private words' });
    for (const client of [person, support, admin]) {
      for (const path of [`/users/${person.user.id}`, `/support-tickets/${ticket.id}`]) {
        const { text } = await history(client, path);
        assert.doesNotMatch(text, /Xaverine|Private words|@example|argon/, path);
      }
    }
  });
});

describe('restore', () => {
  test('the writable values of an earlier version, as a new one', async () => {
    const venue = await make.venue({ name: 'First', facilities: 'Bar' });
    const path = `/venues/${venue.id}`;
    await organizer.patch(`${API}${path}`, { name: 'Second', facilities: null });
    const response = await restore(organizer, path, venue.version);
    assert.equal(response.status, 200, response.text);
    assert.deepEqual([response.body.name, response.body.facilities, response.body.version],
      ['First', 'Bar', venue.version + 2]);
    assert.equal(response.version, `"${venue.version + 2}"`);
    assert.equal((await history(organizer, path)).body.length, 3);
  });

  test('unknown and stale versions are refused', async () => {
    const venue = await make.venue();
    const path = `/venues/${venue.id}`;
    assert.deepEqual((await restore(organizer, path, 99)).errors, { '/version': 'not_found' });
    assert.deepEqual((await restore(organizer, path, -1)).errors, { '/version': 'too_small' });
    assert.deepEqual((await restore(organizer, path, 'x')).errors, { '/version': 'type' });
    assert.equal((await restore(organizer, path, 0, { 'if-match': '"7"' })).verdict, '412 stale_version');
    assert.equal((await restore(organizer, '/venues/999999999', 0)).verdict, '404 not_found');
  });

  test('a deleted event is restored with its schedules and categories', async () => {
    const event = await make.event();
    const category = await make.category(event.id);
    const schedule = await make.onlySchedule(event.id);
    assert.equal((await organizer.delete(`${API}/events/${event.id}`)).status, 204);
    assert.equal((await history(organizer, `/events/${event.id}`)).body[0].action, 'delete');
    const response = await restore(organizer, `/events/${event.id}`, event.version);
    assert.equal(response.status, 200, response.text);
    assert.deepEqual([response.body.title, response.body.deletedAt], [event.title, null]);
    assert.equal((await organizer.get(`${API}/event-categories/${category.id}`)).status, 200);
    assert.equal((await make.onlySchedule(event.id)).id, schedule.id);
  });

  test('obeys the present rules', async () => {
    const venue = await make.venue({ capacity: 100 });
    const event = await organizer.post(`${API}/events`, eventBody(venue.id, { capacity: 100 }));
    await organizer.patch(`${API}/events/${event.body.id}`, { capacity: 50 });
    await organizer.patch(`${API}/venues/${venue.id}`, { capacity: 60 });
    const response = await restore(organizer, `/events/${event.body.id}`, event.body.version);
    assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/capacity': 'exceeds_venue' }]);
  });

  test('states of bookings and payments are not restored', async () => {
    const event = await make.event();
    const booking = await make.booking(customer, event.id);
    await customer.post(`${API}/bookings/${booking.id}/cancel`);
    const response = await restore(customer, `/bookings/${booking.id}`, booking.version, { 'if-match': '*' });
    assert.ok([200, 409].includes(response.status), response.text);
    assert.equal((await customer.get(`${API}/bookings/${booking.id}`)).body.status, 'cancelled');
    assert.equal(await make.seats(event.id), 100);
  });
});
