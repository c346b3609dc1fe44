#include "test.h"

#include "store/libpq.h"
#include "base/banned.h"

static void every_function_is_there_once_it_is_loaded(void **state)
{
	const char *const names[] = {
#define F(name) #name,
		LIBPQ_FUNCTIONS(F)
#undef F
	};
	void *functions[ARRAY_LEN(names)];

	(void)state;
	assert_int_equal(sizeof(pq), sizeof(functions));
	assert_int_equal(libpq_load(), OK);
	assert_int_equal(libpq_load(), OK);
	memcpy(functions, &pq, sizeof(functions));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!functions[i])
			fail_msg("PQ%s is missing", names[i]);
	assert_true(pq.isthreadsafe());
}

static void what_it_gives_is_libpq(void **state)
{
	const char *const names[] = { "host", "port", "connect_timeout", NULL }, *const values[] = { "127.0.0.1", "1",
												     "1", NULL };
	PGconn *pg;

	(void)state;
	assert_int_equal(libpq_load(), OK);
	pg = pq.connectdbParams(names, values, 0);
	assert_int_equal(pq.status(pg), CONNECTION_BAD);
	assert_non_null(strstr(pq.errorMessage(pg), "refused"));
	pq.finish(pg);
}

RUN(T(every_function_is_there_once_it_is_loaded), T(what_it_gives_is_libpq))
