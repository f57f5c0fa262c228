'use strict';

/* Derived by `boxoffice schema --migration`: runs the SQL files of the same name. */
module.exports = require('../config/script')(__filename);
