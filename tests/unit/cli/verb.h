/*
 * verb.h - the rows of a noun, run in the transaction of `api`: no parsing, no process, and nothing is written.
 */
#ifndef TESTS_UNIT_CLI_VERB_H
#define TESTS_UNIT_CLI_VERB_H

#include "world.h"

#include "cli/cli.h"
#include "crypto/keys.h"

static const char *printed;	/* by the last one; lives until api_end() */

static int place_of(const struct verb *v, const char *name)
{
	for (int i = 0; v->options && v->options[i].name; i++)
		if (!strcmp(v->options[i].name, name))
			return i;
	fail_msg("there is no --%s", name);
	return 0;
}

/* `options`: name, value, …, NULL. In the tenant of `api`. */
static err_t verb_with(const struct verb *verb, const char *word, const char *const *options)
{
	struct invocation v = {
		.settings = world.settings, .verb = verb, .word = word, .arena = api.arena, .tx = api.tx,
	};
	err_t e;

	for (; *options; options += 2)
		v.options[place_of(verb, options[0])] = options[1];
	buffer_init(&v.out, MIB(1));
	err_clear();
	e = verb->work ? verb->work(&v) : OK;
	assert_int_equal(txn_savepoint(api.tx, api.tenant->id), OK);
	if (!e)
		e = verb->run(&v);
	assert_int_equal(e ? txn_rollback_to(api.tx) : txn_release(api.tx), OK);
	key_free(v.key);
	printed = arena_copy(api.arena, buffer_str(&v.out));
	buffer_done(&v.out);
	return e;
}

#define VERB(verb, word, ...) verb_with(verb, word, (const char *const[]){ __VA_ARGS__ __VA_OPT__(,) NULL })

/* Refused, with a sentence that holds this. */
#define REFUSED(expected, part, ...) \
	do { \
		assert_string_equal(err_name(VERB(__VA_ARGS__)), err_name(expected)); \
		if (!strstr(err_fault()->detail, part)) \
			fail_msg("'%s' should speak of %s", err_fault()->detail, part); \
		assert_string_equal(printed, ""); \
	} while (0)

/* A member of what was printed that is text. */
__attribute__((unused)) static const char *output_member(const char *member)
{
	json_t *all = json_loads(printed, 0, NULL);
	const char *text = arena_copy(api.arena, json_string_value(json_object_get(all, member)));

	json_decref(all);
	return text;
}

__attribute__((unused)) static void use_tenant(const char *tenant)
{
	assert_int_equal(tenant_find(api.tx, api.arena, tenant, &api.tenant), OK);
	txn_set_tenant(api.tx, api.tenant->id);
}

#endif
