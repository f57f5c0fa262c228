'use strict';

/* One dated session of an event, with its stock of seats.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Schedule extends Model {
    static associate(models) {
      this.belongsTo(models.Event, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
      this.hasMany(models.Booking, {
        foreignKey: { name: 'scheduleId', allowNull: true }, onDelete: 'SET NULL', onUpdate: 'CASCADE',
      });
    }
  }

  Schedule.init({
    /* Event of the schedule */
    eventId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Events', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* Start time */
    startTime: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* End time; sales end then, or earlier at the salesEnd of the event */
    endTime: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* Seats still available */
    availableSeats: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 0,
    },
    /* A cancelled schedule cannot be booked; one of a cancelled event stays active, but cannot either */
    status: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'active',
      validate: { isIn: [['active', 'cancelled']] },
    },
    /* When the schedule was cancelled */
    cancelledAt: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* Whether all bookings of the cancelled schedule have been ended and refunded */
    isSettled: {
      type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false,
    },
  }, {
    sequelize,
    modelName: 'Schedule',
    tableName: 'Schedules',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'schedules_event_id', fields: ['eventId'] },
      { name: 'schedules_start_time', fields: ['startTime'] },
      { name: 'schedules_end_time', fields: ['endTime'] },
      { name: 'schedules_status', fields: ['status'] },
    ],
  });

  return Schedule;
};
