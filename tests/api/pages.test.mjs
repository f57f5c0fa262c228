// Addresses that people open: the documentation, what a problem means, errors in a browser, the icon.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { API, start } from '../support/server.mjs';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8' };
let server, visitor;
before(async () => {
  server = await start({ seeded: false });
  visitor = server.anonymous();
});
after(() => server?.stop());

test('the type of every problem explains itself', async () => {
  const { components } = server.contract.document;
  const codes = Object.values(components.responses).flatMap(({ description }) =>
    [...description.matchAll(/(?:^|\. )([a-z_]+): /g)].map(([, code]) => code));
  assert.ok(codes.length > 15 && codes.includes('sold_out'));
  for (const code of codes) {
    const program = await visitor.get(`/problems/${code}`);
    assert.deepEqual([program.status, program.body.type], [200, `/problems/${code}`]);
    const person = await visitor.get(`/problems/${code}`, browser);
    assert.match(person.headers['content-type'], /^text\/html/);
    assert.ok(person.text.includes(`<h1>${program.body.title.replaceAll('"', '&quot;')}</h1>`), code);
  }
  const conflict = await visitor.get('/problems/state_conflict');
  assert.ok(conflict.body.codes.has_events, 'the reasons of a conflict');
  assert.equal((await visitor.get('/problems/nonsense')).status, 404);
});

test('an unknown address is a page for a browser and a problem document for a program', async () => {
  const page = await visitor.get('/nothing', browser);
  assert.deepEqual([page.status, page.headers['content-type']], [404, 'text/html; charset=utf-8']);
  assert.match(page.headers['content-security-policy'], /default-src 'none'/);
  assert.match(page.text, /<h1>Not found<\/h1>/);
  for (const accept of [undefined, '*/*', 'application/json', 'text/html;q=0, */*']) {
    assert.equal((await visitor.get('/nothing', accept ? { accept } : {})).verdict, '404 not_found');
  }
  // Operations respond as the description says.
  assert.equal((await visitor.get(`${API}/events/999`, browser)).verdict, '404 not_found');
  assert.equal((await visitor.get(`${API}/me`, browser)).verdict, '401 unauthenticated');
});

test('addresses that people try lead to the documentation', async () => {
  for (const path of ['/docs', '/api', API]) {
    const { status, headers } = await visitor.get(path, browser);
    assert.deepEqual([status, headers.location], [302, '/api/docs'], path);
  }
});

test('a slash too many is redirected', async () => {
  const moved = async (path) => {
    const { status, headers } = await visitor.get(path);
    return [status, headers.location];
  };
  assert.deepEqual(await moved(`${API}/events/?q=jazz&_end=5`), [308, `${API}/events?q=jazz&_end=5`]);
  assert.deepEqual(await moved('/api/docs/'), [308, '/api/docs']);
  assert.deepEqual(await moved(`${API}/events//`), [404, undefined]);
  assert.deepEqual(await moved('//example.org/'), [404, undefined]);
  assert.equal((await visitor.post(`${API}/events/`, {})).status, 404);
});

test('there is an icon', async () => {
  const { status, headers } = await visitor.get('/favicon.ico');
  assert.deepEqual([status, headers['content-type']], [200, 'image/svg+xml']);
});
