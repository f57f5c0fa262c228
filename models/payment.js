'use strict';

/* The payment of a booking.
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
    /* Booking that is paid */
    bookingId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Bookings', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Payment reference, unique and in order of time */
    transactionId: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Amount due */
    amount: {
      type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,
    },
    /* Amount refunded so far */
    refundedAmount: {
      type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,
    },
    /* pending, paid, failed, refunded, partiallyRefunded, cancelled, or owed (it was paid after the hold expired and no seats were left; it has to be refunded) */
    status: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'pending',
      validate: { isIn: [['pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled', 'owed']] },
    },
    /* Payment method */
    paymentMethod: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'sandbox',
      validate: { isIn: [['free', 'sandbox', 'cash', 'banktransfer', 'complimentary']] },
    },
    /* Time of payment */
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
