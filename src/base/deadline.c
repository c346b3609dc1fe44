/* What is said of work that was not done in time, and whether the process is to end. */
#include "base/deadline.h"

#include <signal.h>

#include "base/banned.h"

err_t deadline_error(const struct deadline *d, const char *what)
{
	const char *limit = d->limit ? d->limit : "the database's own limit";

	if (deadline_is_cancelled(d))
		return err_set(ERR_BUSY, "%s: given up, since the server stops", what);
	if (d->error && d->error != ERR_DEADLINE)
		return err_set(d->error, "%s: not done in time", what);
	return err_arg(err_set(ERR_DEADLINE, "%s: not done in time (%s)", what, limit), "limit", limit);
}

bool end_is_asked(void)
{
	sigset_t waiting;

	return sigpending(&waiting) == 0 && (sigismember(&waiting, SIGTERM) || sigismember(&waiting, SIGINT));
}
