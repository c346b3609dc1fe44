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
	unsigned grants;		/* enum grant */
	struct client_secret *secrets;
	int secret_count;
	bool has_legacy_secret;
	struct fingerprint legacy_secret;
	char **cors_origins, **redirect_uris;	/* ended by NULL */
};

/* Finds a client of the tenant. The caller gives it back with client_release(). ERR_NOT_FOUND. */
NODISCARD err_t client_load(struct txn *tx, const struct tenant *tenant, const char *id, const struct client **out);
void client_release(const struct client **client);	/* sets `*client` to NULL, and may find NULL there */

#endif
