'use strict';

/* An event for which seats can be booked.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Event extends Model {
    static associate(models) {
      this.belongsTo(models.Venue, {
        foreignKey: { name: 'venueId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
      this.hasMany(models.Schedule, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
      this.hasMany(models.EventCategory, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
      this.hasMany(models.Booking, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
    }
  }

  Event.init({
    /* Title */
    title: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 200] },
    },
    /* Description, in Markdown */
    description: {
      type: DataTypes.TEXT, allowNull: true,
      validate: { len: [0, 20000] },
    },
    /* Price of one seat; 0.00 means free */
    price: {
      type: DataTypes.DECIMAL(10, 2), allowNull: false, defaultValue: 0,
    },
    /* Seats of each schedule; at most the capacity of the venue */
    capacity: {
      type: DataTypes.INTEGER, allowNull: false,
      validate: { min: 1, max: 1000000 },
    },
    /* Address of a picture, http or https */
    imageUrl: {
      type: DataTypes.STRING, allowNull: true,
      validate: { len: [0, 255] },
    },
    /* Start of the event */
    startDate: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* End of the event */
    endDate: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* Venue of the event */
    venueId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Venues', key: 'id' }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
    },
    /* Drafts are visible to organizers and admins only; cancelled events cannot be booked */
    status: {
      type: DataTypes.STRING, allowNull: false, defaultValue: 'published',
      validate: { isIn: [['draft', 'published', 'cancelled']] },
    },
    /* When sales start; null: they have started */
    salesStart: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* When sales end, if that is before the end of the schedule; null: with the schedule */
    salesEnd: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* Seats of one schedule that one person can have, paid or held, or gave back during the last 15 minutes */
    maxSeatsPerPerson: {
      type: DataTypes.INTEGER, allowNull: false, defaultValue: 10,
      validate: { min: 1, max: 1000000 },
    },
    /* Whether only people with a verified account can book */
    verifiedOnly: {
      type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false,
    },
    /* When the event was cancelled */
    cancelledAt: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* Whether all bookings of the cancelled event have been ended and refunded */
    isSettled: {
      type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false,
    },
  }, {
    sequelize,
    modelName: 'Event',
    tableName: 'Events',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'events_price', fields: ['price'] },
      { name: 'events_start_date', fields: ['startDate'] },
      { name: 'events_end_date', fields: ['endDate'] },
      { name: 'events_venue_id', fields: ['venueId'] },
      { name: 'events_status', fields: ['status'] },
    ],
  });

  return Event;
};
