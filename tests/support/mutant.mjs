// Mutants: programs with one guard, lock, policy or invariant changed on purpose, to prove that a test notices it. They
// are listed in tests/mutants/*.txt, whose form is described in tests/README.md.
//
// A mutant is one source file with one text exchanged, compiled as the build compiles it and linked in front of the
// build's own objects; nothing else is compiled.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const usual = dirname(process.env.BOXOFFICE ?? join(root, 'build/debug/boxoffice'));
const listed = join(root, 'tests/mutants');

/* --- the list ----------------------------------------------------------------------------------------------------- */

// What a line of a mutant means; a line of a hunk begins with the character of a diff.
const forms = [
  [/^([a-z][a-z0-9_{}-]*): (.+\.)$/, (mutant, name, breaks) => Object.assign(mutant, { name, breaks })],
  [/^in (\S+?)(?: through (\S+))?$/, (mutant, file, through) => Object.assign(mutant, { file, source: through ?? file })],
  [/^([-+ ])(.*)$/, (mutant, sign, line) => {
    if (sign !== '+') mutant.from += `${line}\n`;
    if (sign !== '-') mutant.to += `${line}\n`;
  }],
  [/^killed (?:on (postgres) )?by ([\w/-]+): (.+)$/, (mutant, engine, program, test) =>
    mutant.killers.push({ engine: engine ?? 'sqlite', program, test })],
];

function parsed(paragraph, where) {
  const mutant = { from: '', to: '', killers: [] };
  for (const line of paragraph.split('\n')) {
    const form = forms.find(([pattern]) => pattern.test(line));
    assert.ok(form, `${where}: a line of a mutant is not understood: ${line}`);
    form[1](mutant, ...form[0].exec(line).slice(1));
  }
  assert.ok(mutant.name && mutant.file && mutant.from && mutant.killers.length, `${where}: not complete: ${paragraph}`);
  return mutant;
}

// A mutant with {invariant} in its name stands for one of each invariant, on an engine that has it.
function expanded(mutant) {
  if (!mutant.name.includes('{invariant}')) return [mutant];
  const text = ['store', 'domain'].map((layer) => readFileSync(join(root, 'src', layer, 'invariants.def'), 'utf8')).join('');
  const engines = new Map();
  for (const [, dialect, name] of text.matchAll(/^INVARIANT\w*\((?:(SQLITE|POSTGRES), )?(\w+), /gm)) {
    if (!engines.has(name)) engines.set(name, (dialect ?? 'SQLITE').toLowerCase());
  }
  return [...engines].map(([name, engine]) => {
    const one = JSON.parse(JSON.stringify(mutant).replaceAll('{invariant}', name));
    return { ...one, killers: one.killers.map((killer) => ({ ...killer, engine })) };
  });
}

export function mutants() {
  const all = readdirSync(listed).sort().flatMap((file) => readFileSync(join(listed, file), 'utf8').split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/\n$/, '')).filter((paragraph) => paragraph && !paragraph.startsWith('#'))
    .flatMap((paragraph) => expanded(parsed(paragraph, file))).map((one) => ({ ...one, list: file.replace(/\.txt$/, '') })));
  const names = all.map(({ name }) => name);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), [], 'names of mutants are unique');
  return all;
}

// The text with the one place exchanged; a mutation that does not apply any more is a failure and not a pass.
export function exchanged(text, from, to, where) {
  assert.equal(text.split(from).length, 2, `${where}: "${from.trim()}" stands there exactly once`);
  return text.replace(from, () => to);
}

// Whole lines are exchanged.
export function mutated({ name, file, from, to }) {
  const text = `\n${readFileSync(join(root, file), 'utf8')}`;
  return exchanged(text, `\n${from}`, `\n${to}`, `${name}, ${file}`).slice(1);
}

/* --- building one ------------------------------------------------------------------------------------------------- */

// Arguments of the compiler, as ninja would run it, without a shell's quotes.
function words(command) {
  return [...command.matchAll(/(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'\\])+/g)]
    .map(([word]) => word.replace(/'([^']*)'|"((?:\\.|[^"])*)"|\\(.)/g, (_, single, double, one) => single ?? double ?? one));
}

function replaced(command, change) {
  return command.map((word) => change(word) ?? word);
}

// What the mutant leaves unused is no reason not to compile it. Headers and lists are found in its folder first.
async function compile(build, source, folder, own, object) {
  const [entry] = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'))
    .filter((one) => one.file.endsWith(`/${source}`));
  assert.ok(entry, `${source} is part of the build`);
  const [compiler, ...args] = words(entry.command);
  const exchangedArgs = replaced(args, (word) => ({ [entry.file]: own ?? entry.file, [entry.output]: object }[word]));
  const kept = exchangedArgs.filter((word, i) =>
    !['-MD', '-MQ', '-MF'].includes(word) && !['-MQ', '-MF'].includes(exchangedArgs[i - 1]));
  await run(compiler, [...kept, '-iquote', join(folder, 'src'), '-w'], { cwd: build });
}

// An object that defines what an archive's member does keeps the linker from taking the member.
async function link(build, target, object, to) {
  const { stdout } = await run('ninja', ['-C', build, '-t', 'commands', '-s', target]);
  const [compiler, ...args] = words(stdout.trim().split('\n').at(-1));
  await run(compiler, [object, ...replaced(args, (word) => (word === target ? to : undefined))], { cwd: build });
}

function newer(file, than) {
  try {
    return statSync(file).mtimeMs > statSync(than).mtimeMs;
  } catch {
    return false;
  }
}

// The path of a program of the build with the mutation in it, in a folder with what tests look for next to a program. It
// is made again only when the program of the build is newer, or the mutation another one.
export async function mutant(one, target = 'boxoffice', build = usual) {
  const folder = join(build, 'mutants', one.name);
  const program = join(folder, target), object = join(folder, 'mutant.o'), file = join(folder, one.file);
  const text = mutated(one);
  if (existsSync(file) && readFileSync(file, 'utf8') === text && newer(program, join(build, target))) return program;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  await compile(build, one.source, folder, one.source === one.file ? file : undefined, object);
  await link(build, target, object, program);
  for (const name of readdirSync(build).filter((each) => /_fixture$|\.so$/.test(each) && each !== target)) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join(build, name), join(folder, name));
  }
  return program;
}

// Likewise of the mutant with this name.
export async function mutantNamed(name) {
  const one = mutants().find((each) => each.name === name);
  assert.ok(one, `there is no mutant ${name}`);
  return mutant(one);
}
