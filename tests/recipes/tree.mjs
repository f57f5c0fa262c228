// A copy of the source tree in a folder of its own, in which recipes are followed. Nothing in it leads back: it has its
// own build directory, and what runs in it gets no variable that names the checkout. Only npm packages of the tests are
// linked, which nothing here writes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { applied, names } from './document.mjs';

// SQLite is compiled already, and the same for every build.
const compiled = ['build/third_party', 'third_party/node_modules'];
const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'BOXOFFICE_TEST_POSTGRES'];

// Lines that say something.
const written = (text) => (text ?? '').split('\n').filter((line) => line.trim() !== '');

// How many lines of `after` are not in `before`.
function linesAdded(before, after) {
  const left = new Map();
  for (const line of written(before)) left.set(line, (left.get(line) ?? 0) + 1);
  return written(after).filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count < 1;
  }).length;
}

export class Tree {
  constructor(checkout) {
    this.root = mkdtempSync(join(tmpdir(), 'boxoffice-recipes-'));
    const left = new Set(['.git', 'build', 'data', 'node_modules', 'tests/node_modules', ...compiled]);
    cpSync(checkout, this.root, { recursive: true, filter: (path) => !left.has(relative(checkout, path)) });
    for (const folder of compiled) {
      cpSync(join(checkout, folder), join(this.root, folder), { recursive: true, preserveTimestamps: true });
    }
    symlinkSync(join(checkout, 'tests/node_modules'), join(this.root, 'tests/node_modules'));
  }

  remove() {
    rmSync(this.root, { recursive: true });
  }

  // Debug information names the folder of a build; the compiler cache, where there is one, need not mind.
  get environment() {
    const inherited = kept.filter((name) => process.env[name]).map((name) => [name, process.env[name]]);
    return { ...Object.fromEntries(inherited), CCACHE_NOHASHDIR: 'true' };
  }

  // Runs a script of the shell in the tree; its output when it fails.
  async run(script, more = {}) {
    const child = spawn('sh', ['-euc', script], { cwd: this.root, env: { ...this.environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { output += bytes; });
    const [code, signal] = await once(child, 'close');
    assert.ok(code === 0, `${script.trim()}\nended with ${signal ?? code}:\n${output.slice(-8000)}`);
  }

  read(file) {
    const path = join(this.root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  // Every file that could be committed, with its text.
  files(folder = '') {
    return readdirSync(join(this.root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink() || ['build', 'node_modules'].includes(entry.name)) return [];
      return entry.isDirectory() ? this.files(path) : [[path, this.read(path)]];
    });
  }

  apply(step) {
    const text = applied(step, this.read(step.file));
    mkdirSync(dirname(join(this.root, step.file)), { recursive: true });
    writeFileSync(join(this.root, step.file), text);
  }

  // Follows a recipe to the letter. Returns what it cost: lines by hand in each file, lines generated in each file.
  async follow(recipe) {
    const byHand = new Map();
    const generated = new Map();
    for (const step of recipe.steps) {
      if (step.kind !== 'run') {
        this.apply(step);
        byHand.set(step.file, (byHand.get(step.file) ?? 0) + written(step.code).length);
        continue;
      }
      const before = new Map(this.files());
      await this.run(step.code);
      for (const [file, text] of this.files()) {
        if (text === (before.get(file) ?? null)) continue;
        assert.ok(names(recipe, file), `${recipe.title}: its commands write ${file}, which it does not name`);
        generated.set(file, (generated.get(file) ?? 0) + linesAdded(before.get(file), text));
      }
    }
    return { byHand, generated };
  }
}
