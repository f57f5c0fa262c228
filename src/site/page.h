/* Shared by all pages: the frame, the headers, and the messages of a refused form. */
#ifndef SITE_PAGE_H
#define SITE_PAGE_H

#include "api/call.h"
#include "base/parameters.h"
#include "site/views.h"

/* A page being written. */
struct page_writer {
    struct call *call;
    struct parameters typed; /* values of the form that was refused; none for a page of GET */
    struct page_view *view;
};

/* Begins a page: sets its headers, and in the view the title and, when a form was refused, why. */
void page_begin(struct page_writer *page, struct call *call, struct page_view *view, const char *title);

/* An input of the form. */
struct form_input {
    const char *name;    /* of the field, and id of the element */
    const char *missing; /* message when it was left empty: "Enter your e-mail address" */
    bool secret;         /* a password: not sent back */
};
struct input_view page_input(struct page_writer *page, const struct form_input *input);

/* The path of this site to go to afterwards, from the request (?next=); "/" if it has none. */
struct url page_next(const struct call *call);

/* The action URL of a form, which keeps ?next=. */
struct url page_action(const struct call *call, const char *path);

#endif
