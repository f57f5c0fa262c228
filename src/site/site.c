/* See site.h. */
#include "site/site.h"

#include "api/present.h"
#include "base/check.h"
#include "domain/commands.h"
#include "site/assets.h"
#include "site/pages.h"

#define EVERYBODY ((1u << ROLE_COUNT) - 1)
#define SMALL     (16 * 1024)

static const struct route_row rows[] = {
#define PAGE(path_, page_, roles_, flags_, rate_, title)                                                               \
    {{.method = HTTP_GET,                                                                                              \
      .path = path_,                                                                                                   \
      .query = present_page,                                                                                           \
      .page = page_,                                                                                                   \
      .gives = GIVES_HTML,                                                                                             \
      .roles = roles_,                                                                                                 \
      .flags = (flags_) | UNLISTED,                                                                                    \
      .rate = RATE_##rate_,                                                                                            \
      .status = 200,                                                                                                   \
      .doc = title},                                                                                                   \
     ENTITY_NO_ENTITY},
#define FORM(path_, command_, takes_, entity_, roles_, flags_, body_max_, rate_, page_, next_, title)                  \
    {{.method = HTTP_POST,                                                                                             \
      .path = path_,                                                                                                   \
      .command = command_,                                                                                             \
      .page = page_,                                                                                                   \
      .next = next_,                                                                                                   \
      .takes = TAKES_##takes_,                                                                                         \
      .gives = GIVES_HTML,                                                                                             \
      .roles = roles_,                                                                                                 \
      .flags = (flags_) | UNLISTED,                                                                                    \
      .body_max = body_max_,                                                                                           \
      .rate = RATE_##rate_,                                                                                            \
      .status = 303,                                                                                                   \
      .doc = title},                                                                                                   \
     (int)ENTITY_##entity_},
#define ASSET(path_, query_)                                                                                           \
    {{.method = HTTP_GET,                                                                                              \
      .path = path_,                                                                                                   \
      .query = query_,                                                                                                 \
      .gives = GIVES_FILE(NULL, NULL),                                                                                 \
      .roles = EVERYBODY,                                                                                              \
      .flags = INSTANT | UNLISTED | NO_ACTOR,                                                                          \
      .rate = RATE_READ,                                                                                               \
      .status = 200,                                                                                                   \
      .doc = "Get a file of the pages"},                                                                               \
     ENTITY_NO_ENTITY},
#include "site/pages.def"
#undef PAGE
#undef FORM
#undef ASSET
};

void site_start(void)
{
    assets_start();
    routes_add(rows, COUNT_OF(rows));
}
