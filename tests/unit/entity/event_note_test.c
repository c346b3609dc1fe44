#include "test.h"

#include "entity/event_note.h"

#include "base/banned.h"

static const char *asked_for;

static err_t reader(struct request *rq, const char *event, bool *wanted)
{
	(void)rq;
	asked_for = event;
	*wanted = !strcmp(event, "Role.Created");
	return strcmp(event, "broken") ? OK : ERR_STORE;
}

static void nobody_wants_anything_without_a_reader(void **state)
{
	bool wanted = true;

	(void)state;
	event_set_reader(NULL);
	assert_int_equal(event_read_wanted(NULL, "Role.Created", &wanted), OK);
	assert_false(wanted);
}

static void the_reader_decides_and_is_not_asked_about_nothing(void **state)
{
	bool wanted = true;

	(void)state;
	event_set_reader(reader);
	assert_int_equal(event_read_wanted(NULL, NULL, &wanted), OK);
	assert_false(wanted);
	assert_null(asked_for);
	assert_int_equal(event_read_wanted(NULL, "Role.Created", &wanted), OK);
	assert_true(wanted);
	assert_int_equal(event_read_wanted(NULL, "Role.Deleted", &wanted), OK);
	assert_false(wanted);
	assert_int_equal(event_read_wanted(NULL, "broken", &wanted), ERR_STORE);
}

static void notes_stand_in_the_order_they_were_made(void **state)
{
	struct arena *a = arena_new();
	struct request rq = { .arena = a };

	(void)state;
	for (int i = 0; i < 3; i++)
		event_note_add(&rq, &(struct event_note){ .event = arena_printf(a, "e%d", i), .next = rq.notes });
	assert_string_equal(rq.notes->event, "e0");
	assert_string_equal(rq.notes->next->event, "e1");
	assert_string_equal(rq.notes->next->next->event, "e2");
	assert_null(rq.notes->next->next->next);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_wants_anything_without_a_reader),
		cmocka_unit_test(the_reader_decides_and_is_not_asked_about_nothing),
		cmocka_unit_test(notes_stand_in_the_order_they_were_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
