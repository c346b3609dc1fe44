#include "base/ids.h"

#include "base/arena.h"

#include <sys/wait.h>
#include <unistd.h>

#include "test.h"
#include "base/banned.h"

static void every_character_of_an_alphabet_is_about_equally_frequent(void **state)
{
	static const struct { enum alphabet of; int count; } sets[] = {
		{ ALPHABET_LOWER, 36 }, { ALPHABET_ALNUM, 62 }, { ALPHABET_URL, 64 }, { ALPHABET_HEX, 16 },
		{ ALPHABET_DIGITS, 10 },
	};
	char id[1001];

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
		int seen[256] = {0}, distinct = 0, each = 200000 / sets[s].count;

		for (int i = 0; i < 200; i++) {
			id_new(id, 1000, sets[s].of);
			for (int k = 0; k < 1000; k++)
				seen[(unsigned char)id[k]]++;
		}
		for (int c = 0; c < 256; c++) {
			distinct += seen[c] > 0;
			if (seen[c])	/* a bias of modulo would be a quarter; 15 % is above eight deviations */
				assert_in_range(seen[c], each * 85 / 100, each * 115 / 100);
		}
		assert_int_equal(distinct, sets[s].count);
	}
}

static void ids_have_their_length_and_differ(void **state)
{
	char a[ID_LONG + 1], b[ID_LONG + 1];

	(void)state;
	id_new(a, ID_LONG, ALPHABET_LOWER);
	for (int i = 0; i < 1000; i++) {
		id_new(b, ID_LONG, ALPHABET_LOWER);
		assert_int_equal(strlen(b), ID_LONG);
		assert_string_not_equal(a, b);
	}
	id_new(a, 0, ALPHABET_HEX);
	assert_string_equal(a, "");
}

static void an_id_may_live_in_an_arena(void **state)
{
	struct arena *a = arena_new();
	const char *x = id_make(a, ID_LONG, ALPHABET_URL), *y = id_make(a, ID_LONG, ALPHABET_URL);

	(void)state;
	assert_int_equal(strlen(x), ID_LONG);
	assert_int_equal(strlen(y), ID_LONG);
	assert_string_not_equal(x, y);
	arena_free(a);
}

static void random_bytes_fill_what_was_asked_for_and_no_more(void **state)
{
	unsigned char bytes[2000];
	static const size_t sizes[] = { 0, 1, 20, 128, 129, 512, 513, 1900 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		size_t n = sizes[i], zero = 0;

		memset(bytes, 0, sizeof(bytes));
		random_bytes(bytes, n);
		for (size_t k = 0; k < n; k++)
			zero += bytes[k] == 0;
		assert_true(n < 20 || zero < n / 4);
		for (size_t k = n; k < sizeof(bytes); k++)
			assert_int_equal(bytes[k], 0);
	}
}

static void a_forked_child_draws_other_bytes_than_its_parent(void **state)
{
	unsigned char mine[16], its[16];
	int ends[2], status;
	pid_t child;

	(void)state;
	random_bytes(mine, 1);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		random_bytes(its, sizeof(its));
		_exit(write(ends[1], its, sizeof(its)) != sizeof(its));
	}
	assert_true(child > 0);
	random_bytes(mine, sizeof(mine));
	assert_int_equal(read(ends[0], its, sizeof(its)), sizeof(its));
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_memory_not_equal(mine, its, sizeof(its));
	close(ends[0]);
	close(ends[1]);
}

RUN(T(every_character_of_an_alphabet_is_about_equally_frequent), T(ids_have_their_length_and_differ),
    T(an_id_may_live_in_an_arena), T(random_bytes_fill_what_was_asked_for_and_no_more),
    T(a_forked_child_draws_other_bytes_than_its_parent))
