// What no answer may hold, whoever asks for whatever: hashes, tokens, and other people's addresses in clear. Only an
// admin sees those; everybody sees their own, and what they sent themselves comes back.
import assert from 'node:assert/strict';

const address = /[\w.+%-]+@[\w-]+(\.[\w-]+)*/g;

export function judgePrivacy({ request, status, text, headers }) {
  if (request.path === '/api/openapi.json') return; // speaks of fields, and holds no rows
  const what = `${request.method} ${request.path} as ${request.role}: ${status}`;
  const lacks = (where, expression, secret) => assert.ok(!expression.test(where), `${secret} in ${what}`);
  lacks(text, /\$argon2/, 'a password hash');
  lacks(text, /"(password|tokenHash|fingerprint|scope)":/, 'a secret field');
  if (!request.path.endsWith('/auth/login')) {
    lacks(text, /"[0-9a-f]{64}"/, 'a token or its hash');
    if (request.path.split('?')[0] !== '/sign-in')
      lacks(String(headers['set-cookie'] ?? ''), /session=[0-9a-f]/, 'a token in a cookie');
  }
  if (request.role === 'admin' || !/json|event-stream/.test(headers['content-type'] ?? '')) return;
  for (const [found] of text.matchAll(address)) {
    const own = found === request.email || request.body.toLowerCase().includes(found.toLowerCase());
    assert.ok(own || /^erased-\d+@invalid$/.test(found), `${found} in clear in ${what}`);
  }
}
