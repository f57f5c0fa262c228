// Requests from the OpenAPI document: what it allows, and what it forbids. Everything is derived from the schemas; a
// seed makes a run repeatable. Only the words of JSON Schema that the document uses are known here, any other one is an
// error, so that a new one cannot be ignored.
import assert from 'node:assert/strict';

// Mulberry32
export class Random {
  constructor(seed) {
    this.state = seed;
  }

  below(limit) {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  between(first, last) {
    return first + this.below(last - first + 1);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  chance(percent) {
    return this.below(100) < percent;
  }
}

const known = new Set(['type', 'format', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'enum', 'items',
  'minItems', 'maxItems', 'uniqueItems', 'properties', 'required', 'additionalProperties', 'default', 'examples', 'description',
  'readOnly', 'writeOnly']);
const words = ['Anna', 'jazz', 'Øst', 'a', 'Nacht & Nebel', '東京', 'two', '<b>', "O'Hara", '"', '50%', '🎻', 'x_y', '\\'];

export class Generator {
  constructor(document, random) {
    this.document = document;
    this.random = random;
  }

  resolve(node) {
    if (!node.$ref) return node;
    return this.resolve(node.$ref.slice(2).split('/').reduce((at, name) => at[name], this.document));
  }

  schema(node) {
    const schema = this.resolve(node);
    for (const word of Object.keys(schema)) assert.ok(known.has(word), `unknown word of JSON Schema: ${word}`);
    return schema;
  }

  types(schema) {
    return [schema.type].flat();
  }

  // --- allowed values -------------------------------------------------------------------------------------------------

  allowed(node, context = {}) {
    const schema = this.schema(node), types = this.types(schema);
    if (types.includes('null') && this.random.chance(20)) return null;
    if (schema.enum) return this.random.one(schema.enum);
    return this[types[0]](schema, context);
  }

  boolean() {
    return this.random.chance(50);
  }

  integer({ minimum = -1000, maximum = 1000 }) {
    const near = Math.min(maximum, minimum + 60);
    return this.random.one([minimum, near, this.random.between(minimum, near), Math.min(maximum, 2 ** 53 - 1)]);
  }

  string(schema) {
    const text = this.text(schema);
    assert.ok(!schema.pattern || new RegExp(schema.pattern, 'u').test(text), `${text} is not ${schema.pattern}`);
    return text;
  }

  text({ format, pattern = '', minLength = 0, maxLength = 200 }) {
    if (format === 'date-time') return this.time();
    if (format === 'uri') return this.random.one(['https://example.org/a.jpg', 'http://localhost:8080/%20?a=b#c']);
    if (format === 'email') return `p${this.random.below(1e6)}.x+y@${this.random.one(['example.com', 'a-b.example.org'])}`;
    if (/\[0-9\]|\[1-9\]/.test(pattern)) return this.decimal(pattern);
    if (pattern === '^[!-~]+$') return this.visible(minLength, maxLength);
    return this.words(minLength, maxLength);
  }

  time() {
    const year = this.random.between(2031, 2038);
    const zone = this.random.one(['Z', '.000Z', '.25Z', '+02:00', '-11:30']);
    return `${year}-${String(this.random.between(1, 12)).padStart(2, '0')}-15T${this.random.between(10, 23)}:00:00${zone}`;
  }

  // Money, or the number of a version.
  decimal(pattern) {
    if (pattern.startsWith('^(\\*')) return this.random.one(['*', '"0"', '"1"', '"7", "1"']);
    const candidates = ['0', '0.00', '1', '12.5', '12.50', '99999.99', '0.010', '7.00', '-3.20'];
    return this.random.one(candidates.filter((text) => new RegExp(pattern, 'u').test(text)));
  }

  visible(minLength, maxLength) {
    const length = this.random.chance(5) ? maxLength : this.random.between(Math.max(minLength, 20), 60);
    return Array.from({ length }, () => String.fromCharCode(this.random.between(0x21, 0x7e))).join('');
  }

  // With something to see; at times as long as it may be.
  words(minLength, maxLength) {
    let text = this.random.one(words);
    const length = this.random.chance(3) ? maxLength : this.random.between(minLength, minLength + 20);
    while ([...text].length < length) text += ` ${this.random.one(words)}`;
    const characters = [...text].slice(0, Math.max(minLength, Math.min(maxLength, [...text].length)));
    if (characters.at(-1) === ' ') characters[characters.length - 1] = 'z';
    return characters.join('');
  }

  array(schema, context) {
    const count = this.random.between(1, Math.min(schema.maxItems ?? 3, 3));
    const items = Array.from({ length: count }, () => this.allowed(schema.items, context));
    return schema.uniqueItems ? [...new Set(items)] : items;
  }

  // What is read-only need not be sent; what is given in `context` by name is used where the schema allows it.
  object(schema, context) {
    const value = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const given = this.schema(property);
      const required = schema.required?.includes(name);
      if (given.readOnly || (!required && this.random.chance(60))) continue;
      const known = context[name] && this.random.chance(85);
      value[name] = known ? context[name]() : this.allowed(property, context);
    }
    return value;
  }

  // --- forbidden values -----------------------------------------------------------------------------------------------

  // Values that the schema forbids, each with the reason. Money may be sent as a number, which the introduction of the
  // document says, so no number is among those for money.
  forbidden(node) {
    const schema = this.schema(node), types = this.types(schema), list = [];
    const add = (why, value) => list.push({ why, value });
    if (!types.includes('null')) add('null', null);
    for (const value of [{}, [], true, 'x', 7.5]) {
      const type = Array.isArray(value) ? 'array' : typeof value === 'number' ? 'integer' : typeof value;
      const money = /\[0-9\]|\[1-9\]/.test(schema.pattern ?? '') && type === 'integer';
      if (!money && (!types.includes(type) || value === 7.5)) add(`not ${types[0]}`, value);
    }
    if (types.includes('string')) this.forbiddenTexts(schema, add);
    if (types.includes('integer')) {
      if (schema.minimum !== undefined) add('below the minimum', schema.minimum - 1);
      if (schema.maximum < Number.MAX_SAFE_INTEGER) add('above the maximum', schema.maximum + 1);
    }
    return list;
  }

  forbiddenTexts({ enum: values, format, pattern, minLength, maxLength }, add) {
    if (values) return add('not in the enum', 'nonsense');
    if (format === 'date-time') for (const text of ['', '2030-01-01', '2030-02-30T00:00:00Z', 'now']) add('not a time', text);
    if (minLength > 0) add('too short', '');
    if (maxLength) add('too long', 'x'.repeat(maxLength + 1));
    if (pattern) {
      const texts = ['', 'a\u0007b', 'a\u0085b', 'line\u0000', 'nonsense', '1.234', '-0.01', 'a@b@c.org', 'javascript:1'];
      for (const text of texts) if (!new RegExp(pattern, 'u').test(text)) add('not of the pattern', text);
    }
  }
}
