// N-th failure loops on the embedded database: a part of `tests/campaign nth`, spread evenly over the points of some kinds of
// request, and proof that the loops notice what they are for.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { program, rounds } from '../support/failure.mjs';
import { mutant } from '../support/mutant.mjs';

const fixture = process.env.DOMAIN_NTH_FIXTURE ?? join(dirname(program), 'domain_nth_fixture');
const calls = rounds('NTH_CALLS', 97);
const kinds = ['booking_create', 'payment_pay', 'account_erase', 'search', 'start after a crash', 'create', 'rest', 'end', 'migration'];

// Runs the loops: { code, output }.
function loops(binary, ...args) {
  return new Promise((resolve) => {
    execFile(binary, args.map(String), { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}

test('the n-th call to the system or allocation fails, once and for ever: nothing acknowledged is lost, nothing is half done', async (t) => {
  const { code, output } = await loops(fixture, calls, 100 * calls, 0, kinds.join());
  for (const line of output.trimEnd().split('\n')) t.diagnostic(line);
  assert.equal(code, 0, output);
  const [, points, runs, hit] = /^all +(\d+) +(\d+) +(\d+)/m.exec(output).map(Number);
  assert.ok(points > 1000 && runs > 50 && hit > runs / 2, output);
});

test('every synchronisation fails: nothing is acknowledged, and the process ends', async (t) => {
  const { code, output } = await loops(fixture, 1, 1, 0, 'booking_create,rest,create', 'sync');
  for (const line of output.trimEnd().split('\n')) t.diagnostic(line);
  assert.equal(code, 0, output);
});

// What is taken out of the program (as tests/mutants does it), on which calls of one kind of request the loops run then, and
// what they find.
const commit = { file: 'src/store/engine/sqlite.c', from: '    if (e == ERR_INTERNAL) sqlite_end_process(connection, "commit");\n' };
const controls = {
  'early-acknowledgement': { file: 'src/store/writer.c', from: '        e = engine->commit(writer->connection);\n',
    to: '        notify(writer, batch);\n        batch->count = 0;\n        e = engine->commit(writer->connection);\n',
    point: 'write', every: 7, finds: /what was acknowledged is lost|hit nothing|no call was counted/ },
  'commit-error-ignored': { ...commit, to: '    if (e == ERR_INTERNAL) return OK;\n',
    point: 'sync', every: 1, finds: /acknowledged without synchronisation/ },
  'commit-error-survived': { ...commit, to: '',
    point: 'sync', every: 1, finds: /went on after a synchronisation that failed/ },
  'errors-swallowed': { file: 'src/store/engine/sqlite.c',
    from: '        return ERR_INTERNAL;\n    }\n}\n\nstr sqlite_reason', to: '        return OK;\n    }\n}\n\nstr sqlite_reason',
    point: 'read', every: 5, finds: /what was acknowledged is lost|half of it was done|crashed/ },
};

for (const [name, { file, from, to, point, every, finds }] of Object.entries(controls)) {
  test(`the loops notice a program with ${name}`, async () => {
    const binary = await mutant({ name, file, source: file, from, to }, 'domain_nth_fixture', dirname(fixture));
    const { code, output } = await loops(binary, every, 1, 0, 'booking_create', point);
    assert.equal(code, 1, output);
    assert.match(output, finds);
  });
}
