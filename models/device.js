'use strict';

/* A browser in which a person has signed in, recognised by a cookie.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Device extends Model {
    static associate(models) {
      this.belongsTo(models.User, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  Device.init({
    /* Id of the row */
    id: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, primaryKey: true, autoIncrement: true,
    },
    /* Person who signed in */
    userId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Users', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* SHA-256 of the cookie, in hex; the cookie itself is not stored */
    tokenHash: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* When the device is forgotten */
    expiresAt: {
      type: DataTypes.DATE, allowNull: false,
    },
  }, {
    sequelize,
    modelName: 'Device',
    tableName: 'Devices',
    timestamps: true,
    indexes: [
      { name: 'devices_user_id', fields: ['userId'] },
      { name: 'devices_token_hash', fields: ['tokenHash'], unique: true },
      { name: 'devices_expires_at', fields: ['expiresAt'] },
    ],
  });

  return Device;
};
