#!/usr/bin/env node
// Reads what gcovr counted, prints line and branch coverage of each folder, and lists every branch of the domain and
// the unit of work that no test took:
//   coverage.mjs <gcovr.json> <uncovered.txt> <threshold in percent>
// Ends with 1 when fewer branches of these two are covered than the threshold says.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

// A file counts whole, or only its functions whose names match.
const critical = [
  { file: /^src\/domain\// },
  { file: /^src\/store\/(unit|unit_prepare|unit_write|identity_map|lock_set)\.c$/ },
  { file: /^src\/store\/writer\.c$/, functions: /^batch_/ },
];

const [countsPath, uncoveredPath, threshold] = process.argv.slice(2);
const { files } = JSON.parse(readFileSync(countsPath, 'utf8'));

class Sum {
  lines = { covered: 0, total: 0 };
  branches = { covered: 0, total: 0 };

  add(line) {
    if (!line['gcovr/noncode'] && !line['gcovr/excluded']) count(this.lines, line.count > 0);
    for (const branch of line.branches) count(this.branches, branch.count > 0);
  }
}

function count(part, covered) {
  part.total++;
  if (covered) part.covered++;
}

const percent = ({ covered, total }) => (total ? (100 * covered) / total : 100);
const shown = (part) => `${percent(part).toFixed(1).padStart(6)} % ${`${part.covered}/${part.total}`.padStart(13)}`;
const row = (name, sum) => console.log(`${name.padEnd(26)}${shown(sum.lines)}${shown(sum.branches)}`);

// The function that a line belongs to is the last one that begins at or before it.
function functionOf(file, line) {
  const begun = (file.functions ?? []).filter(({ lineno }) => lineno <= line.line_number);
  return begun.sort((a, b) => b.lineno - a.lineno)[0]?.name ?? '';
}

function isCritical(file, line) {
  return critical.some((part) => part.file.test(file.file) &&
    (!part.functions || part.functions.test(functionOf(file, line))));
}

const folders = new Map();
const total = new Sum();
const required = new Sum();
const uncovered = [];
for (const file of files) {
  const folder = dirname(file.file);
  const source = readFileSync(file.file, 'utf8').split('\n');
  if (!folders.has(folder)) folders.set(folder, new Sum());
  for (const line of file.lines) {
    folders.get(folder).add(line);
    total.add(line);
    if (!isCritical(file, line)) continue;
    required.add(line);
    const missing = line.branches.filter((branch) => branch.count === 0).length;
    if (missing) {
      uncovered.push(`${file.file}:${line.line_number}: ${missing} of ${line.branches.length}: ` +
        source[line.line_number - 1].trim());
    }
  }
}

console.log(`${''.padEnd(26)}${'lines'.padStart(22)}${'branches'.padStart(22)}`);
for (const [folder, sum] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) row(folder, sum);
row('all', total);
row('domain and unit of work', required);
writeFileSync(uncoveredPath, uncovered.map((line) => `${line}\n`).join(''));
console.log(`Branches of the domain and the unit of work that no test takes (${uncoveredPath}):`);
for (const line of uncovered) console.log(`  ${line}`);
if (required.branches.total === 0 || percent(required.branches) < Number(threshold)) {
  console.log(`At least ${threshold} % of the branches of the domain and the unit of work are required.`);
  process.exitCode = 1;
}
