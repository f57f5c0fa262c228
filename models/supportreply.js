'use strict';

/* One message in the thread of a support ticket.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class SupportReply extends Model {
    static associate(models) {
      this.belongsTo(models.SupportTicket, {
        foreignKey: { name: 'supportTicketId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
      this.belongsTo(models.User, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
    }
  }

  SupportReply.init({
    /* Ticket of the reply */
    supportTicketId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'SupportTickets', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* Person who wrote the reply */
    userId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Users', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Text of the reply */
    body: {
      type: DataTypes.TEXT, allowNull: false,
      validate: { len: [1, 10000] },
    },
  }, {
    sequelize,
    modelName: 'SupportReply',
    tableName: 'SupportReplies',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'support_replies_support_ticket_id', fields: ['supportTicketId'] },
      { name: 'support_replies_user_id', fields: ['userId'] },
    ],
  });

  return SupportReply;
};
