// Rights that another client of the database took away are gone with the next request; what this server changes itself
// leaves the cached sessions of everybody else alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { venueBody } from '../support/make.mjs';
import { API, password, start } from '../support/server.mjs';

let server, admin;
before(async () => {
  server = await start({ settings: { BOXOFFICE_CIPHER: 'none', BOXOFFICE_METRICS_FROM: '127.0.0.1' } });
  admin = await server.as('admin');
});
after(() => server?.stop());

// A person whose session the server has cached, because it was just used.
async function cached() {
  const person = await server.newcomer();
  assert.equal((await person.get(`${API}/me`)).status, 200);
  return person;
}

const ticket = { subject: 'Stairs', description: 'Is there a lift?' };
const sql = (text) => server.database.query(text);

test('a role taken away: the next change is refused, the next query too', async () => {
  const person = await cached();
  await admin.patch(`${API}/users/${person.user.id}`, { role: 'organizer' });
  const organizer = await server.client(person.token, { ...person.user, role: 'organizer' });
  assert.equal((await organizer.post(`${API}/venues`, venueBody())).status, 201);
  assert.notDeepEqual((await organizer.get(`${API}/bookings`)).body, []);
  await sql(`UPDATE "Users" SET "role" = 'customer' WHERE "id" = ${person.user.id}`);
  assert.equal((await person.post(`${API}/venues`, venueBody())).verdict, '403 forbidden');
  assert.deepEqual((await person.get(`${API}/bookings`)).body, []);
});

test('a role given: a request that was refused before is allowed', async () => {
  const person = await cached();
  assert.equal((await person.post(`${API}/venues`, venueBody())).verdict, '403 forbidden');
  await sql(`UPDATE "Users" SET "role" = 'organizer' WHERE "id" = ${person.user.id}`);
  const organizer = await server.client(person.token, { ...person.user, role: 'organizer' });
  assert.equal((await organizer.post(`${API}/venues`, venueBody())).status, 201);
});

test('a session deleted: queries and changes are refused', async () => {
  const [reader, writer] = [await cached(), await cached()];
  await sql(`DELETE FROM "Sessions" WHERE "userId" IN (${reader.user.id}, ${writer.user.id})`);
  assert.equal((await reader.get(`${API}/me`)).verdict, '401 unauthenticated');
  assert.equal((await writer.post(`${API}/support-tickets`, ticket)).verdict, '401 unauthenticated');
});

test('a person deleted: queries and changes are refused', async () => {
  const [reader, writer] = [await cached(), await cached()];
  await sql(`DELETE FROM "Sessions" WHERE "userId" = ${reader.user.id}`); // an invariant: the deleted have none
  await sql(`DELETE FROM "Sessions" WHERE "userId" = ${writer.user.id}`);
  await sql(`UPDATE "Users" SET "deletedAt" = '2026-01-01 00:00:00.000 +00:00' WHERE "id" IN (${reader.user.id}, ${writer.user.id})`);
  assert.equal((await writer.post(`${API}/support-tickets`, ticket)).verdict, '401 unauthenticated');
  assert.equal((await reader.get(`${API}/me`)).verdict, '401 unauthenticated');
});

// How often a session was read from the database instead of the cache.
async function sessionReads() {
  const { text } = await server.anonymous().get('/metrics');
  return Number(/^boxoffice_session_reads_total (\d+)$/m.exec(text)[1]);
}

test('registrations, sign-ins and changes of other people leave a cached session cached', async () => {
  const [person, other] = [await cached(), await cached()];
  await person.get(`${API}/me`);
  const before = await sessionReads();
  for (let i = 0; i < 5; i++) {
    const fresh = await server.newcomer();
    await fresh.patch(`${API}/me`, { name: `Renamed ${i}` });
    assert.equal((await other.patch(`${API}/me`, { name: `Other ${i}` })).status, 200);
    assert.equal((await fresh.post(`${API}/auth/logout`)).status, 204);
    await server.signIn(person.user.email, password);
    assert.equal((await person.get(`${API}/me`)).status, 200);
  }
  // Each new person's session is read once, that of `other` after each of its changes; the person's never.
  assert.ok(await sessionReads() - before <= 15, `${await sessionReads() - before} reads`);
});
