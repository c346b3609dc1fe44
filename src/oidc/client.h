/*
 * client.h - an application as OAuth sees it (oidc.md section 4).
 */
#ifndef OIDC_CLIENT_H
#define OIDC_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"

struct txn;
struct tenant;

enum grant {
	GRANT_NONE = 0,
	GRANT_AUTHORIZATION_CODE = 1,
	GRANT_REFRESH_TOKEN = 2,
	GRANT_CLIENT_CREDENTIALS = 4,
	GRANT_DEVICE_CODE = 8,
	GRANT_TOKEN_EXCHANGE = 16,
};

struct client_secret {
	char *name;
	struct fingerprint value;
	int64_t expires_at_ms;		/* 0: never */
};

/* Kept in memory and shared between threads: read only. */
struct client {
	char id[22];
	bool is_public;			/* has no secret; other clients prove who they are by one */
	bool is_native, is_third_party;
	bool is_page;			/* an application that runs in a browser (SPA) */
	bool is_access_controlled;	/* only admitted users: oidc.md section 12 */
	unsigned grants;		/* enum grant */
	struct client_secret *secrets;
	int secret_count;
	bool has_legacy_secret;
	struct fingerprint legacy_secret;
	char **cors_origins, **redirect_uris, **post_logout_uris;	/* ended by NULL */
	/* what else oidc.md section 4.5 tells */
	char *backchannel_uri;		/* told of the end of sessions; NULL: not told */
	bool backchannel_names_session;	/* by the claim `sid`, which its ID tokens then have too */
	bool always_refreshes;		/* gets refresh tokens without offline_access */
	bool rotates;			/* its refresh tokens are replaced when they are used */
	int64_t id_token_ttl_s, refresh_token_ttl_s;
	int64_t grants_most;		/* of a user at once; 0: no limit */
};

/* Finds a client of the tenant. The caller gives it back with client_release(). ERR_NOT_FOUND. */
NODISCARD err_t client_load(struct txn *tx, const struct tenant *tenant, const char *id, const struct client **out);
void client_release(const struct client **client);	/* sets `*client` to NULL, and may find NULL there */

#endif
