// Lists: filters with every operator, sorts, paging, cursors, full text, embedded rows and selected fields; and that
// masked fields disclose nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Make, day, later } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, make, visitor, customer, organizer, support, admin;
const word = 'Quendolin'; // in the names of the venues below and nowhere else
const venues = [];

before(async () => {
  server = await start();
  visitor = server.anonymous();
  [customer, organizer, support, admin] = await Promise.all(['customer', 'organizer', 'support',
    'admin'].map((who) => server.as(who)));
  make = await Make.on(server);
  for (let i = 0; i < 30; i++) {
    venues.push(await make.venue({ name: `${word} ${String.fromCharCode(65 + i % 26)}${i}`, capacity: 10 + i % 5,
      facilities: i % 2 ? 'Bar' : null }));
  }
});
after(() => server?.stop());

const list = (query, client = visitor) => client.get(`${API}/venues?q=${word}&${query}`);
const ids = (response) => {
  assert.equal(response.status, 200, response.text);
  return response.body.map(({ id }) => id);
};
const where = (test) => venues.filter(test).map(({ id }) => id);
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const json = (value) => encodeURIComponent(JSON.stringify(value));

describe('filters', () => {
  const cases = [
    ['capacity=12', ({ capacity }) => capacity === 12],
    ['capacity=12&capacity=13', ({ capacity }) => capacity === 12 || capacity === 13],
    ['capacity_ne=12', ({ capacity }) => capacity !== 12],
    ['capacity_ne=12&capacity_ne=13', ({ capacity }) => capacity !== 12 && capacity !== 13],
    ['capacity_gte=13', ({ capacity }) => capacity >= 13],
    ['capacity_lte=11', ({ capacity }) => capacity <= 11],
    ['capacity_gt=13', ({ capacity }) => capacity > 13],
    ['capacity_lt=11', ({ capacity }) => capacity < 11],
    ['capacity_gte=11&capacity_lt=13', ({ capacity }) => capacity >= 11 && capacity < 13],
    ['facilities=Bar', ({ facilities }) => facilities === 'Bar'],
    ['facilities=Bar&capacity=10', ({ facilities, capacity }) => facilities === 'Bar' && capacity === 10],
    ['name_like=%20B', ({ name }) => name.includes(' B')],
    ['name_like=endolin%20b1', ({ name }) => name.includes('B1')],
    ['capacity=99', () => false],
    [`filter=${json({ capacity: 12 })}`, ({ capacity }) => capacity === 12],
    [`filter=${json({ capacity: [12, 13] })}`, ({ capacity }) => capacity === 12 || capacity === 13],
    [`filter=${json({ capacity_gte: 12, facilities: 'Bar' })}`,
      ({ capacity, facilities }) => capacity >= 12 && facilities === 'Bar'],
  ];
  for (const [query, test_] of cases) {
    test(decodeURIComponent(query), async () => {
      const response = await list(`${query}&perPage=200`);
      assert.deepEqual(sorted(ids(response)), where(test_));
      assert.equal(response.headers['x-total-count'], String(where(test_).length));
    });
  }

  describe('rows without a value', () => {
    const mark = 'Novalue';
    const made = [];
    before(async () => {
      for (const facilities of ['alpha', 'beta', null, undefined, '', 'null'])
        made.push(await make.venue({ name: `${mark} venue`, facilities }));
    });
    const none = ({ facilities }) => facilities === null;
    const cases = [
      ['facilities_ne=alpha', ({ facilities }) => facilities !== 'alpha'],
      ['facilities_ne=alpha&facilities_ne=beta', ({ facilities }) => !['alpha', 'beta'].includes(facilities)],
      ['facilities=null', none],
      ['facilities_ne=null', (row) => !none(row)],
      ['facilities=null&facilities=beta', (row) => none(row) || row.facilities === 'beta'],
      ['facilities_ne=null&facilities_ne=beta', (row) => !none(row) && row.facilities !== 'beta'],
      ['facilities=', ({ facilities }) => facilities === ''],
      [`filter=${json({ facilities: null })}`, none],
      [`filter=${json({ facilities: [null, 'alpha'] })}`, (row) => none(row) || row.facilities === 'alpha'],
      [`filter=${json({ facilities_ne: null })}`, (row) => !none(row)],
      [`filter=${json({ facilities: 'null' })}`, ({ facilities }) => facilities === 'null'],
      [`filter=${json({ facilities: [] })}`, () => false],
      [`filter=${json({ facilities_ne: [] })}`, () => true],
      ['deletedAt=null', () => true],
      ['deletedAt=', () => true],
      ['deletedAt_ne=null', () => false],
      ['id=', () => false],
    ];
    for (const [query, test_] of cases) {
      test(decodeURIComponent(query), async () => {
        const response = await visitor.get(`${API}/venues?name_like=${mark}&${query}`);
        assert.deepEqual(ids(response), made.filter(test_).map(({ id }) => id));
        assert.equal(response.headers['x-total-count'], String(made.filter(test_).length));
      });
    }

    test('bookings that are not checked in', async () => {
      const event = await make.event({ price: '0.00', venueId: venues[0].id, capacity: 5 });
      const booking = await make.booking(customer, event.id);
      for (const query of ['checkedInAt=null', 'checkedInAt=', 'checkedInAt', `filter=${json({ checkedInAt: null })}`])
        assert.deepEqual(ids(await organizer.get(`${API}/bookings?eventId=${event.id}&${query}`)), [booking.id], query);
      assert.deepEqual(ids(await organizer.get(`${API}/bookings?eventId=${event.id}&checkedInAt_ne=null`)), []);
    });

    test('a field that always has a value is never compared with none', async () => {
      for (const [query, pointer] of [['capacity=null', '/capacity'], ['capacity=', '/capacity'],
        [`filter=${json({ capacity: null })}`, '/filter/capacity'], [`filter=${json({ facilities_gte: null })}`,
          '/filter/facilities_gte']])
        assert.deepEqual((await visitor.get(`${API}/venues?${query}`)).errors, { [pointer]: 'type' }, query);
      assert.deepEqual(ids(await visitor.get(`${API}/venues?name=null`)), []);
    });
  });

  test('as many rows as requested ids, without a page size', async () => {
    const all = venues.map(({ id }) => id);
    assert.deepEqual(ids(await visitor.get(`${API}/venues?${all.map((id) => `id=${id}`).join('&')}`)), all);
    assert.deepEqual(ids(await visitor.get(`${API}/venues?filter=${json({ id: all })}`)), all);
  });

  test('ids in bulk, in the order of the ids', async () => {
    const [a, b, c] = [venues[7].id, venues[2].id, venues[11].id];
    assert.deepEqual(ids(await visitor.get(`${API}/venues?id=${a}&id=${b}&id=${c}&id=999999999`)), sorted([a, b, c]));
    assert.deepEqual(ids(await visitor.get(`${API}/venues?filter=${json({ id: [a, b] })}`)), sorted([a, b]));
    const many = Array.from({ length: 200 }, (_, i) => `id=${i + 1}`).join('&');
    assert.equal((await visitor.get(`${API}/venues?${many}&perPage=200`)).status, 200);
    const tooMany = await visitor.get(`${API}/venues?${many}&id=201`);
    assert.deepEqual([tooMany.verdict, tooMany.errors], ['422 invalid', { '/id': 'too_many' }]);
  });

  test('money, times, enums and booleans are compared by their type', async () => {
    const { venueId } = await make.event({ price: '9.00' });
    for (const [price, status, ahead] of [['100.00', 'draft', 20], ['20.50', 'cancelled', 30]]) {
      await make.event({ venueId, price, status, startDate: later(ahead * day), endDate: later(ahead * day) });
    }
    const prices = async (query) => {
      const response = await organizer.get(`${API}/events?venueId=${venueId}&_sort=price&${query}`);
      assert.equal(response.status, 200, response.text);
      return response.body.map(({ price }) => price);
    };
    assert.deepEqual(await prices(''), ['9.00', '20.50', '100.00']);
    assert.deepEqual(await prices('price_gt=9.00'), ['20.50', '100.00']);
    assert.deepEqual(await prices('price=20.5'), ['20.50']);
    assert.deepEqual(await prices('price_lte=20.50'), ['9.00', '20.50']);
    assert.deepEqual(await prices('status=draft&status=cancelled'), ['20.50', '100.00']);
    assert.deepEqual(await prices('status_ne=draft'), ['9.00', '20.50']);
    assert.deepEqual(await prices(`startDate_lt=${later(15 * day)}`), ['9.00']);
    assert.deepEqual(await prices(`startDate_gte=${encodeURIComponent(later(25 * day).replace('Z', '+00:00'))}`),
      ['20.50']);
    assert.ok((await admin.get(`${API}/users?isAdmin=true`)).body.every(({ isAdmin }) => isAdmin));
    assert.ok((await admin.get(`${API}/users?isAdmin=false&perPage=100`)).body.every(({ isAdmin }) => !isAdmin));
  });

  test('invalid filters are refused, all reported at once', async () => {
    const bad = {
      nonsense: ['1', 'unknown'], nonsense_gte: ['1', 'unknown'], name_gx: ['1', 'unknown'], capacity: ['many', 'type'],
      capacity_like: ['1', 'type'], createdAt_gte: ['yesterday', 'type'], version: ['1.5', 'type'],
    };
    const query = Object.entries(bad).map(([name, [value]]) => `${name}=${value}`).join('&');
    const response = await visitor.get(`${API}/venues?${query}`);
    assert.equal(response.verdict, '422 invalid');
    assert.deepEqual(response.errors, Object.fromEntries(Object.entries(bad).map(([name, [, code]]) =>
      [`/${name}`, code])));
    assert.deepEqual((await visitor.get(`${API}/events?status=finished`)).errors, { '/status': 'type' });
    assert.deepEqual((await visitor.get(`${API}/events?status_gt=draft`)).errors, { '/status_gt': 'type' });
    assert.deepEqual((await visitor.get(`${API}/event-categories?q=a`)).errors, { '/q': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/venues?q=${'a'.repeat(201)}`)).errors, { '/q': 'too_long' });
    assert.deepEqual((await visitor.get(`${API}/venues?filter=x`)).errors, { '/filter': 'format' });
    assert.deepEqual((await visitor.get(`${API}/venues?filter=${json({ a: 1, capacity: 'x' })}`)).errors,
      { '/filter/a': 'unknown', '/filter/capacity': 'type' });
    assert.deepEqual((await visitor.get(`${API}/venues?filter=${json({ capacity: { $gt: 1 } })}`)).errors,
      { '/filter/capacity': 'type' });
    assert.deepEqual((await visitor.get(`${API}/venues?q=a&q=b`)).errors, { '/q': 'repeated' });
  });

  test('an invalid query string is refused', async () => {
    for (const query of ['a=%', 'a=%zz', 'q=%ff', 'q=%00']) {
      assert.equal((await visitor.get(`${API}/venues?${query}`)).status, 400, query);
    }
  });

  test('a filter is never executed as SQL', async () => {
    for (const value of ["' OR 1=1 --", '"; DROP TABLE Venues', '%', '_', '\\', "'"]) {
      for (const name of ['name', 'name_like', 'name_gte', 'q']) {
        const response = await visitor.get(`${API}/venues?${name}=${encodeURIComponent(value)}`);
        assert.equal(response.status, 200, `${name}=${value} ${response.text}`);
        if (name === 'name') assert.deepEqual(response.body, []);
      }
    }
    assert.ok((await visitor.get(`${API}/venues?name_like=%25`)).body.every(({ name }) => name.includes('%')));
  });
});

describe('sorting', () => {
  // Rows with equal sort keys come in an unspecified order, which is the same every time.
  const ordered = (rows, keys) => rows.every((row, i) => i === 0 ||
    (keys.map((key) => key(rows[i - 1], row)).find((order) => order) ?? -1) < 0);
  const up = (name) => (a, b) => (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : 0);
  const down = (name) => (a, b) => up(name)(b, a);
  const cases = [
    ['_sort=capacity', [up('capacity')]],
    ['_sort=capacity&_order=desc', [down('capacity')]],
    ['_sort=capacity,name&_order=desc,asc', [down('capacity'), up('name')]],
    ['_sort=capacity,id&_order=ASC,DESC', [up('capacity'), down('id')]],
    [`sort=${json(['name', 'DESC'])}`, [down('name')]],
    [`sort=${json(['capacity', 'DESC', 'name', 'ASC'])}`, [down('capacity'), up('name')]],
  ];
  for (const [query, keys] of cases) {
    test(decodeURIComponent(query), async () => {
      const response = await list(`${query}&perPage=200`);
      assert.deepEqual(sorted(ids(response)), where(() => true));
      assert.ok(ordered(response.body, keys), ids(response).join());
      assert.deepEqual(ids(await list(`${query}&perPage=200`)), ids(response));
    });
  }

  test('invalid sorts are refused', async () => {
    assert.deepEqual((await visitor.get(`${API}/venues?_sort=nonsense`)).errors, { '/_sort': 'unknown' });
    assert.deepEqual((await admin.get(`${API}/users?_sort=password`)).errors, { '/_sort': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/venues?_sort=name&_order=up`)).errors, { '/_order': 'enum' });
    assert.deepEqual((await visitor.get(`${API}/venues?_sort=id,id,id,id,id`)).errors, { '/_sort': 'too_many' });
    assert.deepEqual((await visitor.get(`${API}/venues?sort=name`)).errors, { '/sort': 'format' });
  });
});

describe('paging', () => {
  const all = () => venues.map(({ id }) => id);
  const cases = [
    ['', 0, 25], ['_start=0&_end=10', 0, 10], ['_start=10&_end=15', 10, 15], ['_start=5', 5, 30], ['_end=3', 0, 3],
    ['page=1&perPage=7', 0, 7], ['page=3&perPage=7', 14, 21], ['page=2', 25, 30], ['perPage=4', 0, 4],
      ['page=5&perPage=7', 28, 30],
    [`range=${json([0, 9])}`, 0, 10], [`range=${json([10, 19])}`, 10, 20], [`range=${json([25, 49])}`, 25, 30],
  ];
  for (const [query, from, to] of cases) {
    test(`${decodeURIComponent(query) || 'no parameter'}: rows ${from} to ${to}`, async () => {
      const response = await list(`${query}&_sort=id`);
      assert.deepEqual(ids(response), all().slice(from, to));
      assert.equal(response.headers['x-total-count'], '30');
      assert.equal(response.headers['content-range'], `venues ${from}-${to - 1}/30`);
    });
  }

  test('beyond the end: an empty page with the total', async () => {
    const response = await list('page=9&perPage=7');
    assert.deepEqual([response.status, response.body, response.headers['x-total-count'], response.headers['content-range']],
      [200, [], '30', 'venues */30']);
  });

  test('200 rows at most', async () => {
    for (const query of ['perPage=200', '_start=0&_end=200',
      `range=${json([0, 199])}`]) assert.equal((await list(query)).status, 200, query);
    const refused = [['perPage=201', '/perPage'], ['_start=0&_end=201', '/_end'],
      [`range=${json([0, 200])}`, '/range']];
    for (const [query, pointer] of refused) {
      const response = await list(query);
      assert.deepEqual([response.verdict, response.errors], ['422 invalid', { [pointer]: 'too_large' }], query);
    }
  });

  test('invalid pages are refused', async () => {
    const cases = [['page=0', '/page', 'too_small'], ['page=x', '/page', 'type'],
      ['perPage=0', '/perPage', 'too_small'],
      ['_start=-1', '/_start', 'too_small'], ['_start=9&_end=3', '/_end', 'order'],
        ['page=1&_start=0', '/_start', 'conflict'],
      ['range=1', '/range', 'format'], [`range=${json([5, 1])}`, '/range', 'format'], ['after=x', '/after', 'format'],
      ['page=99999999999999999999', '/page', 'type'], ['page=2000000000', '/page', 'too_large']];
    for (const [query, pointer, code] of cases) {
      assert.equal((await visitor.get(`${API}/venues?${query}`)).errors[pointer], code, query);
    }
  });

  // { first: url, ... }
  const links = (response) =>
    Object.fromEntries([...(response.headers.link ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, url, relation]) =>
    [relation, url]));

  test('Link leads through the pages and keeps the query', async () => {
    const second = await list('_sort=id&capacity_gte=0&page=2&perPage=8');
    const { first, prev, next, last } = links(second);
    assert.deepEqual(ids(await visitor.get(first)), all().slice(0, 8));
    assert.deepEqual(ids(await visitor.get(prev)), all().slice(0, 8));
    assert.deepEqual(ids(await visitor.get(next)), all().slice(16, 24));
    assert.deepEqual(ids(await visitor.get(last)), all().slice(24));
    assert.deepEqual(Object.keys(links(await visitor.get(first))).sort(), ['first', 'last', 'next']);
    assert.deepEqual(Object.keys(links(await visitor.get(last))).sort(), ['first', 'last', 'prev']);
  });

  test('headers fit into what a proxy accepts, whatever the query', async () => {
    const size = ({ headers }) => Object.entries(headers).reduce((sum, [name, value]) =>
      sum + name.length + String(value).length + 4, 20);
    const many = (from) => Array.from({ length: 200 }, (_, i) => `id=${from + i}`).join('&');
    for (const query of [many(100000), `${many(1)}&_start=10&_end=20`, `title=${'x'.repeat(2000)}`,
      `title_like=${'x'.repeat(4000)}&_start=5`, `q=a&title=${'%C3%A9'.repeat(900)}`, `${many(1)}&page=3&perPage=1`,
      `${many(1)}&_sort=description,title&perPage=1`, `filter=${json({ title: 'é'.repeat(700) })}`]) {
      const response = await visitor.get(`${API}/events?${query}`, { origin: 'https://example.com' });
      assert.equal(response.status, 200, response.text);
      assert.ok(size(response) <= 4096, `${size(response)} bytes for ${query.slice(0, 60)}`);
    }
    const walked = await visitor.get(`${API}/events?${many(1)}&perPage=1`);
    assert.ok(links(walked).next, 'the link to the next page is left out last');
  });

  test('a walk that cannot be linked is refused instead of ending early', async () => {
    const { next } = links(await visitor.get(`${API}/venues?perPage=1`));
    const after = new URL(next, server.origin).searchParams.get('after');
    const response = await visitor.get(`${API}/venues?after=${after}&perPage=1&name_ne=${'x'.repeat(3000)}`);
    assert.deepEqual([response.verdict, response.errors], ['422 invalid', { '/after': 'too_long' }]);
  });

  for (const sort of ['_sort=id', '_sort=id&_order=desc', '_sort=createdAt', '_sort=capacity&_order=desc',
    '_sort=name', '']) {
    test(`a walk by cursor sees every row once while rows come and go: ${sort || 'unsorted'}`, async () => {
      const mark = `Walk${sort.replace(/\W/g, '') || 'plain'}`;
      const old = [];
      for (let i = 0; i < 12; i++) old.push((await make.venue({ name: `${mark} ${i % 3}`, capacity: 1 + i % 4 })).id);
      const seen = [];
      let next = `${API}/venues?name_like=${mark}&perPage=5&${sort}`;
      for (let page = 0; next; page++) {
        assert.ok(page < 20);
        const response = await visitor.get(next);
        seen.push(...ids(response));
        next = links(response).next;
        if (next) assert.match(next, /[?&]after=/);
        await make.venue({ name: `${mark} 1`, capacity: 2 });
      }
      assert.equal(new Set(seen).size, seen.length, 'no row twice');
      assert.deepEqual(old.filter((id) => !seen.includes(id)), [], 'none missing');
    });
  }

  test('a modified cursor is refused, or is another position in the same list', async () => {
    const { next } = links(await list('_sort=name&perPage=5'));
    const cursor = new URL(next, server.origin).searchParams.get('after');
    for (let i = 0; i < cursor.length; i++) {
      for (const c of ['A', '_', 'z', '']) {
        const after = cursor.slice(0, i) + c + cursor.slice(i + 1);
        const response = await list(`_sort=name&after=${encodeURIComponent(after)}`);
        assert.ok(['200', '422 invalid'].includes(response.verdict), after);
      }
    }
  });

  test('a cursor is valid for its sort only', async () => {
    const { next } = links(await list('_sort=name&perPage=5'));
    const after = new URL(next, server.origin).searchParams.get('after');
    assert.deepEqual((await list(`_sort=capacity&after=${encodeURIComponent(after)}`)).errors, { '/after': 'format' });
  });
});

describe('full text', () => {
  before(async () => {
    await make.event({ title: 'A windy evening', description: 'With a zephyrine or none, and then some more words' });
    await make.event({ title: 'A quiet evening', description: 'With a zephyrine, a zephyrine and again a zephyrine' });
    await make.event({ title: 'Café Déjà-vu', description: 'Müßiggang in Zürich' });
    await make.event({ title: 'Zephyrine secret', description: 'Draft', status: 'draft' });
  });
  const titles = async (q, client = visitor) => {
    const response = await client.get(`${API}/events?q=${encodeURIComponent(q)}`);
    assert.equal(response.status, 200, response.text);
    return response.body.map(({ title }) => title);
  };

  test('best matches first', async () => assert.deepEqual(await titles('zephyrine'),
    ['A quiet evening', 'A windy evening']));
  test('prefixes of words, case ignored', async () => assert.equal((await titles('ZEPHY')).length, 2));
  test('all words must match', async () => assert.deepEqual(await titles('quiet zeph'), ['A quiet evening']));
  test('accents are ignored', async () => {
    for (const q of ['cafe deja', 'déjà', 'zurich', 'ZÜRICH', 'mußiggang']) assert.deepEqual(await titles(q),
      ['Café Déjà-vu'], q);
  });
  test('with a filter and a sort', async () => {
    const response = await visitor.get(`${API}/events?q=zephyrine&_sort=title&_order=asc&price_gt=0`);
    assert.deepEqual(response.body.map(({ title }) => title), ['A quiet evening', 'A windy evening']);
  });
  test('words with symbols are not their letters alone', async () => {
    for (const title of ['Learning C++', 'C++20 modules', 'C# for all', 'C for all', 'Cold calls', 'Symbols F#, (C++)'])
      await make.event({ title: `${title} Symbolword`, description: 'A talk' });
    const found = async (q) => (await titles(`${q} symbolword`)).map((title) => title.replace(' Symbolword', '')).sort();
    assert.deepEqual(await found('C++'), ['C++20 modules', 'Learning C++', 'Symbols F#, (C++)']);
    assert.deepEqual(await found('c++20'), ['C++20 modules']);
    assert.deepEqual(await found('C#'), ['C# for all']);
    assert.deepEqual(await found('f# c++'), ['Symbols F#, (C++)']);
    assert.deepEqual(await found('a++ b++ c++ d++ e++ f++ g++'), []);
    assert.deepEqual(await found('for all'), ['C for all', 'C# for all']);
    assert.equal((await found('c')).length, 6);
  });
  test('row policies apply to full-text search too', async () => {
    assert.equal((await titles('zephyrine secret')).length, 0);
    assert.deepEqual(await titles('zephyrine secret', organizer), ['Zephyrine secret']);
  });
  test('the query language of the engine is not supported', async () => {
    for (const q of ['"', '*', 'AND', 'zephyrine NOT quiet', 'title:zephyrine', 'NEAR(a b)', '^a', '(', 'a" OR "b',
      '-', '{a}', '+', '...']) await titles(q);
  });
  test('a changed word is found, the former one is not', async () => {
    const event = await make.event({ title: 'Brontide' });
    assert.deepEqual(await titles('brontide'), ['Brontide']);
    await organizer.patch(`${API}/events/${event.id}`, { title: 'Petrichor' });
    assert.deepEqual([await titles('brontide'), await titles('petrichor')], [[], ['Petrichor']]);
    await organizer.delete(`${API}/events/${event.id}`);
    assert.deepEqual(await titles('petrichor'), []);
  });
});

describe('embedded rows and selected fields', () => {
  test('fields= selects these and the id', async () => {
    const response = await list('fields=name,capacity&perPage=1');
    assert.deepEqual(Object.keys(response.body[0]).sort(), ['capacity', 'id', 'name']);
    const one = await visitor.get(`${API}/venues/${venues[0].id}?fields=name`);
    assert.deepEqual(one.body, { id: venues[0].id, name: venues[0].name });
    assert.equal(one.version, `"${venues[0].version}"`);
    assert.deepEqual((await visitor.get(`${API}/venues?fields=nonsense`)).errors, { '/fields': 'unknown' });
    assert.deepEqual((await admin.get(`${API}/users?fields=password`)).errors, { '/fields': 'unknown' });
  });

  test('_embed= adds the rows that a row refers to, and those that refer to it', async () => {
    const event = await make.event();
    await make.schedule(event.id);
    const category = await make.category(event.id);
    const { body } = await visitor.get(`${API}/events/${event.id}?_embed=venue,schedules,eventCategories`);
    assert.equal(body.venue.id, event.venueId);
    assert.equal(body.schedules.length, 2);
    assert.deepEqual(body.eventCategories, [category]);
    const listed = await visitor.get(`${API}/events?id=${event.id}&_embed=venue,schedules`);
    assert.deepEqual([listed.body[0].venue, listed.body[0].schedules], [body.venue, body.schedules]);
    const schedules = await visitor.get(`${API}/schedules?eventId=${event.id}&_embed=event`);
    assert.ok(schedules.body.every((row) => row.event.title === event.title));
    const booking = await make.booking(customer, event.id, { scheduleId: body.schedules[0].id });
    const own = await customer.get(`${API}/bookings/${booking.id}?_embed=payment,event,schedule,user`);
    assert.deepEqual([own.body.payment.id, own.body.event.id, own.body.schedule.id, own.body.user.email],
      [booking.payment.id, event.id, booking.scheduleId, customer.email]);
    const masked = await organizer.get(`${API}/bookings/${booking.id}?_embed=user`);
    assert.deepEqual([masked.body.user.email, masked.body.user.name], ['c***@***', 'Clara Novak']);
    assert.deepEqual((await visitor.get(`${API}/events?_embed=bookings`)).errors, { '/_embed': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/events?_embed=nonsense`)).errors, { '/_embed': 'unknown' });
  });

  test('reading one row supports no filters', async () => {
    assert.deepEqual((await visitor.get(`${API}/venues/${venues[0].id}?capacity=1`)).errors,
      { '/capacity': 'unknown' });
  });
});

describe('a masked field is neither filtered nor sorted by', () => {
  test('e-mail as support and organizer', async () => {
    const cases = [[support, ['email']], [organizer, ['email']]];
    for (const [client, fields] of cases) {
      for (const field of fields) {
        for (const query of [`${field}=a`, `${field}_like=a`, `${field}_ne=a`, `${field}_gte=a`]) {
          const response = await client.get(`${API}/users?${query}`);
          assert.deepEqual([response.verdict, Object.values(response.errors)], ['422 invalid', ['masked']], query);
        }
        assert.deepEqual((await client.get(`${API}/users?_sort=${field}`)).errors, { '/_sort': 'masked' });
        assert.deepEqual((await client.get(`${API}/users?filter=${json({ [field]: 'a' })}`)).errors,
          { [`/filter/${field}`]: 'masked' });
        assert.deepEqual((await client.get(`${API}/users?sort=${json([field, 'ASC'])}`)).errors, { '/sort': 'masked' });
      }
    }
    for (const client of [support, organizer])
      assert.equal((await client.get(`${API}/users?name_like=clara`)).body.length, 1);
    assert.equal((await admin.get(`${API}/users?email=customer@example.com`)).body.length, 1);
    assert.equal((await customer.get(`${API}/users?email=${customer.email}`)).body.length, 1);
  });
});
