'use strict';

/* Every model of this folder, connected as config/config.json says for NODE_ENV, and associated with the others:
 *
 *   const { Booking, Payment, sequelize } = require('./models');
 */
const fs = require('node:fs');
const path = require('node:path');
const Sequelize = require('sequelize');

const environment = process.env.NODE_ENV || 'development';
const configuration = require('../config/config.json')[environment];
if (!configuration) throw new Error(`config/config.json has no section "${environment}"`);

function connect({ use_env_variable: variable, url, ...options }) {
  const address = variable ? process.env[variable] : url;
  if (variable && !address) throw new Error(`${variable} is not set`);
  return address
    ? new Sequelize(address, options)
    : new Sequelize(options.database, options.username, options.password, options);
}

const sequelize = connect(configuration);
const models = {};

const files = fs.readdirSync(__dirname).filter((file) => file.endsWith('.js') && file !== path.basename(__filename));
for (const file of files.sort()) {
  const model = require(path.join(__dirname, file))(sequelize, Sequelize.DataTypes);
  models[model.name] = model;
}
for (const model of Object.values(models)) {
  if (model.associate) model.associate(models);
}

module.exports = { ...models, sequelize, Sequelize };
