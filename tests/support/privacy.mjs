// What no answer may hold, whoever asks for whatever: hashes, tokens, and other people's addresses in clear. Only an
// admin sees those; everybody sees their own, and what they sent themselves comes back.
import assert from 'node:assert/strict';

const address = /[\w.+%-]+@[\w-]+(\.[\w-]+)*/g;

export function judgePrivacy({ request, status, text, headers }) {
  const what = `${request.method} ${request.path} as ${request.role}: ${status}`;
  assert.doesNotMatch(text, /\$argon2/, `a password hash in ${what}`);
  assert.doesNotMatch(text, /"(password|tokenHash|fingerprint|scope)":/, `a secret field in ${what}`);
  if (!request.path.endsWith('/auth/login')) {
    assert.doesNotMatch(text, /"[0-9a-f]{64}"/, `a token or its hash in ${what}`);
    assert.doesNotMatch(String(headers['set-cookie'] ?? ''), /session=[0-9a-f]/, `a token in a cookie of ${what}`);
  }
  if (request.role === 'admin' || !/json|event-stream/.test(headers['content-type'] ?? '')) return;
  if (request.path.startsWith('/api/openapi.json')) return;
  for (const [found] of text.matchAll(address)) {
    const own = found === request.email || request.body.toLowerCase().includes(found);
    assert.ok(own || /^erased-\d+@invalid$/.test(found), `${found} in clear in ${what}`);
  }
}
