/*
 * Connectors through the Management API: their factories, making, changing, trying and deleting them.
 * Contract: sign-in.md section 12.1.
 */
#include "tenant/connector.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "http/client.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/message.h"
#include "tenant/social_connector.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* -- factories -- */

static void print_factory(struct json_out *j, const struct factory *f)
{
	json_open(j);
	json_key_text(j, "id", f->id);
	factory_print(j, f, NULL);
	json_close(j);
}

static err_t list_factories(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);
	const struct factory *f;

	json_list(&j);
	for (size_t i = 0; (f = factory_at(i)); i++)
		print_factory(&j, f);
	json_list_end(&j);
	return OK;
}

static err_t get_factory(struct request *rq)
{
	const struct factory *f = factory_find(path_arg(rq, "id"));
	struct json_out j;

	if (!f)
		return err_set(ERR_NOT_FOUND, "connector factory '%.64s'", path_arg(rq, "id"));
	j = reply_json(rq, 200);
	print_factory(&j, f);
	return OK;
}

/* -- reading -- */

#define CONNECTOR_ROW \
	"SELECT id, connector_id, config_sealed, metadata, sync_profile FROM connectors WHERE tenant_id = $1"

STATEMENT(list_connectors, CONNECTOR_ROW " ORDER BY id");
STATEMENT(find_connector, CONNECTOR_ROW " AND id = $2");
COLUMN_LIST(connector, id, connector_id, config_sealed, metadata, sync_profile);
COLUMNS_OF(list_connectors, connector);
COLUMNS_OF(find_connector, connector);

static err_t connector_miss(const char *id)
{
	return err_set(ERR_NOT_FOUND, "connector '%.64s'", id);
}

/* What a row says, apart from it. */
struct seen {
	const char *id, *config, *target;
	const struct factory *factory;
	json_t *metadata;		/* json_decref() */
	bool sync_profile;
};

static void seen_done(struct seen *s)
{
	json_decref(s->metadata);
}

static err_t read_row(struct request *rq, struct rows *row, struct seen *s)
{
	const char *metadata = rows_text(row, connector_metadata);
	json_error_t error;
	const void *sealed;
	size_t len;
	err_t e;

	s->id = arena_copy(rq->arena, rows_text(row, connector_id));
	s->factory = factory_find(rows_text(row, connector_connector_id));
	s->sync_profile = rows_int(row, connector_sync_profile) != 0;
	if (!s->factory)
		return err_set(ERR_INTERNAL, "the connector '%s' is of a kind that this version does not have", s->id);
	e = json_parse(metadata, strlen(metadata), 0, &rq->charge, &s->metadata, &error);
	if (e)
		return e;
	s->target = factory_target(s->factory, s->metadata);
	sealed = rows_blob(row, connector_config_sealed, &len, rq->arena);
	return connector_open(rq, s->id, sealed, len, &s->config);
}

static void print_connector(struct json_out *j, const struct seen *s)
{
	json_open(j);
	json_key_text(j, "id", s->id);
	json_key_bool(j, "syncProfile", s->sync_profile);
	json_key_bool(j, "enableTokenStorage", false);
	json_key(j, "config");
	json_raw(j, s->config, strlen(s->config));
	json_key(j, "metadata");
	json_value(j, s->metadata);
	json_key_text(j, "connectorId", s->factory->id);
	factory_print(j, s->factory, s->metadata);
	json_key(j, "extraInfo");
	json_open(j);
	json_close(j);
	json_close(j);
}

/* Reads a connector. ERR_NOT_FOUND. */
static err_t load(struct request *rq, const char *id, struct seen *s)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_query(rq->tx, &find_connector, ARGS(T(id)), &row);

	if (e)
		return e;
	if (!rows_next(&row)) {
		e = rows_end(&row);
		return e ? e : connector_miss(id);
	}
	e = read_row(rq, &row, s);
	return e ? e : rows_end(&row);
}

static err_t answer(struct request *rq, const char *id)
{
	CLEANUP(seen_done) struct seen s = {0};
	err_t e = load(rq, id, &s);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	print_connector(&j, &s);
	return OK;
}

static err_t get_connector(struct request *rq)
{
	return answer(rq, path_arg(rq, "id"));
}

/* Writes the row, unless it is of another target. */
static err_t list_row(struct request *rq, struct json_out *j, struct rows *row, const char *target)
{
	CLEANUP(seen_done) struct seen s = {0};
	err_t e = read_row(rq, row, &s);

	if (!e && (!target || !strcmp(target, s.target)))
		print_connector(j, &s);
	return e;
}

static err_t list_all(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *target = query_nonempty(rq, "target");
	err_t e = store_query(rq->tx, &list_connectors, NO_ARGS, &rows);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (!e && rows_next(&rows))
		e = list_row(rq, &j, &rows, target);
	json_list_end(&j);
	return e ? e : rows_end(&rows);
}

/* -- writing -- */

/* Changes of the connectors of a tenant wait for each other, so that there is one of each type and target. */
STATEMENT(connectors_lock, "SELECT 1 FROM tenants WHERE id = $1 {lock}");
STATEMENT(connector_replace, "DELETE FROM connectors WHERE tenant_id = $1 AND type = $2");
STATEMENT(connector_insert,
	  "INSERT INTO connectors (tenant_id, id, connector_id, type, config_sealed, metadata, sync_profile,"
	  " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
STATEMENT(connector_set_look,
	  "UPDATE connectors SET metadata = $2, sync_profile = $3 WHERE tenant_id = $1 AND id = $4");
STATEMENT(connector_set_config, "UPDATE connectors SET config_sealed = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(connector_delete, "DELETE FROM connectors WHERE tenant_id = $1 AND id = $2");

/* The configuration, clean, as it is stored. */
static err_t seal_config(struct request *rq, const char *id, const json_t *config, struct slice *out)
{
	const char *text = json_to_text(rq->arena, config);

	return seal_wrap(context.seal, rq->arena, SEAL_CONNECTOR, txn_tenant(rq->tx), id, text, strlen(text), out);
}

/* There is no vault for tokens of providers. */
static err_t check_token_storage(const struct request *rq)
{
	return json_is_true(body_get(rq, "enableTokenStorage")) ? ERR_FEATURE : OK;
}

/* `*clean`: the configuration of the body, an empty one when there is none; json_decref(). */
static err_t take_config(struct request *rq, const struct factory *f, json_t **clean)
{
	const json_t *config = body_get(rq, "config");

	*clean = config ? factory_clean(config) : json_object();
	return config ? factory_check(rq->arena, f, *clean) : OK;
}

/* -- what a social connector is called -- */

static err_t refuse_target(struct request *rq, const struct seen *other)
{
	err_t e = err_set(ERR_CONNECTOR_TARGET_TAKEN, "the connector '%s' has the target '%s'", other->id,
			  other->target);
	json_auto_t *data =
		json_pack("{s:s, s:s}", "connectorId", other->factory->id, "connectorName", other->factory->name);

	err_fault()->data = json_to_text(rq->arena, data);
	return e;
}

/* Whether the row, of another connector, leaves room for one of this kind and target. */
static err_t check_beside(struct request *rq, struct rows *row, const struct factory *f, const char *target)
{
	CLEANUP(seen_done) struct seen other = {0};
	err_t e = read_row(rq, row, &other);

	if (e || !other.factory->provider)
		return e;
	if (!f->is_standard && other.factory == f)
		return err_set(ERR_CONNECTOR_ONE, "'%s'", f->id);
	return strcmp(other.target, target) ? OK : refuse_target(rq, &other);
}

/* A provider that everybody knows has one connector; of two with one target people could not be told apart. */
static err_t check_only(struct request *rq, const struct factory *f, const char *target)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, &list_connectors, NO_ARGS, &rows);

	while (!e && rows_next(&rows))
		e = check_beside(rq, &rows, f, target);
	return e ? e : rows_end(&rows);
}

#define TARGET_MAX 128		/* the column of identities */
#define TARGET_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

static err_t check_target(struct request *rq, const char *target)
{
	size_t len = strlen(target);

	if (len > 0 && len <= TARGET_MAX && strspn(target, TARGET_CHARACTERS) == len)
		return OK;
	return input_issue(rq->arena, "body", "metadata", "invalid_string",
			   "A target has letters, digits, - and _ only");
}

/* What only the protocols let their connectors have: a target and a look of their own. */
static err_t check_metadata(struct request *rq, const struct factory *f)
{
	const json_t *metadata = body_get(rq, "metadata");
	const char *target = json_string_value(json_object_get(metadata, "target"));

	if (f->is_standard && (!target || !*target))
		return ERR_CONNECTOR_TARGET;
	if (!f->is_standard && metadata)
		return ERR_CONNECTOR_METADATA;
	return f->is_standard ? check_target(rq, target) : OK;
}

/* -- making -- */

/* What the new connector needs to be the only one of: a type, where messages go by it, or a target. */
static err_t make_room(struct request *rq, const struct factory *f)
{
	int64_t one;
	err_t e = store_int(rq->tx, &connectors_lock, NO_ARGS, &one);

	if (!e && !f->provider)
		return store_exec(rq->tx, &connector_replace, ARGS(T(f->type)), NULL);
	if (!e)
		e = check_metadata(rq, f);
	return e ? e : check_only(rq, f, factory_target(f, body_get(rq, "metadata")));
}

static err_t insert(struct request *rq, const struct factory *f, const char *id, const json_t *config)
{
	json_auto_t *metadata = body_get(rq, "metadata") ? factory_clean(body_get(rq, "metadata")) : json_object();
	struct slice sealed;
	err_t e = seal_config(rq, id, config, &sealed);

	if (e)
		return e;
	return store_exec(rq->tx, &connector_insert,
			  ARGS(T(id), T(f->id), T(f->type), BLOB(sealed.at, sealed.len),
			       T(json_to_text(rq->arena, metadata)), N(json_is_true(body_get(rq, "syncProfile"))),
			       N(clock_ms())),
			  NULL);
}

static err_t create_connector(struct request *rq)
{
	json_auto_t *config = NULL;
	const struct factory *f = factory_find(body_text(rq, "connectorId"));
	const char *id = body_text(rq, "id");
	char made[ID_SHORT + 1];
	err_t e;

	if (!f)
		return err_set(ERR_CONNECTOR_FACTORY, "'%.64s'", body_text(rq, "connectorId"));
	id_new(made, ID_SHORT, ALPHABET_LOWER);
	id = id ? id : made;
	e = make_room(rq, f);
	if (!e)
		e = take_config(rq, f, &config);
	if (!e)
		e = check_token_storage(rq);
	if (!e)
		e = insert(rq, f, id, config);
	return e ? e : answer(rq, id);
}

/* -- changing -- */

static err_t check_patch_of_messages(const struct request *rq)
{
	if (body_get(rq, "metadata"))
		return ERR_CONNECTOR_METADATA;
	return json_is_true(body_get(rq, "syncProfile")) ? ERR_CONNECTOR_PROFILE : OK;
}

/* What a connector of this kind cannot have. */
static err_t check_patch(const struct request *rq, const struct seen *s)
{
	const char *target = json_string_value(json_object_get(body_get(rq, "metadata"), "target"));
	err_t e = OK;

	if (!s->factory->provider)
		e = check_patch_of_messages(rq);
	else if (s->factory->is_standard && target && strcmp(target, s->target) != 0)
		e = ERR_CONNECTOR_TARGET_FIXED;
	else if (!s->factory->is_standard && body_get(rq, "metadata"))
		e = ERR_CONNECTOR_METADATA;
	return e ? e : check_token_storage(rq);
}

static err_t set_config(struct request *rq, const char *id, const json_t *config)
{
	struct slice sealed;
	err_t e = seal_config(rq, id, config, &sealed);

	return e ? e : store_exec(rq->tx, &connector_set_config, ARGS(BLOB(sealed.at, sealed.len), T(id)), NULL);
}

/* Members that are sent replace stored ones; an empty text takes one away. */
static err_t set_look(struct request *rq, const struct seen *s)
{
	const json_t *sent = body_get(rq, "syncProfile"), *metadata = body_get(rq, "metadata");
	bool syncs = sent ? json_is_true(sent) : s->sync_profile;
	json_auto_t *whole = json_copy(s->metadata), *clean = NULL;

	if (metadata)
		json_object_update(whole, (json_t *)(uintptr_t)metadata);	/* jansson takes no const here */
	clean = factory_clean(whole);
	return store_exec(rq->tx, &connector_set_look, ARGS(T(json_to_text(rq->arena, clean)), N(syncs), T(s->id)),
			  NULL);
}

static err_t patch_connector(struct request *rq)
{
	CLEANUP(seen_done) struct seen s = {0};
	json_auto_t *config = NULL;
	const char *id = path_arg(rq, "id");
	err_t e = load(rq, id, &s);

	if (!e)
		e = check_patch(rq, &s);
	if (!e)
		e = take_config(rq, s.factory, &config);
	if (!e && !json_object_size(rq->body))
		e = ERR_NOTHING_TO_WRITE;
	if (!e && body_get(rq, "config"))
		e = set_config(rq, id, config);
	if (!e)
		e = set_look(rq, &s);
	return e ? e : answer(rq, id);
}

/* -- deleting -- */

/* While passwords expire, people need a way to a new one: that of the connector may not be the last one. */
static err_t check_way_stays(struct txn *tx, const struct factory *f)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	struct means left, back;
	err_t e = setting_load(tx, &sign_in_experience, &value);

	if (!e)
		e = connector_means(tx, &left);
	if (e || !json_is_true(json_object_get(json_object_get(value, "passwordExpiration"), "enabled")))
		return e;
	if (!strcmp(f->type, CONNECTOR_EMAIL))
		left.email = false;
	else
		left.sms = false;
	back = ways_back(value, left);
	return back.email || back.sms ? OK : ERR_EXPIRATION_NO_WAY;
}

static err_t delete_connector(struct request *rq)
{
	CLEANUP(seen_done) struct seen s = {0};
	const char *id = path_arg(rq, "id");
	err_t e = load(rq, id, &s);

	if (!e && !s.factory->provider)
		e = check_way_stays(rq->tx, s.factory);
	if (!e)
		e = store_exec(rq->tx, &connector_delete, ARGS(T(id)), NULL);
	if (!e && s.factory->provider)
		e = social_targets_forget(rq->tx, rq->arena);
	return e ? e : reply_empty(rq, 204);
}

/* -- trying a configuration -- */

struct trial {
	struct call call;
};
FLOW(trial, struct trial)

static err_t tell_outcome(struct request *rq)
{
	err_t e = message_outcome(&trial(rq)->call);

	return e ? e : reply_empty(rq, 204);
}

static const struct step tell_outcome_step = { "tell what came of a trial message", WORK, tell_outcome };

/* Which factory the message goes through; the number wins over the address. */
static err_t find_sender(struct request *rq, const struct factory **out)
{
	const char *phone = body_text(rq, "phone"), *email = body_text(rq, "email");

	if (!phone && !email)
		return err_arg(ERR_INPUT, "part", "body");
	*out = factory_find(path_arg(rq, "factoryId"));
	if (!*out || (*out)->provider)
		return ERR_CONNECTOR_UNKNOWN;
	return strcmp((*out)->type, phone ? CONNECTOR_SMS : CONNECTOR_EMAIL) ? ERR_CONNECTOR_TYPE : OK;
}

static err_t call_trial(struct request *rq)
{
	return transfer(rq, &trial(rq)->call, &tell_outcome_step);
}

static const struct step call_trial_step = { "send a trial message", CALL, call_trial };

static err_t prepare_trial(struct request *rq)
{
	const char *phone = body_text(rq, "phone"), *locale = body_text(rq, "locale");
	json_auto_t *config = NULL, *payload = json_pack("{s:s}", "code", "000000");
	const struct factory *f = NULL;
	struct message m = { phone ? phone : body_text(rq, "email"), "Generic", payload, rq->remote, NULL };
	err_t e = find_sender(rq, &f);

	if (!e)
		e = take_config(rq, f, &config);
	if (e)
		return e;
	if (locale)
		json_object_set_new(payload, "locale", json_string(locale));
	e = connector_call_by(rq, f, config, &m, &trial(rq)->call);
	return e ? e : next(rq, &call_trial_step);
}

static const struct step prepare_trial_step = { "write a trial message", READ, prepare_trial };

/* -- routes -- */

#define NAMES_MOST 100
#define NAME_BYTES_MOST 512

/* Texts by the tags of languages. */
static bool is_name(const json_t *value)
{
	const char *tag;
	json_t *text;

	if (!json_is_object(value) || json_object_size(value) > NAMES_MOST)
		return false;
	json_object_foreach((json_t *)(uintptr_t)value, tag, text)	/* jansson takes no const here */
		if (!json_is_string(text) || json_string_length(text) > NAME_BYTES_MOST)
			return false;
	return true;
}

static const struct field metadata_members[] = {
	{ "target", .type = FIELD_TEXT, .help = "Of OpenID Connect and OAuth 2.0; never changes." },
	{ "name", .type = FIELD_CUSTOM, .check = is_name,
	  .help = "Texts by the tags of languages; en is used for others." },
	{ "logo", .type = FIELD_TEXT, .form = FORM_SHOWN },
	{ "logoDark", .type = FIELD_TEXT, .form = FORM_SHOWN },
	FIELDS_END
};

static const struct field connector_body[] = {
	{ "connectorId", .type = FIELD_TEXT, .flags = REQUIRED | CREATE_ONLY,
	  .help = "Id of its factory. A new one for messages replaces the one of the same type." },
	{ "id", .type = FIELD_TEXT, .flags = CREATE_ONLY | NOT_EMPTY, .max = 128, .help = "Made when absent." },
	{ "config", .type = FIELD_OBJECT, .help = "What the factory's form asks for; replaced whole." },
	{ "metadata", .type = FIELD_STRUCT, .members = metadata_members },
	{ "syncProfile", .type = FIELD_BOOL },
	{ "enableTokenStorage", .type = FIELD_BOOL },
	FIELDS_END
};

static const struct field trial_body[] = {
	{ "phone", .type = FIELD_TEXT, .form = FORM_PHONE, .help = "Counts when there is an address too." },
	{ "email", .type = FIELD_TEXT, .form = FORM_EMAIL },
	{ "config", .type = FIELD_OBJECT, .flags = REQUIRED, .help = "The configuration to try." },
	{ "locale", .type = FIELD_TEXT, .help = "Language of the message." },
	FIELDS_END
};

static const struct field list_query[] = {
	{ "target", .type = FIELD_TEXT, .help = "Only of this target." },
	FIELDS_END
};

static const struct field factory_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, FACTORY_MEMBERS, FIELDS_END
};

static const struct field connector_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "syncProfile", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "enableTokenStorage", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "config", .type = FIELD_OBJECT, .flags = REQUIRED },
	{ "metadata", .type = FIELD_STRUCT, .flags = REQUIRED, .members = metadata_members },
	{ "connectorId", .type = FIELD_TEXT, .flags = REQUIRED },
	FACTORY_MEMBERS,
	{ "extraInfo", .type = FIELD_OBJECT, .flags = REQUIRED },
	FIELDS_END
};

static const struct shape factory_shape = { .fields = factory_members };
static const struct shape factories_shape = { .fields = factory_members, .list = true };
static const struct shape one = { .fields = connector_members };
static const struct shape many = { .fields = connector_members, .list = true };

const struct route connector_routes[] = {
	{ GET, "/api/connector-factories", MANAGEMENT, READ, .handler = list_factories, .status = 200,
	  .reply = &factories_shape, .summary = "List the kinds of connectors" },
	{ GET, "/api/connector-factories/{id}", MANAGEMENT, READ, .handler = get_factory, .status = 200,
	  .reply = &factory_shape, .summary = "Get a kind of connectors" },
	{ GET, "/api/connectors", MANAGEMENT, READ, .query = list_query, .handler = list_all, .status = 200,
	  .reply = &many, .summary = "List connectors" },
	{ POST, "/api/connectors", MANAGEMENT, WRITE, .body = connector_body, .handler = create_connector,
	  .status = 200, .reply = &one, .summary = "Make a connector" },
	{ GET, "/api/connectors/{id}", MANAGEMENT, READ, .handler = get_connector, .status = 200, .reply = &one,
	  .summary = "Get a connector" },
	{ PATCH, "/api/connectors/{id}", MANAGEMENT, WRITE, .body = connector_body, .body_is_patch = true,
	  .handler = patch_connector, .status = 200, .reply = &one, .summary = "Change a connector" },
	{ DELETE, "/api/connectors/{id}", MANAGEMENT, WRITE, .handler = delete_connector, .status = 204,
	  .summary = "Delete a connector" },
	{ POST, "/api/connectors/{factoryId}/test", MANAGEMENT, .first = &prepare_trial_step, .body = trial_body,
	  .status = 204, .summary = "Send a trial message" },
};
const size_t connector_route_count = ARRAY_LEN(connector_routes);
