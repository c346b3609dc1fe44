/*
 * errand.h - what the tests of the lanes give to them: tasks whose steps do what a test says, and end as it says.
 */
#ifndef TESTS_UNIT_SERVER_ERRAND_H
#define TESTS_UNIT_SERVER_ERRAND_H

#include "world.h"

#include <pthread.h>

#include "http/client.h"

/* A task of the tests: its steps, one after the other, each with the way it ends. */
struct errand {
	struct request rq;
	struct { const struct step *step; err_t ends; bool keeps, writes; } path[8];
	int at;			/* step that comes next */
	int runs;
	struct call call;
	bool calls_all;		/* those beside it too */
	bool spoils;		/* COMMIT of the batch fails */
	bool cuts;		/* PostgreSQL: the connection is lost after the write */
	const char *runs_sql;	/* a statement that may take long; NULL: none */
	char name[16];
	char cause[512];	/* what the operator is told when the lane failed it */
	pthread_t threads[8];	/* that ran its steps */
};

extern const struct step read_step, scan_step, write_step, work_step, call_step;

/* An errand of one write that ends so. */
struct errand *errand_of(const char *name, err_t ends);
void errand_free(struct errand *d);
/* Gives it other steps. Those on WRITE write. */
void errand_lead(struct errand *d, int n, const struct step *const *steps);
/* lanes_take() */
bool errand_take(struct errand *d);
int errand_status(const struct errand *d);

/* Setup and teardown of a test: the lanes. */
int errands_begin(void **state);
int errands_end(void **state);
/* Steps have a second. */
void errands_restart_with_a_second(void **state);

/* Waits until so many have ended by `done`. */
void errands_wait(int n);
int errands_answered(void);
/* While it is on, every step waits before it does anything. */
void errands_hold(int on);
void errands_wait_until_held(void);

/* Whether a step of that name and place wrote, and that was committed. */
bool is_set(const char *name);
/* A statement that never ends; `writes`: that adds rows meanwhile, where the engine has no cheaper way to wait. */
const char *endless_sql(bool writes);
/* 503, and the message names what an operator can change. */
void check_late(const struct errand *d);

#define ERRAND(test) cmocka_unit_test_setup_teardown(test, errands_begin, errands_end)

/* The tests of both engines, for main(). */
#define ERRANDS_RUN(sqlite, postgres) WORLDS_RUN(sqlite, world_begin, postgres, world_begin_postgres)

#endif
