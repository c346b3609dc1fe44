#include "base/secret.h"

#include <openssl/crypto.h>
#include <stdio.h>

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

/* Whether the system will neither swap out the page of this address nor write it into a core. */
static bool is_locked(const void *at)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[512];
	size_t from, to;
	bool here = false, locked = false;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%zx-%zx ", &from, &to) == 2)
			here = (size_t)at >= from && (size_t)at < to;
		else if (here && !strncmp(line, "VmFlags:", 8))
			locked = strstr(line, " lo") && strstr(line, " dd");
	}
	fclose(maps);
	return locked;
}

/* Last, since it cannot be taken back. */
static void secrets_are_locked_and_leave_room_for_keys(void **state)
{
	struct secret all[3000], ordinary = secret_copy("ordinary", 8);
	size_t locked = 0;
	void *key;

	(void)state;
	assert_false(is_locked(ordinary.bytes));
	secret_memory_start();
	if (CRYPTO_secure_malloc_initialized() != 1)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		all[i] = secret_alloc(KIB(1));
		locked += CRYPTO_secure_allocated(all[i].bytes) == 1;
		assert_int_equal(all[i].bytes[0] | all[i].bytes[KIB(1) - 1], 0);
		memset(all[i].bytes, 'x', KIB(1));
	}
	assert_in_range(locked, 2040, 2048);		/* half of it */
	assert_false(secret_memory_is_low());
	assert_true(is_locked(all[0].bytes));
	key = OPENSSL_secure_malloc(MIB(1));		/* what keys need has a place */
	assert_int_equal(CRYPTO_secure_allocated(key), 1);
	assert_true(secret_memory_is_low());
	OPENSSL_secure_free(key);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		secret_done(&all[i]);
	assert_int_equal(CRYPTO_secure_used(), 0);
	secret_done(&ordinary);		/* of before */
}

RUN(T(equal_means_same_length_and_same_bytes), T(done_leaves_nothing_and_may_come_twice),
    T(a_fingerprint_tells_only_whether_it_is_the_same_text), T(nothing_may_be_freed),
    T(secrets_are_locked_and_leave_room_for_keys))
