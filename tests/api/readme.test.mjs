// The README's tour with curl, run as written: the first steps of a new user must work.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { start } from '../support/server.mjs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
let server;

before(async () => {
  server = await start();
});
after(() => server.stop());

test('the tour books two seats, pays, cancels, and sees them available again', async () => {
  const [, tour] = readme.match(/```sh\n([\s\S]*?)```/);
  const script = tour.replaceAll('http://127.0.0.1:8080', server.origin);
  assert.notEqual(script, tour);
  const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', script]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('[') || line.startsWith('{'));
  const responses = lines.map((line) => JSON.parse(line));
  const [coming, filtered, found, account, before, booked, paid, taken, cancelled, returned, replayed, own] = responses;
  assert.equal(coming.length, 5);
  assert.ok(filtered.every((event) => event.venue.name && event.schedules.length > 0));
  assert.match(found[0].title, /jazz/i);
  assert.equal(account.role, 'customer');
  assert.equal(booked.status, 'pending');
  assert.equal(paid.status, 'paid');
  assert.equal(taken[0].availableSeats, before[0].availableSeats - 2);
  assert.equal(cancelled.status, 'cancelled');
  assert.deepEqual(returned, before);
  assert.match(stdout, /Idempotency-Replayed: true/);
  assert.deepEqual(replayed, booked);
  assert.equal(own.length, 1);
  assert.equal(own[0].status, 'cancelled');
});

test('its accounts are those of the demo data', async () => {
  const addresses = [...readme.matchAll(/`([a-z]+@example\.com)`/g)].map((match) => match[1]);
  assert.equal(addresses.length, 4);
  for (const email of addresses) {
    const response = await fetch(`${server.origin}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password: 'demo-password-1' }),
    });
    assert.equal(response.status, 200);
  }
});
