/*
 * document.h - what identity providers publish: discovery documents and key sets, which are JSON, and the metadata and
 * certificates of SAML, which the helper program makes into JSON (saml_helper.h). Read once and
 * remembered for some minutes, each tenant for itself, so that a sign-in does not wait for it and a provider that is
 * away for a moment does not matter.
 *
 * A document is at most DOCUMENT_MAX bytes, must come within DOCUMENT_MS, and is never looked for elsewhere: no
 * redirect is followed. That it did not come in time is remembered for some seconds, and nobody else waits for it
 * meanwhile.
 */
#ifndef SSO_DOCUMENT_H
#define SSO_DOCUMENT_H

#include "http/client.h"
#include "http/request.h"

#define DOCUMENT_MAX KIB(512)
#define DOCUMENT_MS 8000

enum document_kind { DOCUMENT_JSON, DOCUMENT_METADATA, DOCUMENT_CERTIFICATE };

/* Zeroed, with `url` set, or `text` for what is at hand already; in the request's arena. */
struct document {
	enum document_kind kind;
	const char *url, *text;
	bool anew;		/* not from memory */

	/* once it was loaded */
	/* OK; ERR_SSO_AWAY: there is no such document; ERR_SAML_UNAVAILABLE: nobody can read it now */
	err_t error;
	const char *cause;	/* in a few words of ours; NULL: there is no error */
	const json_t *tree;	/* the request's; nobody changes it */
	bool remembered;

	struct call call;
	struct document *beside;	/* one to load at the same time; NULL: none */
};

/*
 * Whether a document that was remembered may be asked for anew because something is not in it: not again within
 * ANEW_S of the last time, whoever asks, since tokens of strangers may name any key.
 */
#define ANEW_S 30
bool document_may_ask_anew(struct request *rq, const struct document *d);
/* Loads the first one and those beside it, and goes on; each has its error. Not more than once at a time. */
err_t documents_load(struct request *rq, struct document *first, const struct step *then);

#endif
