'use strict';

/* Seats of one schedule, booked for a person.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model, Op } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Booking extends Model {
    static associate(models) {
      this.belongsTo(models.User, {
        foreignKey: { name: 'userId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.belongsTo(models.Event, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.belongsTo(models.Schedule, {
        foreignKey: { name: 'scheduleId', allowNull: true }, onDelete: 'SET NULL', onUpdate: 'CASCADE',
      });
      this.hasOne(models.Payment, {
        foreignKey: { name: 'bookingId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
    }
  }

  Booking.init({
    /* Person who booked */
    userId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Users', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Event that is booked */
    eventId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Events', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Number of seats */
    quantity: {
      type: DataTypes.INTEGER, allowNull: false,
      validate: { min: 1, max: 50 },
    },
    /* pending (seats are held until expiresAt), confirmed, cancelled, expired or refunded */
    status: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'pending',
      validate: { isIn: [['pending', 'confirmed', 'cancelled', 'expired', 'refunded']] },
    },
    /* Total price at the time of booking, of quantity and cancelledQuantity */
    totalPrice: {
      type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,
    },
    /* Time of booking */
    bookingDate: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* Schedule that is booked; optional if the event has exactly one */
    scheduleId: {
      type: DataTypes.INTEGER, allowNull: true,
      references: { model: 'Schedules', key: 'id' }, onDelete: 'SET NULL', onUpdate: 'CASCADE',
    },
    /* When the hold expires; only while pending */
    expiresAt: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* Time of the last check-in */
    checkedInAt: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* Number of people who are checked in; 0 with a checkedInAt (from another client): all */
    checkedInQuantity: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* Gate or device of the last check-in */
    checkedInPlace: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Why the last check-in was undone */
    checkinUndone: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Seats that were paid and then given back; they are not part of quantity */
    cancelledQuantity: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* Name of the guest, such as a person without an account */
    guestName: {
      type: DataTypes.STRING, allowNull: true,
      validate: { len: [0, 200] },
    },
  }, {
    sequelize,
    modelName: 'Booking',
    tableName: 'Bookings',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'bookings_user_id', fields: ['userId'] },
      { name: 'bookings_event_id', fields: ['eventId'] },
      { name: 'bookings_status', fields: ['status'] },
      { name: 'bookings_schedule_id', fields: ['scheduleId'] },
      { name: 'bookings_status_expires_at', fields: ['status', 'expiresAt'],
        where: { [Op.and]: [sequelize.literal(`"expiresAt" IS NOT NULL`)] } },
    ],
  });

  return Booking;
};
