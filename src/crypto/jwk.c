/* The members of RFC 7517 and 7518, and RFC 8037 for Ed25519, to and from OpenSSL's numbers. */
#include "crypto/jwk.h"

#include <string.h>

#include <nettle/sha2.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/banned.h"

#define COORDINATE_MAX 66	/* P-521 */

static void bn_done(BIGNUM **n)
{
	BN_clear_free(*n);
}

/* -- writing -- */

/* A number of the key, big-endian, in `size` octets (0: as many as it has), as base64url. */
static bool add_number(struct buffer *to, const EVP_PKEY *pkey, const char *name, size_t size)
{
	CLEANUP(bn_done) BIGNUM *n = NULL;
	unsigned char bytes[JWK_RSA_MOST_BITS / 8];

	if (!EVP_PKEY_get_bn_param(pkey, name, &n))
		return false;
	if (size == 0)
		size = (size_t)BN_num_bytes(n);
	if (size > sizeof(bytes) || BN_bn2binpad(n, bytes, (int)size) < 0)
		return false;
	text_base64url(to, bytes, size);
	return true;
}

/* The required members in the order of their names and without blanks: what RFC 7638 section 3 digests. */
static bool add_required(struct buffer *to, const EVP_PKEY *pkey, enum key_algorithm algorithm)
{
	const struct algorithm *al = &key__algorithms[algorithm];
	unsigned char raw[32];
	size_t n = sizeof(raw);

	switch (algorithm) {
	case KEY_RS256:
		buffer_text(to, "\"e\":\"");
		if (!add_number(to, pkey, OSSL_PKEY_PARAM_RSA_E, 0))
			return false;
		buffer_text(to, "\",\"kty\":\"RSA\",\"n\":\"");
		if (!add_number(to, pkey, OSSL_PKEY_PARAM_RSA_N, 0))
			return false;
		break;
	case KEY_EDDSA:
		if (!EVP_PKEY_get_raw_public_key(pkey, raw, &n))
			return false;
		buffer_text(to, "\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
		text_base64url(to, raw, n);
		break;
	default:
		buffer_printf(to, "\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"", al->group);
		if (!add_number(to, pkey, OSSL_PKEY_PARAM_EC_PUB_X, al->half))
			return false;
		buffer_text(to, "\",\"y\":\"");
		if (!add_number(to, pkey, OSSL_PKEY_PARAM_EC_PUB_Y, al->half))
			return false;
	}
	buffer_char(to, '"');
	return true;
}

/* RFC 7638: SHA-256 over the required members, in base64url. */
static void make_kid(const struct buffer *members, char kid[JWK_KID_SIZE])
{
	struct sha256_ctx hash;
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct buffer text;

	sha256_init(&hash);
	sha256_update(&hash, 1, (const uint8_t *)"{");
	sha256_update(&hash, members->len, (const uint8_t *)members->data);
	sha256_update(&hash, 1, (const uint8_t *)"}");
	sha256_digest(&hash, sizeof(digest), digest);
	buffer_init(&text, JWK_KID_SIZE - 1);
	text_base64url(&text, digest, sizeof(digest));
	memcpy(kid, buffer_str(&text), JWK_KID_SIZE);
	buffer_done(&text);
}

bool jwk_format(const EVP_PKEY *pkey, enum key_algorithm algorithm, char **out, char kid[JWK_KID_SIZE])
{
	struct buffer members, jwk;
	bool made;

	buffer_init(&members, KIB(8));
	buffer_init(&jwk, KIB(8));
	made = add_required(&members, pkey, algorithm);
	if (made) {
		make_kid(&members, kid);
		buffer_printf(&jwk, "{%s,\"use\":\"sig\",\"kid\":\"%s\"", buffer_str(&members), kid);
		if (algorithm != KEY_RS256)
			buffer_printf(&jwk, ",\"alg\":\"%s\"", key__algorithms[algorithm].name);
		buffer_char(&jwk, '}');
		made = !members.full && !jwk.full;
	}
	if (made)
		*out = buffer_take(&jwk, NULL);
	buffer_done(&members);
	buffer_done(&jwk);
	return made;
}

/* -- reading -- */

/* A member of a JWK in octets, or -1. `out` has room for `max`. */
static int jwk_octets(const json_t *jwk, const char *member, unsigned char *out, size_t max)
{
	const char *text = json_string_value(json_object_get(jwk, member));

	if (!text || strlen(text) > max * 4 / 3 + 1)
		return -1;
	return text_base64url_decode(text, strlen(text), out);
}

/* A public key of OpenSSL; NULL: it refuses the parameters. The caller frees both `build` and the key. */
static EVP_PKEY *key_from_parameters(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (parameters && c && EVP_PKEY_fromdata_init(c) > 0 &&
	    EVP_PKEY_fromdata(c, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) <= 0)
		pkey = NULL;
	EVP_PKEY_CTX_free(c);
	OSSL_PARAM_free(parameters);
	return pkey;
}

static EVP_PKEY *ec_from_jwk(const json_t *jwk, const struct algorithm *al)
{
	/* uncompressed; base64 may decode to two octets more */
	unsigned char point[1 + 2 * COORDINATE_MAX + 2] = { 4 };
	OSSL_PARAM_BLD *build;
	EVP_PKEY *pkey = NULL;

	if (jwk_octets(jwk, "x", point + 1, al->half) != (int)al->half ||
	    jwk_octets(jwk, "y", point + 1 + al->half, al->half) != (int)al->half)
		return NULL;
	build = OSSL_PARAM_BLD_new();
	if (build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, al->group, 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * al->half))
		pkey = key_from_parameters("EC", build);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

static EVP_PKEY *rsa_from_jwk(const json_t *jwk)
{
	unsigned char bytes[JWK_RSA_MOST_BITS / 8 + 2];
	CLEANUP(bn_done) BIGNUM *n = NULL;
	CLEANUP(bn_done) BIGNUM *exponent = NULL;
	OSSL_PARAM_BLD *build;
	EVP_PKEY *pkey = NULL;
	int len = jwk_octets(jwk, "n", bytes, JWK_RSA_MOST_BITS / 8);

	if (len > 0)
		n = BN_bin2bn(bytes, len, NULL);
	len = jwk_octets(jwk, "e", bytes, 8);
	if (len > 0)
		exponent = BN_bin2bn(bytes, len, NULL);
	if (!n || !exponent)
		return NULL;
	build = OSSL_PARAM_BLD_new();
	if (build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent))
		pkey = key_from_parameters("RSA", build);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

static bool jwk_has(const json_t *jwk, const char *member, const char *value)
{
	const char *text = json_string_value(json_object_get(jwk, member));

	return text && !strcmp(text, value);
}

EVP_PKEY *jwk_read(const json_t *jwk, const struct algorithm *al)
{
	unsigned char raw[34];

	if (!strcmp(al->type, "RSA"))
		return jwk_has(jwk, "kty", "RSA") ? rsa_from_jwk(jwk) : NULL;
	if (!strcmp(al->type, "EC"))
		return jwk_has(jwk, "kty", "EC") && jwk_has(jwk, "crv", al->group) ? ec_from_jwk(jwk, al) : NULL;
	if (!jwk_has(jwk, "kty", "OKP") || !jwk_has(jwk, "crv", "Ed25519") || jwk_octets(jwk, "x", raw, 32) != 32)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, 32);
}

EVP_PKEY *jwk_parse(const json_t *jwk, enum key_algorithm algorithm)
{
	return jwk_read(jwk, &key__algorithms[algorithm]);
}
