#include "crypto/keys.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"
#include "base/banned.h"

static struct key *public_key(const char *text, enum key_algorithm algorithm)
{
	json_t *jwk = json_loads(text, 0, NULL);
	struct key *key = NULL;

	assert_non_null(jwk);
	assert_int_equal(key_parse_jwk(jwk, algorithm, &key), OK);
	json_decref(jwk);
	return key;
}

/* Each algorithm but RSA, which is too slow to make here. */
static const enum key_algorithm quick[] = { KEY_ES256, KEY_ES384, KEY_EDDSA };

static void a_signature_fits_its_key_and_its_text(void **state)
{
	static const size_t lengths[] = { [KEY_ES256] = 64, [KEY_ES384] = 96, [KEY_EDDSA] = 64 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(quick); i++) {
		unsigned char s[KEY_SIGNATURE_MAX];
		struct key *key, *other, *seen;
		size_t n;

		assert_int_equal(key_generate(quick[i], NULL, &key), OK);
		assert_int_equal(key_generate(quick[i], NULL, &other), OK);
		seen = public_key(key_jwk(key), quick[i]);
		assert_string_equal(key_kid(seen), key_kid(key));
		assert_string_equal(key_jwk(seen), key_jwk(key));
		for (int round = 0; round < 20; round++) {	/* a leading zero in r or s now and then */
			assert_int_equal(key_sign(key, "text", 4, s, &n), OK);
			assert_int_equal(n, lengths[quick[i]]);
			assert_true(key_verify(key, "text", 4, s, n));
			assert_true(key_verify(seen, "text", 4, s, n));
		}
		assert_false(key_verify(other, "text", 4, s, n));
		assert_false(key_verify(key, "texu", 4, s, n));
		assert_false(key_verify(key, "text", 4, s, n - 1));
		assert_false(key_verify(key, "text", 4, s, 0));
		s[n / 2 + 3] ^= 1;
		assert_false(key_verify(key, "text", 4, s, n));
		memset(s, 0, sizeof(s));		/* r = s = 0 */
		assert_false(key_verify(key, "text", 4, s, n));
		assert_int_not_equal(key_sign(seen, "text", 4, s, &n), OK);
		key_free(key);
		key_free(other);
		key_free(seen);
	}
}

static void a_key_comes_back_from_its_private_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(quick); i++) {
		unsigned char s[KEY_SIGNATURE_MAX];
		struct secret der = {0};
		struct key *key, *back, *wrong;
		size_t n;

		assert_int_equal(key_generate(quick[i], NULL, &key), OK);
		assert_int_equal(key_private(key, &der), OK);
		assert_int_equal(key_parse(der.bytes, der.len, quick[i], &back), OK);
		assert_string_equal(key_kid(back), key_kid(key));
		assert_int_equal(key_sign(back, "text", 4, s, &n), OK);
		assert_true(key_verify(key, "text", 4, s, n));
		/* the algorithm is the key's */
		assert_int_equal(key_parse(der.bytes, der.len, quick[(i + 1) % 3], &wrong), ERR_INTERNAL);
		assert_int_equal(key_parse(der.bytes, der.len, KEY_RS256, &wrong), ERR_INTERNAL);
		assert_int_equal(key_parse(der.bytes, der.len - 1, quick[i], &wrong), ERR_INTERNAL);
		secret_done(&der);
		key_free(key);
		key_free(back);
	}
}

static void a_key_of_another_kind_or_size_is_refused(void **state)
{
	static const struct { const char *jwk; enum key_algorithm algorithm; } bad[] = {
		{ "{}", KEY_ES256 }, { "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", KEY_RS256 },
	};
	struct key *key;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_t *jwk = json_loads(bad[i].jwk, 0, NULL);

		assert_int_equal(key_parse_jwk(jwk, bad[i].algorithm, &key), ERR_INPUT);
		json_decref(jwk);
	}
}

static void algorithms_have_names(void **state)
{
	enum key_algorithm a;

	(void)state;
	for (enum key_algorithm i = KEY_ES256; i <= KEY_EDDSA; i++) {
		assert_true(key_algorithm_parse(key_algorithm_name(i), &a));
		assert_int_equal(a, i);
	}
	assert_false(key_algorithm_parse("none", &a));
	assert_false(key_algorithm_parse("HS256", &a));
}

/* -- what stays in memory -- */

enum { PIECE = 24 };

/* What a child made, so that no copy of it was ever in the heap of this process. */
struct made {
	unsigned char der[1024];
	size_t len;
	const unsigned char *piece;	/* in `der`: what is looked for */
};

static void make_elsewhere(enum key_algorithm algorithm, struct made *to)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		struct secret der;
		struct key *key;

		if (key_generate(algorithm, NULL, &key) || key_private(key, &der))
			_exit(1);
		memcpy(to->der, der.bytes, to->len = der.len);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* As it stands in DER, or turned round as OpenSSL and GMP keep numbers. */
static bool is_piece(const unsigned char *at, const struct made *m)
{
	size_t same = 0, turned = 0;

	while (same < PIECE && at[same] == m->piece[same])
		same++;
	while (turned < PIECE && at[PIECE - 1 - turned] == m->piece[turned])
		turned++;
	return same == PIECE || turned == PIECE;
}

/* Where the heap is. */
static bool find_heap(size_t *from, size_t *to)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	bool found = false;

	assert_non_null(maps);
	while (!found && fgets(line, sizeof(line), maps))
		found = strstr(line, "[heap]") && sscanf(line, "%zx-%zx", from, to) == 2;
	fclose(maps);
	return found;
}

/* How often the piece is in the heap, which is read into pages of their own. */
static int copies(const struct made *m)
{
	unsigned char *seen;
	int memory, n = 0;
	size_t from, to;
	ssize_t len;

	if (!find_heap(&from, &to))
		return 0;
	seen = mmap(NULL, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(seen != MAP_FAILED);
	memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	len = pread(memory, seen, to - from, (off_t)from);
	for (ssize_t i = 0; i + PIECE <= len; i++)
		n += is_piece(seen + i, m);
	munmap(seen, to - from);
	close(memory);
	return n;
}

static void a_private_key_leaves_nothing_in_memory(void **state)
{
	static const struct { enum key_algorithm algorithm; size_t at; } cases[] = {	/* in its PKCS#8 */
		{ KEY_ES256, 40 }, { KEY_ES384, 50 }, { KEY_EDDSA, 20 },
	};
	struct made *m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(m != MAP_FAILED);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct secret der;
		struct key *key;

		make_elsewhere(cases[i].algorithm, m);
		m->piece = m->der + cases[i].at;
		assert_int_equal(key_parse(m->der, m->len, cases[i].algorithm, &key), OK);
		if (copies(m) == 0) {	/* a sanitizer has its heap elsewhere */
			key_free(key);
			munmap(m, sizeof(*m));
			skip();
		}
		assert_int_equal(key_private(key, &der), OK);
		secret_done(&der);
		key_free(key);
		assert_int_equal(copies(m), 0);
	}
	munmap(m, sizeof(*m));
}

static atomic_bool given_up;

static void *give_up_soon(void *unused)
{
	(void)unused;
	usleep(20000);
	atomic_store(&given_up, true);
	return NULL;
}

/* A key of RSA takes a second or more: until one is there that another thread gives up in time. */
static void a_key_that_takes_long_is_given_up(void **state)
{
	const struct deadline until = { .at_us = INT64_MAX, .cancelled = &given_up };
	const struct deadline over = { .at_us = 1 };
	struct key *key;
	pthread_t thread;
	err_t e;

	(void)state;
	assert_int_equal(key_generate(KEY_RS256, &over, &key), ERR_DEADLINE);
	do {
		atomic_store(&given_up, false);
		assert_int_equal(pthread_create(&thread, NULL, give_up_soon, NULL), 0);
		e = key_generate(KEY_RS256, &until, &key);
		pthread_join(thread, NULL);
		if (!e)
			key_free(key);
	} while (!e);
	assert_int_equal(e, ERR_BUSY);
	assert_int_equal(key_generate(KEY_ES256, &until, &key), OK);	/* takes no time */
	key_free(key);
}

RUN(T(a_signature_fits_its_key_and_its_text), T(a_key_comes_back_from_its_private_form),
    T(a_key_of_another_kind_or_size_is_refused), T(algorithms_have_names),
    T(a_private_key_leaves_nothing_in_memory), T(a_key_that_takes_long_is_given_up))
