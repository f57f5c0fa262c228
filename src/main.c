/* boxoffice: an event-booking server in one program. What it does is a row in ops/commands.def; what can be set, in
 * schema/settings.def. */
#include "base/random.h"
#include "ops/cli.h"
#include "site/site.h"

int main(int argc, char **argv)
{
    random_start();
    site_start();
    return cli_main(argc, argv);
}
