'use strict';

/* A category of an event.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class EventCategory extends Model {
    static associate(models) {
      this.belongsTo(models.Event, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  EventCategory.init({
    /* Event in the category */
    eventId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Events', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* Name of the category, such as Music, Workshop or Family */
    name: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 100] },
    },
    /* Description of the category */
    description: {
      type: DataTypes.TEXT, allowNull: true,
      validate: { len: [0, 2000] },
    },
    /* 0, or the id once the row is deleted; deleted rows keep no unique value. Computed */
    deletedId: {
      type: sequelize.getDialect() === 'sqlite'
        ? 'INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) VIRTUAL'
        : 'INTEGER GENERATED ALWAYS AS (CASE WHEN "deletedAt" IS NULL THEN 0 ELSE "id" END) STORED',
    },
  }, {
    sequelize,
    modelName: 'EventCategory',
    tableName: 'EventCategories',
    timestamps: true,
    paranoid: true,
    version: true,
    indexes: [
      { name: 'event_categories_event_id', fields: ['eventId'] },
      { name: 'event_categories_name', fields: ['name'] },
      { name: 'event_categories_event_id_name', fields: ['eventId', 'name', 'deletedId'], unique: true },
    ],
  });

  return EventCategory;
};
