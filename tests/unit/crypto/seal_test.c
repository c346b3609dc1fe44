#include "crypto/seal.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "test.h"
#include "base/banned.h"

static const unsigned char key_a[SEAL_KEY_SIZE] = { 1 }, key_b[SEAL_KEY_SIZE] = { 2 };

struct fixture {
	struct arena *a;
	struct seal *seal;
};

static int start(void **state)
{
	static struct fixture f;

	f.a = arena_new();
	assert_int_equal(seal_new(key_a, &f.seal), OK);
	*state = &f;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	seal_free(f->seal);
	arena_free(f->a);
	return 0;
}

static struct slice wrap(struct fixture *f, const char *text)
{
	struct slice out;

	assert_int_equal(seal_wrap(f->seal, f->a, "p", "tenant", "row", text, strlen(text), &out), OK);
	return out;
}

static err_t unwrap(struct fixture *f, const char *purpose, const char *tenant, const char *id, struct slice s)
{
	struct secret out = {0};
	err_t e = seal_unwrap(f->seal, purpose, tenant, id, s.at, s.len, &out);

	secret_done(&out);
	return e;
}

static void what_is_sealed_opens_in_its_place(void **state)
{
	struct fixture *f = *state;
	struct slice s = wrap(f, "hush"), empty = wrap(f, "");
	struct secret out = {0};

	assert_int_equal(s.len, 4 + SEAL_OVERHEAD);
	assert_null(memmem(s.at, s.len, "hush", 4));
	assert_int_equal(seal_unwrap(f->seal, "p", "tenant", "row", s.at, s.len, &out), OK);
	assert_int_equal(out.len, 4);
	assert_string_equal((char *)out.bytes, "hush");
	secret_done(&out);
	assert_int_equal(seal_unwrap(f->seal, "p", "tenant", "row", empty.at, empty.len, &out), OK);
	assert_int_equal(out.len, 0);
	secret_done(&out);
}

static void it_opens_nowhere_else(void **state)
{
	struct fixture *f = *state;
	struct slice s = wrap(f, "hush");
	struct fixture other = { .a = f->a };

	assert_int_equal(unwrap(f, "q", "tenant", "row", s), ERR_INTERNAL);
	assert_int_equal(unwrap(f, "p", "tenan", "row", s), ERR_INTERNAL);
	assert_int_equal(unwrap(f, "p", "tenant", "row2", s), ERR_INTERNAL);
	assert_int_equal(unwrap(f, "pt", "enant", "row", s), ERR_INTERNAL);
	assert_int_equal(seal_new(key_b, &other.seal), OK);
	assert_int_equal(unwrap(&other, "p", "tenant", "row", s), ERR_INTERNAL);
	seal_free(other.seal);
}

static void every_changed_byte_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct slice s = wrap(f, "hush");
	char copy[64];

	for (size_t i = 0; i < s.len; i++) {
		memcpy(copy, s.at, s.len);
		copy[i] ^= 1;
		assert_int_equal(unwrap(f, "p", "tenant", "row", (struct slice){ copy, s.len }), ERR_INTERNAL);
	}
	for (size_t len = 0; len < s.len; len++)
		assert_int_equal(unwrap(f, "p", "tenant", "row", (struct slice){ s.at, len }), ERR_INTERNAL);
}

static void the_same_text_is_sealed_differently_each_time(void **state)
{
	struct slice a = wrap(*state, "hush"), b = wrap(*state, "hush");

	assert_memory_not_equal(a.at, b.at, a.len);
}

static void the_key_file_is_made_once_and_for_the_owner_only(void **state)
{
	char folder[FOLDER_SIZE], path[PATH_SIZE];
	struct settings settings = { .seal_key = "", .seal_key_file = "" };
	struct fixture *f = *state, first = { .a = f->a }, again = { .a = f->a };
	struct stat about;
	struct slice s;

	assert_non_null(folder_new(folder));
	settings.data = folder;
	assert_int_equal(seal_start(&settings, false, &first.seal), ERR_INTERNAL);	/* something was sealed */
	assert_int_equal(seal_start(&settings, true, &first.seal), OK);
	snprintf(path, sizeof(path), "%s/seal.key", folder);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	s = wrap(&first, "hush");
	assert_int_equal(seal_start(&settings, false, &again.seal), OK);
	assert_int_equal(unwrap(&again, "p", "tenant", "row", s), OK);
	seal_free(first.seal);
	seal_free(again.seal);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);	/* nothing else was left there */
}

static void a_key_that_is_none_is_refused(void **state)
{
	struct settings settings = { .data = "/nowhere", .seal_key = "c2hvcnQ=", .seal_key_file = "" };
	struct seal *s;

	(void)state;
	assert_int_equal(seal_start(&settings, true, &s), ERR_INTERNAL);
	settings.seal_key = "";
	settings.seal_key_file = "/nowhere/key";
	assert_int_equal(seal_start(&settings, true, &s), ERR_INTERNAL);
	settings.seal_key = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
	assert_int_equal(seal_start(&settings, true, &s), OK);
	seal_free(s);
}

static void a_digest_belongs_to_its_text_its_place_and_its_key(void **state)
{
	struct fixture *f = *state, other = { .a = f->a };
	char one[SEAL_DIGEST_SIZE], two[SEAL_DIGEST_SIZE];
	static const struct { const char *purpose, *id, *text; } others[] = {
		{ "q", "row", "hush" }, { "p", "row2", "hush" }, { "p", "row", "hus" }, { "p", "rowh", "ush" },
		{ "pr", "ow", "hush" }, { "p", "row", "" },
	};

	assert_true(seal_digest(f->seal, "p", "row", "hush", one));
	assert_int_equal(strlen(one), SEAL_DIGEST_SIZE - 1);
	assert_true(seal_digest(f->seal, "p", "row", "hush", two));
	assert_string_equal(one, two);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_true(seal_digest(f->seal, others[i].purpose, others[i].id, others[i].text, two));
		assert_string_not_equal(one, two);
	}
	assert_int_equal(seal_new(key_b, &other.seal), OK);
	assert_true(seal_digest(other.seal, "p", "row", "hush", two));
	assert_string_not_equal(one, two);
	seal_free(other.seal);
}

#define F(function) cmocka_unit_test_setup_teardown(function, start, stop)
RUN(F(what_is_sealed_opens_in_its_place), F(it_opens_nowhere_else), F(every_changed_byte_is_noticed),
    F(the_same_text_is_sealed_differently_each_time), F(the_key_file_is_made_once_and_for_the_owner_only),
    F(a_key_that_is_none_is_refused), F(a_digest_belongs_to_its_text_its_place_and_its_key))
