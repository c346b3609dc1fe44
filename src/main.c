/* The program begins here; cli/cli.c runs the verb. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
