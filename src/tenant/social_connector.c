/* Reads the connectors by which people sign in with accounts of their own. */
#include "tenant/social_connector.h"

#include <string.h>

#include "entity/tree.h"
#include "store/store.h"
#include "tenant/connector.h"
#include "tenant/experience.h"
#include "tenant/social_provider.h"
#include "tenant/sso_provider.h"

#include "base/banned.h"

#define TARGETS "socialSignInConnectorTargets"

/* -- one -- */

STATEMENT(find_social_connector,
	  "SELECT connector_id, config_sealed, metadata, sync_profile FROM connectors"
	  " WHERE tenant_id = $1 AND id = $2");
COLUMNS(find_social_connector, connector_id, config_sealed, metadata, sync_profile);

static err_t open_config(struct request *rq, struct rows *row, struct social_row *out)
{
	const char *text = NULL;
	json_t *config = NULL;
	json_error_t error;
	size_t len;
	const void *sealed = rows_blob(row, find_social_connector_config_sealed, &len, rq->arena);
	err_t e = connector_open(rq, out->id, sealed, len, &text);

	if (!e)
		e = json_parse(text, strlen(text), 0, &rq->charge, &config, &error);
	out->config = tree_keep(rq, config);
	if (!e)
		e = factory_check(rq->arena, out->factory, config);
	if (!e && out->factory->provider->prepare)
		out->factory->provider->prepare(config);
	return e;
}

static err_t read_row(struct request *rq, struct rows *row, const char *id, struct social_row *out)
{
	json_t *metadata = NULL;
	err_t e;

	*out = (struct social_row){
		.id = arena_copy(rq->arena, id),
		.factory = factory_find(rows_text(row, find_social_connector_connector_id)),
		.syncs_profile = rows_int(row, find_social_connector_sync_profile) != 0,
	};
	if (!out->factory)
		return err_set(ERR_INTERNAL, "the connector '%s' is of a kind that this version does not have", id);
	if (!out->factory->provider)
		return ERR_CONNECTOR_TYPE;
	e = tree_of_column(rq, row, find_social_connector_metadata, &metadata);
	out->target = factory_target(out->factory, metadata);
	return e ? e : open_config(rq, row, out);
}

err_t social_connector_load(struct request *rq, const char *id, struct social_row *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_social_connector, ARGS(T(id)), &row);

	if (e == ERR_NOT_FOUND)
		return err_set(ERR_NOT_FOUND, "connector '%.64s'", id);
	if (!e)
		e = read_row(rq, &row, id, out);
	return e ? e : rows_end(&row);
}

/* -- what people are offered -- */

STATEMENT(list_social_connectors,
	  "SELECT id, connector_id, metadata FROM connectors WHERE tenant_id = $1 AND type = 'Social' ORDER BY id");
COLUMNS(list_social_connectors, id, connector_id, metadata);

static const char *own_or(const json_t *metadata, const char *member, const char *otherwise)
{
	const char *own = json_string_value(json_object_get(metadata, member));

	return own ? own : otherwise;
}

static json_t *face_of(const char *id, const struct factory *f, const json_t *metadata)
{
	const json_t *name = json_object_get(metadata, "name");
	const char *logo = own_or(metadata, "logo", NULL);

	return json_pack("{s:s, s:s, s:o, s:s, s:s?, s:s, s:b}", "id", id, "target", factory_target(f, metadata),
			 "name", name ? json_copy((json_t *)(uintptr_t)name) : json_pack("{s:s}", "en", f->name),
			 "logo", logo ? logo : f->logo, "logoDark",
			 own_or(metadata, "logoDark", logo ? NULL : f->logo_dark), "platform", SOCIAL_PLATFORM,
			 "isTokenStorageSupported", 0);
}

/* Adds the face of the row to those of its target: an object from target to list. */
static void add_face(struct rows *row, json_t *by_target)
{
	const struct factory *f = factory_find(rows_text(row, list_social_connectors_connector_id));
	json_auto_t *metadata = json_loads(rows_text(row, list_social_connectors_metadata), 0, NULL);
	const char *target = f ? factory_target(f, metadata) : NULL;

	if (!target)		/* of a version of the program that has more kinds */
		return;
	if (!json_object_get(by_target, target))
		json_object_set_new(by_target, target, json_array());
	json_array_append_new(json_object_get(by_target, target),
			      face_of(rows_text(row, list_social_connectors_id), f, metadata));
}

/* `*out`: json_decref(), also after an error. */
static err_t read_faces(struct txn *tx, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &list_social_connectors, NO_ARGS, &rows);

	*out = json_object();
	while (!e && rows_next(&rows))
		add_face(&rows, *out);
	return e ? e : rows_end(&rows);
}

err_t social_connector_shown(struct request *rq, const json_t *targets, json_t **out)
{
	json_auto_t *by_target = NULL;
	const json_t *target;
	size_t i;
	err_t e = OK;

	*out = tree_keep(rq, json_array());
	if (json_array_size(targets) > 0)
		e = read_faces(rq->tx, &by_target);
	if (e)
		return e;
	json_array_foreach(targets, i, target) {
		json_array_extend(*out, json_object_get(by_target, json_string_value(target)));
		json_object_del(by_target, json_string_value(target));	/* one that is named twice is shown once */
	}
	return OK;
}

/* -- Google One Tap -- */

static bool one_tap_is(const struct social_row *c, const char *member)
{
	return json_is_true(json_object_get(json_object_get(c->config, "oneTap"), member));
}

bool social_has_one_tap(const struct social_row *c)
{
	return c->factory->provider->has_one_tap && one_tap_is(c, "isEnabled");
}

/* One that is not configured yet has nothing on. */
static err_t read_one_tap(struct request *rq, const char *id, json_t **out)
{
	const json_t *closes;
	struct social_row c;
	err_t e = social_connector_load(rq, id, &c);

	if (e == ERR_CONNECTOR_CONFIG)
		err_clear();
	if (e || !social_has_one_tap(&c))
		return e == ERR_CONNECTOR_CONFIG ? OK : e;
	*out = tree_keep(rq, json_pack("{s:b, s:b, s:b, s:O, s:s}", "isEnabled", 1, "autoSelect",
				       one_tap_is(&c, "autoSelect"), "itpSupport", one_tap_is(&c, "itpSupport"),
				       "clientId", json_object_get(c.config, "clientId"), "connectorId", c.id));
	closes = json_object_get(json_object_get(c.config, "oneTap"), "closeOnTapOutside");
	if (closes)
		json_object_set(*out, "closeOnTapOutside", (json_t *)(uintptr_t)closes);
	return OK;
}

err_t social_one_tap_shown(struct request *rq, const json_t *shown, json_t **out)
{
	const char *target;
	const json_t *one;
	size_t i;
	err_t e = OK;

	*out = NULL;
	json_array_foreach(shown, i, one) {
		target = json_string_value(json_object_get(one, "target"));
		if (!e && !strcmp(target, SOCIAL_TARGET_GOOGLE))
			e = read_one_tap(rq, json_string_value(json_object_get(one, "id")), out);
	}
	return e;
}

/* -- the setting -- */

err_t social_targets_keep_known(struct txn *tx, json_t *sent)
{
	json_auto_t *by_target = NULL;
	const json_t *list = json_object_get(sent, TARGETS);
	json_t *kept, *target;
	size_t i;
	err_t e;

	if (json_array_size(list) == 0)
		return OK;
	e = read_faces(tx, &by_target);
	if (e)
		return e;
	kept = json_array();
	json_array_foreach(list, i, target)
		if (json_object_get(by_target, json_string_value(target)))
			json_array_append(kept, target);
	json_object_set_new(sent, TARGETS, kept);
	return OK;
}

err_t social_targets_forget(struct txn *tx, struct arena *a)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	json_auto_t *sent = NULL, *whole = NULL;
	err_t e = setting_load(tx, &sign_in_experience, &value);

	if (e || json_array_size(json_object_get(value, TARGETS)) == 0)
		return e;
	sent = json_pack("{s:O}", TARGETS, json_object_get(value, TARGETS));
	return setting_patch(tx, a, &sign_in_experience, sent, &whole);
}
