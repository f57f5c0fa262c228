// The page /sign-in: complete without scripts, says what is wrong where it is wrong, and cannot be submitted by a page
// of another site.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { password, people, start } from '../support/server.mjs';
import { assertFitsWidth, axeFindings, openBrowser, openPage } from './browser.mjs';

const form = 'application/x-www-form-urlencoded';
let server;
before(async () => { server = await start(); });
after(() => server?.stop());

const visitor = (headers) => server.anonymous(headers);
const typed = (values) => new URLSearchParams(values).toString();
const post = (values, headers, path = '/sign-in') => visitor().send('POST', path,
  typeof values === 'string' ? values : typed(values),
  { 'content-type': form, 'sec-fetch-site': 'same-origin', ...headers });

describe('GET /sign-in', () => {
  test('is HTML that loads nothing from elsewhere and may send its form only to this site', async () => {
    const { status, headers, text } = await visitor().get('/sign-in');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    const policy = headers['content-security-policy'];
    for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"]) {
      assert.ok(policy.includes(rule), policy);
    }
    assert.doesNotMatch(text, /<script|style=|https?:\/\//);
  });

  test('keeps a local address to go to, and no other', async () => {
    assert.match((await visitor().get('/sign-in?next=%2Fbookings%2F7%3Fa%3Db%26c')).text,
      /action="\/sign-in\?next=\/bookings\/7%3Fa%3Db%26c"/);
    for (const next of ['https://example.org/', '//example.org', '/\\example.org', 'javascript:alert(1)', '%22%3E']) {
      assert.match((await visitor().get(`/sign-in?next=${next}`)).text, /action="\/sign-in"/, next);
    }
  });

  test('its style sheet is kept for ever under a name that holds its hash', async () => {
    const [, address] = (await visitor().get('/sign-in')).text.match(/href="(\/assets\/site\.[0-9a-f]{16}\.css)"/);
    const { status, headers } = await visitor().get(address, { accept: 'text/css,*/*;q=0.1' });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/css; charset=utf-8');
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal((await visitor().get(address.replace(/[0-9a-f]{16}/, '0'.repeat(16)))).status, 404);
    assert.equal((await visitor().get('/assets/..%2F..%2Fetc%2Fpasswd')).status, 404);
  });
});

describe('POST /sign-in', () => {
  test('signs in: the cookie, and 303 to the front page or to where the visitor came from', async () => {
    const account = { email: people.customer, password };
    const first = await post(account);
    assert.equal(first.status, 303, first.text);
    assert.equal(first.headers.location, '/');
    assert.equal(first.text, '');
    const [cookie] = first.headers['set-cookie'];
    assert.match(cookie, /^session=[0-9a-f]{64}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const sessions = await visitor({ cookie: cookie.split(';')[0] }).get('/api/v1/me/sessions');
    assert.equal(sessions.status, 200);
    assert.ok(sessions.body.length > 0);
    assert.equal((await post(account, {}, '/sign-in?next=%2Fevents')).headers.location, '/events');
    assert.equal((await post(account, {}, '/sign-in?next=%2F%2Fexample.org')).headers.location, '/');
  });

  test('says on the page what is wrong, with the status of the error, and keeps what was typed but passwords', async () => {
    const { status, headers, text } = await post({ email: 'no"address<', password: '' });
    assert.equal(status, 422);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(text, /<title>Error: /);
    assert.match(text, /href="#email">Must be an e-mail address</);
    assert.match(text, /href="#password">Enter your password</);
    assert.match(text, /value="no&quot;address&lt;"[^>]*aria-invalid="true" aria-describedby="email-error"/);
  });

  test('does not say whether it was the address or the password', async () => {
    const unknown = await post({ email: 'unknown@example.org', password: 'secret-secret' });
    const wrong = await post({ email: people.customer, password: 'secret-secret' });
    for (const { status, text } of [unknown, wrong]) {
      assert.equal(status, 401);
      assert.match(text, /No account has this e-mail address and password/);
      assert.doesNotMatch(text, /secret-secret|aria-invalid/);
    }
  });

  test('is refused to pages of other sites, also without a cookie', async () => {
    const account = { email: people.customer, password };
    const cross = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': null, origin: 'https://example.org' }, { 'sec-fetch-site': null, origin: 'null' },
      { 'sec-fetch-site': null }];
    for (const headers of cross) {
      const { status, headers: received } = await post(account, headers);
      assert.equal(status, 403, JSON.stringify(headers));
      assert.equal(received['set-cookie'], undefined);
    }
    const own = await post(account, { 'sec-fetch-site': null, origin: server.origin, host: `127.0.0.1:${server.port}` });
    assert.equal(own.status, 303, 'older browsers send only the Origin');
  });

  test('takes a well-formed form and nothing else', async () => {
    assert.equal((await post('{}', { 'content-type': 'application/json' })).status, 415);
    assert.equal((await post('email=%zz&password=x')).status, 400);
    assert.equal((await post('email=a@b.de&email=a@b.de&password=x')).status, 400);
    assert.equal((await post({ email: 'a@b.de', password: 'x', admin: '1' })).status, 422);
    assert.equal((await post(`email=${'a'.repeat(20000)}`)).status, 413);
    const json = await visitor().send('POST', '/api/v1/auth/login', typed({ email: 'a@b.de', password: 'x' }),
      { 'content-type': form });
    assert.equal(json.status, 415, 'the API takes no forms');
  });
});

describe('in a browser', () => {
  let browser;
  before(async () => { browser = await openBrowser(); });
  after(() => browser?.close());

  for (const javaScriptEnabled of [true, false]) {
    test(`a visitor signs in ${javaScriptEnabled ? 'with' : 'without'} scripts, after a mistake`, async () => {
      const { page, context, complaints, close } = await openPage(browser, { javaScriptEnabled });
      await page.goto(`${server.origin}/sign-in?next=%2Fapi%2Fv1%2Fme`);
      await page.getByLabel('E-mail address').fill(people.customer);
      const [refused] = await Promise.all([page.waitForResponse((response) => response.status() === 422),
        page.getByRole('button', { name: 'Sign in' }).click()]);
      assert.equal(refused.status(), 422);
      await page.waitForSelector('.errors');
      assert.equal(await page.getByLabel('E-mail address').inputValue(), people.customer);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${server.origin}/api/v1/me`);
      const [cookie] = await context.cookies();
      assert.equal(cookie.name, 'session');
      assert.ok(cookie.httpOnly && cookie.sameSite === 'Lax');
      assert.deepEqual(complaints, []);
      await close();
    });
  }

  test('the list of errors has the focus, and its links lead to the inputs', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${server.origin}/sign-in`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForFunction(() => document.activeElement?.className === 'errors');
    await page.getByRole('link', { name: 'Enter your password' }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'password');
    await close();
  });

  for (const [colorScheme, width] of [['light', 360], ['dark', 360], ['light', 1280], ['dark', 1280]]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px, with and without errors`, async () => {
      const { page, complaints, close } = await openPage(browser, { colorScheme, viewport: { width, height: 740 } });
      await page.goto(`${server.origin}/sign-in`);
      assert.deepEqual(await axeFindings(page), []);
      await assertFitsWidth(page);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForSelector('.errors');
      assert.deepEqual(await axeFindings(page), []);
      await assertFitsWidth(page);
      assert.deepEqual(complaints, []);
      await close();
    });
  }
});
