'use strict';

/* The first answer to a request, for its repetitions.
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
    /* Number of the row */
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
    /* HTTP status of the answer */
    status: {
      type: DataTypes.INTEGER, allowNull: false,
    },
    /* Its Location */
    location: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Its ETag */
    etag: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Its body */
    body: {
      type: DataTypes.TEXT, allowNull: true,
    },
    /* Whose row it shows, else who asked, if signed in */
    userId: {
      type: DataTypes.INTEGER, allowNull: true,
      references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* When it is forgotten */
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
