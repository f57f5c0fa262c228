'use strict';

/* Implements every migration and seeder for sequelize-cli: runs the SQL file of the same name in one transaction. The
 * boxoffice program has the same SQL embedded and records the same names, so that each sees what the other did.
 *
 * query() of Sequelize would run only the first statement of a text on SQLite, so the script goes to the connection of
 * the transaction itself. There a migration may build a table anew, which requires that foreign keys are off; as that
 * switch has no effect inside of a transaction, the transaction, in which nothing was done yet, is begun again. */
const fs = require('node:fs');
const path = require('node:path');

const each = (connection, method, sql) =>
  new Promise((resolve, reject) =>
    connection[method](sql, (error, rows) => (error ? reject(error) : resolve(rows))));

async function executeSqlite(connection, sql, isMigration) {
  if (!isMigration) return each(connection, 'exec', sql);
  await each(connection, 'exec', 'ROLLBACK; PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
  await each(connection, 'exec', sql);
  const dangling = await each(connection, 'all', 'SELECT * FROM pragma_foreign_key_check');
  if (dangling.length > 0) throw new Error(`a row of ${dangling[0].table} would refer to a row that does not exist`);
}

const execute = {
  sqlite: executeSqlite,
  postgres: (connection, sql) => connection.query(sql),
};

async function run(queryInterface, file, direction) {
  const { sequelize } = queryInterface;
  const dialect = sequelize.getDialect();
  if (!(dialect in execute)) throw new Error(`dialect ${dialect} is not supported; use sqlite or postgres`);
  const sql = fs.readFileSync(file.replace(/\.js$/, `.${direction}.${dialect}.sql`), 'utf8');
  const isMigration = path.basename(path.dirname(file)) === 'migrations';
  await sequelize.transaction((transaction) => execute[dialect](transaction.connection, sql, isMigration));
}

module.exports = (file) => ({
  up: (queryInterface) => run(queryInterface, file, 'up'),
  down: (queryInterface) => run(queryInterface, file, 'down'),
});
