'use strict';

/* A request for help.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class SupportTicket extends Model {
    static associate(models) {
      this.belongsTo(models.User, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.hasMany(models.SupportReply, {
        foreignKey: { name: 'supportTicketId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  SupportTicket.init({
    /* Person who opened the ticket */
    userId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Users', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Subject */
    subject: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 200] },
    },
    /* Description of the problem */
    description: {
      type: DataTypes.TEXT, allowNull: false,
      validate: { len: [1, 10000] },
    },
    /* open, pending (waiting for the person), resolved or closed */
    status: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'open',
      validate: { isIn: [['open', 'pending', 'resolved', 'closed']] },
    },
    /* Priority */
    priority: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'normal',
      validate: { isIn: [['low', 'normal', 'high', 'urgent']] },
    },
  }, {
    sequelize,
    modelName: 'SupportTicket',
    tableName: 'SupportTickets',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'support_tickets_user_id', fields: ['userId'] },
      { name: 'support_tickets_status', fields: ['status'] },
      { name: 'support_tickets_priority', fields: ['priority'] },
    ],
  });

  return SupportTicket;
};
