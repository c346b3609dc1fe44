/* Verifies each kind of digest that users.password_algorithm can name; makes Argon2id. */
#include "crypto/password.h"

#include <argon2.h>
#include <crypt.h>
#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/base64.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/banned.h"

/*
 * What a stored digest may cost at most: some two seconds of a processor. One beyond that is refused at its import,
 * and verifies nothing.
 */
#define MEMORY_MOST_KIB 262144		/* of one digest, Argon2 or scrypt, and of all that are computed at once */
#define ARGON2_MOST_WORK 1048576	/* KiB times passes */
#define ARGON2_MOST_LANES 64
#define BCRYPT_MOST_COST 15		/* as a power of two */
#define PBKDF2_MOST_WORK 2000000	/* rounds times blocks of its hash */
#define SCRYPT_MOST_BLOCK 32
#define DERIVED_MAX 512			/* octets of PBKDF2 */

#define BCRYPT_READS 72			/* bytes of a password; it ignores the rest */

static void digest_done(EVP_MD **md)
{
	EVP_MD_free(*md);
}

/* -- the memory of all digests that are being computed -- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int64_t used_kib;
	uint64_t came, served;	/* who comes first is served first: so a large one does not wait for ever */
} memory = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0 };

/*
 * Waits until the memory is free. What is larger than all of it (the settings may ask for that) waits until it is
 * alone.
 */
static void memory_take(int64_t kib)
{
	uint64_t turn;

	pthread_mutex_lock(&memory.lock);
	turn = memory.came++;
	while (turn != memory.served || (memory.used_kib && memory.used_kib + kib > MEMORY_MOST_KIB))
		pthread_cond_wait(&memory.changed, &memory.lock);
	memory.served++;
	memory.used_kib += kib;
	pthread_cond_broadcast(&memory.changed);
	pthread_mutex_unlock(&memory.lock);
}

static void memory_give(int64_t kib)
{
	pthread_mutex_lock(&memory.lock);
	memory.used_kib -= kib;
	pthread_cond_broadcast(&memory.changed);
	pthread_mutex_unlock(&memory.lock);
}

/* -- Argon2 -- */

err_t password_hash(struct arena *a, const struct settings *settings, const char *password, const char **digest)
{
	char text[crypto_pwhash_STRBYTES];
	size_t len = strlen(password);
	int made;

	if (len > PASSWORD_MAX)
		return err_set(ERR_REQUEST_INPUT, "password of %zu bytes", len);
	if (sodium_init() < 0)
		return err_set(ERR_INTERNAL, "libsodium does not start");
	memory_take(settings->password_memory_kib);
	made = crypto_pwhash_str(text, password, len, (unsigned long long)settings->password_passes,
				 (size_t)settings->password_memory_kib * 1024);
	memory_give(settings->password_memory_kib);
	if (made != 0)
		return err_set(ERR_BUSY, "no memory to hash a password: %lld KiB are set",
			       (long long)settings->password_memory_kib);
	*digest = arena_copy(a, text);
	return OK;
}

/* One number of m=…,t=…,p=…; one beyond 32 bits is the largest of these. -1: it is not there. */
static int64_t argon2_number(const char *digest, const char *name)
{
	const char *at = strstr(digest, name);
	long n;

	if (!at || at[strlen(name)] < '0' || at[strlen(name)] > '9')
		return -1;
	n = strtol(at + strlen(name), NULL, 10);
	return n > INT_MAX ? INT_MAX : n;
}

struct argon2 {
	int64_t memory_kib, passes, lanes;
};

/* False: a number is missing or 0, so the digest verifies nothing. */
static bool argon2_read(const char *digest, struct argon2 *out)
{
	out->memory_kib = argon2_number(digest, "$m=");
	out->passes = argon2_number(digest, ",t=");
	out->lanes = argon2_number(digest, ",p=");
	return out->memory_kib > 0 && out->passes > 0 && out->lanes > 0;
}

static bool argon2_is_bounded(const struct argon2 *cost)
{
	return cost->memory_kib <= MEMORY_MOST_KIB && cost->lanes <= ARGON2_MOST_LANES &&
	       cost->memory_kib * cost->passes <= ARGON2_MOST_WORK;
}

static bool argon2_costs_too_much(const char *digest)
{
	struct argon2 cost;

	return argon2_read(digest, &cost) && !argon2_is_bounded(&cost);
}

/* The text, not the name of the algorithm, decides the variant. */
static bool argon2_compute(const char *digest, const char *password)
{
	size_t len = strlen(password);

	if (text_has_prefix(digest, "$argon2d$"))
		return argon2_verify(digest, password, len, Argon2_d) == ARGON2_OK;
	/* libsodium is faster than libargon2, and reads the current version only. */
	if (text_has_prefix(digest, "$argon2id$"))
		return text_has_prefix(digest, "$argon2id$v=19$") ?
			       crypto_pwhash_argon2id_str_verify(digest, password, len) == 0 :
			       argon2_verify(digest, password, len, Argon2_id) == ARGON2_OK;
	if (text_has_prefix(digest, "$argon2i$"))
		return text_has_prefix(digest, "$argon2i$v=19$") ?
			       crypto_pwhash_argon2i_str_verify(digest, password, len) == 0 :
			       argon2_verify(digest, password, len, Argon2_i) == ARGON2_OK;
	return false;
}

static bool argon2_matches(const char *digest, const char *password)
{
	struct argon2 cost;
	bool matches;

	if (!argon2_read(digest, &cost) || !argon2_is_bounded(&cost) || sodium_init() < 0)
		return false;
	memory_take(cost.memory_kib);
	matches = argon2_compute(digest, password);
	memory_give(cost.memory_kib);
	return matches;
}

/* -- bcrypt -- */

/* Its rounds, as a power of two; -1: not the fixed form. (crypt() would read other kinds of digest as well.) */
static int bcrypt_cost(const char *digest)
{
	if (strlen(digest) != 60 || digest[0] != '$' || digest[1] != '2' || !strchr("abxy", digest[2]) ||
	    digest[3] != '$' || digest[4] < '0' || digest[4] > '9' || digest[5] < '0' || digest[5] > '9')
		return -1;
	return (digest[4] - '0') * 10 + digest[5] - '0';
}

static bool bcrypt_costs_too_much(const char *digest)
{
	return bcrypt_cost(digest) > BCRYPT_MOST_COST;
}

static bool bcrypt_matches(const char *digest, const char *password)
{
	char read[BCRYPT_READS + 1] = "";
	struct crypt_data *work;
	char *made;
	bool matches;

	if (bcrypt_cost(digest) < 0 || bcrypt_costs_too_much(digest))
		return false;
	work = calloc(1, sizeof(*work));
	if (!work)
		return false;
	memcpy(read, password, strnlen(password, BCRYPT_READS));
	/* not crypt_r(): AddressSanitizer replaces that function, and the linker then drops the library */
	made = crypt_rn(read, digest, work, sizeof(*work));
	matches = made && text_equal_secret(made, digest);
	sodium_memzero(work, sizeof(*work));
	sodium_memzero(read, sizeof(read));
	free(work);
	return matches;
}

/* -- plain hashes -- */

static bool hex_equals(const unsigned char *bytes, size_t n, const char *hex)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * DERIVED_MAX + 1];

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * n] = 0;
	return text_equal_secret(text, hex);
}

/* NULL: unknown, or without output (there is a hash named NULL). */
static EVP_MD *digest_find(const char *name)
{
	EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);

	if (md && EVP_MD_get_size(md) > 0 && EVP_MD_get_size(md) <= EVP_MAX_MD_SIZE)
		return md;
	EVP_MD_free(md);
	return NULL;
}

static bool hash_matches(const char *name, const char *data, size_t len, const char *hex)
{
	CLEANUP(digest_done) EVP_MD *md = digest_find(name);
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	return md && EVP_Digest(data, len, out, &n, md, NULL) && hex_equals(out, n, hex);
}

/* -- Legacy: [algorithm, [arguments], hash] -- */

struct legacy {
	const char *algorithm, *hash;
	json_t *arguments;
};

/* `out` borrows from `root`. False: not this form, or no argument is "@", where the password goes. */
static bool legacy_parse(json_t *root, struct legacy *out)
{
	json_t *argument;
	size_t i;
	bool place = false;

	if (!json_is_array(root) || json_array_size(root) != 3)
		return false;
	out->algorithm = json_string_value(json_array_get(root, 0));
	out->arguments = json_array_get(root, 1);
	out->hash = json_string_value(json_array_get(root, 2));
	if (!out->algorithm || !out->hash || !json_is_array(out->arguments))
		return false;
	json_array_foreach(out->arguments, i, argument) {
		if (!json_is_string(argument))
			return false;
		place = place || !strcmp(json_string_value(argument), "@");
	}
	return place;
}

static const char *legacy_argument(const struct legacy *l, size_t i)
{
	return json_string_value(json_array_get(l->arguments, i));
}

static bool is_pbkdf2(const char *algorithm)
{
	return !strcmp(algorithm, "pbkdf2") || !strcmp(algorithm, "pbkdf2Sync");
}

/* A salt as octets: `hex:…` is decoded, other text stands for itself. -1: bad hex. */
static int salt_parse(const char *text, unsigned char *out, size_t max)
{
	size_t n = strlen(text);
	size_t made;

	if (!text_has_prefix(text, "hex:")) {
		if (n > max)
			return -1;
		memcpy(out, text, n);
		return (int)n;
	}
	if (n % 2 != 0 || sodium_hex2bin(out, max, text + 4, n - 4, NULL, &made, NULL) != 0 || made != (n - 4) / 2)
		return -1;
	return (int)made;
}

/* A decimal number; one beyond 32 bits is the largest of these. -1: it is not one. NULL is fine. */
static int64_t parse_number(const char *text)
{
	int64_t n = 0;

	if (!text || !*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		n = n * 10 + *text - '0';
		if (n > INT_MAX)
			n = INT_MAX;
	}
	return n;
}

struct pbkdf2 {
	const char *salt;
	int64_t rounds, size;
	EVP_MD *md;
};

static void pbkdf2_done(struct pbkdf2 *p)
{
	EVP_MD_free(p->md);
}

/* salt, iterations, keyLength, hashName, "@". False: one of them is missing or cannot be; pbkdf2_done() even then. */
static bool pbkdf2_read(const struct legacy *l, struct pbkdf2 *out)
{
	const char *name = legacy_argument(l, 3), *place = legacy_argument(l, 4);

	out->salt = legacy_argument(l, 0);
	out->rounds = parse_number(legacy_argument(l, 1));
	out->size = parse_number(legacy_argument(l, 2));
	out->md = name ? digest_find(name) : NULL;
	return out->salt && out->rounds > 0 && out->size > 0 && out->md && place && strcmp(place, "@") == 0;
}

/* Each block of what is derived takes all rounds. */
static bool pbkdf2_is_bounded(const struct pbkdf2 *p)
{
	int64_t block = EVP_MD_get_size(p->md);

	return p->size <= DERIVED_MAX && p->rounds * ((p->size + block - 1) / block) <= PBKDF2_MOST_WORK;
}

static bool pbkdf2_costs_too_much(const struct legacy *l)
{
	CLEANUP(pbkdf2_done) struct pbkdf2 p = {0};

	return pbkdf2_read(l, &p) && !pbkdf2_is_bounded(&p);
}

static bool pbkdf2_matches(const struct legacy *l, const char *password)
{
	CLEANUP(pbkdf2_done) struct pbkdf2 p = {0};
	unsigned char salt[1024], out[DERIVED_MAX];
	int salt_len;

	if (!pbkdf2_read(l, &p) || !pbkdf2_is_bounded(&p))
		return false;
	salt_len = salt_parse(p.salt, salt, sizeof(salt));
	return salt_len >= 0 &&
	       PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, salt_len, (int)p.rounds, p.md, (int)p.size,
				 out) &&
	       hex_equals(out, (size_t)p.size, l->hash);
}

/* Decodes base64 in either alphabet. The number of bytes; -1: not base64, NULL, or too long for `max`. */
static int decode_either_base64(const char *text, unsigned char *out, size_t max)
{
	char plain[1024];
	size_t n = text ? strlen(text) : sizeof(plain);

	if (n >= sizeof(plain) || n * 3 / 4 > max)
		return -1;
	for (size_t i = 0; i < n; i++)
		plain[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
	return text_base64_decode(plain, n, out);
}

/* The signer key, encrypted with what scrypt makes of the password, is the hash. */
static bool firebase_encrypt(const unsigned char *derived, const unsigned char *signer, int signer_len,
			     unsigned char *out)
{
	static const unsigned char zero[16];
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n = 0;
	bool fine = c && EVP_EncryptInit_ex2(c, EVP_aes_256_ctr(), derived, zero, NULL) &&
		    EVP_EncryptUpdate(c, out, &n, signer, signer_len);

	EVP_CIPHER_CTX_free(c);
	return fine && n == signer_len;
}

struct scrypt {
	int64_t block, cost;	/* cost: a power of two */
};

/* salt, signerKey, saltSeparator, rounds (block size), memCost, "@" */
static bool firebase_read(const struct legacy *l, struct scrypt *out)
{
	out->block = parse_number(legacy_argument(l, 3));
	out->cost = parse_number(legacy_argument(l, 4));
	return out->block > 0 && out->cost > 0;
}

/* scrypt takes 128 bytes for each block of each round; 0: beyond all bounds. */
static int64_t scrypt_kib(const struct scrypt *s)
{
	return s->cost < 30 && s->block <= SCRYPT_MOST_BLOCK ? ((s->block * 128) << s->cost) / 1024 + 1 : 0;
}

static bool scrypt_is_bounded(const struct scrypt *s)
{
	return scrypt_kib(s) > 0 && scrypt_kib(s) <= MEMORY_MOST_KIB;
}

static bool firebase_costs_too_much(const struct legacy *l)
{
	struct scrypt s;

	return firebase_read(l, &s) && !scrypt_is_bounded(&s);
}

/* With the memory that scrypt needs taken and given back. */
static bool scrypt_derive(const char *password, const unsigned char *salt, size_t salt_len, const struct scrypt *s,
			  unsigned char *out, size_t out_len)
{
	uint64_t block = (uint64_t)s->block, most = (UINT64_C(160) << s->cost) * block;
	int made;

	memory_take(scrypt_kib(s));
	made = EVP_PBE_scrypt(password, strlen(password), salt, salt_len, UINT64_C(1) << s->cost, block, 1, most, out,
			      out_len);
	memory_give(scrypt_kib(s));
	return made > 0;
}

static bool firebase_matches(const struct legacy *l, const char *password)
{
	unsigned char salt[768], signer[256], hash[256], made[256], derived[64];
	int salt_len = decode_either_base64(legacy_argument(l, 0), salt, 384),
	    signer_len = decode_either_base64(legacy_argument(l, 1), signer, sizeof(signer));
	int hash_len = decode_either_base64(l->hash, hash, sizeof(hash)), separator_len;
	const char *place = legacy_argument(l, 5);
	struct scrypt s;

	if (salt_len < 0 || signer_len < 1 || hash_len != signer_len || !firebase_read(l, &s) ||
	    !scrypt_is_bounded(&s) || !place || strcmp(place, "@") != 0)
		return false;
	separator_len = decode_either_base64(legacy_argument(l, 2), salt + salt_len, 384);
	return separator_len >= 0 &&
	       scrypt_derive(password, salt, (size_t)salt_len + (size_t)separator_len, &s, derived, sizeof(derived)) &&
	       firebase_encrypt(derived, signer, signer_len, made) && sodium_memcmp(made, hash, (size_t)hash_len) == 0;
}

/* The arguments side by side, every "@" replaced by the password. */
static bool legacy_hash_matches(const struct legacy *l, const char *password)
{
	struct buffer text;
	const json_t *argument;
	size_t i;
	bool matches;

	buffer_init(&text, MIB(2));
	json_array_foreach(l->arguments, i, argument) {
		const char *part = json_string_value(argument);

		buffer_text(&text, strcmp(part, "@") ? part : password);
	}
	matches = !text.full && hash_matches(l->algorithm, buffer_str(&text), text.len, l->hash);
	if (text.data)
		sodium_memzero(text.data, text.len);
	buffer_done(&text);
	return matches;
}

static bool legacy_matches(const char *digest, const char *password)
{
	json_auto_t *root = json_loads(digest, 0, NULL);
	struct legacy l;

	if (!legacy_parse(root, &l))
		return false;
	if (is_pbkdf2(l.algorithm))
		return pbkdf2_matches(&l, password);
	if (!strcmp(l.algorithm, "firebase-scrypt"))
		return firebase_matches(&l, password);
	return legacy_hash_matches(&l, password);
}

static bool legacy_costs_too_much(const char *digest)
{
	json_auto_t *root = json_loads(digest, 0, NULL);
	struct legacy l;

	if (!legacy_parse(root, &l))
		return false;
	if (is_pbkdf2(l.algorithm))
		return pbkdf2_costs_too_much(&l);
	return !strcmp(l.algorithm, "firebase-scrypt") && firebase_costs_too_much(&l);
}

/* A Legacy digest is JSON [algorithm, [arguments with "@"], hash], all texts. ERR_LEGACY_FORMAT, ERR_LEGACY_HASH. */
static err_t check_legacy(const char *digest)
{
	json_auto_t *root = json_loads(digest, 0, NULL);
	CLEANUP(digest_done) EVP_MD *md = NULL;
	struct legacy l;
	unsigned char salt[1024];

	if (!legacy_parse(root, &l))
		return err_set(ERR_LEGACY_FORMAT, "a legacy digest");
	if (is_pbkdf2(l.algorithm))
		return salt_parse(legacy_argument(&l, 0), salt, sizeof(salt)) >= 0 ?
			       OK :
			       err_set(ERR_LEGACY_FORMAT, "the salt of a legacy digest");
	if (!strcmp(l.algorithm, "firebase-scrypt"))
		return OK;
	md = digest_find(l.algorithm);
	return md ? OK : err_arg(err_set(ERR_LEGACY_HASH, "hash of a legacy digest"), "name", l.algorithm);
}

/* -- */

static const struct method {
	const char *algorithm;
	const char *hash;			/* plain, unsalted */
	bool (*matches)(const char *digest, const char *password);
	bool (*costs_too_much)(const char *digest);	/* NULL: never */
} methods[] = {
	{ "Argon2id", NULL, argon2_matches, argon2_costs_too_much },
	{ "Argon2i", NULL, argon2_matches, argon2_costs_too_much },
	{ "Argon2d", NULL, argon2_matches, argon2_costs_too_much },
	{ "Bcrypt", NULL, bcrypt_matches, bcrypt_costs_too_much },
	{ "MD5", "MD5", NULL, NULL },
	{ "SHA1", "SHA1", NULL, NULL },
	{ "SHA256", "SHA256", NULL, NULL },
	{ "Legacy", NULL, legacy_matches, legacy_costs_too_much },
};

/* NULL: unknown. */
static const struct method *method_find(const char *algorithm)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (!strcmp(algorithm, methods[i].algorithm))
			return &methods[i];
	return NULL;
}

bool password_verify(const char *algorithm, const char *digest, const char *password)
{
	const struct method *m = algorithm ? method_find(algorithm) : NULL;

	if (!m || !digest || strlen(password) > PASSWORD_MAX)
		return false;
	return m->hash ? hash_matches(m->hash, password, strlen(password), digest) : m->matches(digest, password);
}

err_t password_import_check(struct arena *a, const char *algorithm, const char *digest)
{
	const struct method *m = method_find(algorithm);
	err_t e = m && m->matches == legacy_matches ? check_legacy(digest) : OK;

	if (e || !m || !m->costs_too_much || !m->costs_too_much(digest))
		return e;
	return err_arg(err_set(ERR_REQUEST_INPUT, "a digest of %s that costs too much", algorithm), "reason",
		       arena_printf(a,
				    "To verify the digest costs too much: at most %d KiB of memory, %d KiB times"
				    " passes of Argon2, 2^%d rounds of bcrypt, %d rounds times blocks of PBKDF2.",
				    MEMORY_MOST_KIB, ARGON2_MOST_WORK, BCRYPT_MOST_COST, PBKDF2_MOST_WORK));
}

bool password_is_current(const char *algorithm, const char *digest, const char *password)
{
	if (!strcmp(algorithm, "Argon2i"))
		return true;	/* the contract leaves these digests as they are */
	if (!strcmp(algorithm, "Bcrypt") && strlen(password) >= BCRYPT_READS)
		return true;	/* it may be the start of the true password, or more than it */
	return !strcmp(algorithm, PASSWORD_ALGORITHM) && text_has_prefix(digest, "$argon2id$v=19$");
}
