// A script of random commands over HTTP that two servers are given, for comparing what they answer. What is asked next
// depends on the seed, on the hour (events are soon or were lately) and on what was answered before.
//
//   command   { kind, method, path, body, headers, who }; paths, by side, in place of path where each side gave out its own
//   who       { role, headers: [{...}, {...}] by side, email, password }; nobody for anonymous
import { generator } from './failure.mjs';

const day_ms = 86_400_000;

// Fields of each resource by what they take; for bodies, filters and sorts.
const fields = {
  users: { email: 'email', name: 'text', isAdmin: 'bool', isVerified: 'bool', role: 'role', password: 'password' },
  venues: { name: 'text', address: 'text', capacity: 'number', facilities: 'text' },
  events: { title: 'text', description: 'text', price: 'money', capacity: 'number', imageUrl: 'url', startDate: 'time',
    endDate: 'time', venueId: 'id:venues', status: 'eventStatus' },
  schedules: { eventId: 'id:events', startTime: 'time', endTime: 'time', availableSeats: 'number' },
  'event-categories': { eventId: 'id:events', name: 'text', description: 'text' },
  bookings: { userId: 'id:users', eventId: 'id:events', quantity: 'small', status: 'bookingStatus', totalPrice: 'money',
    scheduleId: 'id:schedules' },
  payments: { bookingId: 'id:bookings', amount: 'money', refundedAmount: 'money', status: 'paymentStatus',
    paymentMethod: 'method' },
  'support-tickets': { userId: 'id:users', subject: 'text', description: 'text', status: 'ticketStatus', priority: 'priority' },
};
const required = {
  users: ['email', 'name', 'password'], venues: ['name', 'address', 'capacity'],
  events: ['title', 'capacity', 'startDate', 'endDate', 'venueId'], schedules: ['eventId', 'startTime', 'endTime'],
  'event-categories': ['eventId', 'name'], 'support-tickets': ['subject', 'description'],
};
const resources = Object.keys(fields);
const embeds = ['venue', 'schedules', 'eventCategories', 'event', 'user', 'payments', 'bookings', 'booking', 'schedule',
  'supportReplies', 'events', 'nothing'];
const enums = {
  role: ['customer', 'organizer', 'support'], // cancelled is rare, because the test then waits for a background job
  eventStatus: [...Array(20).fill(['draft', 'published']).flat(), 'cancelled'],
  bookingStatus: ['pending', 'confirmed', 'cancelled', 'expired', 'refunded'],
  paymentStatus: ['pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled'],
  method: ['sandbox', 'cash'], ticketStatus: ['open', 'pending', 'resolved', 'closed'], priority: ['low', 'normal', 'high'],
};
const words = ['Jazz', 'jazz', 'Ärger', 'arger', 'naïve', 'Straße', 'ÉCOLE', 'o\'clock', '100%', 'under_score', 'tab\there',
  'line\nend', '"quoted"', 'back\\slash', '😀', 'e\u0301tude', '東京', 'Müller', 'a;b', '--', '{}', 'ﬁne', 'İstanbul', 'x'];

// What is asked how often.
export const weights = {
  create: 9, update: 9, remove: 2, restore: 2, book: 22, pay: 8, cancel: 5, fail: 1, refund: 3, checkin: 3, reply: 3,
  list: 18, search: 3, follow: 3, one: 8, history: 4, availability: 2, me: 4, register: 0.25, login: 0.3, logout: 0.25,
  erase: 0.3, repeat: 4, malformed: 1.5,
};

export class Script {
  constructor(seed) {
    this.random = generator(seed);
    this.base = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    this.made = 0;
    this.ids = Object.fromEntries(resources.map((resource) => [resource, []]));
    this.versions = new Map(); // "bookings/7" -> ETag last seen
    this.owners = new Map(); // "bookings/7" -> who made it
    this.people = [{ role: 'anonymous', headers: [{}, {}] }];
    this.schedules = new Map(); // id -> event
    this.posts = []; // for repeating
    this.cursors = []; // { path, who, next: [by side] }
  }

  // --- choices

  below(n) { return Math.floor(this.random() * n); }

  chance(probability) { return this.random() < probability; }

  pick(list) { return list[this.below(list.length)]; }

  // By weight: { name: weight }.
  weighted(weights) {
    let at = this.random() * Object.values(weights).reduce((sum, weight) => sum + weight);
    return Object.keys(weights).find((name) => (at -= weights[name]) < 0) ?? Object.keys(weights)[0];
  }

  person(weights = { anonymous: 1, customer: 6, organizer: 3, support: 1.5, admin: 2 }) {
    const role = this.weighted(weights);
    const found = this.people.filter((person) => person.role === role);
    return found.length > 0 ? this.pick(found) : this.people[0];
  }

  text() { return Array.from({ length: 1 + this.below(4) }, () => this.pick(words)).join(' '); }

  money() { return this.pick(['0.00', '12.50', '7.05', '99.99', `${this.below(50)}.${10 + this.below(90)}`]); }

  time() { return new Date(this.base + (this.below(60) - 5) * day_ms + this.below(24) * 3_600_000).toISOString(); }

  id(resource) {
    const known = this.ids[resource];
    if (this.chance(0.04) || known.length === 0) return this.pick([0, -1, 2147483647, 2147483648, 9007199254740991, 999999]);
    return this.chance(0.6) ? known[known.length - 1 - this.below(Math.min(known.length, 12))] : this.pick(known);
  }

  good(kind) {
    if (kind.startsWith('id:')) return this.id(kind.slice(3));
    if (enums[kind]) return this.pick(enums[kind]);
    const makers = {
      text: () => this.text(), email: () => `p${++this.made}@example.com`, bool: () => this.chance(0.2),
      password: () => `password ${this.below(9)}`, number: () => 1 + this.below(400), small: () => 1 + this.below(5),
      money: () => this.money(), url: () => 'https://example.com/a.jpg', time: () => this.time(),
    };
    return makers[kind]();
  }

  bad(kind) {
    return this.pick([null, '', ' ', -1, 0, 1.5, 1e300, true, [], {}, 'x'.repeat(this.pick([200, 201, 256])), 'nul\u0000l',
      '2026-02-30T00:00:00Z', '1e2', '12.505', '-0.01', 'javascript:alert(1)', 'a@b', 99999999, '\u202e', kind]);
  }

  // --- bodies and headers

  body(resource, { partial = false } = {}) {
    const body = {};
    for (const [name, kind] of Object.entries(fields[resource])) {
      const wanted = (required[resource] ?? []).includes(name);
      const usual = wanted ? 0.98 : kind === 'money' ? 0.8 : 0.3;
      if (!this.chance(partial ? 0.3 : usual)) continue;
      if (kind === 'password' && partial && !this.chance(0.05)) continue;
      body[name] = this.chance(0.03) ? this.bad(kind) : this.good(kind);
    }
    if (this.chance(0.02)) body[this.pick(['unknown', 'id', 'version', 'createdAt'])] = 1;
    if (resource === 'venues' && Number.isInteger(body.capacity)) body.capacity += 300; // else few events fit
    for (const [from, to] of [['startDate', 'endDate'], ['startTime', 'endTime']]) {
      if (body[from] > body[to] && this.chance(0.95)) [body[from], body[to]] = [body[to], body[from]];
    }
    return body;
  }

  ifMatch(key, usual) {
    const known = this.versions.get(key);
    if (!this.chance(usual)) return {};
    const given = { [known ?? '"0"']: 8, '*': 1, '"99"': 1, '"0", "1", "2"': 0.5, 'W/"1"': 0.2, nonsense: 0.2 };
    return { 'if-match': this.weighted(given) };
  }

  key() { return this.chance(0.7) ? { 'idempotency-key': this.uuid() } : {}; }

  uuid() { return `key-${++this.made}-${this.below(1e9)}`; }

  // --- commands

  next() {
    const make = this.weighted(weights);
    return { kind: make, headers: {}, ...this[make]() };
  }

  post(path, body, who, headers = this.key()) { return { method: 'POST', path, body, who, headers }; }

  create() {
    const resource = this.weighted({ venues: 2, events: 4, schedules: 3, 'event-categories': 2, 'support-tickets': 3,
      users: 0.15 });
    const fit = resource === 'support-tickets' ? { customer: 8, support: 1, admin: 1, anonymous: 0.5 }
      : { organizer: 8, admin: 3, customer: 1, support: 0.5, anonymous: 0.5 };
    return this.post(`/${resource}`, this.body(resource), this.person(fit));
  }

  target(list = resources) {
    const resource = this.pick(list);
    return { resource, key: `${resource}/${this.id(resource)}` };
  }

  // Whoever made it, often; else anybody.
  fitting(key, weights) {
    const owner = this.owners.get(key);
    return owner && this.chance(0.7) ? owner : this.person(weights);
  }

  update() {
    const { resource, key } = this.target();
    const method = this.chance(0.8) ? 'PATCH' : 'PUT';
    const who = this.fitting(key, { organizer: 5, admin: 4, customer: 2, support: 2, anonymous: 0.3 });
    return { method, path: `/${key}`, who, body: this.body(resource, { partial: method === 'PATCH' }),
      headers: this.ifMatch(key, /bookings|payments/.test(resource) ? 0.9 : 0.3) };
  }

  remove() {
    const { key } = this.target(resources.filter((resource) => resource !== 'users' || this.chance(0.05)));
    return { method: 'DELETE', path: `/${key}`, who: this.fitting(key, { organizer: 5, admin: 4, customer: 1 }),
      headers: this.ifMatch(key, 0.3) };
  }

  restore() {
    const { key } = this.target();
    return this.post(`/${key}/restore`, { version: this.chance(0.9) ? this.below(4) : this.bad('small') },
      this.fitting(key, { organizer: 5, admin: 5, customer: 1 }), { ...this.key(), ...this.ifMatch(key, 0.2) });
  }

  book() {
    const body = { eventId: this.id('events'), quantity: this.good('small') };
    if (this.chance(0.6)) {
      body.scheduleId = this.id('schedules');
      if (this.chance(0.9)) body.eventId = this.schedules.get(body.scheduleId) ?? body.eventId;
    }
    if (this.chance(0.7)) body.paymentMethod = this.good('method');
    if (this.chance(0.02)) body.quantity = this.bad('small');
    return this.post('/bookings', body, this.person({ customer: 10, organizer: 1, support: 1, admin: 1, anonymous: 0.3 }));
  }

  act(resource, action, weights, body) {
    const key = `${resource}/${this.id(resource)}`;
    return this.post(`/${key}/${action}`, body, this.fitting(key, weights), { ...this.key(), ...this.ifMatch(key, 0.1) });
  }

  pay() { return this.act('payments', 'pay', { customer: 3, organizer: 3, admin: 2, support: 1 }); }

  fail() { return this.act('payments', 'fail', { customer: 3, organizer: 3, admin: 2 }); }

  cancel() { return this.act('bookings', 'cancel', { customer: 3, support: 3, admin: 2, organizer: 1 }); }

  checkin() { return this.act('bookings', 'checkin', { organizer: 6, admin: 2, customer: 0.5 }); }

  refund() {
    const body = this.chance(0.6) ? { amount: this.chance(0.9) ? this.money() : this.bad('money') } : undefined;
    return this.act('payments', 'refund', { organizer: 6, admin: 3, customer: 0.5, support: 0.5 }, body);
  }

  reply() {
    const key = `support-tickets/${this.id('support-tickets')}`;
    return this.post(`/${key}/replies`, { body: this.chance(0.95) ? this.text() : this.bad('text') },
      this.fitting(key, { support: 4, admin: 2, customer: 1 }));
  }

  filter(resource) {
    const own = Object.entries(fields[resource]).filter(([, each]) => each !== 'password');
    const [name, kind] = this.pick([...own, ['id', `id:${resource}`], ['version', 'small']]);
    const value = this.chance(0.95) ? this.good(kind) : this.bad(kind);
    const suffix = this.pick(['', '', '', '_ne', '_gte', '_lte', '_gt', '_lt', '_like']);
    return `${name}${suffix}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : value)}`;
  }

  // Times that the servers set differ between them: two rows of the same millisecond here are of two there. So nothing is
  // sorted by one.
  sort(resource) {
    const names = Object.keys(fields[resource]).concat('id', 'version').filter((name) => name !== 'password');
    const by = Array.from({ length: 1 + this.below(2) }, () => this.pick(names));
    return `_sort=${by.join(',')}&_order=${by.map(() => this.pick(['asc', 'desc'])).join(',')}`;
  }

  list() {
    const { resource, key } = this.target();
    const path = this.chance(0.06) ? `/support-tickets/${this.id('support-tickets')}/replies` : `/${resource}`;
    const parts = Array.from({ length: this.below(3) }, () => this.filter(resource));
    if (this.chance(0.6)) parts.push(this.sort(resource));
    if (this.chance(0.6)) parts.push(this.pick([`_start=${this.below(20)}&_end=${20 + this.below(20)}`,
      `page=${1 + this.below(4)}&perPage=${1 + this.below(20)}`, '_start=-1', 'perPage=201', 'page=0']));
    if (this.chance(0.2)) parts.push(`_embed=${this.pick(embeds)}${this.chance(0.3) ? `,${this.pick(embeds)}` : ''}`);
    if (this.chance(0.15)) parts.push(`fields=${this.pick(Object.keys(fields[resource]))},id`);
    if (this.chance(0.1)) parts.push(`id=${key.split('/')[1]}&id=${this.id(resource)}`);
    if (this.chance(0.03)) parts.push(this.pick(['unknown=1', '_sort=password', 'filter={"', 'filter={"id":[1,2]}', 'range=[0,3]',
      '_order=up', 'after=nonsense', 'title_like=%25', 'name=%00', 'name=%ff']));
    return { method: this.chance(0.97) ? 'GET' : 'HEAD', path: `${path}?${parts.join('&')}`, who: this.person() };
  }

  // Ranking is each engine's own: what is found is sorted.
  search() {
    const resource = this.pick(['venues', 'events', 'support-tickets', 'events', 'bookings']);
    const q = this.pick([this.pick(words), this.text(), this.pick(words).slice(0, 3), '"', '*', 'AND', '-x', '(', ' ']);
    return { method: 'GET', path: `/${resource}?q=${encodeURIComponent(q)}&_sort=id&perPage=50`, who: this.person() };
  }

  // The next page, by what each side said it is.
  follow() {
    const cursor = this.cursors.pop();
    if (!cursor) return this.list();
    return { method: 'GET', who: cursor.who, path: cursor.next[0], paths: cursor.next };
  }

  one() {
    const { resource, key } = this.target();
    const query = this.pick(['', '', '', '', `?_embed=${this.pick(embeds)}`, `?fields=id,${this.pick(Object.keys(fields[resource]))}`]);
    const headers = this.chance(0.2) && this.versions.has(key) ? { 'if-none-match': this.versions.get(key) } : {};
    return { method: 'GET', path: `/${key}${query}`, who: this.fitting(key), headers };
  }

  history() {
    const { key } = this.target();
    return { method: 'GET', path: `/${key}/history`, who: this.fitting(key) };
  }

  availability() { return { method: 'GET', path: `/events/${this.id('events')}/availability`, who: this.person() }; }

  me() {
    const who = this.person();
    const plain = who.role === 'admin' || this.chance(0.9); // an admin there has to be
    const body = plain ? { name: this.text() } : this.body('users', { partial: true });
    if (this.chance(0.3)) return { method: 'PATCH', path: '/me', who, body };
    return { method: 'GET', path: this.pick(['/me', '/me/export', '/me/sessions']), who };
  }

  register() {
    const email = this.chance(0.9) ? this.good('email') : 'p1@example.com';
    const body = { email, password: 'a long password', name: this.text() };
    return { ...this.post('/auth/register', body, this.people[0]), joins: true };
  }

  login() {
    const known = this.person({ customer: 1 });
    const email = this.chance(0.8) && known.email ? known.email : 'nobody@example.com';
    const secret = this.chance(0.8) ? known.password : 'not the password';
    return { ...this.post('/auth/login', { email, password: secret }, this.people[0], {}), signsIn: known };
  }

  logout() { return { ...this.post('/auth/logout', undefined, this.person({ customer: 1 }), {}), leaves: true }; }

  // Who came last has nothing that is in the way, often.
  erase() {
    const newest = this.people.findLast(({ role }) => role === 'customer') ?? this.people[0];
    return { method: 'DELETE', path: '/me', who: this.chance(0.5) ? newest : this.person({ customer: 1 }), leaves: true };
  }

  // A POST once more with its key: the same, or with another body or by somebody else.
  repeat() {
    if (this.posts.length === 0) return this.list();
    const { kind, ...post } = this.posts[this.posts.length - 1 - this.below(Math.min(this.posts.length, 30))];
    if (this.chance(0.15)) post.body = { ...post.body, quantity: 3 };
    if (this.chance(0.1)) post.who = this.person();
    return post;
  }

  malformed() {
    const who = this.person();
    const wrong = { authorization: 'Bearer no' };
    return this.pick([
      { method: 'POST', path: '/bookings', body: '{"eventId": 1, "eventId": 2}', who },
      { method: 'POST', path: '/venues', body: '{', who },
      { method: 'POST', path: '/venues', body: '{"name":"\\ud800","address":"a","capacity":1}', who },
      { method: 'POST', path: '/venues', body: 'a=b', who, headers: { 'content-type': 'text/plain' } },
      { method: 'DELETE', path: '/events', who },
      { method: 'PUT', path: '/me', body: {}, who },
      { method: 'GET', path: '/nothing', who },
      { method: 'GET', path: '/events/01', who },
      { method: 'GET', path: '/events/1/', who },
      { method: 'GET', path: '/events', who, headers: { accept: 'image/png' } },
      { method: 'GET', path: '/me', who: { role: 'unknown', headers: [wrong, wrong] } },
    ]);
  }

  // --- what the responses (one of each side) teach

  learn(command, responses) {
    const [{ status, headers, body }] = responses;
    const { who } = command;
    const keyed = command.method === 'POST' && command.headers['idempotency-key'];
    if (keyed && typeof command.body !== 'string') this.posts.push(command);
    if (status === 201 && body?.id) this.remember(command, body);
    const single = /^\/([a-z-]+\/\d+)(\?|$)/.exec(command.path);
    if (single && headers.etag) this.versions.set(single[1], headers.etag);
    if (command.joins && status === 201) this.joined = { email: body.email, password: command.body.password };
    if (command.signsIn && status === 200) this.arrive(command.signsIn, responses);
    const gone = (command.leaves && status === 204) || (status === 401 && who.email);
    if (gone) this.people = this.people.filter((person) => person !== who);
    const next = responses.map((response) => /<\/api\/v1([^>]*)>; rel="next"/.exec(response.headers.link ?? '')?.[1]);
    if (next[0] && next[1]) this.cursors.push({ who, next });
  }

  remember(command, body) {
    const resource = /^\/([a-z-]+)/.exec(command.path)[1];
    const known = this.ids[resource === 'auth' ? 'users' : resource];
    if (/\/replies/.test(command.path) || !known) return;
    const add = (name, id) => {
      if (this.ids[name].includes(id)) return;
      this.ids[name].push(id);
      this.owners.set(`${name}/${id}`, command.who);
    };
    add(resource === 'auth' ? 'users' : resource, body.id);
    if (resource === 'bookings') add('payments', body.payment.id);
    if (resource === 'schedules') this.schedules.set(body.id, body.eventId);
    if (resource === 'events') this.newEvent = body.id; // its schedule is found out by the test
  }

  // Signed in once more: takes the place of who they were.
  arrive(person, responses) {
    this.people = this.people.filter((each) => each !== person);
    this.people.push({ ...person, headers: responses.map(({ body }) => ({ authorization: `Bearer ${body.token}` })) });
  }
}
