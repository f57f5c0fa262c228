// N-th failure loops on the embedded database: a part of `tests/campaign nth`, evenly spread over all points, and proof that
// they notice what they are for.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { program, rounds } from '../support/failure.mjs';
import { mutant } from '../support/failure_mutant.mjs';

const every = rounds('NTH_EVERY', 1499); // 1: every point

// Runs the loops: { code, output }.
function loops(fixture, ...args) {
  return new Promise((resolve) => {
    execFile(fixture, args.map(String), { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}

test('the n-th call to the system or allocation fails, once and for ever: nothing acknowledged is lost, nothing is half done', async (t) => {
  const { code, output } = await loops(join(dirname(program), 'domain_nth_fixture'), every, 0);
  for (const line of output.trimEnd().split('\n')) t.diagnostic(line);
  assert.equal(code, 0, output);
  const [, points, runs, hit] = /^all +(\d+) +(\d+) +(\d+)/m.exec(output).map(Number);
  assert.ok(points > 10_000 && runs >= Math.floor(points / every) && hit > runs / 2, output);
});

// What is taken out of the program, in what the loops then find; on one kind of request.
const controls = {
  'early-acknowledgement': /what was acknowledged is lost|hit nothing/,
  'commit-error-ignored': /acknowledged without synchronisation/,
  'commit-error-survived': /went on after a synchronisation that failed/,
  'errors-swallowed': /what was acknowledged is lost|half of it was done|crashed/,
};

for (const [name, complaint] of Object.entries(controls)) {
  test(`a program with ${name} is noticed`, async () => {
    const fixture = mutant(name);
    const point = name === 'commit-error-ignored' || name === 'commit-error-survived' ? 'sync' : 'write';
    const { code, output } = await loops(fixture, 1, 0, 'booking_create', point);
    assert.equal(code, 1, output);
    assert.match(output, complaint);
  });
}
