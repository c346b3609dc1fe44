/*
 * xml.h - documents of strangers, read so strictly that the rest of the helper needs no care about XML's corners.
 *
 * What xml_read() returns has no DTD, so no entities; no processing instructions; no comments and no CDATA sections,
 * so the text of an element is one text node or none; at most XML_DEPTH_MOST elements inside each other; and every
 * id stands on one element only. It is UTF-8. Nothing is ever loaded from elsewhere.
 */
#ifndef SAML_XML_H
#define SAML_XML_H

#include <libxml/tree.h>

#include "saml/refusal.h"

#define XML_DEPTH_MOST 48
#define XML_ELEMENTS_MOST 20000
#define XML_ATTRIBUTES_MOST 64 /* of one element, its namespaces counted too */

#define NS_PROTOCOL "urn:oasis:names:tc:SAML:2.0:protocol"
#define NS_ASSERTION "urn:oasis:names:tc:SAML:2.0:assertion"
#define NS_METADATA "urn:oasis:names:tc:SAML:2.0:metadata"
#define NS_DSIG "http://www.w3.org/2000/09/xmldsig#"
#define NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define NS_XENC11 "http://www.w3.org/2009/xmlenc11#"
#define NS_EXC_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"

/* NULL: refused. Yours: xml_done(). */
xmlDoc *xml_read(const char *text, size_t len, struct refusal *r);
void xml_done(xmlDoc **doc);

bool xml_is(const xmlNode *n, const char *ns, const char *name);
/* Child elements; NULL when there is none. With several, the first. */
xmlNode *xml_child(const xmlNode *parent, const char *ns, const char *name);
xmlNode *xml_first(const xmlNode *parent);
xmlNode *xml_next(const xmlNode *n);
int xml_count(const xmlNode *parent, const char *ns, const char *name);
/* The same among all descendants. */
int xml_count_inside(const xmlNode *n, const char *ns, const char *name);
/* The next element in document order below `top`; begin with n == top. */
xmlNode *xml_walk(const xmlNode *top, const xmlNode *n);

/* The text of an element without child elements, "" for an empty one; NULL: it has child elements. Borrowed. */
const char *xml_text(const xmlNode *n);
/* An attribute without a namespace; NULL: it is not there. Borrowed. */
const char *xml_attribute(const xmlNode *n, const char *name);

/* xs:dateTime with its zone, to milliseconds. False: it is not one. */
bool xml_time(const char *text, int64_t *ms);
/*
 * Bytes of base64 as XML has it, with white space between. Returns their number, -1: it is no base64. `out` has room
 * for strlen(text) * 3 / 4.
 */
int xml_base64(const char *text, unsigned char *out);

#endif
