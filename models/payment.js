'use strict';

/* The one payment of a booking.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Payment extends Model {
    static associate(models) {
      this.belongsTo(models.Booking, {
        foreignKey: { name: 'bookingId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
    }
  }

  Payment.init({
    /* What is paid for */
    bookingId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Bookings', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Unique and ordered by time; the reference on statements */
    transactionId: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* What is due */
    amount: {
      type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,
    },
    /* What was given back so far */
    refundedAmount: {
      type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,
    },
    /* pending, paid, failed, refunded, partiallyRefunded or cancelled */
    status: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'pending',
      validate: { isIn: [['pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled']] },
    },
    /* The provider that moves the money */
    paymentMethod: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'sandbox',
      validate: { isIn: [['free', 'sandbox', 'cash', 'banktransfer']] },
    },
    /* When it was paid */
    paymentDate: {
      type: DataTypes.DATE, allowNull: true,
    },
  }, {
    sequelize,
    modelName: 'Payment',
    tableName: 'Payments',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'payments_booking_id', fields: ['bookingId'], unique: true },
      { name: 'payments_transaction_id', fields: ['transactionId'], unique: true },
      { name: 'payments_status', fields: ['status'] },
    ],
  });

  return Payment;
};
