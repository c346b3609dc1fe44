/*
 * provider.h - an identity provider for the tests: it makes keys, signs and encrypts, also what no honest one would.
 * What a test makes lives until the test's end: keep() and forget_all().
 */
#ifndef TESTS_UNIT_SAML_PROVIDER_H
#define TESTS_UNIT_SAML_PROVIDER_H

#include <stdio.h>
#include <time.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "saml/xml.h"
#include "test.h"

static char *kept[4096];
static size_t kept_count;

static inline char *keep(char *text)
{
	assert_non_null(text);
	assert_true(kept_count < ARRAY_LEN(kept));
	return kept[kept_count++] = text;
}

static inline int forget_all(void **state)
{
	(void)state;
	while (kept_count > 0)
		free(kept[--kept_count]);
	return 0;
}

#define text_of(...) kept_format(__VA_ARGS__)
static inline char *kept_format(const char *format, ...) PRINTF(1, 2);
static inline char *kept_format(const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	assert_true(vasprintf(&text, format, args) >= 0);
	va_end(args);
	return keep(text);
}

/* `xml` with the first `from` replaced; the test is wrong when it is not there. */
static inline char *replaced(const char *xml, const char *from, const char *to)
{
	const char *at = strstr(xml, from);

	if (!at)
		fail_msg("the test replaces what is not there: %s\nin %s", from, xml);
	return text_of("%.*s%s%s", (int)(at - xml), xml, to, at + strlen(from));
}

/* From the first `from` to the end of the `to` behind it. */
static inline char *between(const char *xml, const char *from, const char *to)
{
	const char *at = strstr(xml, from), *end = at ? strstr(at, to) : NULL;

	if (!end)
		fail_msg("the test looks for what is not there: %s", from);
	return text_of("%.*s", (int)(end + strlen(to) - at), at);
}

static inline char *base64_of(const void *bytes, size_t n)
{
	char *text = keep(malloc(n * 4 / 3 + 5));

	EVP_EncodeBlock((unsigned char *)text, bytes, (int)n);
	return text;
}

/* -- keys -- */

static inline EVP_PKEY *rsa_key(int bits)
{
	EVP_PKEY *key = EVP_RSA_gen((unsigned int)bits);

	assert_non_null(key);
	return key;
}

static inline char *pem_of(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long n;
	char *text;

	assert_true(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	n = BIO_get_mem_data(bio, &bytes);
	text = text_of("%.*s", (int)n, bytes);
	BIO_free(bio);
	return text;
}

/* The base64 of a certificate of the key, valid from `from_s` to `until_s`, seconds from now. */
static inline char *certificate_of(EVP_PKEY *key, long from_s, long until_s)
{
	X509 *x = X509_new();
	unsigned char *der = NULL;
	char *text;
	int n;

	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), from_s);
	X509_gmtime_adj(X509_getm_notAfter(x), until_s);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"idp", -1, -1,
				   0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	n = i2d_X509(x, &der);
	text = base64_of(der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	return text;
}

/* -- signatures -- */

struct signing {
	EVP_PKEY *key;
	const char *method; /* URIs; NULL: RSA with SHA-256, SHA-256, the two transforms, exclusive */
	const char *digest, *transforms, *form;
	const char *uri; /* of the reference; NULL: # and the id */
	const char *more_info; /* behind the reference, in SignedInfo */
	const char *more; /* behind the value, in Signature */
	bool pss;
};

#define TRANSFORM(uri) "<ds:Transform Algorithm=\"" uri "\"></ds:Transform>"
#define ENVELOPED TRANSFORM(NS_DSIG "enveloped-signature")
#define EXCLUSIVE TRANSFORM(NS_EXC_C14N)
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define RSA_SHA256 "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

static inline const EVP_MD *digest_named(const char *uri)
{
	if (strstr(uri, "sha1"))
		return EVP_sha1();
	if (strstr(uri, "sha512"))
		return EVP_sha512();
	return strstr(uri, "sha384") ? EVP_sha384() : EVP_sha256();
}

static inline xmlNode *node_with_id(xmlNode *n, const char *id)
{
	for (; n; n = n->next) {
		const char *own = n->type == XML_ELEMENT_NODE ? xml_attribute(n, "ID") : NULL;
		xmlNode *found = own && strcmp(own, id) == 0 ? n : node_with_id(n->children, id);

		if (found)
			return found;
	}
	return NULL;
}

/* The element of that id, alone in a document, in exclusive canonical XML; of what is nowhere, the digest of "". */
static inline char *canonical_of(const char *xml, const char *id)
{
	xmlDoc *doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, 0), *alone;
	xmlNode *found = doc ? node_with_id(doc->children, id) : NULL;
	xmlChar *bytes = NULL;
	char *text;

	assert_non_null(doc);
	if (!found) {
		xmlFreeDoc(doc);
		return text_of("%s", "");
	}
	alone = xmlNewDoc((const xmlChar *)"1.0");
	xmlDocSetRootElement(alone, xmlDocCopyNode(found, alone, 1));
	xmlC14NDocDumpMemory(alone, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &bytes);
	text = text_of("%s", (char *)bytes);
	xmlFree(bytes);
	xmlFreeDoc(alone);
	xmlFreeDoc(doc);
	return text;
}

/* ECDSA as XML has it: the two numbers, each as long as the curve's. */
static inline size_t ecdsa_raw(const unsigned char *der, size_t n, unsigned char *raw)
{
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)n);

	assert_true(BN_bn2binpad(ECDSA_SIG_get0_r(s), raw, 32) == 32);
	assert_true(BN_bn2binpad(ECDSA_SIG_get0_s(s), raw + 32, 32) == 32);
	ECDSA_SIG_free(s);
	return 64;
}

static inline char *sign_text(const char *text, const struct signing *how)
{
	const char *method = how->method ? how->method : RSA_SHA256;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	unsigned char value[1024], raw[64];
	size_t n = sizeof(value);

	assert_true(EVP_DigestSignInit(ctx, &key_ctx, digest_named(method), NULL, how->key) > 0);
	if (how->pss) {
		EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(key_ctx, RSA_PSS_SALTLEN_DIGEST);
	}
	assert_true(EVP_DigestSign(ctx, value, &n, (const unsigned char *)text, strlen(text)) > 0);
	EVP_MD_CTX_free(ctx);
	if (EVP_PKEY_get_base_id(how->key) != EVP_PKEY_EC)
		return base64_of(value, n);
	n = ecdsa_raw(value, n, raw);
	return base64_of(raw, n);
}

/* A signature of the element of that id, SignedInfo written in canonical form already. */
static inline char *signature_of(const char *xml, const char *id, const struct signing *how)
{
	const char *digest = how->digest ? how->digest : SHA256;
	const char *canonical = canonical_of(xml, id);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int n;
	char *info;

	assert_true(EVP_Digest(canonical, strlen(canonical), bytes, &n, digest_named(digest), NULL));
	info = text_of("<ds:SignedInfo xmlns:ds=\"" NS_DSIG "\"><ds:CanonicalizationMethod Algorithm=\"%s\">"
		       "</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"%s\"></ds:SignatureMethod>"
		       "<ds:Reference URI=\"%s\"><ds:Transforms>%s</ds:Transforms><ds:DigestMethod Algorithm=\"%s\">"
		       "</ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></ds:Reference>%s</ds:SignedInfo>",
		       how->form ? how->form : NS_EXC_C14N, how->method ? how->method : RSA_SHA256,
		       how->uri ? how->uri : text_of("#%s", id),
		       how->transforms ? how->transforms : ENVELOPED EXCLUSIVE, digest, base64_of(bytes, n),
		       how->more_info ? how->more_info : "");
	return text_of("<ds:Signature xmlns:ds=\"" NS_DSIG
		       "\">%s<ds:SignatureValue>%s</ds:SignatureValue>%s</ds:Signature>",
		       info, sign_text(info, how), how->more ? how->more : "");
}

/* `xml` with a signature of the element of that id behind the element's issuer. */
static inline char *signed_at(const char *xml, const char *id, const struct signing *how)
{
	const char *element = strstr(xml, text_of("ID=\"%s\"", id)),
		   *end = element ? strstr(element, "</saml:Issuer>") : NULL;

	assert_non_null(end);
	end += strlen("</saml:Issuer>");
	return text_of("%.*s%s%s", (int)(end - xml), xml, signature_of(xml, id, how), end);
}

/* -- encryption -- */

struct encrypting {
	EVP_PKEY *key;
	const char *cipher; /* URI; NULL: AES-256-GCM */
	const char *transport; /* URI; NULL: OAEP of XML Encryption 1.0 */
	bool beside; /* the key stands beside the data */
	bool damaged; /* the last byte is changed */
};

static inline const EVP_CIPHER *cipher_named(const char *uri)
{
	if (strstr(uri, "gcm"))
		return strstr(uri, "128") ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
	return strstr(uri, "128") ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
}

static inline char *encrypted_bytes(const char *text, const EVP_CIPHER *cipher, const unsigned char *key, bool damaged)
{
	size_t n = strlen(text);
	unsigned char *out = (unsigned char *)keep(malloc(n + 64)), iv[16];
	int iv_len = EVP_CIPHER_get_iv_length(cipher), len = 0, more = 0;
	bool gcm = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_GCM_MODE;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	RAND_bytes(iv, sizeof(iv));
	memcpy(out, iv, (size_t)iv_len);
	assert_true(EVP_EncryptInit_ex(ctx, cipher, NULL, key, iv));
	assert_true(EVP_EncryptUpdate(ctx, out + iv_len, &len, (const unsigned char *)text, (int)n));
	assert_true(EVP_EncryptFinal_ex(ctx, out + iv_len + len, &more));
	len += iv_len + more;
	if (gcm) {
		assert_true(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, out + len));
		len += 16;
	}
	EVP_CIPHER_CTX_free(ctx);
	if (damaged)
		out[len - 1] ^= 0x40;
	return base64_of(out, (size_t)len);
}

static inline char *wrapped_key(const unsigned char *key, size_t n, EVP_PKEY *to, bool oaep)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(to, NULL);
	unsigned char out[1024];
	size_t len = sizeof(out);

	assert_true(EVP_PKEY_encrypt_init(ctx) > 0);
	EVP_PKEY_CTX_set_rsa_padding(ctx, oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING);
	assert_true(EVP_PKEY_encrypt(ctx, out, &len, key, n) > 0);
	EVP_PKEY_CTX_free(ctx);
	return base64_of(out, len);
}

/* The EncryptedAssertion of a text. */
static inline char *encrypted(const char *text, const struct encrypting *how)
{
	const char *uri = how->cipher ? how->cipher : NS_XENC11 "aes256-gcm";
	const char *transport = how->transport ? how->transport : NS_XENC "rsa-oaep-mgf1p";
	const EVP_CIPHER *cipher = cipher_named(uri);
	unsigned char key[32];
	char *wrapped, *data;

	RAND_bytes(key, sizeof(key));
	wrapped = wrapped_key(key, (size_t)EVP_CIPHER_get_key_length(cipher), how->key,
			      strstr(transport, "oaep") != NULL);
	wrapped = text_of(
		"<xenc:EncryptedKey xmlns:xenc=\"" NS_XENC "\"><xenc:EncryptionMethod Algorithm=\"%s\"/>"
		"<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>",
		transport, wrapped);
	data = text_of("<xenc:EncryptedData xmlns:xenc=\"" NS_XENC "\" Type=\"" NS_XENC "Element\">"
		       "<xenc:EncryptionMethod Algorithm=\"%s\"/>%s%s%s<xenc:CipherData><xenc:CipherValue>%s"
		       "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>",
		       uri, how->beside ? "" : "<ds:KeyInfo xmlns:ds=\"" NS_DSIG "\">", how->beside ? "" : wrapped,
		       how->beside ? "" : "</ds:KeyInfo>", encrypted_bytes(text, cipher, key, how->damaged));
	return text_of("<saml:EncryptedAssertion xmlns:saml=\"" NS_ASSERTION "\">%s%s</saml:EncryptedAssertion>", data,
		       how->beside ? wrapped : "");
}

#endif
