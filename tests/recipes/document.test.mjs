// How docs/RECIPES.md is read, and that a recipe which leaves something out is noticed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applied, names, recipesOf } from './document.mjs';

const block = (lead, code) => `${lead}\n\n\`\`\`c\n${code}\`\`\`\n`;

test('sections with code are recipes; the line above a block says where it goes', () => {
  const [recipe, ...others] = recipesOf(`# Title\n\n## Words only\n\nNothing.\n\n## Add it\n\nWhy. ${
    block('In `src/a.def`, before\n`END(a)`:', 'A()\n')}\n${block('In a new file `src/a.c`:', 'int a;\n')}\n${
    block('Run:', 'make\n')}`);
  assert.deepEqual(others, []);
  assert.equal(recipe.title, 'Add it');
  assert.deepEqual(recipe.steps, [
    { kind: 'before', file: 'src/a.def', at: 'END(a)', code: 'A()\n' },
    { kind: 'create', file: 'src/a.c', code: 'int a;\n' },
    { kind: 'run', code: 'make\n' },
  ]);
});

test('a text with a backtick stands between two of them', () => {
  const [{ steps: [step] }] = recipesOf(`## Add it\n\n${block('In `a.mjs`, before ``[`GET /`, ``:', 'A()\n')}`);
  assert.equal(step.at, '[`GET /`, ');
});

test('a block that does not say where it goes is an error', () => {
  assert.throws(() => recipesOf(`## Add it\n\n${block('For example:', 'A()\n')}`), /Add it.*For example/);
});

test('lines go before, after or in the place of a text that stands in one line', () => {
  const step = (kind, code) => ({ kind, file: 'f', at: 'two', code });
  assert.equal(applied(step('before', 'new\n'), 'one\n two;\n'), 'one\nnew\n two;\n');
  assert.equal(applied(step('after', 'new\n'), 'one\n two;\n'), 'one\n two;\nnew\n');
  assert.equal(applied(step('instead of', 'new\n'), 'one\n two;\n'), 'one\n new;\n');
  assert.throws(() => applied(step('after', ''), 'one\n'), /stands in 0 lines/);
  assert.throws(() => applied(step('after', ''), 'two\ntwo\n'), /stands in 2 lines/);
  assert.throws(() => applied(step('after', ''), null), /does not exist/);
  assert.throws(() => applied({ ...step('create', ''), at: undefined }, 'one\n'), /exists already/);
});

test('a file is named by its path or by a pattern', () => {
  const recipe = { text: 'Writes `docs/a.md`, `models/*.js` and\n`migrations/*-x.*`.' };
  for (const file of ['docs/a.md', 'models/event.js', 'migrations/2026-x.up.sql']) assert.ok(names(recipe, file), file);
  for (const file of ['docs/b.md', 'models/a/event.js', 'migrations/2026-y.js']) assert.ok(!names(recipe, file), file);
});
