// The campaign of failover/campaign.mjs, with two rounds: the primary's machine dies, the primary is cut off; and one
// without standbys.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { rounds } from '../support/failure.mjs';
import { campaign } from './failover/campaign.mjs';

const count = rounds('FAILOVERS', 2);
const needed = ['etcd', 'patroni', 'psql', 'curl', 'openssl', '/usr/lib/postgresql/15/bin/postgres'];

function missing(name) {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

const gaps = needed.filter(missing);
const skip = gaps.length ? `tools/install cluster would install ${gaps.join(', ')}` : false;

test(`a cluster that loses its primary, ${count} times`, { skip }, async (t) => {
  const { results, complaints, acknowledged, refused } = await campaign(count);
  assert.deepEqual(complaints, [], JSON.stringify(results));
  const times = results.map(({ failure, first_s }) => `${failure} ${first_s} s`).join(', ');
  t.diagnostic(`${acknowledged} acknowledged, ${refused} sold out; first acknowledged again after: ${times}`);
  assert.ok(acknowledged > 50 * count && refused > 0, 'the load was no load');
});
