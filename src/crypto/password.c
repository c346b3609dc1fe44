/* Verifies each kind of digest that users.password_algorithm can name; makes Argon2id. */
#include "crypto/password.h"

#include <argon2.h>
#include <crypt.h>
#include <jansson.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/base64.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/banned.h"

/* What a stored digest may cost at most; beyond that it verifies nothing. */
#define ARGON2_MOST_KIB (1024 * 1024)
#define ARGON2_MOST_WORK ((int64_t)16 * 1024 * 1024)	/* KiB times passes */
#define BCRYPT_MOST_ROUNDS 16				/* as a power of two */
#define BCRYPT_READS 72					/* bytes of a password; it ignores the rest */
#define PBKDF2_MOST_ROUNDS 10000000
#define SCRYPT_MOST_COST 17				/* as a power of two */
#define SCRYPT_MOST_BLOCK 32
#define DERIVED_MAX 512					/* octets */

static void digest_done(EVP_MD **md)
{
	EVP_MD_free(*md);
}

/* -- Argon2 -- */

err_t password_hash(struct arena *a, const struct settings *settings, const char *password, const char **digest)
{
	char text[crypto_pwhash_STRBYTES];
	size_t len = strlen(password);

	if (len > PASSWORD_MAX)
		return err_set(ERR_REQUEST_INPUT, "password of %zu bytes", len);
	if (sodium_init() < 0)
		return err_set(ERR_INTERNAL, "libsodium does not start");
	if (crypto_pwhash_str(text, password, len, (unsigned long long)settings->password_passes,
			      (size_t)settings->password_memory_kib * 1024) != 0)
		return err_set(ERR_BUSY, "no memory to hash a password: %lld KiB are set",
			       (long long)settings->password_memory_kib);
	*digest = arena_copy(a, text);
	return OK;
}

/* One number of m=…,t=…,p=…; -1: it is not there. */
static int64_t argon2_number(const char *digest, const char *name)
{
	const char *at = strstr(digest, name);
	char *end;
	long n;

	if (!at || at[strlen(name)] < '0' || at[strlen(name)] > '9')
		return -1;
	n = strtol(at + strlen(name), &end, 10);
	return n > ARGON2_MOST_WORK ? ARGON2_MOST_WORK : n;
}

static bool argon2_is_bounded(const char *digest)
{
	int64_t memory = argon2_number(digest, "$m="), passes = argon2_number(digest, ",t="),
		lanes = argon2_number(digest, ",p=");

	return memory > 0 && passes > 0 && lanes > 0 && memory <= ARGON2_MOST_KIB && lanes <= 64 &&
	       memory * passes <= ARGON2_MOST_WORK;
}

/* The text, not the name of the algorithm, decides the variant. */
static bool argon2_matches(const char *digest, const char *password)
{
	size_t len = strlen(password);

	if (!argon2_is_bounded(digest) || sodium_init() < 0)
		return false;
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

/* -- bcrypt -- */

/* The fixed form is checked first: crypt() would read other kinds of digest as well. */
static bool bcrypt_matches(const char *digest, const char *password)
{
	char read[BCRYPT_READS + 1] = "";
	struct crypt_data *work;
	char *made;
	bool matches;
	int rounds;

	if (strlen(digest) != 60 || digest[0] != '$' || digest[1] != '2' || !strchr("abxy", digest[2]) ||
	    digest[3] != '$' || digest[4] < '0' || digest[4] > '9' || digest[5] < '0' || digest[5] > '9')
		return false;
	rounds = (digest[4] - '0') * 10 + digest[5] - '0';
	work = rounds <= BCRYPT_MOST_ROUNDS ? calloc(1, sizeof(*work)) : NULL;
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

/* A decimal number from 0 to `most`; -1: it is not one. NULL is fine. */
static int parse_number(const char *text, int most)
{
	int n = 0;

	if (!text || !*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || n > (INT_MAX - 9) / 10)
			return -1;
		n = n * 10 + *text - '0';
	}
	return n <= most ? n : -1;
}

/* salt, iterations, keyLength, hashName, "@" */
static bool pbkdf2_matches(const struct legacy *l, const char *password)
{
	const char *salt_text = legacy_argument(l, 0), *name = legacy_argument(l, 3), *place = legacy_argument(l, 4);
	int rounds = parse_number(legacy_argument(l, 1), PBKDF2_MOST_ROUNDS),
	    size = parse_number(legacy_argument(l, 2), DERIVED_MAX);
	CLEANUP(digest_done) EVP_MD *md = NULL;
	unsigned char salt[1024], out[DERIVED_MAX];
	int salt_len = salt_text ? salt_parse(salt_text, salt, sizeof(salt)) : -1;

	if (salt_len < 0 || rounds < 1 || size < 1 || !name || !place || strcmp(place, "@") != 0)
		return false;
	md = digest_find(name);
	return md && PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, salt_len, rounds, md, size, out) &&
	       hex_equals(out, (size_t)size, l->hash);
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

/* salt, signerKey, saltSeparator, rounds (block size), memCost (a power of two), "@" */
static bool firebase_matches(const struct legacy *l, const char *password)
{
	unsigned char salt[768], signer[256], hash[256], made[256], derived[64];
	int salt_len = decode_either_base64(legacy_argument(l, 0), salt, 384),
	    signer_len = decode_either_base64(legacy_argument(l, 1), signer, sizeof(signer));
	int hash_len = decode_either_base64(l->hash, hash, sizeof(hash)), separator_len;
	int block = parse_number(legacy_argument(l, 3), SCRYPT_MOST_BLOCK),
	    cost = parse_number(legacy_argument(l, 4), SCRYPT_MOST_COST);
	const char *place = legacy_argument(l, 5);

	if (salt_len < 0 || signer_len < 1 || hash_len != signer_len || block < 1 || cost < 1 || !place ||
	    strcmp(place, "@") != 0)
		return false;
	separator_len = decode_either_base64(legacy_argument(l, 2), salt + salt_len, 384);
	if (separator_len < 0)
		return false;
	if (EVP_PBE_scrypt(password, strlen(password), salt, (size_t)salt_len + (size_t)separator_len,
			   UINT64_C(1) << cost, (uint64_t)block, 1, (UINT64_C(160) << cost) * (uint64_t)block, derived,
			   sizeof(derived)) <= 0)
		return false;
	return firebase_encrypt(derived, signer, signer_len, made) && sodium_memcmp(made, hash, (size_t)hash_len) == 0;
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

err_t password_legacy_check(const char *digest)
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
} methods[] = {
	{ "Argon2id", NULL, argon2_matches },
	{ "Argon2i", NULL, argon2_matches },
	{ "Argon2d", NULL, argon2_matches },
	{ "Bcrypt", NULL, bcrypt_matches },
	{ "MD5", "MD5", NULL },
	{ "SHA1", "SHA1", NULL },
	{ "SHA256", "SHA256", NULL },
	{ "Legacy", NULL, legacy_matches },
};

bool password_verify(const char *algorithm, const char *digest, const char *password)
{
	if (!algorithm || !digest || strlen(password) > PASSWORD_MAX)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (!strcmp(algorithm, methods[i].algorithm))
			return methods[i].hash ? hash_matches(methods[i].hash, password, strlen(password), digest) :
						 methods[i].matches(digest, password);
	return false;
}

bool password_is_current(const char *algorithm, const char *digest, const char *password)
{
	if (!strcmp(algorithm, "Argon2i"))
		return true;	/* the contract leaves these digests as they are */
	if (!strcmp(algorithm, "Bcrypt") && strlen(password) >= BCRYPT_READS)
		return true;	/* it may be the start of the true password, or more than it */
	return !strcmp(algorithm, PASSWORD_ALGORITHM) && text_has_prefix(digest, "$argon2id$v=19$");
}
