'use strict';

/* A season of invented events to look at and to try things on; `boxoffice serve --demo` names the sign-ins. */
module.exports = require('../config/script')(__filename);
