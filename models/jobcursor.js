'use strict';

/* How far a background job has read the audit log.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class JobCursor extends Model {
  }

  JobCursor.init({
    /* Name of the job */
    name: {
      type: DataTypes.STRING, allowNull: false,
    },
    /* Position up to which it has read, in a form of the store's own */
    position: {
      type: DataTypes.TEXT, allowNull: false,
    },
  }, {
    sequelize,
    modelName: 'JobCursor',
    tableName: 'JobCursors',
    timestamps: true,
    indexes: [
      { name: 'job_cursors_name', fields: ['name'], unique: true },
    ],
  });

  return JobCursor;
};
