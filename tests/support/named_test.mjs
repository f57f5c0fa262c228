// One test by its program and name, as tests/mutants names it: `unit/domain_sale_test: check_in_has_a_window` of a cmocka
// program, `api/holds: a booking that was paid in time stays confirmed` of a file for node's test runner.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tests = join(dirname(fileURLToPath(import.meta.url)), '..');
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

// What a line of TAP, and the lines about it, say of a test: passed; failed, by an assertion; or broken: anything else.
function verdictOf(output, name, isAssertion) {
  const lines = output.split('\n');
  const at = lines.findIndex((line) => new RegExp(`^\\s*(not )?ok\\b[ \\d]*(- )?${literal(name)}$`).test(line));
  if (at < 0) return 'broken';
  if (!/^\s*not /.test(lines[at])) return 'passed';
  return isAssertion(lines, at) ? 'failed' : 'broken';
}

// The only test of the run. An assertion on a thread of the store ends the program, before its line of TAP.
function unitVerdict(output, name) {
  const verdict = verdictOf(output, name, () => false);
  const asserted = /error: Failure!/.test(output) && !/setup failed|exception/i.test(output);
  return verdict === 'broken' && asserted ? 'failed' : verdict;
}

const unit = ({ program, test }, path) => ({
  target: program.replace(/^unit\//, ''),
  command: path,
  args: [],
  // Databases are made by the program itself, as its policies say.
  environment: { CMOCKA_MESSAGE_OUTPUT: 'TAP', UNIT_TEST: test, BOXOFFICE_TEST_TEMPLATES: undefined },
  verdict: (output) => unitVerdict(output, test),
});

// Some are tested by a program of their own, everything else by the server.
const fixtures = [[/^http\//, 'http_fixture', 'HTTP_FIXTURE'], [/^ops\/bucket$/, 'archive_fixture', 'ARCHIVE_FIXTURE']];
const node = ({ program, test }, path) => {
  const [, target, variable] = fixtures.find(([pattern]) => pattern.test(program)) ?? [null, 'boxoffice', 'BOXOFFICE'];
  return {
    target,
    command: 'node',
    args: ['--test', '--test-reporter=tap', `--test-name-pattern=${literal(test)}`, join(tests, `${program}.test.mjs`)],
    environment: { [variable]: path },
    verdict: (output) => verdictOf(output, test.replace(/[\\#]/g, '\\$&'), (lines, at) => {
      const details = lines.slice(at + 1, lines.findIndex((line, i) => i > at && /^\s*\.\.\.$/.test(line)));
      return details.some((line) => /^\s*code: 'ERR_ASSERTION'$/.test(line));
    }),
  };
};

// How to run the test with this program; which program of the build it tests.
export function testOf(killer, path) {
  return killer.program.startsWith('unit/') ? unit(killer, path) : node(killer, path);
}

// Whether there is such a test. Names in a loop have parts that only a run knows.
export function testExists({ program, test }) {
  const isUnit = program.startsWith('unit/');
  const text = readFileSync(join(tests, `${program}${isUnit ? '.c' : '.test.mjs'}`), 'utf8');
  if (isUnit) return new RegExp(`(TEST|cmocka_unit_test\\w*)\\(${test}\\b`).test(text);
  return [...text.matchAll(/\b(?:test|it)\((?:'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`)/g)].some(([, plain, template]) =>
    (plain ? plain.replace(/\\(.)/g, '$1') === test
      : new RegExp(`^${template.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/).map(literal).join('.*')}$`).test(test)));
}
