'use strict';

/* One change of one row, written by triggers in the same transaction.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class AuditLog extends Model {
  }

  AuditLog.init({
    /* Number of the row */
    id: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, primaryKey: true, autoIncrement: true,
    },
    /* The user who caused it; 0 for nobody signed in, jobs and foreign writers */
    actorId: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* The role it was done in */
    actorRole: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* The request that caused it */
    requestId: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* create, update or delete */
    action: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Resource of the row */
    resource: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Its id */
    resourceId: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false,
    },
    /* Its version after the change */
    resourceVersion: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* The row before, as JSON without personal values and secrets */
    before: {
      type: DataTypes.TEXT, allowNull: true,
    },
    /* The row after, likewise */
    after: {
      type: DataTypes.TEXT, allowNull: true,
    },
  }, {
    sequelize,
    modelName: 'AuditLog',
    tableName: 'AuditLogs',
    timestamps: true,
    indexes: [
      { name: 'audit_logs_resource_resource_id', fields: ['resource', 'resourceId'] },
    ],
  });

  return AuditLog;
};
