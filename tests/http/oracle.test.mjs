// Node's own parser as the oracle of what is a request and where it ends: the same bytes go to our server and to Node's, on
// one connection each. We are stricter, so we may refuse what Node accepts; but whatever we accept, Node accepts with the
// same method, path and body, in the same order. Otherwise a request could be smuggled past one of the two. Seeded:
// ORACLE_SEED repeats a run, ORACLE_CASES makes it longer.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { generator } from '../support/failure.mjs';
import { start } from './support.mjs';

const seed = Number(process.env.ORACLE_SEED ?? 20261129);
const cases = Number(process.env.ORACLE_CASES ?? 1500);
const random = generator(seed);
const below = (n) => Math.floor(random() * n);
const one = (list) => list[below(list.length)];
const mostly = (usual, others) => (random() < 0.95 ? usual : one(others));

// --- requests, most of them right

const eol = () => mostly('\r\n', ['\n', '\r', '\r\r\n', ' \r\n', '\r\n ']);
const colon = () => mostly(': ', [':', ' : ', ':\t', ':  ', ': \u000b', '']);
const name = (text) => mostly(text, [text.toLowerCase(), `${text} `, ` ${text}`, text.replace('-', '_'), `${text}\u0000`]);
const chunk = (text) => {
  const size = text.length.toString(16);
  const written = mostly(size, [`0${size}`, `+${size}`, ` ${size}`, `${size} `, `0x${size}`, `${size};a=b`, `${size.toUpperCase()}`,
    (text.length + 1).toString(16), 'ffffffffffffffff']);
  return `${written}${eol()}${text}${mostly('\r\n', ['\n', '', '\r', 'ab'])}`;
};

function body() {
  const text = 'x'.repeat(below(20)) + one(['', 'GET /hello HTTP/1.1\r\nHost: b\r\n\r\n', '0\r\n\r\n']);
  const length = `${name('Content-Length')}${colon()}`;
  switch (below(6)) {
    case 0:
    case 1: return [[`${length}${mostly(text.length, [`+${text.length}`, `0${text.length}`, text.length + 1, `${text.length}, ${text.length}`,
      `${text.length} ${text.length}`, '', '-1', `${text.length}\t`])}`], text];
    case 2:
    case 3: return [[`${name('Transfer-Encoding')}${colon()}${mostly('chunked', ['Chunked', 'chunked, chunked', 'gzip, chunked', 'identity',
      'chunked;q=1', '\tchunked', 'xchunked', 'chunked\u0000'])}`], `${text ? chunk(text) : ''}${mostly('0', ['00', '0 ', '0;a'])}\r\n${mostly('', ['A: b\r\n'])}\r\n`];
    case 4: return [[`${length}${text.length}`, `${name('Transfer-Encoding')}${colon()}chunked`], one([text, `${chunk(text || 'x')}0\r\n\r\n`])];
    default: return [mostly([], [[`${length}${text.length}`, `${length}${text.length}`], [`${length}3`, `${length}${text.length}`]]), ''];
  }
}

function request() {
  const [fields, content] = body();
  const line = `${mostly('POST', ['GET', 'post', 'POST ', 'PUT', 'POST\t'])} ${mostly('/echo', ['/echo ', '//echo', 'http://a/echo', '/echo?\u007f', '*'])} ${
    mostly('HTTP/1.1', ['HTTP/1.0', 'HTTP/1.1 ', 'http/1.1', 'HTTP/0.9', 'HTTP/01.1'])}`;
  const others = ['Host: a', ...fields, ...(random() < 0.2 ? [`X${colon()}${one(['1', 'a\u0000b', '\u00e9', 'a\rb', ''])}`] : [])];
  return `${mostly('', ['\r\n', '\n', '\r\n\r\n', ' '])}${line}${eol()}${others.map((field) => field + eol()).join('')}${eol()}${content}`;
}

// --- the two servers

let ours, node, seen;
before(async () => {
  seen = [];
  node = http.createServer((message, response) => {
    const chunks = [];
    const entry = { url: message.url, body: null };
    seen.push(entry);
    message.on('data', (bytes) => chunks.push(bytes));
    message.on('error', () => {});
    message.on('end', () => {
      entry.body = Buffer.concat(chunks).toString('latin1');
      response.end();
    });
  });
  node.on('clientError', (_error, socket) => socket.destroy());
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
});
after(() => node.close());

// Sends everything, then its end; what came back until the other side closed.
function exchange(port, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    let text = '';
    const limit = setTimeout(() => { socket.destroy(); reject(new Error(`no end after ${JSON.stringify(text)}`)); }, 20_000);
    const done = () => { clearTimeout(limit); socket.destroy(); resolve(text); };
    socket.on('data', (data) => { text += data.toString('latin1'); });
    socket.on('end', done);
    socket.on('error', done);
    socket.end(Buffer.from(bytes, 'latin1'));
  });
}

// The responses in their order: [{ status, body }]; interim responses are left out.
function responses(text) {
  const list = [];
  for (let rest = text; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    assert.ok(end > 0, `half a response: ${JSON.stringify(rest)}`);
    const status = Number(rest.slice(9, 12));
    const length = status === 100 ? 0 : Number(/content-length: (\d+)/i.exec(rest.slice(0, end))?.[1] ?? 0);
    if (status !== 100) list.push({ status, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return list;
}

test(`${cases} connections, seed ${seed}: what we accept, Node accepts as the same requests`, { timeout: 300_000 }, async (t) => {
  ours = await start(t, {});
  let accepted = 0, refused = 0;
  for (let i = 0; i < cases; i++) {
    const bytes = Array.from({ length: 1 + below(3) }, request).join('');
    const answers = responses(await exchange(ours.port, bytes));
    seen = [];
    await exchange(node.address().port, bytes);
    const echoed = answers.filter(({ status }) => status === 200);
    accepted += echoed.length;
    refused += answers.length - echoed.length;
    // Up to the first refusal, which ends the connection or names a path that is not there.
    for (const [place, { status, body: content }] of answers.entries()) {
      if (status !== 200) break;
      const other = seen[place];
      const what = `case ${i}, request ${place + 1} of ${JSON.stringify(bytes)}: Node saw ${JSON.stringify(seen)}, we answered ${JSON.stringify(answers)}`;
      assert.ok(other, what);
      assert.equal(other.body, content, what);
    }
  }
  assert.ok(accepted > cases / 4 && refused > cases / 4, `${accepted} accepted, ${refused} refused: the cases are not mixed`);
});
