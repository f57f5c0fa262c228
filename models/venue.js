'use strict';

/* A place where events happen.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Venue extends Model {
    static associate(models) {
      this.hasMany(models.Event, {
        foreignKey: { name: 'venueId', allowNull: false }, onDelete: 'RESTRICT', onUpdate: 'CASCADE',
      });
    }
  }

  Venue.init({
    /* Name of the venue */
    name: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 200] },
    },
    /* Postal address */
    address: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 255] },
    },
    /* Maximum number of seats */
    capacity: {
      type: DataTypes.INTEGER, allowNull: false,
      validate: { min: 1, max: 1000000 },
    },
    /* Facilities, such as step-free access, parking or a bar */
    facilities: {
      type: DataTypes.TEXT, allowNull: true,
      validate: { len: [0, 2000] },
    },
  }, {
    sequelize,
    modelName: 'Venue',
    tableName: 'Venues',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'venues_name', fields: ['name'] },
    ],
  });

  return Venue;
};
