#include "store/fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>

#include "store/sqlite.h"

/* A writer that begins its next transaction as soon as one has ended, as a server does for which many wait. */
struct greedy {
	struct fixture *f;
	atomic_bool over;
	_Atomic int commits;
};

static void *write_without_a_gap(void *of)
{
	struct greedy *g = of;
	struct conn *c;
	struct txn *tx;

	CHECK_OK(conn_open(g->f->store, true, &c));
	while (!g->over) {
		CHECK_OK(txn_begin(c, "acme", true, &tx));
		usleep(30000);
		CHECK_OK(txn_commit(&tx));
		g->commits++;
	}
	conn_close(c);
	return NULL;
}

/* Without turns the first of these fails after five seconds: SQLite looks for its lock at moments when it is taken. */
static void who_waits_gets_a_turn_while_another_writes_without_a_gap(void **state)
{
	ON(SQLITE);
	struct greedy g = { .f = &f };
	struct txn *tx;
	pthread_t thread;
	char id[16];

	(void)state;
	assert_int_equal(0, pthread_create(&thread, NULL, write_without_a_gap, &g));
	while (!g.commits)
		usleep(1000);
	for (int i = 0; i < 10; i++) {
		tx = write_in(&f, "acme");
		snprintf(id, sizeof(id), "t%d", i);
		CHECK_OK(add(tx, id, id));
		CHECK_OK(txn_commit(&tx));
	}
	g.over = true;
	assert_int_equal(0, pthread_join(thread, NULL));
	assert_int_equal(10, count_in(&f, "acme"));
}

static void a_process_that_keeps_its_turn_stops_nobody(void **state)
{
	ON(SQLITE);
	char path[PATH_SIZE + 8];
	struct txn *tx;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s-turn", f.path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(0, flock(fd, LOCK_EX));
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	close(fd);
	assert_int_equal(1, count_in(&f, "acme"));
}

static void a_turn_ends_when_the_transaction_has_begun(void **state)
{
	ON(SQLITE);
	struct txn *tx = write_in(&f, "acme");
	int turn = -1;

	(void)state;
	CHECK_OK(turn_open(f.path, &turn));
	assert_true(turn_take(turn));
	turn_close(turn);
	txn_rollback(&tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_waits_gets_a_turn_while_another_writes_without_a_gap),
		cmocka_unit_test(a_process_that_keeps_its_turn_stops_nobody),
		cmocka_unit_test(a_turn_ends_when_the_transaction_has_begun),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
