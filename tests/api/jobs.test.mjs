// Background jobs as an operator sees them: their figures in /metrics.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/server.mjs';

let server;
before(async () => {
  server = await start({ settings: { BOXOFFICE_METRICS_FROM: '127.0.0.1' } });
});
after(() => server?.stop());

async function figures(name) {
  const { text } = await server.anonymous().get('/metrics');
  return new Map([...text.matchAll(new RegExp(`^boxoffice_job_${name}\\{job="(\\w+)"\\} (\\S+)$`, 'gm'))].map(([, job, value]) =>
    [job, Number(value)]));
}

async function until(reached) {
  for (const limit = Date.now() + 20_000; !(await reached());) {
    assert.ok(Date.now() < limit, 'the jobs did not run');
    await sleep(50);
  }
}

test('/metrics has the runs of each job and when it last succeeded', async () => {
  const begun = Date.now() / 1000 - 1;
  const jobs = ['hold_expire', 'cancellation_settle', 'session_expire', 'device_expire', 'idempotency_key_expire', 'backup_daily'];
  await until(async () => [...(await figures('last_success_timestamp_seconds')).values()].every((time) => time > 0));
  assert.deepEqual([...(await figures('runs_total')).keys()], jobs);
  await until(async () => (await figures('runs_total')).get('hold_expire') >= 3);
  for (const [job, time] of await figures('last_success_timestamp_seconds')) assert.ok(time > begun - 600, job);
  for (const name of ['failures_total', 'retries_total', 'running', 'duration_seconds_total']) {
    assert.deepEqual([...(await figures(name)).keys()], jobs, name);
  }
  for (const [job, failures] of await figures('failures_total')) assert.equal(failures, 0, job);
  assert.equal((await figures('lag_seconds')).size, 0, 'no job reads changes');
});
