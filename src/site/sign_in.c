/* The page /sign-in. */
#include "site/page.h"
#include "site/pages.h"

err sign_in_page(struct call *call, struct reader *reader, struct buf *out)
{
    static const struct form_input email = {.name = "email", .missing = "Enter your e-mail address"};
    static const struct form_input password = {.name = "password", .missing = "Enter your password", .secret = true};
    (void)reader;
    struct page_writer page;
    struct sign_in_view view;
    page_begin(&page, call, &view.page, "Sign in");
    view.action = page_action(call, "/sign-in");
    view.email = page_input(&page, &email);
    view.password = page_input(&page, &password);
    template_sign_in(out, &view);
    return OK;
}

str sign_in_next(struct call *call, const struct result *result)
{
    (void)result;
    return page_next(call).text;
}
