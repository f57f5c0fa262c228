'use strict';

/* What every migration and seeder is for sequelize-cli: the SQL files beside it, run as they stand, each in one
 * transaction. The boxoffice program has the same SQL inside and records the same names, so that either of the two sees
 * what the other did.
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
  if (!(dialect in execute)) throw new Error(`boxoffice does not store in ${dialect}`);
  const sql = fs.readFileSync(file.replace(/\.js$/, `.${direction}.${dialect}.sql`), 'utf8');
  await sequelize.transaction((transaction) => execute[dialect](transaction.connection, sql));
}

module.exports = (file) => ({
  up: (queryInterface) => run(queryInterface, file, 'up'),
  down: (queryInterface) => run(queryInterface, file, 'down'),
});
