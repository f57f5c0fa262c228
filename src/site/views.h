/* The data of the templates in web/templates: a struct and a function for each of them. tools/template generates the
 * functions at build time. */
#ifndef SITE_VIEWS_H
#define SITE_VIEWS_H

#include "site/html.h"

struct message_view {
    struct url href; /* link to the input that the message is about; empty: none */
    str text;
};

struct messages_view {
    struct message_view *items;
    size_t count;
};

/* Of _head.html, which every page starts with. */
struct page_view {
    str title;
    struct url style;
    bool refused;                /* a form was refused: the page says so first */
    struct messages_view errors; /* why */
};

struct input_view {
    str value; /* as entered */
    str error;
};

struct sign_in_view {
    struct page_view page;
    struct url action;
    struct input_view email, password; /* the password is never sent back */
};

void template_sign_in(struct buf *out, const struct sign_in_view *view);

#endif
