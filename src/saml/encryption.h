/*
 * encryption.h - encrypted assertions: a key of its own for each, which is encrypted to one of our RSA keys (OAEP),
 * and the assertion with it (AES, GCM or CBC). PKCS #1 v1.5 is refused, and so is all that would have to be fetched.
 */
#ifndef SAML_ENCRYPTION_H
#define SAML_ENCRYPTION_H

#include "saml/key.h"
#include "saml/xml.h"

/* Of whatever fails from the first decrypted byte to the end of the signature on it. */
#define ENCRYPTION_UNREADABLE "the encrypted assertion cannot be read, or the identity provider did not sign it"

/*
 * The element inside of an EncryptedAssertion. NULL: refused; once anything was decrypted with the words
 * above, since refusals that differ would let a stranger guess at the padding of CBC. Yours: xml_done().
 */
xmlDoc *encryption_open(const xmlNode *encrypted, const struct keys *keys, struct refusal *r);

#endif
