/* Keys of OpenSSL and nettle behind one type: making, reading, signing, verifying. */
#include "crypto/keys.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/sha2.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/ids.h"
#include "crypto/jwk.h"
#include "base/banned.h"

#define P384_SIZE 48
#define RSA_LEAST_BITS 2048
#define RSA_NEW_BITS 4096

/*
 * OpenSSL 3 looks algorithms up by name whenever an operation begins, which costs more than an Ed25519 signature. So a
 * key keeps two prepared contexts, and each operation works on a copy. nettle computes P-384 (house.md section 4): its
 * arithmetic takes the same time for every secret.
 */
struct key {
	enum key_algorithm algorithm;
	EVP_PKEY *pkey;
	EVP_MD_CTX *signing, *verifying;	/* templates; signing is NULL for a public key; both for ES384 */
	bool is_private, has_point;
	struct ecc_scalar scalar;		/* ES384; its limbs lie in `limbs` */
	struct secret limbs;
	struct ecc_point point;
	char *jwk;
	char kid[JWK_KID_SIZE];
};

const struct algorithm key__algorithms[] = {
	[KEY_ES256] = { "ES256", "SHA256", "EC", "P-256", 32 },
	[KEY_ES384] = { "ES384", "SHA384", "EC", "P-384", P384_SIZE },
	[KEY_RS256] = { "RS256", "SHA256", "RSA", NULL, 0 },
	[KEY_EDDSA] = { "EdDSA", NULL, "ED25519", NULL, 32 },
};

/*
 * OpenSSL frees a key wiped, but not the DER that its decoders and encoders copy. So all that it frees while a private
 * key is read or written is wiped.
 */
static _Thread_local bool wipes;

static void free_wiped(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	if (wipes)
		secret_free(p);
	else
		free(p);
}

/* Before main(), since OpenSSL must be told before it allocates for the first time. */
__attribute__((constructor)) static void set_free(void)
{
	CRYPTO_set_mem_functions(NULL, NULL, free_wiped);
}

static void bn_done(BIGNUM **n)
{
	BN_clear_free(*n);
}

static void signature_done(ECDSA_SIG **s)
{
	ECDSA_SIG_free(*s);
}

static void context_done(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

const char *key_algorithm_name(enum key_algorithm algorithm)
{
	return key__algorithms[algorithm].name;
}

bool key_algorithm_parse(const char *name, enum key_algorithm *out)
{
	for (size_t i = 0; i < ARRAY_LEN(key__algorithms); i++)
		if (!strcmp(name, key__algorithms[i].name)) {
			*out = (enum key_algorithm)i;
			return true;
		}
	return false;
}

/* -- preparing -- */

static bool fits_algorithm(const EVP_PKEY *pkey, enum key_algorithm algorithm)
{
	const struct algorithm *al = &key__algorithms[algorithm];
	char group[32];

	if (!EVP_PKEY_is_a(pkey, al->type))
		return false;
	if (algorithm == KEY_RS256)
		return EVP_PKEY_get_bits(pkey) >= RSA_LEAST_BITS && EVP_PKEY_get_bits(pkey) <= JWK_RSA_MOST_BITS;
	if (!al->group)
		return true;
	return EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) &&
	       OBJ_txt2nid(group) == EC_curve_nist2nid(al->group);
}

static bool bn_to_mpz(const EVP_PKEY *pkey, const char *name, mpz_t out)
{
	CLEANUP(bn_done) BIGNUM *n = NULL;
	unsigned char bytes[P384_SIZE];

	if (!EVP_PKEY_get_bn_param(pkey, name, &n) || BN_bn2binpad(n, bytes, sizeof(bytes)) < 0)
		return false;
	nettle_mpz_set_str_256_u(out, sizeof(bytes), bytes);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return true;
}

/* Wipes a number before it is freed, which GMP does not do. */
static void mpz_wipe(mpz_t n)
{
	size_t limbs = mpz_size(n);

	if (limbs > 0)
		OPENSSL_cleanse(mpz_limbs_modify(n, (mp_size_t)limbs), limbs * sizeof(mp_limb_t));
	mpz_clear(n);
}

/* As nettle_ecc_scalar_init(), which takes ordinary memory. */
static void init_scalar(struct key *key, const struct ecc_curve *curve)
{
	key->limbs = secret_alloc(nettle_ecc_size(curve) * sizeof(mp_limb_t));
	key->scalar = (struct ecc_scalar){ .ecc = curve, .p = (mp_limb_t *)(void *)key->limbs.bytes };
}

static bool prepare_p384(struct key *key)
{
	const struct ecc_curve *curve = nettle_get_secp_384r1();
	mpz_t x, y, d;
	bool fine;

	mpz_inits(x, y, d, NULL);
	nettle_ecc_point_init(&key->point, curve);
	key->has_point = true;
	fine = bn_to_mpz(key->pkey, OSSL_PKEY_PARAM_EC_PUB_X, x) &&
	       bn_to_mpz(key->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, y) && nettle_ecc_point_set(&key->point, x, y);
	if (fine && key->is_private) {
		init_scalar(key, curve);
		fine = bn_to_mpz(key->pkey, OSSL_PKEY_PARAM_PRIV_KEY, d) && nettle_ecc_scalar_set(&key->scalar, d);
	}
	mpz_clears(x, y, NULL);
	mpz_wipe(d);
	return fine;
}

static bool prepare_templates(struct key *key)
{
	const char *digest = key__algorithms[key->algorithm].digest;

	key->verifying = EVP_MD_CTX_new();
	if (!key->verifying || EVP_DigestVerifyInit_ex(key->verifying, NULL, digest, NULL, NULL, key->pkey, NULL) <= 0)
		return false;
	if (!key->is_private)
		return true;
	key->signing = EVP_MD_CTX_new();
	return key->signing && EVP_DigestSignInit_ex(key->signing, NULL, digest, NULL, NULL, key->pkey, NULL) > 0;
}

/* Takes `pkey`; NULL: making or reading it failed. ERR_INTERNAL: it is not a key for this algorithm. */
static err_t key_make(EVP_PKEY *pkey, enum key_algorithm algorithm, bool is_private, struct key **out)
{
	struct key *key = pkey ? calloc(1, sizeof(*key)) : NULL;

	if (!key) {
		EVP_PKEY_free(pkey);
		return err_set(ERR_INTERNAL, "no %s key", key__algorithms[algorithm].name);
	}
	key->algorithm = algorithm;
	key->pkey = pkey;
	key->is_private = is_private;
	if (!fits_algorithm(pkey, algorithm) ||
	    !(algorithm == KEY_ES384 ? prepare_p384(key) : prepare_templates(key)) ||
	    !jwk_format(pkey, algorithm, &key->jwk, key->kid)) {
		key_free(key);
		return err_set(ERR_INTERNAL, "this is not a key for %s", key__algorithms[algorithm].name);
	}
	*out = key;
	return OK;
}

void key_free(struct key *key)
{
	if (!key)
		return;
	EVP_MD_CTX_free(key->signing);
	EVP_MD_CTX_free(key->verifying);
	EVP_PKEY_free(key->pkey);
	if (key->has_point)
		nettle_ecc_point_clear(&key->point);
	secret_done(&key->limbs);
	free(key->jwk);
	free(key);
}

/* OpenSSL calls it for each number that may be a prime; 0 ends the search. */
static int goes_on(EVP_PKEY_CTX *c)
{
	return !deadline_is_over(EVP_PKEY_CTX_get_app_data(c));
}

/* NULL: failed, or not done in time. */
static EVP_PKEY *make_rsa(const struct deadline *until)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (c && EVP_PKEY_keygen_init(c) > 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(c, RSA_NEW_BITS) > 0) {
		EVP_PKEY_CTX_set_app_data(c, (void *)(uintptr_t)until);
		EVP_PKEY_CTX_set_cb(c, goes_on);
		EVP_PKEY_generate(c, &pkey);	/* leaves NULL where it fails */
	}
	EVP_PKEY_CTX_free(c);
	return pkey;
}

err_t key_generate(enum key_algorithm algorithm, const struct deadline *until, struct key **out)
{
	EVP_PKEY *pkey;

	switch (algorithm) {
	case KEY_RS256:
		pkey = make_rsa(until);
		if (!pkey && deadline_is_over(until))
			return deadline_error(until, "a new RSA key");
		break;
	case KEY_EDDSA:
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		break;
	default:
		pkey = EVP_EC_gen(key__algorithms[algorithm].group);
	}
	return key_make(pkey, algorithm, true, out);
}

err_t key_parse(const void *der, size_t len, enum key_algorithm algorithm, struct key **out)
{
	const unsigned char *at = der;
	PKCS8_PRIV_KEY_INFO *info;
	EVP_PKEY *pkey;

	wipes = true;
	info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)len);
	pkey = info ? EVP_PKCS82PKEY(info) : NULL;
	PKCS8_PRIV_KEY_INFO_free(info);
	wipes = false;
	return key_make(pkey, algorithm, true, out);
}

#define PEM_BEGIN "-----BEGIN PRIVATE KEY-----"
#define PEM_END "-----END PRIVATE KEY-----"
#define PEM_MOST 8192

/* The base64 between the lines, without white space; -1: there is none, or it is too long. */
static int pem_body(const char *pem, char *out)
{
	const char *at = strstr(pem, PEM_BEGIN), *end = at ? strstr(at, PEM_END) : NULL;
	int n = 0;

	if (!end || end - at > PEM_MOST)
		return -1;
	for (at += strlen(PEM_BEGIN); at < end; at++)
		if (!strchr(" \t\r\n", *at))
			out[n++] = *at;
	return n;
}

err_t key_parse_pem(const char *pem, enum key_algorithm algorithm, struct key **out)
{
	char text[PEM_MOST];
	unsigned char der[PEM_MOST];
	int len = pem_body(pem, text);
	err_t e;

	len = len > 0 ? text_base64_decode(text, (size_t)len, der) : -1;
	e = len > 0 ? key_parse(der, (size_t)len, algorithm, out) : ERR_INPUT;
	explicit_bzero(text, sizeof(text));
	explicit_bzero(der, sizeof(der));
	return e ? ERR_INPUT : OK;
}

err_t key_private(const struct key *key, struct secret *out)
{
	PKCS8_PRIV_KEY_INFO *info;
	unsigned char *der = NULL;
	int len;

	wipes = true;
	info = key->is_private ? EVP_PKEY2PKCS8(key->pkey) : NULL;
	len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	PKCS8_PRIV_KEY_INFO_free(info);
	wipes = false;
	if (len <= 0)
		return err_set(ERR_INTERNAL, "the key %s cannot be written", key->kid);
	*out = secret_copy(der, (size_t)len);
	OPENSSL_clear_free(der, (size_t)len);
	return OK;
}

err_t key_parse_jwk(const json_t *jwk, enum key_algorithm algorithm, struct key **out)
{
	if (key_make(jwk_parse(jwk, algorithm), algorithm, false, out))
		return err_set(ERR_INPUT, "the JWK is not a key for %s", key__algorithms[algorithm].name);
	return OK;
}

const char *key_jwk(const struct key *key)
{
	return key->jwk;
}

const char *key_kid(const struct key *key)
{
	return key->kid;
}

enum key_algorithm key_algorithm(const struct key *key)
{
	return key->algorithm;
}

bool key_is_slow(const struct key *key)
{
	return key->algorithm == KEY_RS256;
}

/* -- signing and verifying -- */

static void nettle_random(void *context, size_t n, uint8_t *out)
{
	(void)context;
	random_bytes(out, n);
}

static void sha384_of(const void *data, size_t len, uint8_t *digest)
{
	struct sha384_ctx hash;

	sha384_init(&hash);
	sha384_update(&hash, len, data);
	sha384_digest(&hash, SHA384_DIGEST_SIZE, digest);
}

static void sign_p384(const struct key *key, const void *data, size_t len, unsigned char *signature)
{
	uint8_t digest[SHA384_DIGEST_SIZE];
	struct dsa_signature s;

	sha384_of(data, len, digest);
	nettle_dsa_signature_init(&s);
	nettle_ecdsa_sign(&key->scalar, NULL, nettle_random, sizeof(digest), digest, &s);
	nettle_mpz_get_str_256(P384_SIZE, signature, s.r);
	nettle_mpz_get_str_256(P384_SIZE, signature + P384_SIZE, s.s);
	nettle_dsa_signature_clear(&s);
}

static bool verify_p384(const struct key *key, const void *data, size_t len, const unsigned char *signature)
{
	uint8_t digest[SHA384_DIGEST_SIZE];
	struct dsa_signature s;
	bool good;

	sha384_of(data, len, digest);
	nettle_dsa_signature_init(&s);
	nettle_mpz_set_str_256_u(s.r, P384_SIZE, signature);
	nettle_mpz_set_str_256_u(s.s, P384_SIZE, signature + P384_SIZE);
	good = nettle_ecdsa_verify(&key->point, sizeof(digest), digest, &s) == 1;
	nettle_dsa_signature_clear(&s);
	return good;
}

/* OpenSSL's DER into r || s (RFC 7518 section 3.4). */
static bool join_halves(const unsigned char *der, size_t len, size_t half, unsigned char *out)
{
	CLEANUP(signature_done) ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)len);

	return s && BN_bn2binpad(ECDSA_SIG_get0_r(s), out, (int)half) >= 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(s), out + half, (int)half) >= 0;
}

/* r || s into DER, for OpenSSL; returns its length, -1 for an error. `der` has room for 96 bytes. */
static int split_halves(const unsigned char *signature, size_t half, unsigned char *der)
{
	CLEANUP(signature_done) ECDSA_SIG *s = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, (int)half, NULL), *t = BN_bin2bn(signature + half, (int)half, NULL);

	if (!s || !r || !t || !ECDSA_SIG_set0(s, r, t)) {
		BN_free(r);
		BN_free(t);
		return -1;
	}
	return i2d_ECDSA_SIG(s, &der);
}

err_t key_sign(const struct key *key, const void *data, size_t len, unsigned char *signature, size_t *signature_len)
{
	const struct algorithm *al = &key__algorithms[key->algorithm];
	CLEANUP(context_done) EVP_MD_CTX *c = NULL;
	unsigned char der[KEY_SIGNATURE_MAX];
	size_t n = sizeof(der);
	bool fine;

	if (!key->is_private)
		return err_set(ERR_INTERNAL, "the key %s only verifies", key->kid);
	if (key->algorithm == KEY_ES384) {
		sign_p384(key, data, len, signature);
		*signature_len = 2 * P384_SIZE;
		return OK;
	}
	c = EVP_MD_CTX_new();
	fine = c && EVP_MD_CTX_copy_ex(c, key->signing) && EVP_DigestSign(c, der, &n, data, len) > 0;
	if (fine && key->algorithm == KEY_ES256) {
		fine = join_halves(der, n, al->half, signature);
		n = 2 * al->half;
	} else if (fine) {
		memcpy(signature, der, n);
	}
	*signature_len = n;
	return fine ? OK : err_set(ERR_INTERNAL, "signing with the key %s failed", key->kid);
}

bool key_verify(const struct key *key, const void *data, size_t len, const unsigned char *signature,
		size_t signature_len)
{
	const struct algorithm *al = &key__algorithms[key->algorithm];
	CLEANUP(context_done) EVP_MD_CTX *c = NULL;
	unsigned char der[96];
	int n;

	if (key->algorithm == KEY_ES384)
		return signature_len == 2 * P384_SIZE && verify_p384(key, data, len, signature);
	if (key->algorithm == KEY_ES256) {
		if (signature_len != 2 * al->half)
			return false;
		n = split_halves(signature, al->half, der);
		if (n <= 0)
			return false;
		signature = der;
		signature_len = (size_t)n;
	}
	c = EVP_MD_CTX_new();
	return c && EVP_MD_CTX_copy_ex(c, key->verifying) &&
	       EVP_DigestVerify(c, signature, signature_len, data, len) == 1;
}
