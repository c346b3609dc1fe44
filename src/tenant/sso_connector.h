/*
 * sso_connector.h - connectors to the identity providers of organizations: one row each, of a kind of
 * sso_provider.h. What is secret in a configuration is sealed in a column of its own.
 * Contract: jit-and-sso.md section 3.
 */
#ifndef TENANT_SSO_CONNECTOR_H
#define TENANT_SSO_CONNECTOR_H

#include "entity/entity.h"
#include "tenant/sso_provider.h"

extern struct entity sso_connector;
extern const struct field sso_connector_fields[];	/* also of bodies */

/* Texts live in the request's arena, trees are the request's. */
struct sso_row {
	const char *id, *provider_name, *name;
	const struct sso_provider *provider;	/* NULL: of a kind that this version does not have */
	json_t *config;				/* with its secret; {}: not configured yet */
	json_t *domains, *branding;
	bool syncs_profile, stores_tokens;
	int64_t created_at_ms;
};

/* ERR_NOT_EXISTS_WITH_ID. */
NODISCARD err_t sso_connector_load(struct request *rq, const char *id, struct sso_row *out);
/*
 * Those of the tenant whose provider is known, or those of the request's page; the oldest first. `word`: only those
 * with it in their id, name or a domain; `domains`: only those with one of them; NULL: all. `*out` lives in the
 * request's arena; `*total` counts those of all pages.
 */
NODISCARD err_t sso_connector_list(struct request *rq, const char *word, const json_t *domains, struct sso_row **out,
				   size_t *n, int64_t *total);
/* Writes the members of the row, without braces. */
void sso_connector_print(struct json_out *j, const char *tenant, const struct sso_row *c);
extern const struct shape sso_row_shape, sso_rows_shape;	/* of that */

/*
 * The columns of a list of connectors that holds what is sealed, for query_printer() with its printer: entities leave
 * configurations out.
 */
#define SSO_CONFIG_COLUMNS(alias) \
	alias ".id, " alias ".provider_name, " alias ".config AS config, " alias ".secret_sealed"
err_t sso_config_print(struct json_out *j, struct request *rq, struct rows *row, int column);

/* Stores a clean configuration. */
NODISCARD err_t sso_connector_set_config(struct request *rq, const char *id, const struct sso_provider *provider,
					 const json_t *config);

/* Stores by what it is found: after its name or its domains were stored. */
NODISCARD err_t sso_connector_index(struct request *rq, const struct sso_row *c);

/* Whether people may be offered it (section 3.3), apart from the switch of the tenant. */
bool sso_connector_is_usable(const struct sso_row *c);
/* What everyone may know of those that people are offered: a list of {id, connectorName, logo, darkLogo}. */
NODISCARD err_t sso_connector_shown(struct request *rq, json_t **out);
/* Whether there is one of those. */
NODISCARD err_t sso_connector_any(struct request *rq, bool *out);
/* The same for one of those: what pages show. The request's. ERR_NOT_EXISTS_WITH_ID. */
NODISCARD err_t sso_connector_face_of(struct request *rq, const char *id, json_t **out);
/* The same of a row. json_decref(). */
json_t *sso_connector_face(const struct sso_row *c);

#endif
