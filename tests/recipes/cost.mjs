// What following the recipes cost, as a table for people: lines written by hand and where, lines that commands wrote.
const sum = (lines) => [...lines.values()].reduce((total, count) => total + count, 0);
const row = (title, files, hand, generated) =>
  `${title.padEnd(36)} ${String(files).padStart(7)} ${String(hand).padStart(9)} ${String(generated).padStart(11)}\n`;

export function costTable(costs) {
  const head = row('recipe', 'files', 'by hand', 'generated');
  return head + costs.map(({ title, byHand, generated }) =>
    row(title, byHand.size, sum(byHand), sum(generated))
    + [...byHand].map(([file, count]) => row(`  ${file}`, '', count, '')).join('')).join('');
}
