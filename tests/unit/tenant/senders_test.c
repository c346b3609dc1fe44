/* The senders of messages: each tenant has its share. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "tenant/senders.h"
#include "base/banned.h"

static struct arena *arena;
static struct senders senders = SENDERS(SENDERS_OF_TENANT_MOST);

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void a_tenant_has_its_share(void **state)
{
	char owners[SENDERS_OF_TENANT_MOST + 2];

	(void)state;
	assert_string_equal(senders_last(&senders, arena), "");
	for (int i = 0; i < SENDERS_OF_TENANT_MOST; i++) {
		assert_string_equal(senders_full(&senders, arena), "[]");
		assert_true(sender_hold(&senders, &owners[i], "loud"));
	}
	assert_string_equal(senders_last(&senders, arena), "loud");
	assert_non_null(strstr(senders_full(&senders, arena), "\"loud\""));
	assert_false(sender_hold(&senders, &owners[SENDERS_OF_TENANT_MOST], "loud"));
	assert_true(sender_hold(&senders, &owners[SENDERS_OF_TENANT_MOST], "quiet"));
	assert_string_equal(senders_last(&senders, arena), "quiet");
	assert_null(strstr(senders_full(&senders, arena), "quiet"));
	assert_true(sender_hold(&senders, &owners[0], "loud")); /* begins anew, in its own place */
	assert_true(sender_release(&senders, &owners[0]));
	assert_false(sender_release(&senders, &owners[0]));
	assert_false(sender_release(&senders, &owners[1]));
	assert_string_equal(senders_full(&senders, arena), "[]");
	for (size_t i = 2; i < sizeof(owners); i++)
		assert_false(sender_release(&senders, &owners[i]));
}

static void there_are_senders_for_as_many_as_run(void **state)
{
	char owners[SENDERS_MOST], tenant[8];

	(void)state;
	for (int i = 0; i < SENDERS_MOST; i++) {
		snprintf(tenant, sizeof(tenant), "t%d", i / SENDERS_OF_TENANT_MOST);
		assert_true(sender_hold(&senders, &owners[i], arena_copy(arena, tenant)));
	}
	assert_false(sender_hold(&senders, &owners[0], "t1"));
	for (int i = 0; i < SENDERS_MOST; i++)
		(void)sender_release(&senders, &owners[i]);
	assert_string_equal(senders_full(&senders, arena), "[]");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = { CASE(a_tenant_has_its_share), CASE(there_are_senders_for_as_many_as_run) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
