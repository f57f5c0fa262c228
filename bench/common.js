// What the benchmark runners share: programs, servers, and figures side by side.
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');

const root = join(__dirname, '..');
const build = join(root, 'build/release');
const program = join(build, 'boxoffice');

function compile(...targets) {
  execFileSync(join(root, 'tools/build'), ['release', 'boxoffice', ...targets],
    { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function listening(server) {
  let output = '';
  for await (const bytes of server.stdout) {
    output += bytes;
    const hit = /listening on http:\/\/[^:\s]+:(\d+)/.exec(output);
    if (hit) return hit[1];
  }
  throw new Error(`the server does not start: ${output}`);
}

// Starts the nodes, calls `measure` with their ports, and stops them. The load generator is a separate process, so that
// this one uses no processor time.
async function serving(world, nodes, measure) {
  const servers = Array.from({ length: nodes }, () =>
    spawn(program, ['serve'], { env: world.env, cwd: world.folder, stdio: ['ignore', 'pipe', 'inherit'] }));
  const ended = servers.map((server) => once(server, 'close'));
  try {
    return await measure(await Promise.all(servers.map(listening)));
  } finally {
    for (const server of servers) server.kill('SIGTERM');
    await Promise.all(ended);
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function row(cells) {
  console.log(cells.map((cell, i) => (i ? `${cell}`.padStart(12) : `${cell}`.padEnd(22))).join(''));
}

// One line for each figure: [name, measured against, goal of the ratio]. Neighbours on the machine slow some rounds
// down, so each ratio is the median of the ratios within a round. Returns how many goals were missed.
function print(figures, results) {
  let missed = 0;
  row(['', 'limit', 'figure', 'ratio', 'goal', 'spread']);
  for (const [name, against, goal] of figures) {
    const values = results[name.split(' / ')[0]];
    const figure = median(values);
    const spread = `${Math.min(...values)}-${Math.max(...values)}`;
    if (!against) {
      row([name, '', figure, '', '', spread]);
      continue;
    }
    const ratio = median(values.map((value, i) => value / results[against][i]));
    if (goal && ratio < goal) missed++;
    row([name, median(results[against]), figure, ratio.toFixed(2), goal ? goal.toFixed(2) : '', spread]);
  }
  return missed;
}

module.exports = { root, build, program, compile, serving, median, print };
