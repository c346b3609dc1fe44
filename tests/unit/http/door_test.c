#include "http/door.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static bool is_known;
static int asked, settled;

static bool remembered(struct request *rq)
{
	asked++;
	if (is_known)
		rq->who.id = "ada";
	return is_known;
}

static err_t settle(struct request *rq)
{
	(void)rq;
	settled++;
	return err_set(ERR_UNAUTHORIZED, "a stranger");
}

static const struct door guarded = { "guarded", "Key", remembered, settle };
static const struct route closed_route = { GET, "/x" }, open_route = { GET, "/x", ANYONE };
static const struct route guarded_route = { GET, "/x", &guarded };

static void a_route_without_a_door_is_closed(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	f.rq.route = &closed_route;
	assert_false(door_recall(&f.rq));
	assert_int_equal(door_settle(&f.rq), ERR_FORBIDDEN);
	fake_done(&f);
}

static void anyone_comes_in_as_nobody(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	f.rq.route = &open_route;
	assert_true(door_recall(&f.rq));
	assert_int_equal(door_settle(&f.rq), OK);
	assert_null(f.rq.who.id);
	assert_null(ANYONE->security);
	fake_done(&f);
}

static void who_is_remembered_is_not_asked_again(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	f.rq.route = &guarded_route;
	assert_false(door_recall(&f.rq));
	assert_int_equal(settled, 0);
	assert_int_equal(door_settle(&f.rq), ERR_UNAUTHORIZED);
	assert_int_equal(settled, 1);
	is_known = true;
	assert_int_equal(door_settle(&f.rq), OK);
	assert_string_equal(f.rq.who.id, "ada");
	assert_int_equal(settled, 1);
	assert_int_equal(asked, 3);
	fake_done(&f);
}

RUN(T(a_route_without_a_door_is_closed), T(anyone_comes_in_as_nobody), T(who_is_remembered_is_not_asked_again))
