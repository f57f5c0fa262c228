// The server's own OpenAPI document as an oracle: every response that a client gets must be described there, with its
// status, media type and schema. The same check that a validating proxy (Prism) makes, for every request of every test.
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const pointer = (...names) => names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
const documentId = 'https://boxoffice.invalid/openapi.json';

export async function contractOf(server) {
  server.contract = null; // nothing to check by yet
  const response = await server.anonymous().get('/api/openapi.json');
  assert.equal(response.status, 200, response.text);
  return new Contract(response.body);
}

// Refusals that concern the connection, not an operation (the introduction of the document names them).
const ofConnection = new Set([405, 408, 414, 431, 501, 505]);

// "/api/v1/events/{id}" as an expression for paths.
function expression(template) {
  return new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);
}

export class Contract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
    addFormats(this.ajv);
    this.ajv.addFormat('int32', true);
    this.ajv.addFormat('int64', true);
    this.ajv.addFormat('password', true);
    this.ajv.addSchema({ ...document, $id: documentId });
    this.validators = new Map();
    this.paths = Object.keys(document.paths).map((template) => ({ template, expression: expression(template) }));
  }

  // Those with fewer parameters first: /me is not /{something}.
  template(path) {
    const fitting = this.paths.filter(({ expression }) => expression.test(path));
    return fitting.sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0]?.template;
  }

  check(response) {
    const { request } = response;
    const template = this.template(request.path.split('?')[0]);
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    const operation = template && this.document.paths[template][method];
    if (!operation) return; // 404, 405, OPTIONS and pages for people
    const what = `${request.method} ${request.path} as ${request.role} -> ${response.status}`;
    const status = String(response.status);
    if (ofConnection.has(response.status)) return;
    assert.ok(operation.responses[status], `${what} is not described: ${response.text}`);
    this.checkBody(response, { template, method, status, what });
  }

  checkBody(response, { template, method, status, what }) {
    const { place, description } = this.description(template, method, status);
    const type = (response.headers['content-type'] ?? '').split(';')[0];
    if (!response.text) return;
    const media = description.content?.[type];
    assert.ok(media, `${what}: ${type} is not described`);
    if (!media.schema || !/json/.test(type)) return;
    const validate = this.validator(`${place}${pointer('content', type, 'schema')}`);
    if (!validate(response.body)) {
      assert.fail(`${what} contradicts the document: ${this.ajv.errorsText(validate.errors)}\n${response.text}`);
    }
  }

  description(template, method, status) {
    const description = this.document.paths[template][method].responses[status];
    if (!description.$ref) return { description, place: pointer('paths', template, method, 'responses', status) };
    const names = description.$ref.slice(2).split('/');
    return { description: names.reduce((node, name) => node[name], this.document), place: description.$ref.slice(1) };
  }

  validator(place) {
    if (!this.validators.has(place)) {
      this.validators.set(place, this.ajv.compile({ $ref: `${documentId}#${encodeURI(place)}` }));
    }
    return this.validators.get(place);
  }
}
