/*
 * cookie.h - cookies: those that a request brings, those that an answer sets, and signatures that tell the server's
 * own cookies from others.
 *
 * A signed cookie NAME is two cookies: NAME with the value as it is, and NAME.sig with the HMAC-SHA256 of name and
 * value in base64url (oidc.md section 5.4). The newest key of a ring signs, every key of it verifies. A ring belongs
 * to one tenant and signs nothing but cookies, so a signature holds for this tenant, this name and this value alone.
 * A signature does not hide the value and does not expire: what must expire is checked on the server.
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "http/request.h"

#define COOKIE_KEYS_MOST 2 /* oidc.md section 3.1 */
#define COOKIE_KEY_SIZE 32
#define COOKIES_MOST 200 /* in one request; browsers keep 180 a site */
#define COOKIE_SIZE_MOST 4096 /* name and value: what a browser keeps for sure (RFC 6265 section 6.1) */

struct cookie_ring {
	int count;
	struct slice keys[COOKIE_KEYS_MOST]; /* newest first; borrowed */
};

/*
 * The cookies of the request in the order sent (RFC 6265 section 5.4); params_get() finds the first of a name. What
 * is not name=value in the characters that cookie_set() writes was not set by this server, and is ignored. Lives
 * in the request's arena. ERR_REQUEST_INPUT: more than COOKIES_MOST, or one larger than COOKIE_SIZE_MOST.
 */
NODISCARD err_t cookies_parse(const struct request *rq, struct params *out);
/* The value of a signed cookie; NULL: absent, without signature, or with a wrong one. */
const char *cookie_find(const struct params *cookies, const struct cookie_ring *ring, const char *name);

enum same_site { SAME_SITE_LAX, SAME_SITE_STRICT, SAME_SITE_NONE };

/* `Secure` is added where the request came by https. */
struct cookie {
	const char *name; /* a token (RFC 9110 section 5.6.2) */
	const char *value; /* printable ASCII without `;`, no blank at either end */
	const char *path; /* NULL: / */
	int64_t life_s; /* 0: until the browser is closed */
	enum same_site same_site; /* NONE needs https */
	bool readable; /* by scripts: without HttpOnly */
};

/*
 * Sets a cookie with the answer; `ring`: and its signature; NULL: unsigned. ERR_INTERNAL: it is not as described, or
 * too large.
 */
NODISCARD err_t cookie_set(struct request *rq, const struct cookie *c, const struct cookie_ring *ring);
/* Ends a cookie, and its signature if it has one. `path` must be the one that it was set with. */
NODISCARD err_t cookie_clear(struct request *rq, const char *name, const char *path, bool has_signature);

#endif
