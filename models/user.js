'use strict';

/* A person with an account.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class User extends Model {
    static associate(models) {
      this.hasMany(models.Booking, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.hasMany(models.SupportTicket, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.hasMany(models.SupportReply, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.hasMany(models.Session, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
      this.hasMany(models.Device, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
      this.hasMany(models.IdempotencyKey, {
        foreignKey: { name: 'userId', allowNull: true }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  User.init({
    /* E-mail address, also the sign-in name; stored in lower case */
    email: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [3, 254] },
    },
    /* Password; stored as an argon2id hash, never returned */
    password: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Name of the person */
    name: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 200] },
    },
    /* Whether the person is an administrator */
    isAdmin: {
      type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false,
    },
    /* Whether the e-mail address is verified */
    isVerified: {
      type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false,
    },
    /* Role of the person; isAdmin takes precedence */
    role: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'customer',
      validate: { isIn: [['customer', 'organizer', 'support']] },
    },
    /* 0, or the id once the row is deleted; deleted rows keep no unique value. Computed */
    deletedId: {
      type: sequelize.getDialect() === 'sqlite'
        ? 'INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL'
        : 'INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED',
    },
  }, {
    sequelize,
    modelName: 'User',
    tableName: 'Users',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'users_email', fields: ['email', 'deletedId'], unique: true },
      { name: 'users_is_admin', fields: ['isAdmin'] },
    ],
  });

  return User;
};
