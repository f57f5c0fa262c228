// Stands between a node and PostgreSQL and can lose, cut or delay the n-th message of the protocol, in either direction.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const socket_name = '.s.PGSQL.5432';
// Connections by which nodes are told what others do: they have no part in a request.
const watches = /pg_current_snapshot/;

export class PostgresProxy {
  // `folder` is that of the server's socket.
  static async start(folder) {
    const proxy = new PostgresProxy();
    proxy.folder = mkdtempSync(join(tmpdir(), 'boxoffice-proxy-'));
    proxy.target = join(folder, socket_name);
    proxy.connections = new Set();
    proxy.disarm();
    proxy.server = net.createServer((client) => proxy.connections.add(new Connection(proxy, client)));
    await new Promise((resolve) => { proxy.server.listen(join(proxy.folder, socket_name), resolve); });
    return proxy;
  }

  // From now on messages are counted, and the n-th is `lost` (the connection ends before it), `cut` (in its middle) or
  // `delayed`. 0: none.
  arm({ n = 0, how = 'lost', delay_ms = 0 } = {}) {
    Object.assign(this, { armed: true, n, how, delay_ms, count: 0, hit: null });
  }

  disarm() {
    this.armed = false;
  }

  // What happens to the next message.
  next(connection, message, direction) {
    if (!this.armed || connection.watches || ++this.count !== this.n) return 'delivered';
    this.hit = `${direction} ${String.fromCharCode(message[0])}`;
    return this.how;
  }

  async stop() {
    for (const connection of this.connections) connection.end();
    await new Promise((resolve) => { this.server.close(resolve); });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class Connection {
  constructor(proxy, client) {
    this.proxy = proxy;
    this.client = client;
    this.server = net.createConnection(proxy.target);
    this.watches = false;
    this.pass(client, this.server, 'to the server', 4); // the first message has no type
    this.pass(this.server, client, 'to the node', 5);
    for (const socket of [client, this.server]) {
      socket.on('error', () => this.end());
      socket.on('close', () => this.end());
    }
  }

  end() {
    this.client.destroy();
    this.server.destroy();
    this.proxy.connections.delete(this);
  }

  // Passes messages on one after the other; the head of a message is its type, if it has one, and its length.
  pass(from, to, direction, head) {
    let rest = Buffer.alloc(0), passed = Promise.resolve(), head_bytes = head;
    from.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      if (from === this.client && watches.test(bytes)) this.watches = true;
      while (rest.length >= head_bytes && rest.length >= head_bytes - 4 + rest.readInt32BE(head_bytes - 4)) {
        const size = head_bytes - 4 + rest.readInt32BE(head_bytes - 4);
        const message = rest.subarray(0, size);
        rest = rest.subarray(size);
        head_bytes = 5;
        passed = passed.then(() => this.deliver(to, message, direction));
      }
    });
  }

  async deliver(to, message, direction) {
    if (to.destroyed) return;
    const how = this.proxy.next(this, message, direction);
    if (how === 'delayed') await sleep(this.proxy.delay_ms);
    if (how === 'lost') this.end();
    if (how === 'cut') to.write(message.subarray(0, Math.ceil(message.length / 2)), () => this.end());
    if (how === 'delivered' || how === 'delayed') to.write(message);
  }
}
