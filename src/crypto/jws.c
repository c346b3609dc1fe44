/* Verifies signatures with JSON Web Keys of others, by OpenSSL. */
#include "crypto/jws.h"

#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/jwk.h"
#include "base/banned.h"

#define RSA_LEAST_BITS 2048
#define DER_MAX 160		/* of two numbers of 66 octets */

static const struct scheme {
	struct algorithm al;
	bool is_pss;
} schemes[] = {
	{ { "RS256", "SHA256", "RSA", NULL, 0 }, false },
	{ { "RS384", "SHA384", "RSA", NULL, 0 }, false },
	{ { "RS512", "SHA512", "RSA", NULL, 0 }, false },
	{ { "PS256", "SHA256", "RSA", NULL, 0 }, true },
	{ { "PS384", "SHA384", "RSA", NULL, 0 }, true },
	{ { "PS512", "SHA512", "RSA", NULL, 0 }, true },
	{ { "ES256", "SHA256", "EC", "P-256", 32 }, false },
	{ { "ES384", "SHA384", "EC", "P-384", 48 }, false },
	{ { "ES512", "SHA512", "EC", "P-521", 66 }, false },
	{ { "EdDSA", NULL, "OKP", "Ed25519", 0 }, false },
};

static void pkey_done(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void context_done(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

static const struct scheme *scheme_of(const struct jwt *jwt)
{
	for (size_t i = 0; jwt->alg && i < ARRAY_LEN(schemes); i++)
		if (!strcmp(schemes[i].al.name, jwt->alg))
			return &schemes[i];
	return NULL;
}

/* Whether the member is absent, or is this text. */
static bool agrees(const json_t *jwk, const char *member, const char *value)
{
	const json_t *own = json_object_get(jwk, member);

	return !own || (json_is_string(own) && !strcmp(json_string_value(own), value));
}

bool jws_fits(const struct jwt *jwt, const json_t *jwk)
{
	const struct scheme *scheme = scheme_of(jwt);
	const char *kty = json_string_value(json_object_get(jwk, "kty"));
	const char *kid = json_string_value(json_object_get(jwk, "kid"));

	if (!scheme || !kty || strcmp(kty, scheme->al.type) != 0)
		return false;
	if (json_object_get(jwt->header, "kid") && (!jwt->kid || !kid || strcmp(jwt->kid, kid) != 0))
		return false;
	return agrees(jwk, "use", "sig") && agrees(jwk, "alg", jwt->alg) &&
	       (!scheme->al.group || agrees(jwk, "crv", scheme->al.group));
}

/* r || s (RFC 7518 section 3.4) into DER; its length, -1 for an error. */
static int split_halves(const struct jwt *jwt, size_t half, unsigned char *der)
{
	ECDSA_SIG *s = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(jwt->signature, (int)half, NULL);
	BIGNUM *t = BN_bin2bn(jwt->signature + half, (int)half, NULL);
	int len = -1;

	if (s && r && t && ECDSA_SIG_set0(s, r, t)) {
		len = i2d_ECDSA_SIG(s, &der);
	} else {
		BN_free(r);
		BN_free(t);
	}
	ECDSA_SIG_free(s);
	return len;
}

static bool start_verifying(EVP_MD_CTX *c, const struct scheme *scheme, EVP_PKEY *key)
{
	EVP_PKEY_CTX *pctx = NULL;

	if (!c || EVP_DigestVerifyInit_ex(c, &pctx, scheme->al.digest, NULL, NULL, key, NULL) <= 0)
		return false;
	return !scheme->is_pss || (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) > 0 &&
				   EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) > 0);
}

static bool is_strong(const struct scheme *scheme, const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	return strcmp(scheme->al.type, "RSA") != 0 || (bits >= RSA_LEAST_BITS && bits <= JWK_RSA_MOST_BITS);
}

bool jws_verify(const struct jwt *jwt, const json_t *jwk)
{
	const struct scheme *scheme = scheme_of(jwt);
	CLEANUP(pkey_done) EVP_PKEY *key = NULL;
	CLEANUP(context_done) EVP_MD_CTX *c = NULL;
	const unsigned char *signature = jwt->signature;
	size_t len = jwt->signature_len;
	unsigned char der[DER_MAX];
	int n;

	/* RFC 7515 section 4.1.11: extensions that must be understood; this program has none. */
	if (!jws_fits(jwt, jwk) || json_object_get(jwt->header, "crit"))
		return false;
	key = jwk_read(jwk, &scheme->al);
	if (!key || !is_strong(scheme, key))
		return false;
	if (scheme->al.half) {
		n = len == 2 * scheme->al.half ? split_halves(jwt, scheme->al.half, der) : -1;
		if (n <= 0)
			return false;
		signature = der;
		len = (size_t)n;
	}
	c = EVP_MD_CTX_new();
	return start_verifying(c, scheme, key) &&
	       EVP_DigestVerify(c, signature, len, (const unsigned char *)jwt->signed_part.at, jwt->signed_part.len) ==
		       1;
}
