// A server of S3's API for tests, with path-style addresses and objects in memory: PUT, GET with Range, DELETE and
// ListObjectsV2. It trusts no signature: each is computed again by @smithy/signature-v4, which AWS's own clients use. What
// goes wrong in a network or a store is up to the test (`trouble`).
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SKEW_MAX_MS = 15 * 60_000;

class Sha256 {
  constructor(key) { this.hash = key ? createHmac('sha256', Buffer.from(key)) : createHash('sha256'); }
  update(bytes) { this.hash.update(bytes); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`);

// An error of S3: { status, code } and members of its XML.
class S3Error extends Error {
  constructor(status, code, members = {}) {
    super(code);
    Object.assign(this, { status, code, members });
  }
}

export class S3Server {
  // tls: { key, cert }.
  constructor({ bucket = 'backups', region = 'us-east-1', accessKey = 'AKIDEXAMPLE', secretKey = 'wJalrXUtnFEMI/K7MDENG', tls } = {}) {
    Object.assign(this, { bucket, region, accessKey, secretKey });
    this.objects = new Map(); // key -> bytes
    this.requests = []; // { method, key, status }
    this.pageSize = 1000;
    this.skewMs = 0; // of its clock
    this.denied = new Set(); // methods that the policy of the key does not allow
    // What happens to a request instead: null, { status, code }, 'cut' (before it is carried out), 'lost' (the response
    // is), 'hang'.
    this.trouble = () => null;
    this.server = tls ? https.createServer(tls) : http.createServer();
    this.scheme = tls ? 'https' : 'http';
    this.server.on('request', (request, response) => this.serve(request, response));
    this.server.on('checkContinue', (request, response) => {
      response.writeContinue();
      this.serve(request, response);
    });
  }

  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get endpoint() {
    return `${this.scheme}://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async serve(request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch { // the client ended the connection
      return;
    }
    const url = new URL(request.url, 'http://localhost');
    const [, bucket, ...key] = url.pathname.split('/');
    const asked = { method: request.method, bucket, key: decodeURIComponent(key.join('/')), path: url.pathname,
      query: Object.fromEntries(url.searchParams), headers: request.headers, body: Buffer.concat(chunks) };
    const entry = { method: asked.method, key: asked.key, size: asked.body.length };
    this.requests.push(entry);
    const trouble = this.trouble(asked);
    if (trouble === 'hang') return;
    if (trouble === 'cut') return request.socket.destroy();
    const { status, headers = {}, body = '' } = await this.respond(asked, trouble);
    entry.status = status;
    if (trouble === 'lost') return request.socket.destroy();
    response.writeHead(status, { 'x-amz-request-id': '1', 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  }

  async respond(asked, trouble) {
    try {
      if (trouble?.status) throw new S3Error(trouble.status, trouble.code, trouble.members);
      await this.check(asked);
      return this.carryOut(asked);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      const members = Object.entries({ Code: error.code, Message: 'Message of a test', ...error.members });
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${members.map(([name, text]) => `<${name}>${escaped(text)}</${name}>`).join('')}</Error>`;
      return { status: error.status, headers: { 'content-type': 'application/xml' }, body };
    }
  }

  async check({ method, path, query, headers, body, bucket }) {
    const found = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
      .exec(headers.authorization ?? '');
    if (!found) throw new S3Error(403, 'AccessDenied');
    const [, accessKey, , region, names, signature] = found;
    if (accessKey !== this.accessKey) throw new S3Error(403, 'InvalidAccessKeyId');
    if (region !== this.region) throw new S3Error(400, 'AuthorizationHeaderMalformed', { Region: this.region });
    const date = new Date(headers['x-amz-date'].replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (!(Math.abs(Date.now() + this.skewMs - date) <= SKEW_MAX_MS)) throw new S3Error(403, 'RequestTimeTooSkewed');
    const signed = names.split(';');
    for (const name of Object.keys(headers))
      if ((/^x-amz-|^host$|^range$|^content-md5$/.test(name)) && !signed.includes(name)) throw new S3Error(403, 'AccessDenied');
    if (headers['x-amz-content-sha256'] !== sha256(body)) throw new S3Error(400, 'XAmzContentSHA256Mismatch');
    const signer = new SignatureV4({ service: 's3', region, sha256: Sha256, uriEscapePath: false, applyChecksum: false,
      credentials: { accessKeyId: this.accessKey, secretAccessKey: this.secretKey } });
    const again = await signer.sign({ method, path, query, protocol: this.scheme, hostname: headers.host, body,
      headers: Object.fromEntries(signed.map((name) => [name, headers[name]])) },
    { signingDate: date, signableHeaders: new Set(signed) });
    if (!again.headers.authorization.endsWith(`Signature=${signature}`)) throw new S3Error(403, 'SignatureDoesNotMatch');
    if (method === 'PUT' && headers['content-md5'] !== createHash('md5').update(body).digest('base64'))
      throw new S3Error(400, 'BadDigest');
    if (bucket !== this.bucket) throw new S3Error(404, 'NoSuchBucket');
    if (this.denied.has(method)) throw new S3Error(403, 'AccessDenied');
  }

  carryOut({ method, key, query, headers, body }) {
    if (method === 'PUT') {
      this.objects.set(key, body);
      return { status: 200 };
    }
    if (method === 'DELETE') {
      this.objects.delete(key);
      return { status: 204 };
    }
    if (key === '' && query['list-type'] === '2') return this.list(query);
    const object = this.objects.get(key);
    if (!object) throw new S3Error(404, 'NoSuchKey');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (first === undefined) return { status: 200, body: object };
    if (Number(first) >= object.length) throw new S3Error(416, 'InvalidRange');
    const part = object.subarray(Number(first), Number(last) + 1);
    return { status: 206, body: part,
      headers: { 'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${object.length}` } };
  }

  list({ prefix = '', 'max-keys': most = '1000', 'continuation-token': token }) {
    const after = token === undefined ? '' : Buffer.from(token, 'base64').toString();
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, Math.min(Number(most), this.pageSize));
    const truncated = page.length < keys.length;
    const contents = page.map((key) => `<Contents><Key>${escaped(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
      `<ETag>&quot;0&quot;</ETag><Size>${this.objects.get(key).length}</Size><StorageClass>STANDARD</StorageClass></Contents>`).join('');
    const next = truncated ? `<NextContinuationToken>${Buffer.from(page.at(-1)).toString('base64')}</NextContinuationToken>` : '';
    return { status: 200, headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
        `<Name>${this.bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys>` +
        `<IsTruncated>${truncated}</IsTruncated>${contents}${next}</ListBucketResult>` };
  }
}

// --- for tests --------------------------------------------------------------------------------------------------------

// A store for the length of one test; a folder likewise.
export async function store(t, options) {
  const made = await new S3Server(options).listen();
  t.after(() => made.close());
  return made;
}

export function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'boxoffice-s3-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// The settings for this store; the keys are in files of the folder.
export function settingsFor(s3, folder, { accessKey = s3.accessKey, secretKey = s3.secretKey } = {}) {
  const file = (name, text) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return { BOXOFFICE_S3_ENDPOINT: s3.endpoint, BOXOFFICE_S3_ACCESS_KEY_FILE: file('access', `${accessKey}\n`),
    BOXOFFICE_S3_SECRET_KEY_FILE: file('secret', `${secretKey}\n`) };
}
