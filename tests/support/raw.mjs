// Bytes to a server and back, for requests that no HTTP client would send.
import assert from 'node:assert/strict';
import net from 'node:net';

// The server's response to these bytes until it closes the connection; { status, headers, body, code, closed, text }. With `wait` the
// response is taken after that time, closed or not.
export async function exchange(server, bytes, { wait = 0 } = {}) {
  const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let text = '';
  socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
  const closed = new Promise((resolve) => socket.once('end', () => resolve(true)).once('error', () => resolve(true)));
  socket.write(Buffer.from(bytes, 'latin1'));
  const limit = new Promise((resolve) => { setTimeout(() => resolve(false), wait || 15_000).unref(); });
  const ended = await Promise.race([closed, limit]);
  socket.destroy();
  assert.ok(ended || wait, `not closed after ${JSON.stringify(text.slice(0, 300))}`);
  return { ...parse(text), closed: ended, text };
}

export function parse(text) {
  const end = text.indexOf('\r\n\r\n');
  assert.notEqual(end, -1, `no head in ${JSON.stringify(text.slice(0, 300))}`);
  const [line, ...fields] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => {
    const colon = field.indexOf(': ');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)];
  }));
  const rest = text.slice(end + 4);
  const response = { status: Number(line.split(' ')[1]), headers, rest };
  if (headers['content-type'] === 'application/problem+json') {
    response.body = JSON.parse(rest.slice(0, Number(headers['content-length'])));
    response.code = response.body.type.replace('/problems/', '');
  }
  return response;
}

// A request from its parts, with a Host; other fields as lines.
export const request = (method, path, fields = '', body = '') =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\n${body ? `Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n` : ''}${fields}\r\n${body}`;
