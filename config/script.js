'use strict';

/* Implements every migration and seeder for sequelize-cli: runs the SQL file of the same name in one transaction. The
 * boxoffice program has the same SQL embedded and records the same names, so that each sees what the other did.
 *
 * Sequelize's query() would run only the first statement of a text on SQLite, so the script goes to the connection of
 * the transaction itself. */
const fs = require('node:fs');

const execute = {
  sqlite: (connection, sql) =>
    new Promise((resolve, reject) => connection.exec(sql, (error) => (error ? reject(error) : resolve()))),
  postgres: (connection, sql) => connection.query(sql),
};

async function run(queryInterface, file, direction) {
  const { sequelize } = queryInterface;
  const dialect = sequelize.getDialect();
  if (!(dialect in execute)) throw new Error(`dialect ${dialect} is not supported; use sqlite or postgres`);
  const sql = fs.readFileSync(file.replace(/\.js$/, `.${direction}.${dialect}.sql`), 'utf8');
  await sequelize.transaction((transaction) => execute[dialect](transaction.connection, sql));
}

module.exports = (file) => ({
  up: (queryInterface) => run(queryInterface, file, 'up'),
  down: (queryInterface) => run(queryInterface, file, 'down'),
});
