/* Hash tables in structs (uthash), which end the process like everything else when there is no memory. */
#ifndef BASE_HASH_TABLE_H
#define BASE_HASH_TABLE_H

#include "base/check.h"

#define uthash_fatal(reason) check_failed(reason, __FILE__, __LINE__)

#include <uthash.h>

#endif
