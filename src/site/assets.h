/* Files of web/static, served under names that contain a hash of their content ("/assets/site.0123456789abcdef.css"),
 * so that browsers can cache them forever. */
#ifndef SITE_ASSETS_H
#define SITE_ASSETS_H

#include "site/html.h"

/* Hashes all files. Call it once, before the other functions. */
void assets_start(void);

/* Address of a file by its name below web/static. Bounds: there is such a file. */
struct url asset_address(const char *name);

#endif
