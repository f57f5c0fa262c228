/* The functions of pages.def, by file. */
#ifndef SITE_PAGES_H
#define SITE_PAGES_H

#include "api/routes.h"

/* sign_in.c */
page_function sign_in_page;
next_function sign_in_next;

/* assets.c */
query_function asset_read;

#endif
