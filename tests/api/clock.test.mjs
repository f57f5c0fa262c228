// The wall clock of the machine is set while the server runs. On the embedded database it is an alarm and changes nothing
// that was declared; on a database server the clock of this machine does not count.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Make } from '../support/make.mjs';
import { API, start } from '../support/server.mjs';
import { until } from '../support/wait.mjs';
import { WallClock } from '../support/wall_clock.mjs';

const hold_ms = 3000;
const hour_ms = 3_600_000;
const year_ms = 365 * 24 * hour_ms;

const clock = new WallClock();
let server, make, customer;
before(async () => {
  server = await start({ settings: { ...clock.environment, BOXOFFICE_HOLD_MS: `${hold_ms}` } });
  make = await Make.on(server);
  customer = await server.as('customer');
});
after(async () => {
  await server?.stop();
  clock.remove();
});

async function figure(name) {
  const { text } = await server.anonymous().get('/metrics');
  return Number(text.match(new RegExp(`^boxoffice_clock_${name} (\\S+)$`, 'm'))[1]);
}

const readiness = async () => (await server.anonymous().get('/readyz')).text;
const statusOf = async (booking) => (await customer.get(`${API}/bookings/${booking.id}`)).body.status;
const counts = () => server.engine === 'sqlite'; // the clock of this machine

for (const [what, ms] of [['an hour ahead', hour_ms], ['an hour back', -hour_ms], ['years ahead', 20 * year_ms],
  ['years back', -5 * year_ms]]) {
  test(`set ${what}: holds last as long as declared, sessions go on, sales too`, async () => {
    const event = await make.event({ capacity: 5, price: '10.00' });
    const booking = await make.booking(customer, event.id);
    const begun = performance.now();
    const stepsBefore = await figure('steps_total');
    clock.set(ms);
    if (counts()) {
      await until(async () => await figure('alarm') === 1, 'the alarm');
      assert.ok(Math.abs(await figure('difference_seconds') - ms / 1000) < 1);
      assert.equal(await readiness(), 'ready\nalarm: clock_stepped\n');
    } else {
      await sleep(600);
    }
    assert.equal(await statusOf(booking), 'pending');
    const later = await make.booking(customer, event.id);
    assert.ok(Date.parse(later.bookingDate) >= Date.parse(booking.bookingDate), 'the time does not go back');
    assert.ok(Date.parse(later.bookingDate) - Date.parse(booking.bookingDate) < performance.now() - begun + 1000);
    await until(async () => await statusOf(booking) === 'expired', 'the end of the hold');
    assert.ok(performance.now() - begun >= hold_ms - 1000);
    clock.set(0);
    await until(async () => await figure('alarm') === 0, 'the end of the alarm');
    assert.equal(await readiness(), 'ready\n');
    assert.equal(await figure('steps_total') - stepsBefore, counts() ? 2 : 0);
    const steps = [...server.errors.matchAll(/"event":"clock_stepped","step_ms":(-?\d+)/g)].map(([, step]) => Number(step));
    if (!counts()) return assert.deepEqual(steps, []);
    steps.slice(-2).forEach((step, i) => assert.ok(Math.abs(step - [ms, -ms][i]) < 1000, `${step} ms`));
  });
}

test('one who signs in while the clock is wrong is signed in for as long as declared', async () => {
  clock.set(20 * year_ms);
  if (counts()) await until(async () => await figure('alarm') === 1, 'the alarm');
  const newcomer = await server.newcomer();
  const [session] = (await newcomer.get(`${API}/me/sessions`)).body;
  const lasts_ms = Date.parse(session.expiresAt) - Date.now();
  assert.ok(lasts_ms > 11 * hour_ms && lasts_ms <= 12 * hour_ms + 60_000, `${lasts_ms} ms`);
  clock.set(0);
  if (counts()) await until(async () => await figure('alarm') === 0, 'the end of the alarm');
  assert.equal((await newcomer.get(`${API}/me`)).status, 200);
});

test('after a restart with a clock that is a few minutes slow, the time goes on where it was', async () => {
  const event = await make.event({ capacity: 5, price: '10.00' });
  const booking = await make.booking(customer, event.id);
  clock.set(-3 * 60_000);
  await server.restart();
  const later = await make.booking(customer, event.id);
  assert.ok(Date.parse(later.bookingDate) >= Date.parse(booking.bookingDate));
  assert.ok(Date.parse(later.bookingDate) - Date.parse(booking.bookingDate) < 60_000);
  clock.set(0);
});

test('a restart with a clock that is far off is refused, unless it does not count or is confirmed', async () => {
  await make.event();
  await server.halt();
  for (const ms of [-hour_ms, 2 * year_ms]) {
    clock.set(ms);
    if (counts()) {
      await assert.rejects(server.launch(), /the clock says .*, and the newest commit is of .*; set the clock right/);
    } else {
      await server.launch();
      await server.halt();
    }
  }
  if (!counts()) return server.launch();
  const settings = server.settings;
  const today = new Date(Date.now() + 2 * year_ms).toISOString().slice(0, 10);
  server.settings = { ...settings, BOXOFFICE_CONFIRM_DATE: new Date().toISOString().slice(0, 10) };
  await assert.rejects(server.launch(), new RegExp(`BOXOFFICE_CONFIRM_DATE=${today}`));
  server.settings = { ...settings, BOXOFFICE_CONFIRM_DATE: today };
  await server.launch();
  assert.match(server.errors, /"event":"clock_confirmed"/);
  await server.halt();
  clock.set(0);
  server.settings = { ...settings, BOXOFFICE_CONFIRM_DATE: new Date().toISOString().slice(0, 10) };
  await server.launch();
});
