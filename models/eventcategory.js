'use strict';

/* A label under which an event is found.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model, Op } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class EventCategory extends Model {
    static associate(models) {
      this.belongsTo(models.Event, {
        foreignKey: { name: 'eventId', allowNull: false }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
      });
    }
  }

  EventCategory.init({
    /* The event so labelled */
    eventId: {
      type: DataTypes.INTEGER, allowNull: false,
      references: { model: 'Events', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE',
    },
    /* The label: Music, Workshop, Family */
    name: {
      type: DataTypes.STRING, allowNull: false,
      validate: { len: [1, 100] },
    },
    /* What the label means here */
    description: {
      type: DataTypes.TEXT, allowNull: true,
      validate: { len: [0, 2000] },
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
      { name: 'event_categories_event_id_name', fields: ['eventId', 'name'], unique: true,
        where: { [Op.and]: [sequelize.literal(`"deletedAt" IS NULL`)] } },
    ],
  });

  return EventCategory;
};
