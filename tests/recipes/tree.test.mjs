// Following a recipe in a copy: what it costs, that it may only write what it names, and that the original stays as it is.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { costTable } from './cost.mjs';
import { Tree } from './tree.mjs';

function treeOf(t) {
  const checkout = mkdtempSync(join(tmpdir(), 'boxoffice-checkout-'));
  for (const folder of ['build/third_party', 'build/release', 'third_party/node_modules', 'tests/node_modules', '.git', 'src']) {
    mkdirSync(join(checkout, folder), { recursive: true });
  }
  writeFileSync(join(checkout, 'src/a.def'), 'A()\nB()\n');
  const tree = new Tree(checkout);
  t.after(() => [checkout, tree.root].forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  return { checkout, tree };
}

const step = { kind: 'after', file: 'src/a.def', at: 'A()', code: 'NEW()\n\n' };
const recipe = (text, ...steps) => ({ title: 'Add it', text, steps });
const commands = (code) => ({ kind: 'run', code });

test('lines by hand and generated lines are counted for each file', async (t) => {
  const { tree } = treeOf(t);
  const cost = await tree.follow(recipe('Writes `docs/*.md`.', step, commands('mkdir docs; tac src/a.def >docs/a.md')));
  assert.deepEqual([...cost.byHand], [['src/a.def', 1]]);
  assert.deepEqual([...cost.generated], [['docs/a.md', 3]]);
  const [, recipeRow, fileRow] = costTable([{ title: 'Add it', ...cost }]).split('\n');
  assert.match(recipeRow, /^Add it +1 +1 +3$/);
  assert.match(fileRow, /^ {2}src\/a\.def +1 *$/);
});

test('a file that the recipe does not name is an error', async (t) => {
  const { tree } = treeOf(t);
  await assert.rejects(tree.follow(recipe('Writes `docs/a.md`.', commands('mkdir docs; echo >docs/b.md'))), /docs\/b\.md/);
});

test('a command that fails is an error with its output', async (t) => {
  const { tree } = treeOf(t);
  await assert.rejects(tree.follow(recipe('', commands('echo why; false; true'))), /why/);
});

test('the checkout is not touched, and its build and history are not copied', async (t) => {
  const { checkout, tree } = treeOf(t);
  await tree.follow(recipe('Writes `src/*`.', step, commands('echo >src/b.def')));
  assert.equal(readFileSync(join(checkout, 'src/a.def'), 'utf8'), 'A()\nB()\n');
  assert.ok(!existsSync(join(checkout, 'src/b.def')));
  for (const folder of ['.git', 'build/release']) assert.ok(!existsSync(join(tree.root, folder)), folder);
  tree.remove();
  assert.ok(!existsSync(tree.root));
  assert.ok(existsSync(join(checkout, 'tests/node_modules')));
});
