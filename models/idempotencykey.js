'use strict';

/* The response to a request with an Idempotency-Key, kept for its repetitions.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class IdempotencyKey extends Model {
    static associate(models) {
      this.belongsTo(models.User, {
        foreignKey: { name: 'userId', allowNull: true }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  IdempotencyKey.init({
    /* Id of the row */
    id: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, primaryKey: true, autoIncrement: true,
    },
    /* Hash of actor, route and key */
    scope: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Hash of the request, salted with the key */
    fingerprint: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* HTTP status of the response */
    status: {
      type: DataTypes.INTEGER, allowNull: false,
    },
    /* Location header of the response */
    location: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* ETag header of the response */
    etag: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Body of the response */
    body: {
      type: DataTypes.TEXT, allowNull: true,
    },
    /* Owner of the row in the response, else the actor */
    userId: {
      type: DataTypes.INTEGER, allowNull: true,
      references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* Role of the actor, who sees in the response what that role may see */
    actorRole: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* When the response is no longer kept */
    expiresAt: {
      type: DataTypes.DATE, allowNull: false,
    },
  }, {
    sequelize,
    modelName: 'IdempotencyKey',
    tableName: 'IdempotencyKeys',
    timestamps: true,
    indexes: [
      { name: 'idempotency_keys_scope', fields: ['scope'], unique: true },
      { name: 'idempotency_keys_user_id', fields: ['userId'] },
      { name: 'idempotency_keys_expires_at', fields: ['expiresAt'] },
    ],
  });

  return IdempotencyKey;
};
