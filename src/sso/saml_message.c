#include "sso/saml_message.h"

#include <string.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"

#include "base/banned.h"

#define NS_PROTOCOL "urn:oasis:names:tc:SAML:2.0:protocol"
#define NS_ASSERTION "urn:oasis:names:tc:SAML:2.0:assertion"
#define NS_METADATA "urn:oasis:names:tc:SAML:2.0:metadata"
#define BINDING_POST "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
#define ID_LEN 40
#define MESSAGE_MOST KIB(64)

static const char *const digest_uris[] = {
	[RSA_SHA256] = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
	[RSA_SHA512] = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
};

bool saml_digest_of(const char *uri, enum rsa_digest *out)
{
	*out = RSA_SHA256;
	for (size_t i = 0; uri && i < ARRAY_LEN(digest_uris); i++) {
		*out = (enum rsa_digest)i;
		if (strcmp(digest_uris[i], uri) == 0)
			return true;
	}
	return !uri;
}

/* An id of XML begins with a letter or a low line. */
const char *saml_request_id(struct arena *a)
{
	char random[ID_LEN + 1];

	id_new(random, ID_LEN, ALPHABET_ALNUM);
	return arena_printf(a, "_%s", random);
}

/* Text and attributes of XML. What XML cannot hold at all is left out. */
static void add_escaped(struct buffer *to, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			buffer_text(to, "&amp;");
			break;
		case '<':
			buffer_text(to, "&lt;");
			break;
		case '>':
			buffer_text(to, "&gt;");
			break;
		case '"':
			buffer_text(to, "&quot;");
			break;
		default:
			if ((unsigned char)*s >= ' ')
				buffer_char(to, *s);
		}
	}
}

/* `name="value"` with a blank before it. */
static void add_attribute(struct buffer *to, const char *name, const char *value)
{
	buffer_texts(to, " ", name, "=\"");
	add_escaped(to, value);
	buffer_char(to, '"');
}

static void write_request(struct buffer *to, const struct saml_self *self, const struct saml_request *q)
{
	char now[25];

	clock_format(q->now_ms, now);
	buffer_text(to, "<samlp:AuthnRequest xmlns:samlp=\"" NS_PROTOCOL "\" xmlns:saml=\"" NS_ASSERTION
			"\" Version=\"2.0\""
			" ProtocolBinding=\"" BINDING_POST "\"");
	add_attribute(to, "ID", q->id);
	add_attribute(to, "IssueInstant", now);
	add_attribute(to, "Destination", q->endpoint);
	add_attribute(to, "AssertionConsumerServiceURL", self->acs_url);
	buffer_text(to, "><saml:Issuer>");
	add_escaped(to, self->entity_id);
	buffer_text(to, "</saml:Issuer><samlp:NameIDPolicy AllowCreate=\"true\"/></samlp:AuthnRequest>");
}

/* Raw DEFLATE, without a header (bindings 3.4.4.1). */
static bool deflate_into(struct buffer *to, const struct buffer *from)
{
	z_stream z = {0};
	size_t room;
	bool good;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	room = deflateBound(&z, from->len);
	z.next_in = (Bytef *)from->data;
	z.avail_in = (uInt)from->len;
	z.next_out = (Bytef *)buffer_reserve(to, room);
	z.avail_out = (uInt)room;
	good = z.next_out && deflate(&z, Z_FINISH) == Z_STREAM_END;
	if (good)
		to->len += room - z.avail_out;
	deflateEnd(&z);
	return good;
}

static void add_parameter(struct buffer *to, const char *name, const char *value)
{
	buffer_texts(to, to->len ? "&" : "", name, "=");
	text_escape_part(to, value);
}

/* The signature is the last parameter and covers those before it as they are written (bindings 3.4.4.1). */
static err_t add_signature(struct buffer *query, const struct saml_request *q)
{
	struct buffer signature;
	err_t e;

	add_parameter(query, "SigAlg", digest_uris[q->digest]);
	buffer_init(&signature, KIB(4));
	e = rsa_sign(q->key, q->digest, query->data, query->len, &signature);
	if (!e)
		add_parameter(query, "Signature", buffer_str(&signature));
	buffer_done(&signature);
	return e;
}

static err_t write_query(struct buffer *query, const struct buffer *xml, const struct saml_request *q)
{
	struct buffer deflated, base64;
	bool good;

	buffer_init(&deflated, MESSAGE_MOST);
	buffer_init(&base64, 2 * MESSAGE_MOST);
	good = !xml->full && deflate_into(&deflated, xml);
	if (good) {
		text_base64(&base64, deflated.data, deflated.len);
		add_parameter(query, "SAMLRequest", buffer_str(&base64));
		add_parameter(query, "RelayState", q->relay_state);
	}
	buffer_done(&deflated);
	buffer_done(&base64);
	if (!good)
		return err_set(ERR_INTERNAL, "a SAML request could not be written");
	return q->key ? add_signature(query, q) : OK;
}

err_t saml_request_url(struct arena *a, const struct saml_self *self, const struct saml_request *q, const char **url)
{
	struct buffer xml, query;
	const char *joint = !strchr(q->endpoint, '?') ? "?" : q->endpoint[strlen(q->endpoint) - 1] == '?' ? "" : "&";
	err_t e;

	buffer_init(&xml, MESSAGE_MOST);
	buffer_init(&query, 4 * MESSAGE_MOST);
	write_request(&xml, self, q);
	e = write_query(&query, &xml, q);
	if (!e && query.full)
		e = err_set(ERR_INTERNAL, "a SAML request is too long for an address");
	if (!e)
		*url = arena_printf(a, "%s%s%s", q->endpoint, joint, query.data);
	buffer_done(&xml);
	buffer_done(&query);
	return e;
}

/* -- metadata -- */

/* The base64 between the lines of a PEM. */
static void add_certificate(struct buffer *to, const char *pem)
{
	const char *at = strchr(pem, '\n'), *end = at ? strstr(at, "-----END") : NULL;

	buffer_text(to, "<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>");
	for (; at && at < end; at++)
		if (*at > ' ')
			buffer_char(to, *at);
	buffer_text(to, "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>");
}

/* A key without `use` is for signatures and for what is encrypted to us. */
const char *saml_metadata(struct arena *a, const struct saml_self *self, const char *const *certificates, size_t count,
			  bool signs_requests)
{
	struct buffer xml;
	const char *text;

	buffer_init(&xml, MESSAGE_MOST);
	buffer_text(&xml,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"" NS_METADATA "\""
		    " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"");
	add_attribute(&xml, "entityID", self->entity_id);
	buffer_texts(&xml,
		     "><md:SPSSODescriptor protocolSupportEnumeration=\"" NS_PROTOCOL "\" AuthnRequestsSigned=\"",
		     signs_requests ? "true" : "false", "\" WantAssertionsSigned=\"true\">");
	for (size_t i = 0; i < count; i++)
		add_certificate(&xml, certificates[i]);
	buffer_text(&xml, "<md:AssertionConsumerService Binding=\"" BINDING_POST "\" index=\"0\" isDefault=\"true\"");
	add_attribute(&xml, "Location", self->acs_url);
	buffer_text(&xml, "/></md:SPSSODescriptor></md:EntityDescriptor>\n");
	text = arena_copyn(a, buffer_str(&xml), xml.len);
	buffer_done(&xml);
	return text;
}
