/*
 * document.h - what identity providers publish as JSON: their discovery documents and key sets. Read once and
 * remembered for some minutes, each tenant for itself, so that a sign-in does not wait for it and a provider that is
 * away for a moment does not matter.
 *
 * A document is at most DOCUMENT_MAX bytes, must come within DOCUMENT_MS, and is never looked for elsewhere: no
 * redirect is followed.
 */
#ifndef SSO_DOCUMENT_H
#define SSO_DOCUMENT_H

#include "http/client.h"
#include "http/request.h"

#define DOCUMENT_MAX KIB(256)
#define DOCUMENT_MS 8000

/* Zeroed, with `url` set; in the request's arena. */
struct document {
	const char *url;
	bool anew;		/* not from memory */

	/* once it was loaded */
	err_t error;		/* OK, or ERR_SSO_AWAY: there is no such JSON object */
	const char *cause;	/* in a few words of ours; NULL: there is no error */
	const json_t *tree;	/* the request's; nobody changes it */
	bool remembered;

	struct call call;
	struct document *beside;	/* one to load at the same time; NULL: none */
};

/* Loads the first one and those beside it, and goes on; each has its error. Not more than once at a time. */
err_t documents_load(struct request *rq, struct document *first, const struct step *then);

#endif
