/* Money is an integer of minor units (cents) in C and decimal text elsewhere. Two decimals, up to 8 digits before them
 * (DECIMAL(10,2)). No floating-point arithmetic anywhere. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/str.h"

#define MONEY_MAX INT64_C(9999999999) /* 99999999.99 */

enum { MONEY_TEXT_SIZE = 16 };

/* "12.30"; the text is in buffer. Bounds: -MONEY_MAX <= minor <= MONEY_MAX. */
str money_to_text(int64_t minor, char buffer[static MONEY_TEXT_SIZE]);

/* "12", "12.3" or "12.30", optional minus sign; false for more decimals than two unless they are zeros, for anything
 * else, and outside the bounds. Exponents are not supported. */
bool money_from_text(str text, int64_t *ret_minor);

#endif
