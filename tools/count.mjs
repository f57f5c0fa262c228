#!/usr/bin/env node
// Counts test results: prints "<passed> <failed>", and the names of failed tests on stderr.
//   count.mjs meson <testlog.json>      cmocka programs run by meson, each writing TAP
//   count.mjs node <output.tap> <exit code>   node --test with its TAP reporter
// A runner that ends without naming a failed test counts as one failure.
import { readFileSync } from 'node:fs';

const failures = [];
let passed = 0;
let failed = 0;

function fail(name) {
  failed++;
  failures.push(name);
}

function countProgram({ name, stdout = '', result, returncode }) {
  const plan = /^1\.\.(\d+)/m.exec(stdout);
  let seen = 0;
  let failedHere = 0;
  for (const [, not, title] of stdout.matchAll(/^(not )?ok\b[ \d]*(?:- )?(.*)$/gm)) {
    seen++;
    if (title.startsWith('# SKIP')) continue; // cmocka writes "not ok" before it
    if (not) {
      failedHere++;
      fail(`${name}: ${title}`);
    } else passed++;
  }
  if (plan && seen < Number(plan[1])) fail(`${name}: only ${seen} of ${plan[1]} tests ran (${result}, ${returncode})`);
  else if (seen === 0 && result !== 'SKIP') fail(`${name}: no test ran (${result}, ${returncode})`);
  // meson takes cmocka's skipped tests for failed ones.
  else if ((returncode !== 0 || !['OK', 'SKIP', 'FAIL'].includes(result)) && failedHere === 0) fail(`${name}: ${result} (${returncode})`);
}

function countMeson(path) {
  for (const line of readFileSync(path, 'utf8').split('\n')) if (line) countProgram(JSON.parse(line));
}

function countNode(path, exitCode) {
  const text = readFileSync(path, 'utf8');
  const total = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(text)?.[1] ?? NaN);
  passed = total('pass');
  failed = total('fail') + total('cancelled');
  // Leaves only: a file or suite fails because of its tests.
  const lines = text.split('\n');
  lines.forEach((line, i) => {
    const hit = /^\s*not ok \d+ - (.*)$/.exec(line);
    const details = lines.slice(i + 1, i + 30).join('\n');
    if (hit && !/subtestsFailed/.test(details.split(/\n\s*\.\.\.\n/)[0])) failures.push(hit[1]);
  });
  if (Number.isNaN(passed) || Number.isNaN(failed)) {
    passed = 0;
    failed = 0;
    fail(`node --test ended without a summary (${exitCode})`);
  } else if (exitCode !== 0 && failed === 0) fail(`node --test failed (${exitCode}) though no test did`);
}

const [kind, path, exitCode] = process.argv.slice(2);
try {
  if (kind === 'meson') countMeson(path);
  else countNode(path, Number(exitCode));
} catch (error) {
  fail(`${kind}: no results: ${error.message}`);
}
for (const name of failures) console.error(`    failed: ${name}`);
console.log(passed, failed);
