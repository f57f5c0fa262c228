// Bad input, row by row of the table in API.md: the exact response, as problem details, the connection closed where
// the table says so, never a 5xx and never an effect. tests/http tests the HTTP layer alone; this is the whole server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, venueBody } from '../support/make.mjs';
import { exchange, request } from '../support/raw.mjs';
import { API, start } from '../support/server.mjs';

let server, make, customer, organizer, authorization, venues;
before(async () => {
  server = await start();
  [customer, organizer] = await Promise.all(['customer', 'organizer'].map((who) => server.as(who)));
  make = await Make.on(server);
  authorization = `Authorization: Bearer ${organizer.token}\r\n`;
  venues = await count('/venues');
});
after(() => server?.stop());

const count = async (path) => Number((await organizer.get(`${API}${path}?perPage=1`)).headers['x-total-count']);

// Every problem has exactly these members.
function isProblem(response, verdict) {
  assert.equal(`${response.status} ${response.code}`, verdict, response.text.slice(0, 500));
  const { type, title, status, detail, errors, requestId, ...more } = response.body;
  assert.deepEqual(more, {});
  assert.equal(type, `/problems/${response.code}`);
  assert.ok(title.length > 5);
  assert.equal(status, response.status);
  assert.ok(detail === undefined || detail.length > 3);
  assert.match(requestId, /^[0-9a-f]{32}$/);
  assert.equal(response.headers['x-request-id'], requestId);
  for (const error of errors ?? []) {
    assert.deepEqual(Object.keys(error), ['pointer', 'code', 'detail']);
    assert.match(error.pointer, /^(\/.*)?$/);
    assert.match(error.code, /^[a-z_]+$/);
  }
}

describe('bytes that are no request: a response, then the connection is closed', () => {
  const events = `${API}/events`;
  const json = 'Content-Type: application/json\r\n';
  const rows = () => [
    ['malformed request line', 'GET\r\n\r\n', '400 bad_request'],
    ['two spaces', `GET  ${events} HTTP/1.1\r\nHost: a\r\n\r\n`, '400 bad_request'],
    ['header without colon', request('GET', events, 'Ab\r\n'), '400 bad_request'],
    ['space before colon', request('GET', events, 'A : b\r\n'), '400 bad_request'],
    ['folding', request('GET', events, 'A: b\r\n c\r\n'), '400 bad_request'],
    ['bare CR', request('GET', events, 'A: b\rC: d\r\n'), '400 bad_request'],
    ['bare LF', request('GET', events, 'A: b\nC: d\r\n'), '400 bad_request'],
    ['NUL', request('GET', events, 'A: b\0c\r\n'), '400 bad_request'],
    ['Content-Length with Transfer-Encoding', request('POST', `${API}/venues`,
      `${authorization}${json}Transfer-Encoding: chunked\r\n`, '0\r\n\r\n'), '400 bad_request'],
    ['two Content-Length', request('POST', `${API}/venues`, `${authorization}${json}Content-Length: 2\r\n`, '{}'),
      '400 bad_request'],
    ['no Host', `GET ${events} HTTP/1.1\r\n\r\n`, '400 bad_request'],
    ['two Host', request('GET', events, 'Host: b\r\n'), '400 bad_request'],
    ['unknown transfer coding', request('POST', `${API}/venues`, 'Transfer-Encoding: gzip\r\n'), '501 not_implemented'],
    ['unknown method', request('BREW', events), '501 not_implemented'],
    ['a method of WebDAV', request('PROPFIND', events), '501 not_implemented'],
    ['TRACE', request('TRACE', events, 'Connection: close\r\n'), '405 method_not_allowed'],
    ['CONNECT', request('CONNECT', 'example.org:443', 'Connection: close\r\n'), '405 method_not_allowed'],
    ['encoded slashes', request('GET', `${API}%2Fevents`, 'Connection: close\r\n'), '404 not_found'],
    ['an encoded slash before an id', request('GET', `${API}/events%2F1`, 'Connection: close\r\n'), '404 not_found'],
    ['an unknown expectation', request('GET', events, 'Expect: a miracle\r\n'), '417 expectation_failed'],
    ['a later HTTP', `GET ${events} HTTP/2.0\r\nHost: a\r\n\r\n`, '505 http_version'],
    ['request line over 8 KiB', request('GET', `${events}?q=${'a'.repeat(8200)}`), '414 uri_too_long'],
    ['headers over 16 KiB', request('GET', events, `A: ${'a'.repeat(16400)}\r\n`), '431 headers_too_large'],
    ['more than 100 fields', request('GET', events, 'A: b\r\n'.repeat(100)), '431 headers_too_large'],
    ['a body over the limit of the route',
      `POST ${API}/bookings HTTP/1.1\r\nHost: a\r\n${authorization}${json}Content-Length: 16385\r\n\r\n`,
      '413 payload_too_large'],
    ['chunks over it',
      request('POST', `${API}/bookings`,
      `${authorization}${json}Transfer-Encoding: chunked\r\n`) + `5000\r\n${' '.repeat(0x5000)}\r\n0\r\n\r\n`,
      '413 payload_too_large'],
    ['a body where none belongs', `GET ${events} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`,
      '413 payload_too_large'],
  ];
  test('every row', async () => {
    for (const [what, bytes, verdict] of rows()) {
      const response = await exchange(server, bytes);
      isProblem(response, verdict);
      assert.equal(response.headers.connection, 'close', what);
    }
    assert.equal(await count('/venues'), venues);
  });

  test('the limit follows the fields of the body', async () => {
    const sized = async (path, size) => (await organizer.post(`${API}${path}`, '{}' + ' '.repeat(size - 2))).verdict;
    assert.equal(await sized('/venues', 30_000), '422 invalid'); // 2,000 characters, each of them escaped, and the rest
    assert.equal(await sized('/venues', 60_000), '413 payload_too_large');
    assert.equal(await sized('/events', 250_000), '422 invalid');
    assert.equal(await sized('/events', 270_000), '413 payload_too_large');
    assert.equal(await sized('/bookings', 16_384), '422 invalid');
  });

  test('a body within the limit is accepted', async () => {
    const response = await organizer.post(`${API}/events`, '{}' + ' '.repeat(200_000));
    assert.equal(response.verdict, '422 invalid');
  });

  test('no byte for 10 s: 408 and close', { timeout: 30_000 }, async () => {
    const since = Date.now();
    const head = `POST ${API}/venues HTTP/1.1\r\nHost: a\r\n${authorization}${json}Content-Length: 99\r\n\r\n{"name"`;
    const [early, late] = await Promise.all([exchange(server, 'GET /liv'), exchange(server, head)]);
    isProblem(early, '408 request_timeout');
    isProblem(late, '408 request_timeout');
    assert.ok(Date.now() - since > 9000 && Date.now() - since < 14_000);
  });
});

describe('requests that do not fit the route', () => {
  test('an unknown path: 404', async () => {
    for (const path of ['/nothing', `${API}/nothing`, `${API}/events/x`,
      `${API}/events/01`, `${API}/events/-1`,
      `${API}/events/1.0`, `${API}/events/99999999999999999999`, `${API}/events/1/nothing`, `${API}//events`,
        `${API}/Events`,
      `${API}/events/../venues`, `${API}/events/%2e%2e/venues`, `${API}/sessions`, `${API}/audit-logs`,
        `${API}/idempotency-keys`, '/favicon.png']) {
      isProblem(await organizer.get(path), '404 not_found');
    }
    assert.equal((await organizer.get('/api/v1/%65vents')).status, 200, 'an escaped letter is the letter');
    for (const path of [`${API}/events/%`, `${API}/events/%zz`, `${API}/events/%ff`, `${API}/%00`]) {
      assert.ok([400, 404].includes((await organizer.get(path)).status), path);
    }
  });

  test('an unsupported method: 405 and Allow', async () => {
    const cases = [['DELETE', `${API}/events`, 'GET, HEAD, POST, OPTIONS'],
      ['POST', `${API}/events/1`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
      ['GET', `${API}/auth/login`, 'POST, OPTIONS'], ['PUT', `${API}/me`, 'GET, HEAD, PATCH, DELETE, OPTIONS'],
        ['POST', '/livez', 'GET, HEAD, OPTIONS']];
    for (const [method, path, allow] of cases) {
      const response = await organizer.send(method, path);
      isProblem(response, '405 method_not_allowed');
      assert.deepEqual(response.headers.allow.split(', ').sort(), allow.split(', ').sort(), path);
    }
  });

  test('no acceptable media type: 406', async () => {
    for (const accept of ['text/html', 'application/xml', 'application/json;q=0', 'image/*',
      'text/plain, text/html;q=0.5']) {
      isProblem(await organizer.get(`${API}/events`, { accept }), '406 not_acceptable');
    }
    for (const accept of ['*/*', 'application/*', 'application/json', 'text/html, */*;q=0.1',
      'application/json; q=0.5']) {
      assert.equal((await organizer.get(`${API}/events`, { accept })).status, 200, accept);
    }
    const before = await count('/venues');
    isProblem(await organizer.post(`${API}/venues`, venueBody(), { accept: 'text/html' }), '406 not_acceptable');
    assert.equal(await count('/venues'), before);
  });

  test('a response without a body is acceptable whatever was accepted', async () => {
    const { body } = await organizer.post(`${API}/venues`, venueBody());
    const response = await organizer.delete(`${API}/venues/${body.id}`, { accept: 'application/problem+json' });
    assert.equal(response.status, 204, response.text);
  });

  test('a body of another type: 415', async () => {
    const before = await count('/venues');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
      'application/xml',
      'application/json; charset=latin1', 'application/merge-patch+json', 'json', null]) {
      isProblem(await organizer.post(`${API}/venues`, venueBody(), { 'content-type': type }),
        '415 unsupported_media_type');
    }
    isProblem(await organizer.post(`${API}/venues`, venueBody(), { 'content-encoding': 'gzip' }),
      '415 unsupported_media_type');
    assert.equal(await count('/venues'), before);
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      assert.equal((await organizer.post(`${API}/venues`, venueBody(), { 'content-type': type })).status, 201, type);
    }
  });
});

describe('bodies that are not JSON: 400 and the position', () => {
  const good = '"address":"b","capacity":1';
  const rows = [
    ['nothing', '', '', 'syntax'],
    ['no JSON', 'name=a', '', 'syntax'],
    ['cut off', `{"name":"a",${good}`, undefined, 'syntax'],
    ['single quotes', "{'name':1}", undefined, 'syntax'],
    ['a comma too many', `{"name":"a",${good},}`, undefined, 'syntax'],
    ['a comment', `{"name":"a",${good}/* b */}`, undefined, 'syntax'],
    ['NaN', '{"capacity":NaN}', '/capacity', 'syntax'],
    ['a leading zero', '{"capacity":01}', '/capacity', 'syntax'],
    ['a byte order mark', '\xef\xbb\xbf{}', '', undefined],
    ['invalid UTF-8', `{"name":"\xff",${good}}`, '/name', 'encoding'],
    ['overlong UTF-8', `{"name":"\xc0\xaf",${good}}`, '/name', 'encoding'],
    ['a surrogate in UTF-8', `{"name":"\xed\xa0\x80",${good}}`, '/name', 'encoding'],
    ['a lone surrogate', `{"name":"\\ud800",${good}}`, '/name', undefined],
    ['the other half', `{"name":"\\udc00",${good}}`, '/name', undefined],
    ['NUL', `{"name":"a\\u0000b",${good}}`, '/name', 'nul'],
    ['a control character', `{"name":"a\nb",${good}}`, '/name', 'syntax'],
    ['a duplicate key', `{"name":"a","name":"b",${good}}`, '/name', 'duplicate'],
    ['a duplicate key further in', `{"name":{"a":1,"a":2},${good}}`, '/name', 'duplicate'],
    ['trailing data', `{"name":"a",${good}} {}`, '', 'trailing'],
    ['depth over 32', `{"name":${'['.repeat(40)}${']'.repeat(40)},${good}}`, '/name', 'depth'],
    ['depth without end', '['.repeat(16_000), '', 'depth'],
    ['an integer out of range', '{"capacity":99999999999999999999}', '/capacity', 'number_range'],
    ['a number out of range', '{"capacity":1e999}', '/capacity', 'number_range'],
  ];
  for (const [what, body, pointer, code] of rows) {
    test(what, async () => {
      const before = await count('/venues');
      const response = await organizer.post(`${API}/venues`, Buffer.from(body, 'latin1'));
      isProblem(response, '400 malformed_json');
      assert.equal(response.body.errors.length, 1);
      if (pointer !== undefined) assert.equal(response.body.errors[0].pointer, pointer, response.text);
      if (code) assert.equal(response.body.errors[0].code, code, response.text);
      assert.equal(await count('/venues'), before);
    });
  }

  test('a depth of 32 is accepted', async () => {
    const body = `{"name":${'['.repeat(31)}${']'.repeat(31)},"address":"b","capacity":1}`;
    assert.deepEqual((await organizer.post(`${API}/venues`, body)).errors, { '/name': 'type' });
  });
});

describe('well formed, but refused: each row of the table once', () => {
  test('422 with every field', async () => {
    const response = await organizer.post(`${API}/venues`, { name: '', capacity: 0, nonsense: 1 });
    isProblem(response, '422 invalid');
    assert.deepEqual(response.errors, { '/name': 'too_short', '/capacity': 'too_small', '/nonsense': 'unknown',
      '/address': 'required' });
  });

  test('401 with WWW-Authenticate, 403, 404', async () => {
    const none = await server.anonymous().post(`${API}/venues`, venueBody());
    isProblem(none, '401 unauthenticated');
    assert.match(none.headers['www-authenticate'], /^Bearer/);
    isProblem(await customer.post(`${API}/venues`, venueBody()), '403 forbidden');
    const theirs = await make.booking(organizer, (await make.event()).id);
    isProblem(await customer.get(`${API}/bookings/${theirs.id}`), '404 not_found');
    isProblem(await customer.get(`${API}/bookings/999999999`), '404 not_found');
  });

  test('409 sold_out, state_conflict, duplicate; 412; 428', async () => {
    const event = await make.event({ capacity: 1 });
    isProblem(await customer.post(`${API}/bookings`, { eventId: event.id, quantity: 2 }), '409 sold_out');
    const booking = await make.booking(customer, event.id, { quantity: 1 });
    isProblem(await organizer.post(`${API}/bookings/${booking.id}/checkin`), '409 state_conflict');
    isProblem(await customer.patch(`${API}/bookings/${booking.id}`, { quantity: 1 }), '428 version_required');
    isProblem(await customer.patch(`${API}/bookings/${booking.id}`, { quantity: 1 }, { 'if-match': '"7", "9"' }),
      '412 stale_version');
    const body = { email: 'customer@example.com', password: 'a long secret', name: 'Twin' };
    isProblem(await server.anonymous().post(`${API}/auth/register`, body), '409 duplicate');
  });

  test('of several errors, the first in errors.def is the response', async () => {
    const { id } = await make.booking(customer, (await make.event()).id);
    const path = `${API}/bookings/${id}`;
    assert.equal((await server.anonymous().patch(path, '{', { 'content-type': 'text/plain' })).verdict,
      '415 unsupported_media_type');
    assert.equal((await server.anonymous().patch(path, '{')).verdict, '401 unauthenticated');
    assert.equal((await customer.patch(path, '{')).verdict, '400 malformed_json');
    assert.equal((await customer.patch(path, { status: 'confirmed' }, { 'if-match': '"99"' })).verdict,
      '412 stale_version');
    assert.equal((await customer.patch(path, { status: 'confirmed' }, { 'if-match': '*' })).verdict, '422 invalid');
  });
});
