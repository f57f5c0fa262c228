// Stock Sequelize 6 with the shipped models, unchanged, on a database that our program made and afterwards verifies.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Place, root } from '../ops/support.mjs';

// models/ and config/ as somebody would have them who installed Sequelize beside them.
function project(here) {
  cpSync(join(root, 'models'), here.path('models'), { recursive: true });
  mkdirSync(here.path('config'), { recursive: true });
  here.write('config/config.json', JSON.stringify({ development: { ...here.database.configuration, logging: false } }));
  symlinkSync(join(root, 'tests/node_modules'), here.path('node_modules'));
  delete process.env.NODE_ENV;
  return createRequire(here.path('main.js'))('./models');
}

const in_days = (days) => new Date(Date.now() + days * 86400000);

describe('stock Sequelize', () => {
  let here;
  let models;
  let user, venue, event, schedule;

  before(async () => {
    here = new Place();
    here.migrated();
    models = project(here);
    const { User, Venue, Event, Schedule } = models;
    user = await User.create({ email: 'stock@example.com', password: 'x'.repeat(60), name: 'Stock' });
    venue = await Venue.create({ name: 'Hall', address: 'Street 1', capacity: 100 });
    event = await Event.create({
      title: 'Concert', price: '12.50', capacity: 100, startDate: in_days(10), endDate: in_days(11), venueId: venue.id });
    schedule = await Schedule.create({
      eventId: event.id, startTime: event.startDate, endTime: event.endDate, availableSeats: 100 });
  });

  after(async () => {
    await models.sequelize.close();
    here.remove();
  });

  test('creates rows that keep the rules, with what belongs to them', async () => {
    const { Booking, Payment, sequelize } = models;
    const booking = await sequelize.transaction(async (transaction) => {
      await schedule.decrement('availableSeats', { by: 2, transaction });
      return Booking.create({
        userId: user.id, eventId: event.id, scheduleId: schedule.id, quantity: 2, status: 'confirmed', totalPrice: '25.00',
        bookingDate: new Date(),
        Payment: { transactionId: '01KDVX00000000000000000001', amount: '25.00', status: 'paid', paymentDate: new Date() },
      }, { include: Payment, transaction });
    });
    assert.ok(booking.id > 0 && booking.Payment.id > 0);
    assert.equal(booking.Payment.bookingId, booking.id);
    await schedule.reload();
    assert.equal(schedule.availableSeats, 98);
    here.done('verify');
  });

  test('finds rows with what they belong to', async () => {
    const { Event, Venue, Schedule, EventCategory, Booking, User, Payment } = models;
    await EventCategory.create({ eventId: event.id, name: 'Music' });
    const found = await Event.findOne({ where: { title: 'Concert' }, include: [Venue, Schedule, EventCategory] });
    assert.equal(found.Venue.name, 'Hall');
    assert.deepEqual(found.Schedules.map(({ id }) => id), [schedule.id]);
    assert.deepEqual(found.EventCategories.map(({ name }) => name), ['Music']);
    const booking = await Booking.findOne({ include: [User, Event, Schedule, { model: Payment, where: { status: 'paid' } }] });
    assert.equal(booking.User.email, 'stock@example.com');
    assert.equal(Number(booking.Payment.amount), 25); // PostgreSQL's driver gives text
  });

  test('reads and matches times to the millisecond', async () => {
    const { Event } = models;
    assert.equal((await Event.findByPk(event.id)).startDate.getTime(), event.startDate.getTime());
    assert.equal(await Event.count({ where: { startDate: event.startDate } }), 1);
  });

  test('two who change the same row: the second is told', async () => {
    const { Venue } = models;
    const first = await Venue.findByPk(venue.id);
    const second = await Venue.findByPk(venue.id);
    await first.update({ facilities: 'A bar' });
    await assert.rejects(second.update({ facilities: 'No bar' }), { name: 'SequelizeOptimisticLockError' });
    await second.reload();
    assert.equal(second.facilities, 'A bar');
    assert.equal(second.version, first.version);
    assert.equal(second.version, venue.version + 1);
  });

  test('also where the first does not know the version column', async () => {
    const { Venue, sequelize } = models;
    const stale = await Venue.findByPk(venue.id);
    await sequelize.query(`UPDATE "Venues" SET "facilities" = 'Nothing' WHERE "id" = ${venue.id}`);
    await assert.rejects(stale.update({ facilities: 'A garden' }), { name: 'SequelizeOptimisticLockError' });
  });

  test('deletes softly, and restores', async () => {
    const { EventCategory } = models;
    const category = await EventCategory.findOne({ where: { name: 'Music' } });
    await category.destroy();
    assert.equal(await EventCategory.count(), 0);
    assert.equal(await EventCategory.count({ paranoid: false }), 1);
    assert.ok((await EventCategory.findOne({ paranoid: false })).deletedAt instanceof Date);
    await category.restore();
    assert.equal(await EventCategory.count(), 1);
  });

  test('is told by the database what may not be', async () => {
    const { User, Venue, Booking, EventCategory, sequelize } = models;
    await assert.rejects(User.create({ email: 'stock@example.com', password: 'x'.repeat(60), name: 'Again' }),
      { name: 'SequelizeUniqueConstraintError' });
    await assert.rejects(EventCategory.create({ eventId: event.id, name: 'Music' }),
      { name: 'SequelizeUniqueConstraintError' });
    await assert.rejects(EventCategory.create({ eventId: 9999, name: 'Music' }),
      { name: 'SequelizeForeignKeyConstraintError' });
    await assert.rejects(Venue.destroy({ where: { id: venue.id }, force: true }),
      { name: 'SequelizeForeignKeyConstraintError' });
    // Sequelize takes every constraint for one of uniqueness; which it was, the cause tells.
    const because = (reason) => (error) => reason.test(error.parent?.message);
    await assert.rejects(sequelize.query('UPDATE "Schedules" SET "availableSeats" = -1'), because(/schedule_seats/));
    await assert.rejects(sequelize.query('DELETE FROM "AuditLogs"'), because(/append_only/));
    await assert.rejects(Booking.create({ userId: user.id, eventId: event.id, quantity: 1, status: 'lost' }),
      { name: 'SequelizeValidationError' });
    assert.equal(await User.count(), 1);
  });

  test('writes nothing past the audit log', async () => {
    const { AuditLog } = models;
    const log = await AuditLog.findAll({ where: { resource: 'venues', resourceId: venue.id }, order: ['id'] });
    assert.deepEqual(log.map(({ action, resourceVersion }) => [action, resourceVersion]),
      [['create', 0], ['update', 1], ['update', 2]]);
    assert.equal(log[2].actorId, 0);
    assert.equal(JSON.parse(log[1].after).facilities, 'A bar');
    const people = await AuditLog.findAll({ where: { resource: 'users' } });
    assert.ok(!JSON.stringify(people).includes('stock@example.com'));
  });

  test('leaves a database that verifies', () => {
    here.done('verify');
  });
});

// Tables, columns with types, nullability and defaults, keys and indexes, as the engine itself reports them; but not
// what the full-text search adds, which models do not know.
const structure = (here) => (here.engine === 'postgres' ? postgresStructure(here) : sqliteStructure(here));

async function postgresStructure(here) {
  const found = {};
  for (const [what, sql] of Object.entries({
    columns: `SELECT attrelid::regclass AS of, attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull,
      attidentity, pg_get_expr(adbin, adrelid) AS fallback FROM pg_attribute
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped
      AND atttypid <> 'xid8'::regtype /* of the audit log: its default fills it in, no client knows it */`,
    references: `SELECT conrelid::regclass AS of, pg_get_constraintdef(oid) AS name FROM pg_constraint
      WHERE contype IN ('p', 'f')`,
    indexes: `SELECT indrelid::regclass AS of, pg_get_indexdef(indexrelid) AS name FROM pg_index
      WHERE NOT indisprimary AND pg_get_indexdef(indexrelid) NOT LIKE '%USING gin%'`,
  })) {
    const rows = await here.query(`SELECT * FROM (${sql}) listed JOIN pg_class ON pg_class.oid = of
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'Sequelize%'
      AND relname NOT LIKE '%Search' AND relname <> 'PeopleEpochs' -- the engine's own, as the full-text tables of SQLite
      ORDER BY relname, name`);
    for (const { relname, of, name, type, attnotnull, attidentity, fallback } of rows) {
      found[relname] ??= { columns: [], references: [], indexes: [] };
      found[relname][what].push({ name, type, attnotnull, attidentity, fallback });
    }
  }
  return found;
}

async function sqliteStructure(here) {
  const tables = (await here.query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
    AND name NOT LIKE '%Search%' AND name NOT LIKE 'Sequelize%' AND name <> 'PeopleEpochs' ORDER BY name`)).map(({ name }) => name);
  const found = {};
  for (const table of tables) {
    const indexes = await here.query(`SELECT l.name, l."unique", l.partial, group_concat(i.name) AS columns
      FROM pragma_index_list('${table}') l, pragma_index_info(l.name) i WHERE l.origin = 'c' GROUP BY 1, 2, 3 ORDER BY 1`);
    found[table] = {
      columns: await here.query(`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('${table}') ORDER BY name`),
      references: await here.query(`SELECT "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list('${table}')
        ORDER BY "from"`),
      indexes,
    };
  }
  return found;
}

test('sync() of the models gives the tables of our migrations', async (t) => {
  const ours = new Place();
  const theirs = new Place();
  t.after(() => { ours.remove(); theirs.remove(); });
  ours.migrated();
  theirs.done('db:create');
  const { sequelize } = project(theirs);
  await sequelize.sync();
  await sequelize.close();
  const [expected, found] = [await structure(ours), await structure(theirs)];
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  for (const table of Object.keys(expected)) assert.deepEqual(found[table], expected[table], table);
});
