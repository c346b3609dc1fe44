/* libxml2 through its SAX2 interface: what we do not want to see never becomes a tree. */
#include "saml/xml.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <libxml/SAX2.h>
#include <libxml/hash.h>
#include <libxml/parser.h>
#include <libxml/uri.h>

#include <openssl/evp.h>

#include "base/banned.h"

/* What the callbacks know of one document; libxml2 keeps it in ctxt->_private. */
struct reading {
	int depth, elements;
	struct refusal *r;
};

static void stop(xmlParserCtxt *ctxt, const char *why)
{
	struct reading *reading = ctxt->_private;

	if (!reading->r->code)
		refuse(reading->r, "xml", "%s", why);
	xmlStopParser(ctxt);
}

static void on_dtd(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name, (void)public_id, (void)system_id;
	stop(ctx, "the document has a document type declaration");
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data)
{
	(void)target, (void)data;
	stop(ctx, "the document has a processing instruction");
}

/* Canonical XML has no form for others: libxml2 gives an empty one then, which a digest may fit. */
static bool is_absolute(const xmlChar *uri)
{
	xmlURI *parts = uri && *uri ? xmlParseURI((const char *)uri) : NULL;
	bool absolute = !uri || !*uri || (parts && parts->scheme && *parts->scheme);

	xmlFreeURI(parts);
	return absolute;
}

/* `namespaces`: a prefix and its URI, `count` times. */
static bool are_absolute(const xmlChar **namespaces, int count)
{
	for (int i = 0; i < count; i++)
		if (!is_absolute(namespaces[2 * i + 1]))
			return false;
	return true;
}

static void on_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespace_count,
		       const xmlChar **namespaces, int attribute_count, int defaulted, const xmlChar **attributes)
{
	xmlParserCtxt *ctxt = ctx;
	struct reading *reading = ctxt->_private;

	if (++reading->depth > XML_DEPTH_MOST)
		stop(ctxt, "the elements of the document are too deep inside each other");
	else if (++reading->elements > XML_ELEMENTS_MOST)
		stop(ctxt, "the document has too many elements");
	else if (namespace_count + attribute_count > XML_ATTRIBUTES_MOST)
		stop(ctxt, "an element has too many attributes");
	else if (!are_absolute(namespaces, namespace_count))
		stop(ctxt, "the document has a namespace that is not absolute");
	else
		xmlSAX2StartElementNs(ctx, name, prefix, uri, namespace_count, namespaces, attribute_count, defaulted,
				      attributes);
}

static void on_element_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	xmlParserCtxt *ctxt = ctx;
	struct reading *reading = ctxt->_private;

	reading->depth--;
	xmlSAX2EndElementNs(ctx, name, prefix, uri);
}

/* libxml2 would write to standard error; the refusal says enough. */
static void on_error(void *ctx, const xmlError *e)
{
	(void)ctx, (void)e;
}

static void set_callbacks(xmlSAXHandler *sax)
{
	sax->internalSubset = on_dtd;
	sax->externalSubset = on_dtd;
	sax->processingInstruction = on_instruction;
	sax->comment = NULL;
	sax->cdataBlock = sax->characters;
	sax->startElementNs = on_element;
	sax->endElementNs = on_element_end;
	sax->serror = (xmlStructuredErrorFunc)on_error;
}

/* Whether an XML declaration names another encoding than UTF-8, or its subset ASCII. */
static bool is_other_encoding(const char *text, size_t len)
{
	static const char *const ours[] = { "utf-8", "us-ascii", "ascii" };
	const char *end, *at;

	if (len < 5 || memcmp(text, "<?xml", 5) != 0)
		return false;
	end = memmem(text, len, "?>", 2);
	at = end ? memmem(text, (size_t)(end - text), "encoding", 8) : NULL;
	if (!at)
		return false;
	at += strspn(at + 8, "= \t\r\n\"'") + 8;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (strncasecmp(at, ours[i], strlen(ours[i])) == 0 && !isalnum((unsigned char)at[strlen(ours[i])]))
			return false;
	return true;
}

static bool is_id(const xmlAttr *a)
{
	const char *name = (const char *)a->name;

	return strcasecmp(name, "ID") == 0;
}

/* A signature names what it covers by its id: a second element of that id is how signatures are wrapped. */
static bool ids_are_unique(const xmlDoc *doc, struct refusal *r)
{
	const xmlNode *root = xmlDocGetRootElement(doc);
	xmlHashTable *seen = xmlHashCreate(64);
	bool unique = true;

	for (const xmlNode *n = root; seen && n && unique; n = xml_walk(root, n))
		for (const xmlAttr *a = n->properties; a && unique; a = a->next)
			if (is_id(a))
				unique = a->children && !a->children->next && a->children->content &&
					 xmlHashAddEntry(seen, a->children->content, (void *)n) == 0;
	if (!seen || !unique)
		refuse(r, "xml", "two elements of the document have the same id, or an id is empty");
	xmlHashFree(seen, NULL);
	return seen && unique;
}

xmlDoc *xml_read(const char *text, size_t len, struct refusal *r)
{
	struct reading reading = { .r = r };
	xmlParserCtxt *ctxt;
	xmlDoc *doc;

	r->code = NULL;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3, len -= 3;
	if (len == 0 || len > INT32_MAX || memchr(text, '\0', len) || is_other_encoding(text, len))
		return refuse(r, "xml", "the document is empty or not UTF-8"), NULL;
	ctxt = xmlNewParserCtxt();
	if (!ctxt)
		return refuse(r, "internal", "out of memory"), NULL;
	ctxt->_private = &reading;
	set_callbacks(ctxt->sax);
	doc = xmlCtxtReadMemory(ctxt, text, (int)len, NULL, "UTF-8",
				XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!doc || !ctxt->wellFormed || !ctxt->nsWellFormed || r->code) {
		if (!r->code)
			refuse(r, "xml", "the document is not well-formed XML with namespaces");
		xml_done(&doc);
	}
	xmlFreeParserCtxt(ctxt);
	if (doc && !ids_are_unique(doc, r))
		xml_done(&doc);
	return doc;
}

void xml_done(xmlDoc **doc)
{
	if (*doc)
		xmlFreeDoc(*doc);
	*doc = NULL;
}

bool xml_is(const xmlNode *n, const char *ns, const char *name)
{
	return n && n->type == XML_ELEMENT_NODE && n->ns && strcmp((const char *)n->name, name) == 0 &&
	       strcmp((const char *)n->ns->href, ns) == 0;
}

xmlNode *xml_first(const xmlNode *parent)
{
	return xmlFirstElementChild((xmlNode *)parent);
}

xmlNode *xml_next(const xmlNode *n)
{
	return xmlNextElementSibling((xmlNode *)n);
}

xmlNode *xml_child(const xmlNode *parent, const char *ns, const char *name)
{
	xmlNode *n = xml_first(parent);

	while (n && !xml_is(n, ns, name))
		n = xml_next(n);
	return n;
}

int xml_count(const xmlNode *parent, const char *ns, const char *name)
{
	int count = 0;

	for (const xmlNode *n = xml_first(parent); n; n = xml_next(n))
		count += xml_is(n, ns, name);
	return count;
}

xmlNode *xml_walk(const xmlNode *top, const xmlNode *n)
{
	xmlNode *child = xml_first(n);

	if (child)
		return child;
	for (; n != top; n = n->parent) {
		xmlNode *sibling = xml_next(n);

		if (sibling)
			return sibling;
	}
	return NULL;
}

int xml_count_inside(const xmlNode *top, const char *ns, const char *name)
{
	int count = 0;

	for (const xmlNode *n = xml_walk(top, top); n; n = xml_walk(top, n))
		count += xml_is(n, ns, name);
	return count;
}

const char *xml_text(const xmlNode *n)
{
	const xmlNode *text = n->children;

	if (!text)
		return "";
	return text->type == XML_TEXT_NODE && !text->next ? (const char *)text->content : NULL;
}

const char *xml_attribute(const xmlNode *n, const char *name)
{
	for (const xmlAttr *a = n->properties; a; a = a->next) {
		if (a->ns || strcmp((const char *)a->name, name) != 0)
			continue;
		if (!a->children)
			return "";
		return a->children->type == XML_TEXT_NODE && !a->children->next ? (const char *)a->children->content :
										  NULL;
	}
	return NULL;
}

/* -- values -- */

/* Reads exactly `n` digits. */
static bool digits(const char **at, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool expect(const char **at, char c)
{
	return *(*at)++ == c;
}

/* The fraction of a second, of which milliseconds count. */
static bool fraction(const char **at, int *ms)
{
	int scale = 100;

	*ms = 0;
	if (**at != '.')
		return true;
	if ((*at)[1] < '0' || (*at)[1] > '9')
		return false;
	for ((*at)++; **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
		*ms += (**at - '0') * scale;
	return true;
}

static bool zone(const char **at, int *minutes)
{
	int sign = **at == '-' ? -1 : 1, h, m;

	*minutes = 0;
	if (**at == 'Z')
		return (*at)++, true;
	if (**at != '+' && **at != '-')
		return false;
	(*at)++;
	if (!digits(at, 2, &h) || !expect(at, ':') || !digits(at, 2, &m) || h > 14 || m > 59)
		return false;
	*minutes = sign * (h * 60 + m);
	return true;
}

bool xml_time(const char *text, int64_t *ms)
{
	struct tm t = {0};
	const char *at = text;
	int year, month, millis, minutes;

	if (!text || !digits(&at, 4, &year) || !expect(&at, '-') || !digits(&at, 2, &month) || !expect(&at, '-') ||
	    !digits(&at, 2, &t.tm_mday) || !expect(&at, 'T') || !digits(&at, 2, &t.tm_hour) || !expect(&at, ':') ||
	    !digits(&at, 2, &t.tm_min) || !expect(&at, ':') || !digits(&at, 2, &t.tm_sec) || !fraction(&at, &millis) ||
	    !zone(&at, &minutes) || *at)
		return false;
	if (year < 1970 || month < 1 || month > 12 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour > 23 ||
	    t.tm_min > 59 || t.tm_sec > 60)
		return false;
	t.tm_year = year - 1900;
	t.tm_mon = month - 1;
	*ms = ((int64_t)timegm(&t) - minutes * 60) * 1000 + millis;
	return true;
}

static int sextet(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

int xml_base64(const char *text, unsigned char *out)
{
	uint32_t bits = 0;
	int have = 0, n = 0, digits_seen = 0, padding = 0;

	for (const char *p = text; *p; p++) {
		int value = sextet(*p);

		if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
			continue;
		if (*p == '=' && ++padding <= 2)
			continue;
		if (value < 0 || padding)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		digits_seen++;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have);
			bits &= (1u << have) - 1;
		}
	}
	if (bits != 0 || digits_seen % 4 == 1 || (digits_seen + padding) % 4 != 0)
		return -1;
	return n;
}
