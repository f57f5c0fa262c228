// What no response may hold, whatever the role and the request: hashes, tokens, and other people's addresses unmasked.
// Only an admin sees those; people see their own, and what they sent themselves.
import assert from 'node:assert/strict';

const address = /[\w.+%-]+@[\w-]+(\.[\w-]+)*/g;

export function checkPrivacy({ request, status, text, headers }) {
  if (request.path === '/api/openapi.json') return; // describes fields, and holds no rows
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
