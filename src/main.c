/* boxoffice, an event-booking server. Its commands are listed in ops/commands.def, its settings in
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
