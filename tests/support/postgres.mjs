// Databases on PostgreSQL for tests. ./test starts one private cluster for a run (tools/postgres) and names it in
// BOXOFFICE_TEST_POSTGRES; each server of a test has a database of its own in it, made by db:create under a random name
// and removed by db:drop. What a failed test leaves behind goes away with the cluster.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pg from 'pg';

// The cluster's URL with another database in it.
export function urlOf(name) {
  const cluster = process.env.BOXOFFICE_TEST_POSTGRES;
  assert.ok(cluster, 'BOXOFFICE_TEST_POSTGRES names a cluster; ./test starts one, as does tools/postgres');
  return cluster.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

export class PostgresDatabase {
  constructor() {
    this.engine = 'postgres';
    this.name = `test_${randomBytes(8).toString('hex')}`;
    this.url = urlOf(this.name);
    this.settings = { BOXOFFICE_DATABASE_URL: this.url };
  }

  // An environment of config/config.json. It has the parts, as sequelize-cli does not see a socket in a URL.
  get configuration() {
    const { host, user, database } = new pg.Client(this.url);
    return { dialect: 'postgres', host, username: user, database, seederStorage: 'sequelize' };
  }

  // Rows of one query by a stock connection, or its effect.
  async query(sql) {
    const client = new pg.Client(this.url);
    await client.connect();
    try {
      return (await client.query(sql)).rows ?? [];
    } finally {
      await client.end();
    }
  }

  // A whole script by a stock connection, with no trigger and no foreign key at work: for planting violations.
  plant(sql) {
    return this.query(`SET session_replication_role = replica; ${sql}`);
  }
}
