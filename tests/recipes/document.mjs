// Reads docs/RECIPES.md as a program: every section with a block of code is a recipe, every block is a step, and the
// line above a block says where it goes:
//     In a new file `F`:   In `F`, before `TEXT`:   In `F`, after `TEXT`:   In `F`, instead of `TEXT`:   Run:
// TEXT stands in exactly one line of the file; "before" and "after" mean that whole line, "instead of" the text itself.
// A block without such a line is an error, so no code of the document is left untested.
import assert from 'node:assert/strict';

// Code in a line: `text`, or ``text`` where the text has a backtick in it.
const code = '(?:``(?:.+?)``|`(?:[^`]+)`)';
const plain = (quoted) => quoted.replace(/^`+|`+$/g, '');
const forms = [
  [`In a new file (${code}):`, ([file]) => ({ kind: 'create', file: plain(file) })],
  [`In (${code}), (before|after|instead of) (${code}):`, ([file, kind, at]) => ({ kind, file: plain(file), at: plain(at) })],
  ['Run:', () => ({ kind: 'run' })],
];

function stepOf(lead, block, title) {
  for (const [form, make] of forms) {
    const found = new RegExp(`^${form}$`).exec(lead);
    if (found) return { ...make(found.slice(1)), code: block };
  }
  assert.fail(`${title}: the line above a block of code does not say where it goes: ${JSON.stringify(lead)}`);
}

// The lead of a block is the end of the paragraph above it, from the last word that can begin one.
function leadOf(paragraph) {
  const text = paragraph.replaceAll('\n', ' ');
  return text.slice(Math.max(0, ...['In `', 'In a new file `', 'Run:'].map((word) => text.lastIndexOf(word))));
}

function sectionOf(text) {
  const title = text.slice(0, text.indexOf('\n'));
  const steps = [];
  const blocks = /^```\w*\n(.*?)^```$/gms;
  for (const block of text.matchAll(blocks)) {
    const above = text.slice(0, block.index).replaceAll(blocks, '\n\n').trimEnd().split('\n\n').at(-1);
    steps.push(stepOf(leadOf(above), block[1], title));
  }
  return { title, steps, text };
}

export function recipesOf(document) {
  return document.split(/^## /m).slice(1).map(sectionOf).filter(({ steps }) => steps.length > 0);
}

// The files that a section names: `docs/SCHEMA.md`, `models/*.js`; a star stands for any characters but a slash.
export function names(recipe, file) {
  return [...recipe.text.matchAll(/`([^`\n]+)`/g)].some(([, name]) => {
    const expression = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*');
    return new RegExp(`^${expression}$`).test(file);
  });
}

// The text of a file after a step that changes it.
export function applied(step, before) {
  if (step.kind === 'create') {
    assert.equal(before, null, `${step.file} exists already`);
    return step.code;
  }
  assert.ok(before !== null, `${step.file} does not exist`);
  const lines = before.split('\n');
  const at = lines.flatMap((line, i) => (line.includes(step.at) ? [i] : []));
  assert.equal(at.length, 1, `${step.file}: ${JSON.stringify(step.at)} stands in ${at.length} lines, not in one`);
  const code = step.code.replace(/\n$/, '');
  if (step.kind === 'instead of') lines[at[0]] = lines[at[0]].replace(step.at, () => code);
  else lines.splice(at[0] + (step.kind === 'after'), 0, code);
  return lines.join('\n');
}
