'use strict';

/* A backup of the embedded database in one place of its archive, and whether restoring it worked.
 * Written by `boxoffice schema --models`; change src/schema/entities.def instead. */
const { Model } = require('sequelize');

module.exports = (sequelize, DataTypes) => {
  class Backup extends Model {
  }

  Backup.init({
    /* Number of the place in BOXOFFICE_BACKUP_TO, from 1 */
    place: {
      type: DataTypes.INTEGER, allowNull: false,
    },
    /* Address of the place */
    address: {
      type: DataTypes.TEXT, allowNull: false,
    },
    /* Epoch of the archive, which rises when the database is restored; 0: not known */
    epoch: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, defaultValue: 0,
    },
    /* Last commit that was restored from it; 0: none */
    commit: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, defaultValue: 0,
    },
    /* Time of that commit */
    commitTime: {
      type: DataTypes.DATE, allowNull: true,
    },
    /* When the backup was begun */
    startedAt: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* When it was verified, or had failed */
    finishedAt: {
      type: DataTypes.DATE, allowNull: false,
    },
    /* Size of the restored database */
    bytes: {
      type: sequelize.getDialect() === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT, allowNull: false, defaultValue: 0,
    },
    /* SHA-256 of the content of the restored database, as `boxoffice digest` prints it */
    digest: {
      type: DataTypes.STRING, allowNull: true,
    },
    /* Whether the newest state was restored from it, sound and complete */
    isVerified: {
      type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false,
    },
    /* Why it is not verified */
    problem: {
      type: DataTypes.TEXT, allowNull: true,
    },
  }, {
    sequelize,
    modelName: 'Backup',
    tableName: 'Backups',
    timestamps: true,
    indexes: [
    ],
  });

  return Backup;
};
