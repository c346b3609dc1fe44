/*
 * transfer.h - inside http/ only: one call as libcurl sees it. client.c decides when a transfer runs and watches its
 * connection; here a call becomes options of a handle, and the answer becomes the call's result.
 *
 * Errors are those of client.h, with a detail; the thread is always the client's.
 */
#ifndef HTTP_TRANSFER_H
#define HTTP_TRANSFER_H

#include <sys/queue.h>

#include "http/client.h"
#include "http/libcurl.h"
#include "http/smtp.h"

struct host;			/* client.c */

#define ORIGIN_MOST 280		/* scheme://name:port; a name has 253 bytes at most */

struct transfer {
	struct call *call;
	TAILQ_ENTRY(transfer) all, turn;	/* client.c: every transfer; those that wait for the same host */
	struct host *host;
	enum transfer_state { TRANSFER_WAITS, TRANSFER_RUNS, TRANSFER_MAIL } state;
	int64_t ends_us;		/* by the monotonic clock */
	bool guarded;			/* only to public addresses */

	/* where it goes now: the call's own URL first, then where redirects lead */
	char *url;
	char origin[ORIGIN_MOST];
	const char *method;
	bool with_body, abroad;		/* abroad: a redirect has left the origin of the call */
	int redirects;

	/* while it runs */
	CURL *easy;
	struct curl_slist *headers;
	CURLcode bad;			/* the first option that libcurl did not take */
	size_t header_bytes;
	int header_lines;
	err_t fault;			/* why a callback ended the transfer, with `why` */
	char why[128];
	char error_text[CURL_ERROR_SIZE];
	struct smtp smtp;		/* of TRANSFER_MAIL */
	size_t sent;			/* of smtp.out */
};

/* Checks the call and where it goes; sets `origin`. Nothing else of a transfer may be used when this fails. */
NODISCARD err_t transfer_init(struct transfer *t, struct call *c, const struct client_options *o, int64_t now_us);
void transfer_done(struct transfer *t);

/* Makes the handle for the next connection. ERR_CALL_TIMEOUT: its time is over already. */
NODISCARD err_t transfer_open(struct transfer *t, const struct client_options *o, int64_t now_us);
/* Gives the handle back, which must not be in a multi handle any more. */
void transfer_close(struct transfer *t);

/*
 * Call when libcurl has ended the transfer, before transfer_close(). `*again`: there is a redirect; `url` and `origin`
 * are new. For a mail libcurl has only connected: its state becomes TRANSFER_MAIL.
 */
NODISCARD err_t transfer_end(struct transfer *t, CURLcode code, bool *again);

/* Call when the connection of a mail is ready: sends and reads without waiting. `*over`: the server has the mail. */
NODISCARD err_t transfer_mail(struct transfer *t, bool *over);

#endif
