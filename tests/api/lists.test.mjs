// Lists: filters with every operator, several sorts, the ways to page, walks by cursor, full text, what comes along and
// what is left out; and that a masked field tells nothing.
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
const ids = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  return answer.body.map(({ id }) => id);
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
      const answer = await list(`${query}&perPage=200`);
      assert.deepEqual(sorted(ids(answer)), where(test_));
      assert.equal(answer.headers['x-total-count'], String(where(test_).length));
    });
  }

  test('ids in bulk, in the order of the ids', async () => {
    const [a, b, c] = [venues[7].id, venues[2].id, venues[11].id];
    assert.deepEqual(ids(await visitor.get(`${API}/venues?id=${a}&id=${b}&id=${c}&id=999999999`)), sorted([a, b, c]));
    assert.deepEqual(ids(await visitor.get(`${API}/venues?filter=${json({ id: [a, b] })}`)), sorted([a, b]));
    const many = Array.from({ length: 200 }, (_, i) => `id=${i + 1}`).join('&');
    assert.equal((await visitor.get(`${API}/venues?${many}&perPage=200`)).status, 200);
    const tooMany = await visitor.get(`${API}/venues?${many}&id=201`);
    assert.deepEqual([tooMany.verdict, tooMany.faults], ['422 invalid', { '/id': 'too_many' }]);
  });

  test('money, times, choices and truth values are compared as what they are', async () => {
    const { venueId } = await make.event({ price: '9.00' });
    for (const [price, status, ahead] of [['100.00', 'draft', 20], ['20.50', 'cancelled', 30]]) {
      await make.event({ venueId, price, status, startDate: later(ahead * day), endDate: later(ahead * day) });
    }
    const prices = async (query) => {
      const answer = await organizer.get(`${API}/events?venueId=${venueId}&_sort=price&${query}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.body.map(({ price }) => price);
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

  test('what is no filter is refused, all of it at once', async () => {
    const bad = {
      nonsense: ['1', 'unknown'], nonsense_gte: ['1', 'unknown'], name_gx: ['1', 'unknown'], capacity: ['many', 'type'],
      capacity_like: ['1', 'type'], createdAt_gte: ['yesterday', 'type'], version: ['1.5', 'type'],
    };
    const query = Object.entries(bad).map(([name, [value]]) => `${name}=${value}`).join('&');
    const answer = await visitor.get(`${API}/venues?${query}`);
    assert.equal(answer.verdict, '422 invalid');
    assert.deepEqual(answer.faults, Object.fromEntries(Object.entries(bad).map(([name, [, code]]) =>
      [`/${name}`, code])));
    assert.deepEqual((await visitor.get(`${API}/events?status=finished`)).faults, { '/status': 'type' });
    assert.deepEqual((await visitor.get(`${API}/events?status_gt=draft`)).faults, { '/status_gt': 'type' });
    assert.deepEqual((await visitor.get(`${API}/event-categories?q=a`)).faults, { '/q': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/venues?q=${'a'.repeat(201)}`)).faults, { '/q': 'too_long' });
    assert.deepEqual((await visitor.get(`${API}/venues?filter=x`)).faults, { '/filter': 'format' });
    assert.deepEqual((await visitor.get(`${API}/venues?filter=${json({ a: 1, capacity: 'x' })}`)).faults,
      { '/filter/a': 'unknown', '/filter/capacity': 'type' });
    assert.deepEqual((await visitor.get(`${API}/venues?filter=${json({ capacity: { $gt: 1 } })}`)).faults,
      { '/filter/capacity': 'type' });
    assert.deepEqual((await visitor.get(`${API}/venues?q=a&q=b`)).faults, { '/q': 'repeated' });
  });

  test('a query string that is none', async () => {
    for (const query of ['a=%', 'a=%zz', 'q=%ff', 'q=%00']) {
      assert.equal((await visitor.get(`${API}/venues?${query}`)).status, 400, query);
    }
  });

  test('a filter is never a command', async () => {
    for (const value of ["' OR 1=1 --", '"; DROP TABLE Venues', '%', '_', '\\', "'"]) {
      for (const name of ['name', 'name_like', 'name_gte', 'q']) {
        const answer = await visitor.get(`${API}/venues?${name}=${encodeURIComponent(value)}`);
        assert.equal(answer.status, 200, `${name}=${value} ${answer.text}`);
        if (name === 'name') assert.deepEqual(answer.body, []);
      }
    }
    assert.ok((await visitor.get(`${API}/venues?name_like=%25`)).body.every(({ name }) => name.includes('%')));
  });
});

describe('sorting', () => {
  // Rows alike in all that is sorted by come in any order, but in the same every time.
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
      const answer = await list(`${query}&perPage=200`);
      assert.deepEqual(sorted(ids(answer)), where(() => true));
      assert.ok(ordered(answer.body, keys), ids(answer).join());
      assert.deepEqual(ids(await list(`${query}&perPage=200`)), ids(answer));
    });
  }

  test('what cannot be sorted by', async () => {
    assert.deepEqual((await visitor.get(`${API}/venues?_sort=nonsense`)).faults, { '/_sort': 'unknown' });
    assert.deepEqual((await admin.get(`${API}/users?_sort=password`)).faults, { '/_sort': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/venues?_sort=name&_order=up`)).faults, { '/_order': 'enum' });
    assert.deepEqual((await visitor.get(`${API}/venues?_sort=id,id,id,id,id`)).faults, { '/_sort': 'too_many' });
    assert.deepEqual((await visitor.get(`${API}/venues?sort=name`)).faults, { '/sort': 'format' });
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
    test(`${decodeURIComponent(query) || 'nothing said'}: rows ${from} to ${to}`, async () => {
      const answer = await list(`${query}&_sort=id`);
      assert.deepEqual(ids(answer), all().slice(from, to));
      assert.equal(answer.headers['x-total-count'], '30');
      assert.equal(answer.headers['content-range'], `venues ${from}-${to - 1}/30`);
    });
  }

  test('behind the end: nothing, and still the total', async () => {
    const answer = await list('page=9&perPage=7');
    assert.deepEqual([answer.status, answer.body, answer.headers['x-total-count'], answer.headers['content-range']],
      [200, [], '30', 'venues */30']);
  });

  test('200 rows and no more', async () => {
    for (const query of ['perPage=200', '_start=0&_end=200',
      `range=${json([0, 199])}`]) assert.equal((await list(query)).status, 200, query);
    const refused = [['perPage=201', '/perPage'], ['_start=0&_end=201', '/_end'],
      [`range=${json([0, 200])}`, '/range']];
    for (const [query, pointer] of refused) {
      const answer = await list(query);
      assert.deepEqual([answer.verdict, answer.faults], ['422 invalid', { [pointer]: 'too_large' }], query);
    }
  });

  test('pages that are none', async () => {
    const cases = [['page=0', '/page', 'too_small'], ['page=x', '/page', 'type'],
      ['perPage=0', '/perPage', 'too_small'],
      ['_start=-1', '/_start', 'too_small'], ['_start=9&_end=3', '/_end', 'order'],
        ['page=1&_start=0', '/_start', 'conflict'],
      ['range=1', '/range', 'format'], [`range=${json([5, 1])}`, '/range', 'format'], ['after=x', '/after', 'format'],
      ['page=99999999999999999999', '/page', 'type'], ['page=2000000000', '/page', 'too_large']];
    for (const [query, pointer, code] of cases) {
      assert.equal((await visitor.get(`${API}/venues?${query}`)).faults[pointer], code, query);
    }
  });

  // { first: url, ... }
  const links = (answer) =>
    Object.fromEntries([...(answer.headers.link ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, url, relation]) =>
    [relation, url]));

  test('Link leads through the pages and keeps the question', async () => {
    const second = await list('_sort=id&capacity_gte=0&page=2&perPage=8');
    const { first, prev, next, last } = links(second);
    assert.deepEqual(ids(await visitor.get(first)), all().slice(0, 8));
    assert.deepEqual(ids(await visitor.get(prev)), all().slice(0, 8));
    assert.deepEqual(ids(await visitor.get(next)), all().slice(16, 24));
    assert.deepEqual(ids(await visitor.get(last)), all().slice(24));
    assert.deepEqual(Object.keys(links(await visitor.get(first))).sort(), ['first', 'last', 'next']);
    assert.deepEqual(Object.keys(links(await visitor.get(last))).sort(), ['first', 'last', 'prev']);
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
        const answer = await visitor.get(next);
        seen.push(...ids(answer));
        next = links(answer).next;
        if (next) assert.match(next, /[?&]after=/);
        await make.venue({ name: `${mark} 1`, capacity: 2 });
      }
      assert.equal(new Set(seen).size, seen.length, 'no row twice');
      assert.deepEqual(old.filter((id) => !seen.includes(id)), [], 'none missing');
    });
  }

  test('a cursor that was tampered with is refused, or is another place in the same list', async () => {
    const { next } = links(await list('_sort=name&perPage=5'));
    const cursor = new URL(next, server.origin).searchParams.get('after');
    for (let i = 0; i < cursor.length; i++) {
      for (const c of ['A', '_', 'z', '']) {
        const after = cursor.slice(0, i) + c + cursor.slice(i + 1);
        const answer = await list(`_sort=name&after=${encodeURIComponent(after)}`);
        assert.ok(['200', '422 invalid'].includes(answer.verdict), after);
      }
    }
  });

  test('a cursor belongs to its sort', async () => {
    const { next } = links(await list('_sort=name&perPage=5'));
    const after = new URL(next, server.origin).searchParams.get('after');
    assert.deepEqual((await list(`_sort=capacity&after=${encodeURIComponent(after)}`)).faults, { '/after': 'format' });
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
    const answer = await client.get(`${API}/events?q=${encodeURIComponent(q)}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.map(({ title }) => title);
  };

  test('the best first', async () => assert.deepEqual(await titles('zephyrine'),
    ['A quiet evening', 'A windy evening']));
  test('beginnings of words, whatever the case', async () => assert.equal((await titles('ZEPHY')).length, 2));
  test('all words must be there', async () => assert.deepEqual(await titles('quiet zeph'), ['A quiet evening']));
  test('accents do not matter', async () => {
    for (const q of ['cafe deja', 'déjà', 'zurich', 'ZÜRICH', 'mußiggang']) assert.deepEqual(await titles(q),
      ['Café Déjà-vu'], q);
  });
  test('with a filter and a sort', async () => {
    const answer = await visitor.get(`${API}/events?q=zephyrine&_sort=title&_order=asc&price_gt=0`);
    assert.deepEqual(answer.body.map(({ title }) => title), ['A quiet evening', 'A windy evening']);
  });
  test('row rules hold for words too', async () => {
    assert.equal((await titles('zephyrine secret')).length, 0);
    assert.deepEqual(await titles('zephyrine secret', organizer), ['Zephyrine secret']);
  });
  test('the search language of the engine is not spoken', async () => {
    for (const q of ['"', '*', 'AND', 'zephyrine NOT quiet', 'title:zephyrine', 'NEAR(a b)', '^a', '(', 'a" OR "b',
      '-', '{a}', '+', '...']) await titles(q);
  });
  test('a changed word is found, the old one is not', async () => {
    const event = await make.event({ title: 'Brontide' });
    assert.deepEqual(await titles('brontide'), ['Brontide']);
    await organizer.patch(`${API}/events/${event.id}`, { title: 'Petrichor' });
    assert.deepEqual([await titles('brontide'), await titles('petrichor')], [[], ['Petrichor']]);
    await organizer.delete(`${API}/events/${event.id}`);
    assert.deepEqual(await titles('petrichor'), []);
  });
});

describe('what comes along and what is left out', () => {
  test('fields=: these and the id', async () => {
    const answer = await list('fields=name,capacity&perPage=1');
    assert.deepEqual(Object.keys(answer.body[0]).sort(), ['capacity', 'id', 'name']);
    const one = await visitor.get(`${API}/venues/${venues[0].id}?fields=name`);
    assert.deepEqual(one.body, { id: venues[0].id, name: venues[0].name });
    assert.equal(one.version, `"${venues[0].version}"`);
    assert.deepEqual((await visitor.get(`${API}/venues?fields=nonsense`)).faults, { '/fields': 'unknown' });
    assert.deepEqual((await admin.get(`${API}/users?fields=password`)).faults, { '/fields': 'unknown' });
  });

  test('_embed=: what a row refers to, and what refers to it', async () => {
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
    assert.deepEqual([masked.body.user.email, masked.body.user.name], ['c***@***', 'C***']);
    assert.deepEqual((await visitor.get(`${API}/events?_embed=bookings`)).faults, { '/_embed': 'unknown' });
    assert.deepEqual((await visitor.get(`${API}/events?_embed=nonsense`)).faults, { '/_embed': 'unknown' });
  });

  test('one row knows no filters', async () => {
    assert.deepEqual((await visitor.get(`${API}/venues/${venues[0].id}?capacity=1`)).faults,
      { '/capacity': 'unknown' });
  });
});

describe('a masked field is neither filtered nor sorted by', () => {
  test('e-mail for support, e-mail and name for organizers', async () => {
    const cases = [[support, ['email']], [organizer, ['email', 'name']]];
    for (const [client, fields] of cases) {
      for (const field of fields) {
        for (const query of [`${field}=a`, `${field}_like=a`, `${field}_ne=a`, `${field}_gte=a`]) {
          const answer = await client.get(`${API}/users?${query}`);
          assert.deepEqual([answer.verdict, Object.values(answer.faults)], ['422 invalid', ['masked']], query);
        }
        assert.deepEqual((await client.get(`${API}/users?_sort=${field}`)).faults, { '/_sort': 'masked' });
        assert.deepEqual((await client.get(`${API}/users?filter=${json({ [field]: 'a' })}`)).faults,
          { [`/filter/${field}`]: 'masked' });
        assert.deepEqual((await client.get(`${API}/users?sort=${json([field, 'ASC'])}`)).faults, { '/sort': 'masked' });
      }
    }
    assert.equal((await support.get(`${API}/users?name_like=clara`)).body.length, 1);
    assert.equal((await admin.get(`${API}/users?email=customer@example.com`)).body.length, 1);
    assert.equal((await customer.get(`${API}/users?email=${customer.email}`)).body.length, 1);
  });
});
