// Waiting for a condition. The deadline is generous: it is there to end a test that cannot succeed any more, and never
// decides about one that can.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

// Resolves with the first truthy result of `condition`, which may be asynchronous.
export async function until(condition, what, { ms = 60_000, every = 10 } = {}) {
  for (const deadline = Date.now() + ms; ;) {
    const result = await condition();
    if (result) return result;
    assert.ok(Date.now() < deadline, `${what}: not within ${ms} ms`);
    await sleep(every);
  }
}
