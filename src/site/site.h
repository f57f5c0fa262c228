/* The pages of this server, as rows of the one route table. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

/* Adds the rows of pages.def to the route table (api/routes.h). Once, before the table is used. */
void site_start(void);

#endif
