/* Reads the parameters of an authorization request, and packs them for the time of its pages. */
#include <string.h>

#include "entity/tree.h"
#include "oidc/authorize.h"
#include "oidc/oauth.h"
#include "base/banned.h"

#define PARAM_NAME(id, name) [PARAM_##id] = name,
const char *const authorization_param_names[PARAM_COUNT] = { AUTHORIZATION_PARAMS(PARAM_NAME) };

/* PARAM_COUNT: not a parameter of an authorization. */
static size_t find_param(const char *name)
{
	size_t i = 0;

	while (i < PARAM_COUNT && strcmp(authorization_param_names[i], name) != 0)
		i++;
	return i;
}

static void add_resource(struct authorization *az, const char *value, size_t len)
{
	if (len > 0)
		json_array_append_new(az->resources, json_stringn(value, len));
}

/* In a query, commas divide resources too. */
static void add_resources(struct authorization *az, const char *value, bool is_query)
{
	size_t len = is_query ? strcspn(value, ",") : strlen(value);

	add_resource(az, value, len);
	while (value[len]) {
		value += len + 1;
		len = strcspn(value, ",");
		add_resource(az, value, len);
	}
}

/* A parameter given twice has no value: it is not clear which one to go by. */
void authorization_take(struct authorization *az, const struct params *from, bool is_query)
{
	bool seen[PARAM_COUNT] = { false };

	az->resources = tree_keep(az->rq, json_array());
	for (size_t i = 0; i < from->count; i++) {
		const struct param *p = &from->at[i];
		size_t at = find_param(p->name);

		if (!strcmp(p->name, "resource"))
			add_resources(az, p->value, is_query);
		if (at == PARAM_COUNT)
			continue;
		if (seen[at] && !az->repeated)
			az->repeated = authorization_param_names[at];
		az->params[at] = seen[at] || !*p->value ? NULL : p->value;
		seen[at] = true;
	}
}

err_t authorization_read(struct authorization *az)
{
	struct oauth o = { .rq = az->rq, .forwards = true };
	err_t e;

	if (az->rq->method != POST) {
		authorization_take(az, &az->rq->query, true);
		return OK;
	}
	e = oauth_read_body(&o);
	if (!e)
		authorization_take(az, &o.fields, false);
	return e;
}

json_t *authorization_pack(const struct authorization *az)
{
	json_t *out = tree_keep(az->rq, json_object());

	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (az->params[i])
			json_object_set_new(out, authorization_param_names[i], json_string(az->params[i]));
	if (json_array_size(az->resources))
		json_object_set(out, "resource", az->resources);
	return out;
}

void authorization_unpack(struct authorization *az, const json_t *params)
{
	json_t *resources = json_object_get(params, "resource");

	for (size_t i = 0; i < PARAM_COUNT; i++)
		az->params[i] = arena_copy(az->rq->arena,
					   json_string_value(json_object_get(params, authorization_param_names[i])));
	az->resources = tree_keep(az->rq, resources ? json_deep_copy(resources) : json_array());
}
