/* Reads, checks and finds resource indicators. */
#include "oidc/target.h"

#include <string.h>
#include <strings.h>

#include "entity/tree.h"
#include "oidc/oauth.h"
#include "store/store.h"
#include "base/banned.h"

#define ORGANIZATIONS_RESOURCE_TTL_S 3600

STATEMENT(target_resource,
	  "SELECT id, access_token_ttl, indicator FROM resources WHERE tenant_id = $1 AND indicator = $2");
STATEMENT(target_default,
	  "SELECT id, access_token_ttl, indicator FROM resources WHERE tenant_id = $1 AND is_default = 1");
COLUMN_LIST(target, id, access_token_ttl, indicator);
COLUMNS_OF(target_resource, target);
COLUMNS_OF(target_default, target);

/* -- indicators -- */

err_t target_check(const char *s)
{
	size_t scheme = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	bool has_host = true;

	if ((s[0] >= '0' && s[0] <= '9') || scheme == 0 || strchr("+-.", s[0]) || s[scheme] != ':')
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator must be an absolute URI");
	if ((scheme == 4 && !strncasecmp(s, "http", 4)) || (scheme == 5 && !strncasecmp(s, "https", 5)))
		has_host = strspn(s + scheme + 1, "/") < strlen(s + scheme + 1);
	if (!has_host)
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator must be an absolute URI");
	if (strchr(s, '#'))
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator must not contain a fragment component");
	return OK;
}

err_t target_read(struct request *rq, const struct params *fields, json_t **out)
{
	json_auto_t *all = json_array();
	err_t e;

	for (size_t i = 0; i < fields->count; i++) {
		const char *value = fields->at[i].value;

		if (strcmp(fields->at[i].name, "resource") != 0 || !*value)
			continue;
		e = target_check(value);
		if (e)
			return e;
		json_array_append_new(all, json_string(value));
	}
	*out = tree_keep(rq, json_distinct(all));
	return OK;
}

/* -- resources -- */

static err_t read_target(struct request *rq, struct statement *s, const struct arg *args, int n, struct target *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, s, args, n, &row);

	if (e)
		return e;
	*out = (struct target){
		.id = arena_copy(rq->arena, rows_text(&row, target_id)),
		.indicator = arena_copy(rq->arena, rows_text(&row, target_indicator)),
		.ttl_s = rows_int(&row, target_access_token_ttl),
	};
	return rows_end(&row);
}

err_t target_find(struct request *rq, const char *indicator, struct target *out)
{
	err_t e;

	*out = (struct target){ .indicator = indicator, .ttl_s = ORGANIZATIONS_RESOURCE_TTL_S };
	if (!strcmp(indicator, ORGANIZATIONS_RESOURCE))
		return OK;
	e = read_target(rq, &target_resource, ARGS(T(indicator)), out);
	return e == ERR_NOT_FOUND ? oauth_fail(ERR_OAUTH_TARGET, "resource indicator is missing, or unknown") : e;
}

err_t target_find_default(struct request *rq, struct target *out)
{
	return read_target(rq, &target_default, NO_ARGS, out);
}
