'use strict';

/* Actor of the running transaction: one row, read by the audit triggers.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class AuditContext extends Model {
  }

  AuditContext.init({
    /* See AuditLogs */
    actorId: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* See AuditLogs */
    actorRole: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* See AuditLogs */
    requestId: {
      type: DataTypes.STRING, allowNull: true,
    },
  }, {
    sequelize,
    modelName: 'AuditContext',
    tableName: 'AuditContexts',
    timestamps: true,
    indexes: [
    ],
  });

  return AuditContext;
};
