/*
 * client.h - calls to other servers: HTTP requests, mails (SMTP) and questions to the DNS, all driven by one thread;
 * and pauses, for an answer that has to come at a certain time.
 *
 * The thread and libcurl appear with the first call; a server that never calls pays for neither. Limits hold in all,
 * for each host (a name with its port), so that one host that hangs leaves the others free, and for each tenant, so
 * that one whose hosts hang leaves turns to the others. Every call has a limit for connecting, for its whole time
 * (waiting for its turn included), and for the size of its answer.
 *
 * A program of ours that lies beside the server is called the same way (helper.h), by threads of its own.
 *
 * What holds for every call to a server: certificates are verified; only http and https (mail: smtp and smtps) are
 * spoken, after a redirect too; cookies, .netrc and proxies of the environment are not used; unless the options allow
 * it, no connection is made to an address that is not public (guard.h), whatever the name resolves to and wherever a
 * redirect leads.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/buffer.h"
#include "base/err.h"
#include "base/secret.h"

struct header;			/* http/request.h */
struct settings;

#define CALL_SHARES 256		/* tenants that fall into one are served as one (server/queue.h) */

enum call_kind {
	CALL_HTTP,
	CALL_SMTP,
	CALL_LOOKUP,	/* the texts (TXT) of a name in the DNS, which is `url`; see call_has_text() */
	CALL_HELPER,	/* the program beside the server; `body` is the question */
	CALL_PAUSE,	/* nobody is called: `done` comes at `until_us`. Needs no turn, and has no limits */
};

/*
 * One call: the caller's memory, zeroed and filled in. From client_submit() until `done` it and what it points to
 * belong to the client.
 */
struct call {
	enum call_kind kind;
	const char *url;	/* http, https; smtp, smtps with nothing behind the port. Without user and password */
	/* the request; the helper's question; CALL_SMTP: the message with its headers, lines ended by CR LF */
	const void *body;
	size_t body_len;

	/* CALL_HTTP */
	const char *method;		/* NULL: GET */
	const struct header *headers;	/* without Host, Content-Length and what else concerns the connection */
	size_t header_count;
	/*
	 * At most 5 redirects, never from https to http. 303, and 301 or 302 of a POST, go on as GET without the body.
	 * To another origin goes no header but Accept, Accept-Language and User-Agent, and no body.
	 */
	bool follow_redirects;
	/* The operator named the server, so its address need not be public. */
	bool any_address;

	/* CALL_SMTP */
	const char *from;		/* plain addresses; "" is the empty sender */
	const char *const *recipients;
	size_t recipient_count;
	const char *user;		/* NULL: without AUTH */
	const struct secret *password;
	bool without_tls;		/* smtp:// turns TLS on by STARTTLS, or fails; with this it does not try */

	/* CALL_PAUSE; of the others it is the client's */
	int64_t until_us;		/* of the monotonic clock */

	/* limits; 0: those of client_options */
	int connect_ms, total_ms;
	size_t answer_max;		/* bytes; 0: 64 KiB */
	unsigned share;			/* that of the tenant, below CALL_SHARES; 0: of none, without its limits */

	/* -- the result, from `done` on -- */
	err_t error;			/* OK: a whole answer came, whatever its status; see below */
	/* of the HTTP answer, or the last SMTP reply, 0: none came; how many texts a name has, which may not exist */
	int status;
	/* of HTTP or the helper; the text of the last SMTP reply; the texts of a name, each ended by '\0' */
	struct buffer answer;
	struct buffer answer_headers;	/* call_header() reads it */
	char detail[512];		/* for the operator, when there is an error */

	/* Called once on a thread of the client, which it must not hold up: it hands over. It may free the call. */
	void (*done)(struct call *c);
	void *owner;			/* the caller's */

	struct call *beside;		/* the caller's: one of the same step (step.h) */
	struct call *next;		/* the client's */
};

/*
 * Errors of a call:
 *   ERR_CALL_INPUT    the call itself is not possible: URL, method, header or mail address; nothing was sent. Or the
 *                     helper is not installed
 *   ERR_CALL_ADDRESS  the address is not public
 *   ERR_CALL_TIMEOUT  a time limit passed, perhaps before the call had its turn
 *   ERR_CALL_FAILED   no connection, no TLS, or the connection broke; or the mail server refused (see `status`), or
 *                     the DNS server
 *   ERR_CALL_ANSWER   the answer is larger than allowed, cannot be understood, or redirects where we do not follow
 *   ERR_CALL_STOPPED  client_stop() came first
 *   ERR_BUSY          too many calls wait for this host
 */

struct client_options {
	int running, per_host, per_share;			/* calls that run at once */
	int queue, queue_per_host, queue_per_share;		/* calls that wait beside them */
	int connect_ms, total_ms;	/* of a call that does not say */
	bool private_addresses;		/* connect to them too */
	const char *helper;		/* path of the program of CALL_HELPER; NULL: there is none */
	const char *dns_server;		/* addresses, separated by commas; NULL: those of the system */
	const char *ca_file;		/* PEM file of authorities beside those of the system; NULL: none */
};

/* What the operator decided. */
void client_options_init(struct client_options *o, const struct settings *s);

/* Copies the options; the thread starts with the first call. Once until client_stop(). */
NODISCARD err_t client_start(const struct client_options *o);
/*
 * From any thread, in `done` too. After OK `done` comes once. ERR_BUSY: the queue is full, or the tenant's part of it,
 * or the client has stopped; `done` does not come.
 */
NODISCARD err_t client_submit(struct call *c);
/* Ends what runs or waits: `done` comes for each before this returns. */
void client_stop(void);

/* The value of a header of the answer, of several the first; NULL when it is not there. Lives in the call. */
const char *call_header(const struct call *c, const char *name);
/* Whether a name has this text: whole, as its pieces make it. Of CALL_LOOKUP. */
bool call_has_text(const struct call *c, const char *text);
/* Wipes and frees what the answer took. */
void call_wipe(struct call *c);

#endif
