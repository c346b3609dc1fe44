/*
 * Settings of a tenant: the row, the value with its defaults, the memory of it, the plain endpoints.
 */
#include "tenant/setting.h"

#include <string.h>

#include "store/store.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define DEPENDS (CHANGE_SETTINGS | CHANGE_TENANTS)

extern struct setting *const __start_tenant_settings[], *const __stop_tenant_settings[];

/* -- rows -- */

STATEMENT(setting_get, "SELECT value FROM tenant_settings WHERE tenant_id = $1 AND name = $2");
STATEMENT(setting_set, "INSERT INTO tenant_settings (tenant_id, name, value) VALUES ($1, $2, $3)"
	  " ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value");
/* A setting that was never changed has no row to lock, so the row of the tenant is locked for all settings. */
STATEMENT(setting_lock, "SELECT 1 FROM tenants WHERE id = $1 {lock}");

err_t setting_find(struct txn *tx, struct arena *a, const char *name, const char **value)
{
	return store_text(tx, &setting_get, ARGS(T(name)), a, value);
}

err_t setting_put(struct txn *tx, const char *name, const char *value)
{
	err_t e = store_exec(tx, &setting_set, ARGS(T(name), T(value)), NULL);

	if (!e)
		store_note_change(tx, CHANGE_SETTINGS);
	return e;
}

/* -- values -- */

/*
 * The members in the order of the fields, each as stored or by its fallback. What is no longer described is left out.
 */
static json_t *complete(const struct setting *s, const json_t *stored)
{
	json_t *whole = json_object();

	for (const struct field *f = s->fields; f->name; f++) {
		json_t *value = json_object_get(stored, f->name);

		if (value)
			json_object_set(whole, f->name, value);
		else if (f->fallback)
			json_object_set_new(whole, f->name, json_loads(f->fallback, JSON_DECODE_ANY, NULL));
	}
	return whole;
}

/* The stored text while there is no row. */
static const char *initial_text(const struct txn *tx, const struct setting *s)
{
	if (s->initial_of_admin && !strcmp(txn_tenant(tx), "admin"))
		return s->initial_of_admin;
	return s->initial ? s->initial : "{}";
}

/* What is in the table, in this transaction. `*out`: json_decref(). */
static err_t read_stored(struct txn *tx, struct arena *a, const struct setting *s, json_t **out)
{
	const char *text;
	err_t e = setting_find(tx, a, s->name, &text);

	if (e == ERR_NOT_FOUND)
		text = initial_text(tx, s);
	else if (e)
		return e;
	*out = json_loads(text, 0, NULL);
	if (!json_is_object(*out))
		return err_set(ERR_INTERNAL, "the stored setting '%s' is not a JSON object", s->name);
	return OK;
}

/* The fallbacks and an initial value must pass the checks of the fields unchanged. ERR_INTERNAL. */
static err_t check_defaults(struct arena *a, const struct setting *s, const char *initial)
{
	json_auto_t *stored = json_loads(initial ? initial : "{}", 0, NULL);
	json_auto_t *whole = complete(s, stored), *checked = json_deep_copy(whole);
	err_t e = json_is_object(stored) ? fields_check(a, s->fields, CHECK_PATCH, checked, "body") : ERR_INPUT;

	for (const struct field *f = s->fields; !e && f->name; f++)
		if (f->fallback && !json_object_get(whole, f->name))
			e = ERR_INPUT;		/* the fallback is not JSON */
	if (e || !json_equal(whole, checked))
		return err_set(ERR_INTERNAL, "the defaults of the setting '%s' do not fit its fields", s->name);
	return OK;
}

err_t setting_start(void)
{
	static struct arena *made;	/* keys: for the life of the process */
	err_t e = OK;

	if (!made)
		made = arena_new();
	for (struct setting *const *s = __start_tenant_settings; s < __stop_tenant_settings && !e; s++) {
		(*s)->key = arena_printf(made, "setting %s", (*s)->name);
		e = check_defaults(made, *s, (*s)->initial);
		if (!e && (*s)->initial_of_admin)
			e = check_defaults(made, *s, (*s)->initial_of_admin);
	}
	return e;
}

/* -- the memory -- */

static void forget(void *value)
{
	json_decref(value);
}

/* An estimate, in bytes: a tree of values takes a few times its text. */
static size_t memory_of(struct arena *a, const json_t *value)
{
	return 256 + 4 * strlen(json_to_text(a, value));
}

static void arena_done(struct arena **a)
{
	arena_free(*a);
}

void setting_release(const json_t **value)
{
	cache_release(context.cache, (json_t *)(uintptr_t)*value);
	*value = NULL;
}

err_t setting_load(struct txn *tx, const struct setting *s, const json_t **out)
{
	CLEANUP(arena_done) struct arena *a = NULL;
	const char *tenant = txn_tenant(tx);
	struct cache_ticket ticket = tenant_ticket(tx, tenant, DEPENDS);
	json_auto_t *stored = NULL;
	json_t *whole;
	err_t e;

	*out = txn_changes(tx) & DEPENDS ? NULL : cache_find(context.cache, tenant, s->key, strlen(s->key));
	if (*out)
		return OK;
	a = arena_new();
	e = read_stored(tx, a, s, &stored);
	if (e)
		return e;
	whole = complete(s, stored);
	*out = cache_store(context.cache, ticket, tenant, DEPENDS, s->key, strlen(s->key), whole, memory_of(a, whole),
			   0, forget);
	return OK;
}

/* -- changes -- */

static err_t store(struct txn *tx, struct arena *a, const struct setting *s, const json_t *stored, json_t **out)
{
	*out = complete(s, stored);
	return setting_put(tx, s->name, json_to_text(a, stored));
}

static err_t judge(struct txn *tx, struct arena *a, const struct setting *s, const json_t *stored, json_t *sent)
{
	json_auto_t *now = s->judge ? complete(s, stored) : NULL;

	return s->judge ? s->judge(tx, a, now, sent) : OK;
}

err_t setting_patch(struct txn *tx, struct arena *a, const struct setting *s, const json_t *sent, json_t **out)
{
	json_auto_t *stored = NULL, *judged = NULL;
	int64_t one;
	err_t e = store_int(tx, &setting_lock, NO_ARGS, &one);

	if (!e)
		e = read_stored(tx, a, s, &stored);
	if (e)
		return e;
	if (json_object_size(sent) == 0) {
		*out = complete(s, stored);
		return OK;
	}
	judged = json_copy((json_t *)(uintptr_t)sent);		/* jansson takes no const here */
	e = judge(tx, a, s, stored, judged);
	if (e)
		return e;
	json_object_update(stored, judged);
	return store(tx, a, s, stored, out);
}

err_t setting_replace(struct txn *tx, struct arena *a, const struct setting *s, const json_t *sent, json_t **out)
{
	int64_t one;
	err_t e = store_int(tx, &setting_lock, NO_ARGS, &one);

	return e ? e : store(tx, a, s, sent, out);
}

/* -- endpoints -- */

static const struct setting *route_setting(const struct request *rq)
{
	return rq->route->of;
}

void setting_print(struct json_out *j, const struct txn *tx, const struct setting *s, const json_t *value)
{
	const char *key;
	json_t *member;

	if (s->has_id) {
		json_key_text(j, "tenantId", txn_tenant(tx));
		json_key_text(j, "id", "default");
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, member) {
		json_key(j, key);
		json_value(j, member);
	}
}

static err_t reply(struct request *rq, const json_t *value)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	setting_print(&j, rq->tx, route_setting(rq), value);
	json_close(&j);
	return OK;
}

err_t setting_get_handler(struct request *rq)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	err_t e = setting_load(rq->tx, route_setting(rq), &value);

	return e ? e : reply(rq, value);
}

err_t setting_patch_handler(struct request *rq)
{
	const struct setting *s = route_setting(rq);
	json_auto_t *value = NULL;
	err_t e = fields_fit(rq->arena, s->fields, rq->body);

	if (!e && s->has_id && json_object_size(rq->body) == 0)
		e = err_set(ERR_NOTHING_TO_WRITE, "setting '%s'", s->name);
	if (!e)
		e = setting_patch(rq->tx, rq->arena, s, rq->body, &value);
	return e ? e : reply(rq, value);
}

err_t setting_put_handler(struct request *rq)
{
	json_auto_t *value = NULL;
	err_t e = setting_replace(rq->tx, rq->arena, route_setting(rq), rq->body, &value);

	return e ? e : reply(rq, value);
}
