#include "saml/metadata.h"

#include <string.h>
#include <time.h>

#include <openssl/pem.h>

#include "saml/key.h"
#include "saml/xml.h"

#include "base/banned.h"

#define METADATA_MOST MIB(1)
#define NAME_MOST 256 /* of an entity: that of an issuer in our tables */
#define URL_MOST 2048
#define BINDING "urn:oasis:names:tc:SAML:2.0:bindings:"

/* -- certificates -- */

static bool to_ms(const ASN1_TIME *t, json_int_t *ms)
{
	struct tm parts;

	if (!ASN1_TIME_to_tm(t, &parts))
		return false;
	*ms = (json_int_t)timegm(&parts) * 1000;
	return true;
}

static json_t *to_pem(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	json_t *pem = NULL;

	if (bio && PEM_write_bio_X509(bio, certificate)) {
		long n = BIO_get_mem_data(bio, &text);

		pem = json_stringn(text, (size_t)n);
	}
	BIO_free(bio);
	return pem;
}

static json_t *describe_one(X509 *certificate, json_int_t now, struct refusal *r)
{
	EVP_PKEY *key = certificate_key(certificate, r);
	json_int_t from, until;

	EVP_PKEY_free(key);
	if (!key)
		return NULL;
	if (!to_ms(X509_get0_notBefore(certificate), &from) || !to_ms(X509_get0_notAfter(certificate), &until))
		return refuse(r, "certificate", "the times of a certificate cannot be read"), NULL;
	return json_pack("{s:o, s:I, s:I, s:b}", "certificate", to_pem(certificate), "startsAt", from, "expiresAt",
			 until, "isValid", from <= now && now < until);
}

static json_t *describe(const char *text, json_int_t now, struct refusal *r)
{
	X509 *certificate = certificate_read(text, r);
	json_t *description = certificate ? describe_one(certificate, now, r) : NULL;

	X509_free(certificate);
	return description;
}

json_t *certificate_describe(const json_t *question, struct refusal *r)
{
	const char *text;
	json_int_t now;

	if (json_unpack((json_t *)question, "{s:s, s:I}", "certificate", &text, "now", &now))
		return refuse(r, "internal", "the question has not the members that it should"), NULL;
	return describe(text, now, r);
}

/* -- metadata -- */

static bool speaks_saml_2(const xmlNode *role)
{
	const char *at = xml_attribute(role, "protocolSupportEnumeration");
	size_t n = strlen(NS_PROTOCOL);

	for (; at && *at; at += strcspn(at, " \t\r\n"), at += strspn(at, " \t\r\n"))
		if (strcspn(at, " \t\r\n") == n && memcmp(at, NS_PROTOCOL, n) == 0)
			return true;
	return false;
}

/* The identity provider's role of an entity; NULL: it has none. */
static xmlNode *role_of(const xmlNode *entity)
{
	xmlNode *n = xml_first(entity);

	while (n && !(xml_is(n, NS_METADATA, "IDPSSODescriptor") && speaks_saml_2(n)))
		n = xml_next(n);
	return n;
}

/* The one entity of a document that is an identity provider. */
static const xmlNode *find_entity(const xmlNode *root, struct refusal *r)
{
	const xmlNode *found = NULL;

	if (xml_is(root, NS_METADATA, "EntityDescriptor"))
		return role_of(root) ? root :
				       (refuse(r, "metadata", "the entity is no identity provider of SAML 2.0"), NULL);
	if (!xml_is(root, NS_METADATA, "EntitiesDescriptor"))
		return refuse(r, "metadata", "the document is not SAML metadata"), NULL;
	for (const xmlNode *n = xml_first(root); n; n = xml_next(n)) {
		if (!xml_is(n, NS_METADATA, "EntityDescriptor") || !role_of(n))
			continue;
		if (found)
			return refuse(r, "metadata", "the metadata has several identity providers"), NULL;
		found = n;
	}
	if (!found)
		refuse(r, "metadata", "the metadata has no identity provider of SAML 2.0");
	return found;
}

static bool is_valid_until(const xmlNode *n, json_int_t now, struct refusal *r)
{
	const char *text = xml_attribute(n, "validUntil");
	int64_t ms;

	if (!text || (xml_time(text, &ms) && ms > now))
		return true;
	return refuse(r, "metadata", "the metadata was valid until %.40s", text);
}

/* An address that a browser can be sent to. */
static bool is_web_url(const char *url)
{
	size_t n = url ? strlen(url) : 0;

	if (n == 0 || n > URL_MOST || (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0))
		return false;
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}", *p))
			return false;
	return true;
}

static const char *endpoint_of(const xmlNode *role, const char *binding)
{
	for (const xmlNode *n = xml_first(role); n; n = xml_next(n)) {
		const char *its = xml_is(n, NS_METADATA, "SingleSignOnService") ? xml_attribute(n, "Binding") : NULL;

		if (its && strcmp(its, binding) == 0 && is_web_url(xml_attribute(n, "Location")))
			return xml_attribute(n, "Location");
	}
	return NULL;
}

/* Adds the certificates of one KeyDescriptor, if it is for signatures. */
static bool add_certificates(const xmlNode *descriptor, json_int_t now, json_t *to, struct refusal *r)
{
	const char *use = xml_attribute(descriptor, "use");

	if (use && strcmp(use, "signing") != 0)
		return true;
	for (const xmlNode *n = xml_walk(descriptor, descriptor); n; n = xml_walk(descriptor, n)) {
		const char *text = xml_is(n, NS_DSIG, "X509Certificate") ? xml_text(n) : NULL;
		json_t *one;

		if (!text)
			continue;
		if (json_array_size(to) == KEYS_MOST)
			return refuse(r, "certificate", "the metadata has more than %d certificates", KEYS_MOST);
		one = describe(text, now, r);
		if (!one)
			return false;
		json_array_append_new(to, one);
	}
	return true;
}

static json_t *certificates_of(const xmlNode *role, json_int_t now, struct refusal *r)
{
	json_t *all = json_array();

	for (const xmlNode *n = xml_first(role); n; n = xml_next(n)) {
		if (xml_is(n, NS_METADATA, "KeyDescriptor") && !add_certificates(n, now, all, r)) {
			json_decref(all);
			return NULL;
		}
	}
	if (json_array_size(all) > 0)
		return all;
	json_decref(all);
	return refuse(r, "certificate", "the metadata has no certificate for signatures"), NULL;
}

static bool is_true(const char *value)
{
	return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

static json_t *describe_entity(const xmlNode *entity, json_int_t now, struct refusal *r)
{
	const xmlNode *role = role_of(entity);
	const char *id = xml_attribute(entity, "entityID");
	const char *redirect = endpoint_of(role, BINDING "HTTP-Redirect"),
		   *post = endpoint_of(role, BINDING "HTTP-POST");
	json_t *certificates;

	if (!id || !*id || strlen(id) > NAME_MOST)
		return refuse(r, "metadata", "the entity id is missing or longer than %d bytes", NAME_MOST), NULL;
	if (!is_valid_until(entity, now, r) || !is_valid_until(role, now, r))
		return NULL;
	if (!redirect)
		return refuse(r, "metadata", "the metadata has no sign-in endpoint for HTTP-Redirect"), NULL;
	certificates = certificates_of(role, now, r);
	if (!certificates)
		return NULL;
	return json_pack("{s:s, s:s, s:s*, s:b, s:o}", "entityId", id, "signInEndpoint", redirect, "postEndpoint",
			 post, "wantAuthnRequestsSigned", is_true(xml_attribute(role, "WantAuthnRequestsSigned")),
			 "certificates", certificates);
}

json_t *metadata_read(const json_t *question, struct refusal *r)
{
	const char *text;
	size_t len;
	json_int_t now;
	const xmlNode *entity;
	json_t *answer = NULL;
	xmlDoc *doc;

	if (json_unpack((json_t *)question, "{s:s%, s:I}", "metadata", &text, &len, "now", &now))
		return refuse(r, "internal", "the question has not the members that it should"), NULL;
	if (len > METADATA_MOST)
		return refuse(r, "metadata", "the metadata is larger than 1 MiB"), NULL;
	doc = xml_read(text, len, r);
	if (!doc)
		return NULL;
	entity = find_entity(xmlDocGetRootElement(doc), r);
	if (entity && is_valid_until(xmlDocGetRootElement(doc), now, r))
		answer = describe_entity(entity, now, r);
	xml_done(&doc);
	return answer;
}
