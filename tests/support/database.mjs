// The database of one test, on the engine of the run: BOXOFFICE_TEST_ENGINE is sqlite (the default) or postgres. Both kinds
// have: engine, settings (the environment variable by which the program finds it), configuration (an environment of
// config/config.json, for stock clients), query(), plant(). Making and removing it is the program's work.
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { PostgresDatabase } from './postgres.mjs';

export class SqliteDatabase {
  constructor(storage) {
    this.engine = 'sqlite';
    this.storage = storage;
    this.settings = { BOXOFFICE_STORAGE: storage };
  }

  get configuration() {
    return { dialect: 'sqlite', storage: this.storage, seederStorage: 'sequelize' };
  }

  // Rows of one query by a stock connection, or its effect.
  query(sql) {
    return this.connected((database) => promisify(database.all.bind(database))(sql));
  }

  // A whole script by a stock connection, which does not check foreign keys or constraints: for planting violations.
  plant(sql) {
    return this.connected((database) => promisify(database.exec.bind(database))(
      `PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; ${sql}`));
  }

  async connected(use) {
    const database = new sqlite3.Database(this.storage);
    try {
      return await use(database);
    } finally {
      await promisify(database.close.bind(database))();
    }
  }
}

export const engineOfRun = process.env.BOXOFFICE_TEST_ENGINE ?? 'sqlite';

// A database that is not there yet; on SQLite it will be the file `storage`.
export function newDatabase(storage, engine = engineOfRun) {
  assert.ok(['sqlite', 'postgres'].includes(engine), `no engine ${engine}`);
  return engine === 'postgres' ? new PostgresDatabase() : new SqliteDatabase(storage);
}
