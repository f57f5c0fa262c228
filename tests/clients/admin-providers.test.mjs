// Stock data providers of admin frameworks, unmodified, as an organizer works with them: lists with pages, sorts and
// filters, one, many, those that refer to one, create, change (the whole record is sent back), delete.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axiosInstance, default as refine } from '@refinedev/simple-rest';
import { fetchUtils } from 'ra-core';
import jsonServerProvider from 'ra-data-json-server';
import simpleRestProvider from 'ra-data-simple-rest';
import { Make, eventBody, later, unique, venueBody } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';

let server, organizer, make;
const word = 'Provider';
const venues = [];
before(async () => {
  server = await start();
  organizer = await server.as('organizer');
  make = await Make.on(server);
  for (let i = 0; i < 12; i++) venues.push(await make.venue({ name: `${word} ${String.fromCharCode(65 + i)}`,
    capacity: 100 + i % 3 }));
});
after(() => server?.stop());

// Catalogue entities: a new row, and what a person changes in a form.
const catalogue = {
  venues: { row: () => venueBody(), change: { name: 'Changed', facilities: null } },
  events: { row: async () => eventBody((await make.venue()).id), change: { title: 'Changed', price: '1.00' } },
  schedules: { row: async () => ({ eventId: (await make.event({ startDate: later(8e7), endDate: '2041-01-01T00:00:00.000Z' })).id,
    startTime: later(9e7), endTime: later(9.1e7) }),
    change: { endTime: '2040-01-01T00:00:00.000Z' } },
  'event-categories': { row: async () => ({ eventId: (await make.event()).id, name: unique('Category'),
    description: 'x' }), change: { description: 'Changed' } },
};

const reactAdmin = {
  'ra-data-json-server': jsonServerProvider,
  'ra-data-simple-rest': simpleRestProvider,
};

for (const [name, provider] of Object.entries(reactAdmin)) {
  describe(name, () => {
    let client;
    before(() => {
      const user = { authenticated: true, token: organizer.headers.authorization };
      client = provider(`${server.origin}${API}`, (url, options = {}) =>
        fetchUtils.fetchJson(url, { ...options, user }));
    });

    test('getList: pages, order and filter', async () => {
      const list = (page, filter = {}) => client.getList('venues',
        { pagination: { page, perPage: 5 }, sort: { field: 'name', order: 'DESC' }, filter: { q: word, ...filter } });
      const [one, two, three] = [await list(1), await list(2), await list(3)];
      assert.deepEqual([one.total, two.total, three.total], [12, 12, 12]);
      assert.deepEqual([...one.data, ...two.data, ...three.data].map((row) => row.name),
        venues.map((row) => row.name).reverse());
      const filtered = await list(1, { capacity: 101 });
      assert.deepEqual([filtered.total, filtered.data.length], [4, 4]);
      assert.equal((await list(1, { capacity_gte: 101 })).total, 8);
      assert.deepEqual(await list(1, { q: 'nosuchword' }), { data: [], total: 0 });
    });

    test('getMany of more rows than a page has, and of none', async () => {
      const made = [];
      for (let i = 0; i < 30; i++) made.push((await make.venue()).id);
      assert.deepEqual((await client.getMany('venues', { ids: made })).data.map(({ id }) => id), made);
      // ra-data-json-server sends no parameter at all for an empty list, which no server can distinguish from a list.
      if (name === 'ra-data-simple-rest') assert.deepEqual((await client.getMany('venues', { ids: [] })).data, []);
    });

    test('getList: rows without a value', async () => {
      const event = await make.event({ description: undefined });
      await make.event({ venueId: event.venueId, description: 'x' });
      const value = name === 'ra-data-simple-rest' ? null : 'null';
      const { data } = await client.getList('events', { pagination: { page: 1, perPage: 5 },
        sort: { field: 'id', order: 'ASC' }, filter: { id: event.id, description: value } });
      assert.deepEqual(data.map(({ id }) => id), event.description === null ? [event.id] : []);
    });

    test('getOne, getMany, getManyReference', async () => {
      assert.deepEqual((await client.getOne('venues', { id: venues[3].id })).data, venues[3]);
      const many = await client.getMany('venues', { ids: [venues[5].id, venues[1].id] });
      assert.deepEqual(many.data.map(({ id }) => id).sort(), [venues[1].id, venues[5].id].sort());
      const event = await make.event();
      await make.schedule(event.id);
      const schedules = await client.getManyReference('schedules', { target: 'eventId', id: event.id,
        pagination: { page: 1, perPage: 1 }, sort: { field: 'startTime', order: 'ASC' }, filter: {} });
      assert.deepEqual([schedules.total, schedules.data.length, schedules.data[0].eventId], [2, 1, event.id]);
    });

    for (const [resource, { row, change }] of Object.entries(catalogue)) {
      test(`create, update with the whole record, delete: ${resource}`, async () => {
        const sent = await row();
        const { data: created } = await client.create(resource, { data: sent });
        assert.ok(created.id > 0);
        assert.deepEqual({ ...created, ...sent }, created);
        const { data: read } = await client.getOne(resource, { id: created.id });
        assert.deepEqual(read, created);
        const { data: updated } = await client.update(resource,
          { id: read.id, data: { ...read, ...change }, previousData: read });
        assert.deepEqual(updated, { ...read, ...change, version: read.version + 1, updatedAt: updated.updatedAt });
        await client.delete(resource, { id: read.id, previousData: updated });
        await assert.rejects(client.getOne(resource, { id: read.id }), { status: 404 });
      });
    }

    test('what is refused arrives as an error with its status and failures', async () => {
      await assert.rejects(client.create('venues', { data: { name: '' } }), ({ status, body }) => {
        assert.equal(status, 422);
        assert.deepEqual(body.errors.map(({ pointer }) => pointer).sort(), ['/address', '/capacity', '/name']);
        return true;
      });
    });
  });
}

describe('@refinedev/simple-rest', () => {
  let client;
  before(() => {
    axiosInstance.defaults.headers.common.Authorization = organizer.headers.authorization;
    client = refine(`${server.origin}${API}`, axiosInstance);
  });

  test('getList: pages, sorters and filters', async () => {
    const list = (currentPage, filters = []) => client.getList({ resource: 'venues',
      pagination: { currentPage, pageSize: 5, mode: 'server' },
      sorters: [{ field: 'capacity', order: 'desc' }, { field: 'name', order: 'asc' }],
        filters: [{ field: 'q', operator: 'eq', value: word }, ...filters] });
    const pages = [await list(1), await list(2), await list(3)];
    assert.deepEqual(pages.map(({ total }) => total), [12, 12, 12]);
    const expected = [...venues].sort((a, b) => b.capacity - a.capacity || (a.name < b.name ? -1 : 1)).map(({ id }) =>
      id);
    assert.deepEqual(pages.flatMap(({ data }) => data.map(({ id }) => id)), expected);
    assert.equal((await list(1, [{ field: 'capacity', operator: 'eq', value: 101 }])).total, 4);
    assert.equal((await list(1, [{ field: 'capacity', operator: 'gte', value: 101 }])).total, 8);
    assert.equal((await list(1, [{ field: 'capacity', operator: 'ne', value: 101 }])).total, 8);
    assert.equal((await list(1, [{ field: 'name', operator: 'contains', value: 'r C' }])).total, 1);
  });

  test('getList: rows without a value', async () => {
    const event = await make.event({ price: '0.00' });
    const booking = await make.booking(await server.as('customer'), event.id);
    const list = async (operator, value) => (await client.getList({ resource: 'bookings', filters: [
      { field: 'eventId', operator: 'eq', value: event.id }, { field: 'checkedInAt', operator, value }] })).data.length;
    assert.equal(booking.checkedInAt, null);
    assert.equal(await list('null', null), 1);
    assert.equal(await list('eq', 'null'), 1);
    assert.equal(await list('ne', 'null'), 0); // the provider leaves out the operator nnull
  });

  test('getOne and getMany', async () => {
    assert.deepEqual((await client.getOne({ resource: 'venues', id: venues[2].id })).data, venues[2]);
    const many = await client.getMany({ resource: 'venues', ids: [venues[2].id, venues[4].id] });
    assert.deepEqual(many.data.map(({ id }) => id), [venues[2].id, venues[4].id]);
  });

  for (const [resource, { row, change }] of Object.entries(catalogue)) {
    test(`create, update, delete: ${resource}`, async () => {
      const sent = await row();
      const { data: created } = await client.create({ resource, variables: sent });
      assert.deepEqual({ ...created, ...sent }, created);
      const { data: updated } = await client.update({ resource, id: created.id, variables: { ...created, ...change } });
      assert.deepEqual(updated, { ...created, ...change, version: created.version + 1, updatedAt: updated.updatedAt });
      await client.deleteOne({ resource, id: created.id });
      await assert.rejects(client.getOne({ resource, id: created.id }), { statusCode: 404 });
    });
  }
});
