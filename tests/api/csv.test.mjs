// Lists as CSV: the same rows and values as JSON, in a form that spreadsheets read and do not execute.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Make, unique } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, visitor, customer, organizer, admin;
before(async () => {
  server = await start();
  visitor = server.anonymous();
  [customer, organizer, admin] = await Promise.all(['customer', 'organizer', 'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
});
after(() => server?.stop());

// RFC 4180: the lines, each an array of cells; null for an empty cell that is not quoted.
function parse(text) {
  const lines = [];
  let line = [], at = 0;
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (at < text.length) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    assert.ok(found, `well formed at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    line.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : found[2] || null);
    if (found[3] !== ',') { lines.push(line); line = []; }
    at = cell.lastIndex;
  }
  assert.ok(lines.every(({ length }) => length === lines[0].length), 'lines have the same length');
  return lines;
}

const csv = (path, client = organizer, accept = 'text/csv') => client.get(`${API}${path}`, { accept });
async function table(path, client) {
  const response = await csv(path, client);
  assert.equal(response.status, 200, response.text);
  const [names, ...rows] = parse(response.text);
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i], value])));
}
const asText = (value) => (value === null ? null : String(value));

test('every list has the rows and values of its JSON', async () => {
  await make.ticket(customer);
  const ticket = (await admin.get(`${API}/support-tickets?perPage=1`)).body[0].id;
  const event = await make.event({ description: 'a "quoted", text;\r\nwith lines', price: '12.50', imageUrl: null });
  await make.booking(customer, event.id);
  const lists = ['/events', '/venues', '/schedules', '/event-categories', '/bookings', '/payments', '/support-tickets',
    '/users', '/me/sessions', `/support-tickets/${ticket}/replies`,
    `/schedules/${(await make.onlySchedule(event.id)).id}/guests`];
  for (const path of lists) {
    const response = await csv(path, admin);
    assert.equal(response.status, 200, response.text);
    assert.equal(response.headers['content-type'], 'text/csv; charset=utf-8; header=present');
    assert.match(response.headers['content-disposition'], /^attachment; filename="[a-z-]+\.csv"$/);
    assert.match(response.headers.vary, /Accept/);
    const rows = await table(path, admin);
    const { body, headers } = await admin.get(`${API}${path}?perPage=200`);
    assert.match(headers.vary, /Accept/);
    assert.equal(response.headers['x-total-count'], headers['x-total-count']);
    assert.equal(rows.length, Number(headers['x-total-count']), path);
    for (const [i, row] of body.entries()) {
      for (const [name, value] of Object.entries(row)) {
        if (name === 'user') continue;
        const text = asText(value);
        assert.equal(rows[i][name], /^[=+@\t\r-]/.test(text ?? '') ? `'${text}` : text, `${path} ${name}`);
      }
    }
  }
});

test('texts that start like a formula are harmless', async () => {
  const mark = unique('Formula');
  const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', ' =1', 'a=1', "'x", '', 'a "b"', 'a,b', 'a\nb', 'é', ' x '];
  for (const facilities of texts) await make.venue({ name: mark, facilities });
  const rows = await table(`/venues?name=${encodeURIComponent(mark)}&_sort=id`);
  const guarded = (text) => (/^[=+@\t-]/.test(text) ? `'${text}` : text);
  const stored = (await visitor.get(`${API}/venues?name=${encodeURIComponent(mark)}&_sort=id`)).body;
  assert.deepEqual(rows.map(({ facilities }) => facilities), stored.map(({ facilities }) => guarded(facilities)));
});

test('selected fields, and embedded single rows as columns', async () => {
  const event = await make.event();
  const booking = await make.booking(customer, event.id);
  const [row] = await table(`/bookings?id=${booking.id}&fields=quantity&_embed=user,payment,event`);
  assert.deepEqual(Object.keys(row).slice(0, 3), ['id', 'quantity', 'user.id']);
  assert.deepEqual([row['event.title'], row['payment.id'], row['user.email']],
    [event.title, String(booking.payment.id), 'c***@***']);
  assert.ok(!Object.keys(row).some((name) => /password|token/i.test(name)));
  const response = await csv('/events?_embed=schedules');
  assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/_embed': 'several' }]);
});

test('one response has many rows; a page has as many as requested', async () => {
  const mark = unique('Many');
  for (let i = 0; i < 450; i++) await make.venue({ name: mark, capacity: 1 + i % 7, facilities: i % 3 ? 'x' : null });
  const path = `/venues?name=${encodeURIComponent(mark)}`;
  for (const sort of ['', '&_sort=facilities,capacity&_order=desc,asc']) {
    const whole = [];
    for (let page = 1; page <= 3; page++)
      whole.push(...(await visitor.get(`${API}${path}${sort}&page=${page}&perPage=200`)).body.map(({ id }) => String(id)));
    assert.deepEqual((await table(path + sort)).map(({ id }) => id), whole);
    assert.deepEqual((await table(`${path}${sort}&page=2&perPage=210`)).map(({ id }) => id), whole.slice(210, 420));
    assert.deepEqual((await table(`${path}${sort}&_start=440`)).map(({ id }) => id), whole.slice(440));
    const first = await csv(`${path}${sort}&perPage=300`);
    const next = first.headers.link.match(/<([^>]*)>; rel="next"/)[1];
    const rest = await visitor.get(next, { accept: 'text/csv' });
    assert.deepEqual([...parse(first.text).slice(1), ...parse(rest.text).slice(1)].map(([id]) => id), whole);
  }
  const word = mark.replace(' ', ' ');
  assert.equal((await table(`/venues?q=${encodeURIComponent(word)}&name=${encodeURIComponent(mark)}`)).length, 450);
  assert.deepEqual((await csv('/venues?perPage=10001')).errors, { '/perPage': 'too_large' });
  assert.equal((await table('/venues?name=nothing')).length, 0);
  assert.equal((await table('/venues?_start=5&_end=5')).length, 0);
});

test('what the client prefers', async () => {
  for (const [accept, type] of [['text/csv', 'text/csv'], ['application/json', 'application/json'],
    ['*/*', 'application/json'], ['text/*', 'text/csv'], ['text/csv, application/json;q=0.9', 'text/csv'],
    ['text/csv;q=0.5, application/json;q=0.50', 'application/json'], ['text/csv;q=0.4, */*;q=0.3', 'text/csv'],
    ['application/json, text/csv;q=0', 'application/json'], ['text/csv;q=0.001', 'text/csv']]) {
    const response = await csv('/venues?perPage=1', visitor, accept);
    assert.equal(response.headers['content-type'].split(';')[0], type, accept);
  }
  assert.equal((await csv('/venues', visitor, 'text/html')).status, 406);
  assert.equal((await csv('/venues', visitor, 'text/csv;q=0')).status, 406);
  assert.equal((await csv('/venues/1', visitor)).status, 406);
});

test('refusals are problem documents', async () => {
  const response = await csv('/venues?nonsense=1');
  assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/nonsense': 'unknown' }]);
  assert.equal((await csv('/users', visitor)).status, 401);
});
