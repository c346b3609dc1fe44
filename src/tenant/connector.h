/*
 * connector.h - how a tenant sends mails and text messages: at most one connector of each type, made by a factory.
 * What it is configured with is sealed in the store.
 * Contract: sign-in.md section 12.1.
 */
#ifndef TENANT_CONNECTOR_H
#define TENANT_CONNECTOR_H

#include "http/request.h"
#include "tenant/factory.h"
#include "tenant/sign_in_rules.h"

struct call;
struct message;

/* Which connectors the tenant has: what can carry a code to a person. */
NODISCARD err_t connector_means(struct txn *tx, struct means *out);

/* Opens a sealed configuration: JSON text in the request's arena. */
NODISCARD err_t connector_open(struct request *rq, const char *id, const void *sealed, size_t len,
			       const char **config);
/* The same by a connector of this factory and with this configuration, which is checked first. */
NODISCARD err_t connector_call_by(struct request *rq, const struct factory *f, const json_t *config,
				  const struct message *m, struct call *c);
/*
 * Makes the call that sends a message by the tenant's connector of this type. ERR_NO_CONNECTOR; ERR_CONNECTOR_CONFIG:
 * the connector is not configured yet; the errors of message_call().
 */
NODISCARD err_t connector_call(struct request *rq, const char *type, const struct message *m, struct call *c);

extern const struct route connector_routes[];
extern const size_t connector_route_count;
extern const struct route verification_code_routes[];
extern const size_t verification_code_route_count;
extern const struct route sentinel_routes[];
extern const size_t sentinel_route_count;

#endif
