/*
 * url.h - takes URLs, hosts and origins apart, in the same way for all callers.
 *
 * That way is RFC 3986, narrowed so that a browser (WHATWG URL) reads the same: what the two read differently is
 * refused, so a browser cannot be sent to another host than the one that was checked. Nothing is decoded or copied;
 * the parts are pieces of the caller's text.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/arena.h"

#define URL_HOST_MAX 255	/* RFC 1035 section 2.3.4 */
#define URL_LABEL_MAX 63

struct url {
	struct slice scheme;		/* without the colon */
	struct slice userinfo;		/* NULL: no @ */
	struct slice host;		/* with the brackets of an IPv6 address; NULL: no // */
	int port;			/* -1: not given */
	struct slice path;		/* with its slash; may be empty */
	struct slice query, fragment;	/* without their marks; NULL: no mark */
};

/*
 * An absolute URL. http, https, ws, wss and ftp need "//" and a host; other schemes need only "a:". False also for
 * control characters, a host that is too long or has characters that are not allowed in a host, and a port above
 * 65535.
 */
NODISCARD bool url_parse(const char *text, size_t len, struct url *out);
/* host[:port], as a Host header has it; the rest of `*out` is empty. */
NODISCARD bool url_parse_host(const char *text, size_t len, struct url *out);

/* Whether the scheme is this one, given in lower case. */
bool url_has_scheme(const struct url *u, const char *scheme);
/* http or https. */
bool url_is_web(const struct url *u);
/*
 * Whether a page that links to this text, or loads it, may run it as a script: javascript:, vbscript:, blob: and
 * data:, unless the data is an image. Reads the scheme as a browser does, so the text need not pass url_parse().
 */
bool url_can_run(const char *text);
/* The port given, or the scheme's; -1 when there is neither. */
int url_port(const struct url *u);
/* The host without the dot at the end that only says "from the root of the DNS". */
struct slice url_host(const struct url *u);
/* Letter case of ASCII does not count. */
bool url_hosts_equal(struct slice a, struct slice b);

/*
 * Whether two URLs have one origin: scheme, host and port, where letter case, a port that the scheme has anyway and a
 * dot at the end of the host do not count. A scheme without an origin (RFC 6454 section 4) has nothing in common with
 * any.
 */
bool url_same_origin(const struct url *a, const struct url *b);
/* The origin as browsers write it, without the dot: lives in `a`. NULL for a scheme without an origin. */
const char *url_origin(struct arena *a, const struct url *u);
/*
 * What addresses below this one begin with: its origin, its host in ASCII (idn.h), and its path without slashes at the
 * end; lives in `a`. NULL unless it is http(s)://HOST, with a port or a path where it has one, and nothing else.
 */
const char *url_base(struct arena *a, const char *text);

#endif
