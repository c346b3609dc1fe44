#include "base/secret.h"

#include "test.h"
#include "base/banned.h"

static void equal_means_same_length_and_same_bytes(void **state)
{
	struct secret a = secret_copy("s3cret", 6), b = secret_copy("s3cret", 6), c = secret_copy("s3creT", 6);
	struct secret prefix = secret_copy("s3c", 3), none = {0};

	(void)state;
	assert_true(secret_equal(&a, &b));
	assert_false(secret_equal(&a, &c));
	assert_false(secret_equal(&a, &prefix));
	assert_false(secret_equal(&prefix, &a));
	assert_false(secret_equal(&a, &none));
	assert_true(secret_equal_text(&a, "s3cret"));
	assert_false(secret_equal_text(&a, "s3cret!"));
	assert_false(secret_equal_text(&a, ""));
	assert_true(text_equal_secret("abc", "abc"));
	assert_false(text_equal_secret("abc", "abd"));
	assert_false(text_equal_secret("abc", "abcd"));
	assert_true(text_equal_secret("", ""));
	secret_done(&a);
	secret_done(&b);
	secret_done(&c);
	secret_done(&prefix);
}

static void done_leaves_nothing_and_may_come_twice(void **state)
{
	struct secret s = secret_copy("x", 1), empty = secret_copy(NULL, 0);

	(void)state;
	secret_done(&s);
	secret_done(&s);
	assert_null(s.bytes);
	assert_int_equal(s.len, 0);
	assert_true(secret_equal_text(&empty, ""));
	secret_done(&empty);
}

static void a_fingerprint_tells_only_whether_it_is_the_same_text(void **state)
{
	struct fingerprint one = fingerprint_of("s3cret", 6), same = fingerprint_of("s3cret", 6),
			   empty = fingerprint_of("", 0);
	static const char *const others[] = { "s3creT", "s3cre", "s3cret!", "" };

	(void)state;
	assert_true(fingerprint_equal(&one, &same));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct fingerprint other = fingerprint_of(others[i], strlen(others[i]));

		assert_false(fingerprint_equal(&one, &other));
	}
	assert_false(fingerprint_equal(&one, &empty));
	assert_null(memmem(&one, sizeof(one), "s3c", 3));
}

static void nothing_may_be_freed(void **state)
{
	(void)state;
	secret_free(NULL);
	secret_free(malloc(100));
}

RUN(T(equal_means_same_length_and_same_bytes), T(done_leaves_nothing_and_may_come_twice),
    T(a_fingerprint_tells_only_whether_it_is_the_same_text), T(nothing_may_be_freed))
