// Builds of the server with a failure put in on purpose, to prove that a check notices it. A mutant is one source file
// with one text exchanged, compiled as the build compiles it and linked in front of the build's own objects; nothing
// else is compiled, and it is made again only when the program it comes from is newer.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { program, root } from './failure.mjs';

export const mutants = {
  'no-seat-guard': {
    file: 'src/domain/booking.c',
    from: '    if (requested.request->quantity > requested.schedule->available_seats)\n'
      + '        return sold_out(unit, requested.schedule->available_seats);\n',
    to: '',
  },
  'synchronous-normal': {
    file: 'src/store/engine/sqlite_open.c',
    from: 'PRAGMA synchronous=FULL;',
    to: 'PRAGMA synchronous=NORMAL;',
  },
  'early-acknowledgement': {
    target: 'domain_nth_fixture',
    file: 'src/store/writer.c',
    from: '        e = engine->commit(writer->connection);\n',
    to: '        notify(writer, batch);\n        batch->count = 0;\n        e = engine->commit(writer->connection);\n',
  },
  'commit-error-ignored': {
    target: 'domain_nth_fixture',
    file: 'src/store/engine/sqlite.c',
    from: '    if (e == ERR_INTERNAL) sqlite_end_process(connection, "commit");\n',
    to: '    if (e == ERR_INTERNAL) return OK;\n',
  },
  'commit-error-survived': {
    target: 'domain_nth_fixture',
    file: 'src/store/engine/sqlite.c',
    from: '    if (e == ERR_INTERNAL) sqlite_end_process(connection, "commit");\n',
    to: '',
  },
  'errors-swallowed': {
    target: 'domain_nth_fixture',
    file: 'src/store/engine/sqlite.c',
    from: '        return ERR_INTERNAL;\n    }\n}\n\nstr sqlite_reason',
    to: '        return OK;\n    }\n}\n\nstr sqlite_reason',
  },
};

// The text with the one place exchanged; a mutation that does not apply any more is a failure and not a pass.
export function exchanged(text, from, to, where) {
  assert.equal(text.split(from).length, 2, `${where}: "${from.trim()}" stands there exactly once`);
  return text.replace(from, () => to);
}

// Arguments of the compiler, as ninja would run it, without a shell's quotes.
function words(command) {
  return [...command.matchAll(/(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'\\])+/g)]
    .map(([word]) => word.replace(/'([^']*)'|"((?:\\.|[^"])*)"|\\(.)/g, (_, single, double, one) => single ?? double ?? one));
}

function built(build, target) {
  return words(execFileSync('ninja', ['-C', build, '-t', 'commands', '-s', target], { encoding: 'utf8' }).trim());
}

function replaced(command, change) {
  return command.map((word) => change(word) ?? word);
}

function newer(file, than) {
  try {
    return statSync(file).mtimeMs > statSync(than).mtimeMs;
  } catch {
    return false;
  }
}

function compile(build, { file }, source, object) {
  const [entry] = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'))
    .filter((one) => one.file.endsWith(`/${file}`));
  assert.ok(entry, `${file} is part of the build`);
  const [compiler, ...args] = words(entry.command);
  const own = replaced(args, (word) => ({ [entry.file]: source, [entry.output]: object }[word]));
  execFileSync(compiler, [...own.filter((word, i) => !['-MD', '-MQ', '-MF'].includes(word) && !['-MQ', '-MF'].includes(own[i - 1]))],
    { cwd: build, stdio: 'pipe' });
}

// An object that defines what an archive's member does keeps the linker from taking the member.
function link(build, target, object, to) {
  const [compiler, ...args] = built(build, target);
  const own = replaced(args, (word) => (word === target ? to : undefined));
  execFileSync(compiler, [object, ...own], { cwd: build, stdio: 'pipe' });
}

// The path of the mutant's program, beside copies of what the tests look for beside the program. `build` is the folder of
// the build that it is made of.
export function mutant(name, build = dirname(program)) {
  const change = mutants[name];
  const folder = join(build, 'mutants', name);
  const target = change.target ?? 'boxoffice';
  const to = join(folder, target);
  const text = exchanged(readFileSync(join(root, change.file), 'utf8'), change.from, change.to, change.file);
  if (newer(to, join(build, target))) return to;
  mkdirSync(folder, { recursive: true });
  const source = join(folder, 'mutant.c');
  writeFileSync(source, text);
  compile(build, change, source, `${source}.o`);
  link(build, target, `${source}.o`, to);
  for (const beside of ['domain_failure_fixture', 'libpowercut.so']) {
    rmSync(join(folder, beside), { force: true });
    symlinkSync(join(build, beside), join(folder, beside));
  }
  return to;
}
