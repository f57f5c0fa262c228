'use strict';

/* All tables, indexes and triggers, as `boxoffice schema --sql` prints them. */
module.exports = require('../config/script')(__filename);
