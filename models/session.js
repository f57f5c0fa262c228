'use strict';

/* A signed-in session of a person on one device.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Session extends Model {
    static associate(models) {
      this.belongsTo(models.User, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  Session.init({
    /* Id of the row */
    id: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, primaryKey: true, autoIncrement: true,
    },
    /* Person who is signed in */
    userId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* SHA-256 of the token, in hex; the token itself is not stored */
    tokenHash: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* When the session expires */
    expiresAt: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* When the password was last entered in the session */
    authenticatedAt: {
      type: DataTypes.DATE, allowNull: true,
    },
  }, {
    sequelize,
    modelName: 'Session',
    tableName: 'Sessions',
    timestamps: true,
    indexes: [
      { name: 'sessions_user_id', fields: ['userId'] },
      { name: 'sessions_token_hash', fields: ['tokenHash'], unique: true },
      { name: 'sessions_expires_at', fields: ['expiresAt'] },
    ],
  });

  return Session;
};
