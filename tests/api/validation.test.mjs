// Every field that can be written, with every kind of invalid value: 422 with the field's pointer and the code of the
// error, all of them at once, and nothing changes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, eventBody, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, clients;
before(async () => {
  server = await start();
  const [customer, organizer, admin] = await Promise.all(['customer', 'organizer',
    'admin'].map((who) => server.as(who)));
  clients = { anonymous: server.anonymous(), customer, organizer, admin };
});
after(() => server?.stop());

// The kinds of values, by type: [value, code]. min and max are the field's own.
const types = {
  text: ({ min, max, secret }) => [
    [1, 'type'], [true, 'type'], [[], 'type'], [{}, 'type'], ['x'.repeat(max + 1), 'too_long'],
    ...(min > 0 ? [['x'.repeat(min - 1), 'too_short']] : []),
    ['tab\tin a line', 'format'], ['line\nfeed', 'format'], ['bell\u0007bell', 'format'],
      ['C1 \u0085 control', 'format'], ['line\u2028separator', 'format'], ['\u202eoverride', 'format'],
    ...(min > 0 && !secret ? [['\u200b'.repeat(min), 'blank'], [' \u00a0\u3000', 'too_short']] : []),
  ],
  prose: ({ min, max }) => [
    [1, 'type'], [false, 'type'], [['x'], 'type'], ['x'.repeat(max + 1), 'too_long'],
      ...(min > 0 ? [['', 'too_short']] : []),
    ['bell\u0007', 'format'], ['\u007f', 'format'],
  ],
  email: () => [
    [1, 'type'], ['plain', 'format'], ['@example.com', 'format'], ['a@', 'too_short'], ['a b@example.com', 'format'],
    ['a@b@example.com', 'format'], ['a@-b.com', 'format'], ['a..b@example.com', 'format'], ['a@example', 'format'],
    ['ä@example.com', 'format'], [`${'a'.repeat(65)}@example.com`, 'format'], [`a@${'b.'.repeat(130)}com`, 'too_long'],
  ],
  url: () => [
    [1, 'type'], ['example.com/a.jpg', 'format'], ['ftp://example.com', 'format'], ['javascript:alert(1)', 'format'],
    ['https://', 'format'], ['https://a b', 'format'], ['https://a/%zz', 'format'], ['https://a/"', 'format'],
    [`https://example.com/${'a'.repeat(250)}`, 'too_long'],
  ],
  integer: ({ min, max }) => [
    ['1', 'type'], [1.5, 'type'], [true, 'type'], [[], 'type'], [min - 1, 'too_small'], [-1, 'too_small'],
      [max + 1, 'too_large'],
  ],
  reference: () => [['1', 'type'], [1.5, 'type'], [0, 'too_small'], [-1, 'too_small'], [2 ** 31, 'too_large'],
    [999999999, 'not_found']],
  boolean: () => [[1, 'type'], [0, 'type'], ['true', 'type'], [[], 'type']],
  money: ({ max }) => [
    [true, 'type'], ['', 'format'], ['abc', 'format'], ['1,50', 'format'], ['1e3', 'format'], ['+1.00', 'format'],
      [' 1.00', 'format'],
    ['.5', 'format'], ['1.', 'format'], ['0x10', 'format'], ['NaN', 'format'], ['1.005', 'precision'],
      [0.001, 'precision'],
    [12.345, 'precision'], ['-0.01', 'too_small'], [-1, 'too_small'], [max, 'too_large'], [Number(max), 'too_large'],
      ['9'.repeat(40), 'too_large'],
  ],
  time: () => [
    [1, 'type'], [true, 'type'], ['', 'format'], ['tomorrow', 'format'], ['2030-01-01', 'format'],
      ['2030-01-01 10:00:00', 'format'],
    ['2030-02-30T10:00:00Z', 'format'], ['2030-01-01T25:00:00Z', 'format'], ['2030-01-01T10:00:00', 'format'],
    ['2030-13-01T10:00:00Z', 'format'], ['2030-01-01T10:00:00+25:00', 'format'], ['1960-01-01T00:00:00Z', 'format'],
  ],
  choice: () => [[1, 'type'], ['', 'enum'], ['PUBLISHED', 'enum'], ['nonsense', 'enum'], [true, 'type']],
};

const text = (min, max) => ({ type: 'text', min, max });
const secret = (min, max) => ({ ...text(min, max), secret: true });
const prose = (min, max) => ({ type: 'prose', min, max });
const integer = (min, max) => ({ type: 'integer', min, max });

// Per kind of body: who sends it where, a valid body, its fields and whether they may be null.
const bodies = {
  'POST /venues': { who: 'organizer', good: () => venueBody(), required: ['name', 'address', 'capacity'], fields: {
    name: text(1, 200), address: text(1, 255), capacity: integer(1, 1000000),
      facilities: { ...prose(0, 2000), none: true } } },
  'POST /events': { who: 'organizer', good: (venue) => eventBody(venue.id),
    required: ['title', 'capacity', 'startDate', 'endDate', 'venueId'], fields: {
    title: text(1, 200), description: { ...prose(0, 20000), none: true }, price: { type: 'money', max: '100000.00' },
    capacity: integer(1, 1000000), imageUrl: { type: 'url', none: true }, startDate: { type: 'time' },
      endDate: { type: 'time' },
    venueId: { type: 'reference' }, status: { type: 'choice' } } },
  'POST /schedules': { who: 'organizer', good: (_, event) => ({ eventId: event.id, startTime: '2036-01-01T10:00:00Z',
    endTime: '2036-01-01T11:00:00Z' }),
    required: ['eventId', 'startTime', 'endTime'], fields: {
      eventId: { type: 'reference' }, startTime: { type: 'time' }, endTime: { type: 'time' },
      status: { type: 'choice' } } },
  'POST /event-categories': { who: 'organizer', good: (_, event) => ({ eventId: event.id, name: 'Validation' }),
    required: ['eventId', 'name'], fields: {
    eventId: { type: 'reference' }, name: text(1, 100), description: { ...prose(0, 2000), none: true } } },
  'POST /support-tickets': { who: 'customer', good: () => ({ subject: 'Help', description: 'Please' }),
    required: ['subject', 'description'], fields: {
    subject: text(1, 200), description: prose(1, 10000), status: { type: 'choice' }, priority: { type: 'choice' } } },
  'POST /users': { who: 'admin', good: () => ({ email: 'valid@example.com', password: 'a long secret',
    name: 'Valid' }), required: ['email', 'password', 'name'], fields: {
    email: { type: 'email' }, password: secret(8, 255), name: text(1, 200), isAdmin: { type: 'boolean' },
      isVerified: { type: 'boolean' }, role: { type: 'choice' } } },
  'POST /auth/register': { who: 'anonymous', good: () => ({ email: 'valid@example.com', password: 'a long secret',
    name: 'Valid' }), required: ['email', 'password', 'name'], fields: {
    email: { type: 'email' }, password: secret(8, 255), name: text(1, 200) } },
  'POST /auth/login': { who: 'anonymous', good: () => ({ email: 'valid@example.com', password: 'x' }),
    required: ['email', 'password'], fields: {
    email: { type: 'email' }, password: secret(1, 255) } },
  'POST /auth/reauthenticate': { who: 'customer', good: () => ({ password }), required: ['password'], fields: {
    password: secret(1, 255) } },
  'POST /bookings': { who: 'customer', good: (_, event) => ({ eventId: event.id, quantity: 1 }),
    required: ['eventId', 'quantity'], fields: {
    eventId: { type: 'reference' }, scheduleId: { type: 'reference', none: true }, quantity: integer(1, 50),
      paymentMethod: { type: 'choice' } } },
};

for (const [what, { who, good, required, fields }] of Object.entries(bodies)) {
  describe(what, () => {
    const path = `${API}${what.split(' ')[1]}`;
    let venue, event;
    before(async () => {
      const make = await Make.on(server);
      [venue, event] = [await make.venue(), await make.event({ endDate: '2036-12-31T00:00:00Z' })];
    });
    const post = (body) => clients[who].post(path, body);

    for (const [name, field] of Object.entries(fields)) {
      test(`${name}: ${field.type}`, async () => {
        const values = [...types[field.type](field), ...(field.none ? [] : [[null, 'not_null']])];
        for (const [value, code] of values) {
          const response = await post({ ...good(venue, event), [name]: value });
          assert.equal(response.verdict, '422 invalid',
            `${name} = ${JSON.stringify(value).slice(0, 60)}: ${response.text}`);
          assert.equal(response.errors[`/${name}`], code,
            `${name} = ${JSON.stringify(value).slice(0, 60)}: ${response.text}`);
        }
      });
    }

    test('required and unknown fields are reported at once', async () => {
      const response = await post({ nonsense: 1, 'a/b~c': 2 });
      assert.equal(response.verdict, '422 invalid');
      assert.deepEqual(response.errors, { '/nonsense': 'unknown', '/a~1b~0c': 'unknown',
        ...Object.fromEntries(required.map((name) => [`/${name}`, 'required'])) });
      for (const { detail } of response.body.errors) assert.ok(detail.length > 3, detail);
    });

    test('a body that is not an object', async () => {
      for (const body of ['[]', '1', '"x"', 'null', 'true']) {
        const response = await post(body);
        assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '': 'type' }], body);
      }
    });
  });
}

describe('valid values are kept as they were sent', () => {
  test('texts of any script, with quotes and markup, up to the limit', async () => {
    const name = 'Ωδείο "Ζ" <b>&amp;</b> \\ \u{1F3BB} ĳ';
    const facilities = `line\r\nbreak\ttab${'🎻'.repeat(1980)}`;
    const response = await clients.organizer.post(`${API}/venues`,
      venueBody({ name, facilities, address: 'x'.repeat(255) }));
    assert.equal(response.status, 201, response.text);
    assert.deepEqual([response.body.name, response.body.facilities], [name, facilities]);
  });

  test('money as text or as a number that does not round', async () => {
    const make = await Make.on(server);
    for (const [sent, price] of [['5', '5.00'], ['5.5', '5.50'], ['5.500', '5.50'], [5, '5.00'], [0.1, '0.10'],
      [19.99, '19.99'], ['99999.99', '99999.99'], ['0', '0.00']]) {
      assert.equal((await make.event({ price: sent })).price, price, String(sent));
    }
  });

  test('times of any zone are returned in UTC, truncated to milliseconds', async () => {
    const make = await Make.on(server);
    const event = await make.event({ startDate: '2036-05-01T20:00:00+02:00', endDate: '2036-05-01T23:30:00.1239Z' });
    assert.deepEqual([event.startDate, event.endDate], ['2036-05-01T18:00:00.000Z', '2036-05-01T23:30:00.123Z']);
  });

  test('addresses are returned in lower case', async () => {
    const response = await clients.anonymous.post(`${API}/auth/register`,
      { email: 'Mixed.Case@Example.COM', password: 'a long secret', name: 'M' });
    assert.deepEqual([response.status, response.body.email], [201, 'mixed.case@example.com']);
    assert.equal((await server.signIn('MIXED.case@example.com', 'a long secret')).user.email, 'mixed.case@example.com');
  });
});

test('a refused change changes nothing, even if some values were valid', async () => {
  const make = await Make.on(server);
  const venue = await make.venue();
  const response = await clients.organizer.patch(`${API}/venues/${venue.id}`, { name: 'Good', capacity: 0 });
  assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/capacity': 'too_small' }]);
  assert.deepEqual((await clients.organizer.get(`${API}/venues/${venue.id}`)).body, venue);
});
