#include "http/crowd.h"

#include "test.h"
#include "base/banned.h"

static struct address address(int network, int host)
{
	struct address a = { { 0x20, 0x01, [6] = (unsigned char)(network >> 8), [7] = (unsigned char)network } };

	a.bytes[15] = (unsigned char)host;
	return a;
}

/* How many connections the client gets before it is refused, of `wanted`. */
static int take(struct crowd *c, int network, int wanted)
{
	int n = 0;

	for (; n < wanted; n++) {
		struct address a = address(network, n);

		if (!crowd_admits(c, &a))
			break;
		assert_true(crowd_add(c, &a));
	}
	return n;
}

static void give_back(struct crowd *c, int network, int n)
{
	for (int i = 0; i < n; i++) {
		struct address a = address(network, i);

		crowd_remove(c, &a);
	}
}

static void the_last_quarter_is_for_those_who_have_few(void **state)
{
	struct crowd *c = crowd_new(100, 60);

	(void)state;
	assert_int_equal(take(c, 1, 100), 60);		/* the limit of one */
	assert_int_equal(take(c, 2, 100), 15);		/* three quarters of all */
	assert_int_equal(take(c, 3, 100), CROWD_FEW);
	assert_int_equal(take(c, 4, 100), CROWD_FEW);
	assert_int_equal(take(c, 2, 1), 0);
	give_back(c, 1, 60);
	assert_int_equal(take(c, 2, 100), 44);		/* three quarters of all, beside 31 of others */
	give_back(c, 2, 59);
	give_back(c, 3, CROWD_FEW);
	give_back(c, 4, CROWD_FEW);
	crowd_free(c);
}

static void without_a_limit_one_client_may_have_all(void **state)
{
	struct crowd *c = crowd_new(10, 0);

	(void)state;
	assert_int_equal(take(c, 1, 10), 10);
	give_back(c, 1, 10);
	crowd_free(c);
}

static void many_clients_are_counted_apart(void **state)
{
	struct crowd *c = crowd_new(100000, 5);

	(void)state;
	for (int i = 0; i < 2000; i++)
		assert_int_equal(take(c, i, 10), 5);
	for (int i = 0; i < 2000; i += 2)
		give_back(c, i, 5);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(take(c, i, 10), i % 2 ? 0 : 5);
	crowd_free(c);		/* with all that are in it */
}

RUN(T(the_last_quarter_is_for_those_who_have_few), T(without_a_limit_one_client_may_have_all),
    T(many_clients_are_counted_apart))
