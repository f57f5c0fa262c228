'use strict';

/* One change of one row, written by triggers in the same transaction.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class AuditLog extends Model {
  }

  AuditLog.init({
    /* Id of the row */
    id: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, primaryKey: true, autoIncrement: true,
    },
    /* User who made the change; 0 for requests without sign-in, background jobs and other clients */
    actorId: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* Role of that user */
    actorRole: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Request that made the change */
    requestId: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* create, update, delete or restore */
    action: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Resource of the changed row */
    resource: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Id of the changed row */
    resourceId: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false,
    },
    /* Version of the row after the change */
    resourceVersion: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* Row before the change, as JSON without personal values and secrets */
    before: {
      type: DataTypes.TEXT, allowNull: true,
    },
    /* Row after the change, as JSON without personal values and secrets */
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
