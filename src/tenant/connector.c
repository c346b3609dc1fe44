/* A message by the connector of the tenant. */
#include "tenant/connector.h"

#include <string.h>

#include "crypto/seal.h"
#include "store/store.h"
#include "tenant/experience.h"
#include "tenant/message.h"
#include "tenant/tenant.h"

#include "base/banned.h"

STATEMENT(connector_of_type,
	  "SELECT id, connector_id, config_sealed FROM connectors WHERE tenant_id = $1 AND type = $2");
COLUMNS(connector_of_type, id, connector_id, config_sealed);

STATEMENT(connector_types, "SELECT type FROM connectors WHERE tenant_id = $1");
COLUMNS(connector_types, type);

err_t connector_means(struct txn *tx, struct means *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &connector_types, NO_ARGS, &rows);

	*out = (struct means){0};
	while (!e && rows_next(&rows)) {
		const char *type = rows_text(&rows, connector_types_type);

		out->email |= !strcmp(type, CONNECTOR_EMAIL);
		out->sms |= !strcmp(type, CONNECTOR_SMS);
	}
	return e ? e : rows_end(&rows);
}

err_t connector_open(struct request *rq, const char *id, const void *sealed, size_t len, const char **config)
{
	CLEANUP(secret_done) struct secret plain = {0};
	err_t e = seal_unwrap(context.seal, SEAL_CONNECTOR, txn_tenant(rq->tx), id, sealed, len, &plain);

	if (!e)
		*config = arena_copyn(rq->arena, (const char *)plain.bytes, plain.len);
	return e;
}

/* Reads the row on which `row` stands. */
static err_t read_row(struct request *rq, struct rows *row, const struct factory **factory, const char **config)
{
	const char *id = arena_copy(rq->arena, rows_text(row, connector_of_type_id));
	size_t len;
	const void *sealed;

	*factory = factory_find(rows_text(row, connector_of_type_connector_id));
	if (!*factory)
		return err_set(ERR_INTERNAL, "a connector of a kind that this version does not have");
	sealed = rows_blob(row, connector_of_type_config_sealed, &len, rq->arena);
	return connector_open(rq, id, sealed, len, config);
}

static err_t find_row(struct request *rq, const char *type, const struct factory **factory, const char **config)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_query(rq->tx, &connector_of_type, ARGS(T(type)), &row);

	if (e)
		return e;
	if (!rows_next(&row)) {
		e = rows_end(&row);
		return e ? e : err_arg(ERR_NO_CONNECTOR, "type", type);
	}
	e = read_row(rq, &row, factory, config);
	return e ? e : rows_end(&row);
}

err_t connector_call_by(struct request *rq, const struct factory *f, const json_t *config, const struct message *m,
			struct call *c)
{
	struct message own = *m;
	json_t *details = NULL;
	err_t e = factory_check(rq->arena, f, config);

	if (!e && f->carrier == BY_SMTP)
		e = email_template_find(rq, m->type, m->payload, &details);
	own.details = details;
	return e ? e : message_call(rq->arena, f, config, &own, c);
}

err_t connector_call(struct request *rq, const char *type, const struct message *m, struct call *c)
{
	const struct factory *f = NULL;
	const char *text = NULL;
	json_auto_t *config = NULL;
	json_error_t error;
	err_t e = find_row(rq, type, &f, &text);

	if (!e)
		e = json_parse(text, strlen(text), 0, &rq->charge, &config, &error);
	return e ? e : connector_call_by(rq, f, config, m, c);
}
