/*
 * social_connector.h - connectors by which people sign in with accounts of their own, as those who use them see them;
 * connectors.c has their API.
 * Contract: sign-in.md sections 10, 10.1 and 12.1.
 */
#ifndef TENANT_SOCIAL_CONNECTOR_H
#define TENANT_SOCIAL_CONNECTOR_H

#include "http/request.h"
#include "tenant/factory.h"

/* Texts live in the request's arena, trees are the request's. */
struct social_row {
	const char *id, *target;
	const struct factory *factory;
	json_t *config;			/* as its protocol reads it, with what its provider is known for */
	bool syncs_profile;
};

/*
 * One to sign in by. ERR_NOT_FOUND; ERR_CONNECTOR_TYPE: it sends messages; ERR_CONNECTOR_CONFIG: it is not configured
 * yet.
 */
NODISCARD err_t social_connector_load(struct request *rq, const char *id, struct social_row *out);

/*
 * What everyone may know of those of these targets, in their order: a list of {id, target, name, logo, logoDark,
 * platform, isTokenStorageSupported}; the request's.
 */
NODISCARD err_t social_connector_shown(struct request *rq, const json_t *targets, json_t **out);

/*
 * What pages need to show Google One Tap, {isEnabled, autoSelect, itpSupport, clientId, connectorId, …}, of the
 * connectors that are shown; the request's. NULL: none of them has it on.
 */
NODISCARD err_t social_one_tap_shown(struct request *rq, const json_t *shown, json_t **out);
/* Whether the connector has it on. */
bool social_has_one_tap(const struct social_row *c);

/* Drops targets that no connector has from `socialSignInConnectorTargets` of a patch. */
NODISCARD err_t social_targets_keep_known(struct txn *tx, json_t *sent);
/* The same for the stored setting, after a connector was deleted. */
NODISCARD err_t social_targets_forget(struct txn *tx, struct arena *a);

#endif
