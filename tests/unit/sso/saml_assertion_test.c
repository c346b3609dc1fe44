/* An assertion signs in once, at each provider for itself and in each tenant for itself. */
#include "sso/saml_assertion.h"

#include <unistd.h>

#include "base/clock.h"
#include "world.h"

#include "base/banned.h"

static err_t use(struct txn *tx, const char *issuer, const char *id)
{
	struct arena *a = arena_new();
	err_t e = saml_assertion_use(tx, a, issuer, id, clock_ms() + 60000);

	arena_free(a);
	return e;
}

static void an_assertion_is_used_once(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	assert_int_equal(use(tx, "urn:a", "_1"), OK);
	assert_int_equal(use(tx, "urn:a", "_1"), ERR_SAML_REFUSED);
	assert_int_equal(use(tx, "urn:a", "_2"), OK);
	txn_rollback(&tx);
}

static void providers_may_use_the_same_ids(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	assert_int_equal(use(tx, "urn:a", "_1"), OK);
	assert_int_equal(use(tx, "urn:b", "_1"), OK);
	assert_int_equal(use(tx, "urn:b", "_1"), ERR_SAML_REFUSED);
	txn_rollback(&tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_assertion_is_used_once),
		cmocka_unit_test(providers_may_use_the_same_ids),
	};

	return WORLDS_RUN(tests, world_begin, tests, world_begin_postgres);
}
