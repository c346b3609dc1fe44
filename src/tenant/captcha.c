/* Which service tells people from programs. Contract: sign-in.md sections 9.1 and 12.7. */
#include "tenant/captcha.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "entity/tree.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"

#include "base/banned.h"

static const char *const types[] = { "Turnstile", "RecaptchaEnterprise", NULL };
static const char *const modes[] = { "invisible", "checkbox", NULL };

static const struct field config_members[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = types },
	{ "siteKey", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "secretKey", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "projectId", .type = FIELD_TEXT, .help = "RecaptchaEnterprise needs it." },
	{ "domain", .type = FIELD_TEXT },
	{ "mode", .type = FIELD_ENUM, .options = modes },
	FIELDS_END
};

/* What only RecaptchaEnterprise has. */
static const char *const recaptcha_members[] = { "projectId", "domain", "mode" };

STATEMENT(find_captcha,
	  "SELECT id, config, secret_sealed, created_at, updated_at FROM captcha_providers WHERE tenant_id = $1");
COLUMNS(find_captcha, id, config, secret_sealed, created_at, updated_at);
STATEMENT(captcha_id, "SELECT id FROM captcha_providers WHERE tenant_id = $1 {lock}");
STATEMENT(put_captcha,
	  "INSERT INTO captcha_providers (tenant_id, id, config, secret_sealed, created_at, updated_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id) DO UPDATE"
	  " SET config = excluded.config, secret_sealed = excluded.secret_sealed");
STATEMENT(delete_captcha, "DELETE FROM captcha_providers WHERE tenant_id = $1");

/* Sets the secret of the row as a member of `config`. */
static err_t open_secret(struct request *rq, struct rows *row, json_t *config)
{
	CLEANUP(secret_done) struct secret plain = {0};
	const char *id = arena_copy(rq->arena, rows_text(row, find_captcha_id));
	size_t len;
	const void *sealed = rows_blob(row, find_captcha_secret_sealed, &len, rq->arena);
	err_t e = seal_unwrap(context.seal, SEAL_CAPTCHA_SECRET, txn_tenant(rq->tx), id, sealed, len, &plain);

	if (!e)
		json_object_set_new(config, "secretKey", json_stringn((const char *)plain.bytes, plain.len));
	return e;
}

static err_t print_row(struct request *rq, struct rows *row)
{
	json_auto_t *config = json_loads(rows_text(row, find_captcha_config), 0, NULL);
	err_t e = open_secret(rq, row, config);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "tenantId", txn_tenant(rq->tx));
	json_key_text(&j, "id", rows_text(row, find_captcha_id));
	json_key(&j, "config");
	json_value(&j, config);
	json_key_int(&j, "createdAt", rows_int(row, find_captcha_created_at));
	json_key_int(&j, "updatedAt", rows_int(row, find_captcha_updated_at));
	json_close(&j);
	return OK;
}

static err_t get_captcha(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_captcha, NO_ARGS, &row);

	if (!e)
		e = print_row(rq, &row);
	return e ? e : rows_end(&row);
}

err_t captcha_config(struct request *rq, const json_t **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *config;
	err_t e = store_first(rq->tx, &find_captcha, NO_ARGS, &row);

	*out = NULL;
	if (!e)
		e = tree_of_column(rq, &row, find_captcha_config, &config);
	if (!e)
		e = open_secret(rq, &row, config);
	if (e)
		return e;
	*out = config;
	return rows_end(&row);
}

/* A copy of the config without its secret, cut down to what its type has. */
static err_t read_config(struct request *rq, json_t **out)
{
	const json_t *sent = body_get(rq, "config");
	bool recaptcha = !strcmp(json_string_value(json_object_get(sent, "type")), "RecaptchaEnterprise");

	if (recaptcha && !json_object_get(sent, "projectId"))
		return input_issue(rq->arena, "body", "config", "invalid_type", "Send a projectId");
	*out = json_copy((json_t *)(uintptr_t)sent);		/* jansson takes no const here */
	json_object_del(*out, "secretKey");
	for (size_t i = 0; !recaptcha && i < ARRAY_LEN(recaptcha_members); i++)
		json_object_del(*out, recaptcha_members[i]);
	return OK;
}

static err_t seal_secret(struct request *rq, const char *id, struct slice *out)
{
	const char *plain = json_string_value(json_object_get(body_get(rq, "config"), "secretKey"));

	return seal_wrap(context.seal, rq->arena, SEAL_CAPTCHA_SECRET, txn_tenant(rq->tx), id, plain, strlen(plain),
			 out);
}

/* A replacement keeps id and times. */
static err_t set_captcha(struct request *rq)
{
	json_auto_t *config = NULL;
	char fresh[ID_LONG + 1];
	const char *id;
	struct slice sealed;
	err_t e = read_config(rq, &config);

	if (e)
		return e;
	e = store_text(rq->tx, &captcha_id, NO_ARGS, rq->arena, &id);
	if (e == ERR_NOT_FOUND) {
		id_new(fresh, ID_LONG, ALPHABET_LOWER);
		id = fresh;
		e = OK;
	}
	if (!e)
		e = seal_secret(rq, id, &sealed);
	if (!e)
		e = store_exec(rq->tx, &put_captcha,
			       ARGS(T(id), T(json_to_text(rq->arena, config)), BLOB(sealed.at, sealed.len),
				    N(clock_ms()), N(clock_ms())),
			       NULL);
	return e ? e : get_captcha(rq);
}

/* Without a provider nothing can be asked for, so the policy is off. */
static err_t remove_captcha(struct request *rq)
{
	json_auto_t *off = json_pack("{s:{s:b}}", "captchaPolicy", "enabled", 0), *out = NULL;
	err_t e = store_exec(rq->tx, &delete_captcha, NO_ARGS, NULL);

	if (!e)
		e = setting_patch(rq->tx, rq->arena, &sign_in_experience, off, &out);
	return e ? e : reply_empty(rq, 204);
}

err_t captcha_shown(struct txn *tx, json_t **out)
{
	static const char *const members[] = { "type", "siteKey", "mode", "domain" };
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *config = NULL;
	err_t e = store_query(tx, &find_captcha, NO_ARGS, &row);

	*out = NULL;
	if (e || !rows_next(&row))
		return e ? e : rows_end(&row);
	config = json_loads(rows_text(&row, find_captcha_config), 0, NULL);
	*out = json_object();
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(*out, members[i], json_object_get(config, members[i]));
	return rows_end(&row);
}

/* -- routes -- */

static const struct field body_members[] = {
	{ "config", .type = FIELD_STRUCT, .flags = REQUIRED, .members = config_members }, FIELDS_END
};
static const struct field shown_members[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "config", .type = FIELD_STRUCT, .flags = REQUIRED, .members = config_members },
	{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "updatedAt", .type = FIELD_TIME, .flags = REQUIRED },
	FIELDS_END
};
static const struct shape shown = { .fields = shown_members };

const struct route captcha_routes[] = {
	{ GET, "/api/captcha-provider", MANAGEMENT, READ, .handler = get_captcha, .status = 200, .reply = &shown,
	  .refuses = 404, .summary = "Get the service that tells people from programs" },
	{ PUT, "/api/captcha-provider", MANAGEMENT, WRITE, .body = body_members, .handler = set_captcha, .status = 200,
	  .reply = &shown, .operation = "UpdateCaptchaProvider",
	  .summary = "Set the service that tells people from programs" },
	{ DELETE, "/api/captcha-provider", MANAGEMENT, WRITE, .handler = remove_captcha, .status = 204,
	  .summary = "Do without a service that tells people from programs" },
};
const size_t captcha_route_count = ARRAY_LEN(captcha_routes);
