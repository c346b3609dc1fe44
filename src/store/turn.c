/*
 * Turns among the processes that write to one file. Who waits for SQLite's lock looks for it now and then, at last ten
 * times a second. A server whose writer begins its next transaction as soon as one ends leaves gaps of microseconds,
 * and a verb beside it may see none of them for all of its time. So each asks for its turn first: a lock on a file of
 * its own, held only until the transaction has begun. While the verb has it and looks, the server does not begin.
 *
 * The turn is a courtesy. SQLite's lock alone keeps the data right, and who waits too long for the turn goes without.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/banned.h"

#define TURN_MS 1000	/* a process that was stopped while it had its turn costs no more */
#define LOOK_US 500

err_t turn_open(const char *path, int *out)
{
	char name[4096];
	int n = snprintf(name, sizeof(name), "%s-turn", path);

	if (n < 0 || (size_t)n >= sizeof(name))
		return err_set(ERR_STORE, "%s: the path is too long", path);
	*out = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return *out < 0 ? err_set(ERR_STORE, "%s: %s", name, strerrordesc_np(errno)) : OK;
}

void turn_close(int turn)
{
	if (turn >= 0)
		close(turn);
}

bool turn_take(int turn)
{
	int64_t until = clock_monotonic_us() + TURN_MS * 1000;

	if (turn < 0)
		return false;
	while (flock(turn, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (clock_monotonic_us() > until)
			return false;
		usleep(LOOK_US);
	}
	return true;
}

void turn_give(int turn)
{
	flock(turn, LOCK_UN);
}
