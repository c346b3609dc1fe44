/*
 * signature.h - XML signatures in the one shape that SAML allows (SAML core 5.4): enveloped, with one reference to the
 * element that the signature stands in.
 *
 * Believe nothing but what signature_verify() hands back: the bytes that were digested, parsed anew. So whatever
 * stood beside, around or inside of what was signed (signature wrapping) is not there to be read by mistake.
 * Certificates inside of a signature are not looked at; keys are those of the identity provider's settings.
 */
#ifndef SAML_SIGNATURE_H
#define SAML_SIGNATURE_H

#include "saml/key.h"
#include "saml/xml.h"

struct trust {
	const struct keys *keys;
	bool sha1; /* signatures and digests with SHA-1 are taken too */
};

/* Whether a signature is a child of the element. */
bool signature_is_there(const xmlNode *element);
/*
 * Verifies the signature that is a child of `element`. Returns the element as it was signed, without the signature, in
 * a document of its own; NULL: refused. Yours: xml_done().
 */
xmlDoc *signature_verify(xmlNode *element, const struct trust *trust, struct refusal *r);

#endif
