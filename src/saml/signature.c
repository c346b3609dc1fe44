/*
 * Canonical XML comes from libxml2, digests and signatures from OpenSSL; between them is only the one shape below. The
 * general machine of XMLDSig (any transform, any reference, keys of any kind in the message) is where its holes are.
 */
#include "saml/signature.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/banned.h"

#define PREFIXES_MOST 32
#define PREFIX_LIST_MOST 512
#define TRANSFORM_ENVELOPED NS_DSIG "enveloped-signature"

/* What we know by its URI. */
struct algorithm {
	const char *uri;
	const EVP_MD *(*digest)(void);
	int key; /* of a signature: EVP_PKEY_RSA, EVP_PKEY_EC */
	bool pss;
};

static const struct algorithm digests[] = {
	{ "http://www.w3.org/2001/04/xmlenc#sha256", EVP_sha256 },
	{ "http://www.w3.org/2001/04/xmldsig-more#sha384", EVP_sha384 },
	{ "http://www.w3.org/2001/04/xmlenc#sha512", EVP_sha512 },
	{ NS_DSIG "sha1", EVP_sha1 },
};

static const struct algorithm signatures[] = {
	{ "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", EVP_sha256, EVP_PKEY_RSA },
	{ "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", EVP_sha384, EVP_PKEY_RSA },
	{ "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", EVP_sha512, EVP_PKEY_RSA },
	{ "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", EVP_sha256, EVP_PKEY_RSA, .pss = true },
	{ "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", EVP_sha384, EVP_PKEY_RSA, .pss = true },
	{ "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", EVP_sha512, EVP_PKEY_RSA, .pss = true },
	{ "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", EVP_sha256, EVP_PKEY_EC },
	{ "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", EVP_sha384, EVP_PKEY_EC },
	{ "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", EVP_sha512, EVP_PKEY_EC },
	{ NS_DSIG "rsa-sha1", EVP_sha1, EVP_PKEY_RSA },
};

/* A way to write XML, with the prefixes that it treats as inclusive canonical XML does. */
struct form {
	int mode;
	xmlChar *prefixes[PREFIXES_MOST + 1];
	char list[PREFIX_LIST_MOST];
};

/* The parts of a signature after its shape was checked. */
struct parts {
	const xmlNode *signature, *info;
	const char *value; /* base64 */
	const struct algorithm *algorithm, *digest;
	const char *digest_value; /* base64 */
	struct form info_form, element_form;
};

/* -- shape -- */

static const struct algorithm *find(const struct algorithm *list, size_t n, const xmlNode *method, bool sha1,
				    struct refusal *r)
{
	const char *uri = xml_attribute(method, "Algorithm");

	for (size_t i = 0; uri && i < n; i++) {
		if (strcmp(list[i].uri, uri) != 0)
			continue;
		if (list[i].digest == EVP_sha1 && !sha1)
			return refuse(r, "algorithm", "the signature uses SHA-1"), NULL;
		return &list[i];
	}
	return refuse(r, "algorithm", "the signature uses an algorithm that is not taken: %.100s", uri ? uri : "none"),
	       NULL;
}

/* Splits the PrefixList of an InclusiveNamespaces element into `form`. */
static bool read_prefixes(const xmlNode *inclusive, struct form *form, struct refusal *r)
{
	const char *list = xml_attribute(inclusive, "PrefixList");
	int n = 0;
	char *rest = form->list;

	if (!list || strlen(list) >= sizeof(form->list) || xml_first(inclusive))
		return refuse(r, "shape", "the signature's list of prefixes is missing or too long");
	memcpy(form->list, list, strlen(list) + 1);
	for (char *word; (word = strsep(&rest, " \t\r\n"));) {
		if (!*word)
			continue;
		if (n == PREFIXES_MOST)
			return refuse(r, "shape", "the signature's list of prefixes is too long");
		form->prefixes[n++] = (xmlChar *)word;
	}
	form->prefixes[n] = NULL;
	return true;
}

/* Whether `n` asks for exclusive canonical XML, with comments or without, since our documents have none. */
static bool is_exclusive(const xmlNode *n)
{
	const char *uri = xml_attribute(n, "Algorithm");

	return uri && (strcmp(uri, NS_EXC_C14N) == 0 || strcmp(uri, NS_EXC_C14N "WithComments") == 0);
}

static bool read_form(const xmlNode *n, struct form *form, struct refusal *r)
{
	const char *uri = xml_attribute(n, "Algorithm");
	const xmlNode *inclusive = xml_first(n);

	if (is_exclusive(n))
		form->mode = XML_C14N_EXCLUSIVE_1_0;
	else if (uri && strcmp(uri, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315") == 0)
		form->mode = XML_C14N_1_0;
	else
		return refuse(r, "algorithm", "the signature's canonicalization is not taken: %.100s",
			      uri ? uri : "none");
	if (!inclusive)
		return true;
	if (form->mode != XML_C14N_EXCLUSIVE_1_0 || !xml_is(inclusive, NS_EXC_C14N, "InclusiveNamespaces") ||
	    xml_next(inclusive))
		return refuse(r, "shape", "the signature's canonicalization has unknown parameters");
	return read_prefixes(inclusive, form, r);
}

/* Exactly two: the signature is left out, then the rest becomes exclusive canonical XML. */
static bool read_transforms(const xmlNode *transforms, struct form *form, struct refusal *r)
{
	const xmlNode *first = xml_first(transforms), *second = first ? xml_next(first) : NULL;
	const char *uri = first ? xml_attribute(first, "Algorithm") : NULL;

	if (!xml_is(first, NS_DSIG, "Transform") || !xml_is(second, NS_DSIG, "Transform") || xml_next(second) ||
	    !uri || strcmp(uri, TRANSFORM_ENVELOPED) != 0 || xml_first(first) || !is_exclusive(second))
		return refuse(r, "shape", "the signature's transforms are not the two that SAML allows");
	return read_form(second, form, r);
}

/* Whether the text can be an id: a name without a colon, so that it means the same wherever it stands. */
static bool is_plain_id(const char *id)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

	return id && *id && strlen(id) <= 256 && id[strspn(id, letters)] == '\0';
}

static bool read_reference(const xmlNode *reference, const xmlNode *element, const struct trust *trust,
			   struct parts *p, struct refusal *r)
{
	const char *uri = xml_attribute(reference, "URI"), *id = xml_attribute(element, "ID");
	const xmlNode *transforms = xml_first(reference);
	const xmlNode *method = transforms ? xml_next(transforms) : NULL, *value = method ? xml_next(method) : NULL;

	if (!is_plain_id(id) || !uri || uri[0] != '#' || strcmp(uri + 1, id) != 0)
		return refuse(r, "reference", "the signature does not cover the element that it stands in");
	if (!xml_is(transforms, NS_DSIG, "Transforms") || !xml_is(method, NS_DSIG, "DigestMethod") ||
	    xml_first(method) || !xml_is(value, NS_DSIG, "DigestValue") || xml_next(value))
		return refuse(r, "shape", "the signature's reference has not the parts that it should");
	p->digest = find(digests, ARRAY_LEN(digests), method, trust->sha1, r);
	p->digest_value = xml_text(value);
	if (p->digest && !p->digest_value)
		return refuse(r, "shape", "the signature's digest is no text");
	return p->digest && read_transforms(transforms, &p->element_form, r);
}

static bool read_info(const xmlNode *info, const xmlNode *element, const struct trust *trust, struct parts *p,
		      struct refusal *r)
{
	const xmlNode *form = xml_first(info), *method = form ? xml_next(form) : NULL;
	const xmlNode *reference = method ? xml_next(method) : NULL;

	if (!xml_is(form, NS_DSIG, "CanonicalizationMethod") || !xml_is(method, NS_DSIG, "SignatureMethod") ||
	    xml_first(method) || !xml_is(reference, NS_DSIG, "Reference"))
		return refuse(r, "shape", "the signature has not the parts that it should");
	if (xml_next(reference))
		return refuse(r, "reference", "the signature has more than one reference");
	p->algorithm = find(signatures, ARRAY_LEN(signatures), method, trust->sha1, r);
	return p->algorithm && read_form(form, &p->info_form, r) && read_reference(reference, element, trust, p, r);
}

static bool read_signature(const xmlNode *element, const struct trust *trust, struct parts *p, struct refusal *r)
{
	const xmlNode *value, *more;

	if (xml_count(element, NS_DSIG, "Signature") != 1)
		return refuse(r, "shape", "the element has not exactly one signature");
	p->signature = xml_child(element, NS_DSIG, "Signature");
	p->info = xml_first(p->signature);
	value = p->info ? xml_next(p->info) : NULL;
	more = value ? xml_next(value) : NULL;
	if (!xml_is(p->info, NS_DSIG, "SignedInfo") || !xml_is(value, NS_DSIG, "SignatureValue") || !xml_text(value))
		return refuse(r, "shape", "the signature has not the parts that it should");
	if (more && (!xml_is(more, NS_DSIG, "KeyInfo") || xml_next(more)))
		return refuse(r, "shape", "the signature holds more than a signature: objects inside of it");
	p->value = xml_text(value);
	return read_info(p->info, element, trust, p, r);
}

/* -- canonical bytes -- */

/* The elements that are written: those inside `top`, without those inside `left_out`. */
struct scope {
	const xmlNode *top, *left_out;
};

/* libxml2 asks about each node; an attribute or namespace belongs to `parent`. */
static int is_visible(void *of, xmlNode *node, xmlNode *parent)
{
	const struct scope *scope = of;
	bool own = node->type != XML_NAMESPACE_DECL && node->type != XML_ATTRIBUTE_NODE;

	for (const xmlNode *n = own ? node : parent; n && n->type != XML_DOCUMENT_NODE; n = n->parent) {
		if (n == scope->left_out)
			return 0;
		if (n == scope->top)
			return 1;
	}
	return 0;
}

/* Canonical bytes of scope->top. NULL: out of memory. Yours: xmlBufferFree(). */
static xmlBuffer *canonical(const struct scope *scope, struct form *form)
{
	xmlBuffer *bytes = xmlBufferCreate();
	xmlOutputBuffer *out = bytes ? xmlOutputBufferCreateBuffer(bytes, NULL) : NULL;
	int n;

	if (!out) {
		xmlBufferFree(bytes);
		return NULL;
	}
	n = xmlC14NExecute(scope->top->doc, is_visible, (void *)scope, form->mode, form->prefixes, 0, out);
	if (xmlOutputBufferClose(out) < 0 || n < 0) {
		xmlBufferFree(bytes);
		return NULL;
	}
	return bytes;
}

static bool digest_fits(const struct parts *p, const xmlBuffer *bytes)
{
	unsigned char found[EVP_MAX_MD_SIZE], given[128];
	unsigned int len = 0;

	if (strlen(p->digest_value) * 3 / 4 > sizeof(given))
		return false;
	return EVP_Digest(xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes), found, &len, p->digest->digest(),
			  NULL) &&
	       xml_base64(p->digest_value, given) == (int)len && CRYPTO_memcmp(found, given, len) == 0;
}

/* -- the signature itself -- */

/* XML has the two numbers of an ECDSA signature one behind the other (RFC 4050); OpenSSL takes them in DER. */
static int ecdsa_to_der(const unsigned char *raw, int n, unsigned char **der)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *a = n % 2 == 0 ? BN_bin2bn(raw, n / 2, NULL) : NULL;
	BIGNUM *b = n % 2 == 0 ? BN_bin2bn(raw + n / 2, n / 2, NULL) : NULL;
	int len = -1;

	if (signature && a && b && ECDSA_SIG_set0(signature, a, b))
		len = i2d_ECDSA_SIG(signature, der);
	else
		BN_free(a), BN_free(b);
	ECDSA_SIG_free(signature);
	return len;
}

static bool set_padding(EVP_PKEY_CTX *ctx, const struct algorithm *how)
{
	if (!how->pss)
		return how->key != EVP_PKEY_RSA || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

static bool key_fits(EVP_PKEY *key, const struct algorithm *how, const unsigned char *value, size_t len,
		     const xmlBuffer *bytes)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	bool fits;

	fits = ctx && EVP_PKEY_get_base_id(key) == how->key &&
	       EVP_DigestVerifyInit(ctx, &key_ctx, how->digest(), NULL, key) > 0 && set_padding(key_ctx, how) &&
	       EVP_DigestVerify(ctx, value, len, xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes)) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return fits;
}

static bool any_key_fits(const struct parts *p, const struct keys *keys, const xmlBuffer *bytes)
{
	unsigned char raw[2048], *der = NULL;
	int n = strlen(p->value) * 3 / 4 <= sizeof(raw) ? xml_base64(p->value, raw) : -1;
	bool fits = false;

	if (n > 0 && p->algorithm->key == EVP_PKEY_EC)
		n = ecdsa_to_der(raw, n, &der);
	for (int i = 0; n > 0 && i < keys->count && !fits; i++)
		fits = key_fits(keys->each[i], p->algorithm, der ? der : raw, (size_t)n, bytes);
	OPENSSL_free(der);
	return fits;
}

bool signature_is_there(const xmlNode *element)
{
	return xml_child(element, NS_DSIG, "Signature") != NULL;
}

/* The signature first: until it fits, nothing of SignedInfo is known to be the provider's. */
static bool verify_parts(const struct parts *p, xmlBuffer *element, xmlBuffer *info, const struct trust *trust,
			 struct refusal *r)
{
	if (!element || !info)
		return refuse(r, "internal", "the document has no canonical form");
	if (!any_key_fits(p, trust->keys, info))
		return refuse(r, "signature", "the signature was not made with a key of the identity provider");
	if (!digest_fits(p, element))
		return refuse(r, "signature", "what the signature covers was changed");
	return true;
}

xmlDoc *signature_verify(xmlNode *element, const struct trust *trust, struct refusal *r)
{
	struct parts p = {0};
	xmlBuffer *covered, *info;
	xmlDoc *doc = NULL;

	if (!read_signature(element, trust, &p, r))
		return NULL;
	covered = canonical(&(struct scope){ element, p.signature }, &p.element_form);
	info = canonical(&(struct scope){ p.info, NULL }, &p.info_form);
	if (verify_parts(&p, covered, info, trust, r))
		doc = xml_read((const char *)xmlBufferContent(covered), (size_t)xmlBufferLength(covered), r);
	xmlBufferFree(covered);
	xmlBufferFree(info);
	return doc;
}
