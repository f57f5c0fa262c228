/* What all pages share: their frame, their headers, and what a refused form says. */
#ifndef SITE_PAGE_H
#define SITE_PAGE_H

#include "api/call.h"
#include "base/parameters.h"
#include "site/views.h"

/* A page under way. */
struct page_writer {
    struct call *call;
    struct parameters typed; /* values of the form that was refused; none for a page of GET */
    struct page_view *view;
};

/* Begins a page: sets its headers, and in the view the title and, when a form was refused, why. */
void page_begin(struct page_writer *page, struct call *call, struct page_view *view, const char *title);

/* An input of the form: what was typed, and what is wrong with it. */
struct form_input {
    const char *name;    /* of the field, and id of the element */
    const char *missing; /* what to say when it was left empty: "Enter your e-mail address" */
    bool secret;         /* a password: not sent back */
};
struct input_view page_input(struct page_writer *page, const struct form_input *input);

/* Where the request says to go afterwards (?next=), a path of this site; "/" without one. */
struct url page_next(const struct call *call);

/* The address of a form that keeps ?next=. */
struct url page_action(const struct call *call, const char *path);

#endif
