/* The list of public suffixes, by libpsl. */
#include "base/public_suffix.h"

#include <libpsl.h>
#include <pthread.h>

#include "base/banned.h"

static const psl_ctx_t *list;

static void load(void)
{
	list = psl_latest(NULL);
	if (!list)
		list = psl_builtin();
}

bool is_public_suffix(const char *domain)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return list && *domain && *domain != '.' &&
	       psl_is_public_suffix2(list, domain, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}
