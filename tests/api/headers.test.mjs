// What every response has for every role: headers, HEAD, OPTIONS and CORS, and the pages for machines and people.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make } from '../support/make.mjs';
import { exchange, request } from '../support/raw.mjs';
import { API, start } from '../support/server.mjs';

const allowed = 'https://app.example';
let server, visitor, customer, make;
before(async () => {
  server = await start({ settings: { BOXOFFICE_CORS_ORIGINS: `${allowed}, http://localhost:5173`,
    BOXOFFICE_METRICS_FROM: '127.0.0.1' } });
  visitor = server.anonymous();
  customer = await server.as('customer');
  make = await Make.on(server);
});
after(() => server?.stop());

describe('headers', () => {
  test('of every response', async () => {
    for (const path of [`${API}/events`, `${API}/events/1`, `${API}/nothing`, `${API}/me`, '/livez', '/api/docs', '/',
      '/api/openapi.json']) {
      const { headers } = await visitor.get(path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.match(headers['x-request-id'], /^[0-9a-f]{32}$/, path);
      assert.ok(headers['cache-control'], path);
      assert.ok(headers.date, path);
      assert.equal(headers.server, undefined, path);
    }
  });

  test('personal responses are not cached; public ones are revalidated', async () => {
    assert.equal((await visitor.get(`${API}/events`)).headers['cache-control'], 'no-cache');
    for (const path of ['/events', '/me', '/bookings', '/me/export']) {
      assert.equal((await customer.get(`${API}${path}`)).headers['cache-control'], 'no-store', path);
    }
    assert.equal((await visitor.get(`${API}/me`)).headers['cache-control'], 'no-store');
  });

  test('pages for people run no third-party code', async () => {
    for (const path of ['/', '/api/docs']) {
      const { status, headers, text } = await visitor.get(path);
      assert.equal(status, 200);
      assert.match(headers['content-type'], /^text\/html; charset=utf-8$/i);
      assert.match(headers['content-security-policy'], /default-src 'none'|default-src 'self'/);
      assert.match(text, /<!doctype html>/i);
      assert.match(text, /<html lang="en"/);
      assert.match(text, /<title>[^<]+<\/title>/);
      assert.doesNotMatch(text, /<script|(src|href)="https?:/);
    }
    const docs = (await visitor.get('/api/docs')).text;
    for (const word of ['/api/v1/bookings', 'Idempotency-Key', 'sold_out']) assert.ok(docs.includes(word), word);
  });
});

describe('fields in several lines', () => {
  test('are one', async () => {
    const client = await server.as('organizer');
    const venue = await client.get(`${API}/venues/1`);
    const types = ['text/html', 'application/json'];
    assert.equal((await visitor.get(`${API}/venues/1`, { accept: types })).status, 200);
    assert.equal((await visitor.get(`${API}/venues/1`, { accept: '' })).status, 200);
    assert.equal((await visitor.get(`${API}/venues/1`, { 'if-none-match': ['"none"', venue.version] })).status, 304);
    const cookie = ['theme=dark', `session=${client.token}`];
    assert.equal((await visitor.get(`${API}/me/sessions`, { cookie })).status, 200);
    const change = await client.patch(`${API}/venues/1`, {}, { 'if-match': ['"none"', venue.version] });
    assert.equal(change.status, 200, change.text);
  });
});

describe('HEAD', () => {
  test('is GET without its body', async () => {
    for (const path of [`${API}/events`, `${API}/events/1`, `${API}/nothing`, '/livez', '/api/openapi.json',
      `${API}/me`]) {
      const [head, get] = [await visitor.head(path), await visitor.get(path)];
      const { date, 'x-request-id': id, ...rest } = get.headers;
      assert.ok(date && id);
      assert.equal(head.status, get.status, path);
      assert.equal(head.text, '');
      for (const [name, value] of Object.entries(rest)) assert.equal(head.headers[name], value, `${path} ${name}`);
    }
  });
});

describe('OPTIONS and CORS', () => {
  test('OPTIONS lists the methods', async () => {
    const response = await visitor.options(`${API}/events`);
    assert.equal(response.status, 204);
    assert.deepEqual(response.headers.allow.split(', ').sort(), ['GET', 'HEAD', 'OPTIONS', 'POST']);
    assert.equal(response.headers['access-control-allow-origin'], undefined);
    assert.equal((await visitor.options(`${API}/nothing`)).verdict, '404 not_found');
    assert.equal((await exchange(server, request('OPTIONS', '*', 'Connection: close\r\n'))).status < 400, true);
  });

  test('a preflight of an allowed origin', async () => {
    const ask = { origin: allowed, 'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match, content-type' };
    const { status, headers } = await visitor.options(`${API}/events/1`, ask);
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], allowed);
    assert.match(headers['access-control-allow-methods'], /PATCH/);
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match']) {
      assert.ok(headers['access-control-allow-headers'].toLowerCase().includes(name), name);
    }
    assert.ok(Number(headers['access-control-max-age']) > 0);
    assert.equal(headers['access-control-allow-credentials'], undefined, 'no cookies from elsewhere');
  });

  test('a preflight of another origin', async () => {
    for (const origin of ['https://evil.example', 'null', `${allowed}.evil.example`, 'https://app.exampl',
      'http://app.example']) {
      const ask = { origin, 'access-control-request-method': 'PATCH' };
      assert.equal((await visitor.options(`${API}/events/1`, ask)).headers['access-control-allow-origin'], undefined,
        origin);
      assert.equal((await visitor.get(`${API}/events`, { origin })).headers['access-control-allow-origin'], undefined,
        origin);
    }
  });

  test('responses expose their headers to pages, errors too', async () => {
    for (const [client, path] of [[visitor, '/events'], [visitor, '/me'], [customer, '/nothing']]) {
      const { headers } = await client.get(`${API}${path}`, { origin: allowed });
      assert.equal(headers['access-control-allow-origin'], allowed);
      assert.match(headers.vary, /Origin/);
      for (const name of ['X-Total-Count', 'Content-Range', 'Link', 'ETag', 'Location', 'Idempotency-Replayed',
        'Retry-After', 'RateLimit']) {
        assert.ok(headers['access-control-expose-headers'].includes(name), name);
      }
    }
  });
});

describe('health and metrics', () => {
  test('/livez and /readyz', async () => {
    for (const path of ['/livez', '/readyz']) {
      const { status, headers } = await visitor.get(path);
      assert.equal(status, 200);
      assert.match(headers['content-type'], /^text\/plain/);
    }
  });

  test('/metrics: text of Prometheus, and counters increase', async () => {
    const read = async () => {
      const { status, headers, text } = await visitor.get('/metrics');
      assert.equal(status, 200);
      assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
      const lines = text.trim().split('\n');
      for (const line of lines) {
        assert.match(line,
          /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="(\\.|[^"\\])*"(,\w+="(\\.|[^"\\])*")*\})? [-+.e\d]+(Inf)?|NaN)$/, line);
      }
      return new Map(lines.filter((line) => !line.startsWith('#')).map((line) =>
        [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
    };
    const sum = (numbers, ...words) => [...numbers].filter(([name]) =>
      words.every((word) => name.includes(word))).reduce((total, [, n]) => total + n, 0);
    const before = await read();
    const event = await make.event({ capacity: 1 });
    await make.booking(customer, event.id, { quantity: 1 });
    await customer.post(`${API}/bookings`, { eventId: event.id, quantity: 1 });
    await visitor.get(`${API}/nothing`);
    const after_ = await read();
    assert.ok([...after_.keys()].some((name) => /_bucket\{.*le="\+Inf"/.test(name)), 'durations as a histogram');
    const bookings = (numbers) => [...numbers].filter(([name]) => /^boxoffice_bookings/.test(name));
    assert.ok(bookings(after_).length > 0, [...after_.keys()].slice(0, 20).join('\n'));
    assert.equal(sum(bookings(after_)) - sum(bookings(before)), 2);
    assert.ok(sum(after_, 'requests', 'bookings') > sum(before, 'requests', 'bookings'));
    for (const [name, value] of after_) assert.ok(value >= 0, name);
  });
});

describe('conditions and representations', () => {
  test('If-None-Match: * and the present tag: 304 for reading, 412 for a change', async () => {
    const event = await make.event();
    const path = `${API}/events/${event.id}`;
    const organizer = make.organizer;
    const { headers: { etag } } = await organizer.get(path);
    for (const field of ['*', etag, `W/${etag}`, `"999", ${etag}`]) {
      const condition = { 'if-none-match': field };
      assert.equal((await organizer.get(path, condition)).status, 304, field);
      assert.equal((await organizer.patch(path, { title: 'Changed' }, condition)).verdict, '412 stale_version', field);
      assert.equal((await organizer.delete(path, condition)).verdict, '412 stale_version', field);
    }
    assert.equal((await organizer.patch(path, { title: 'Changed' }, { 'if-none-match': '"999"' })).status, 200);
    assert.equal((await organizer.patch(`${API}/events/999999`, {}, { 'if-none-match': '*' })).verdict, '404 not_found');
  });

  test('a role that sees fields masked has tags of its own, which are accepted for changes', async () => {
    const admin = await server.as('admin');
    const tagFor = async (client, path) => (await client.get(path)).headers.etag;
    const person = `${API}/users/${customer.user.id}`;
    const own = await tagFor(customer, person);
    assert.match(own, /^"\d+"$/);
    assert.equal(await tagFor(admin, person), own);
    const support = await server.as('support');
    assert.equal(await tagFor(support, person), own.replace(/"$/, '-support"'));
    assert.equal((await support.get(person, { 'if-none-match': own })).status, 200);
    const event = await make.event();
    const tags = await Promise.all([customer, admin, support, make.organizer].map((client) => tagFor(client, `${API}/events/${event.id}`)));
    assert.deepEqual([...new Set(tags)].length, 1, 'nothing of an event is masked');
    const changed = await admin.patch(person, { isVerified: true }, { 'if-match': own.replace(/"$/, '-support"') });
    assert.equal(changed.status, 200, changed.text);
  });

  test('a response without a body is acceptable whatever Accept says', async () => {
    for (const accept of ['application/problem+json', 'text/csv', 'image/png']) {
      const event = await make.event();
      const gone = await make.organizer.delete(`${API}/events/${event.id}`, { accept });
      assert.equal(gone.status, 204, gone.text);
    }
  });

  test('405 has Allow, for TRACE too', async () => {
    const { text } = await exchange(server, `TRACE ${API}/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(text, /^HTTP\/1\.1 405 /);
    assert.match(text, /^Allow: GET, HEAD, POST, OPTIONS\r$/m);
  });
});
