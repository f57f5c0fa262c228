#!/usr/bin/env node
// Runs test files with node's test runner, four at a time:  run.mjs OUTPUT.tap FILE...
// `node --test` would sort the files by name; here those that take longest come first, so that none of them runs on its own
// at the end while a processor is idle. Exit code 1 when a test failed.
import { createWriteStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { run } from 'node:test';
import { dot, tap } from 'node:test/reporters';

const longest = ['copy', 'failover', 'differential', 'described', 'kill', 'verify', 'failures', 'last_seat', 'errors', 'openapi'];

const [output, ...files] = process.argv.slice(2);
const place = (file) => {
  const at = longest.indexOf(basename(file, '.test.mjs'));
  return at < 0 ? longest.length : at;
};
files.sort((a, b) => place(a) - place(b));

const results = run({ files: files.map((file) => resolve(file)), concurrency: 4, timeout: 600_000 });
results.on('test:fail', () => { process.exitCode = 1; });
results.compose(tap).pipe(createWriteStream(output));
results.compose(dot).pipe(process.stdout);
