/*
 * setting.h - a setting: what exists once per tenant, as a JSON object. One description of its members gives its
 * checks, its defaults, its endpoints and its part of the API document.
 *
 * SETTING(name) = { … } announces it, as ENTITY() does a thing. The table tenant_settings
 * stores what was sent; a member that is not stored has the fallback of its field. The value is remembered until a
 * transaction changes a setting of the tenant.
 */
#ifndef TENANT_SETTING_H
#define TENANT_SETTING_H

#include "entity/field.h"
#include "http/request.h"

struct txn;

struct setting {
	const char *name;		/* in the table */
	const struct field *fields;	/* of the object, the body and the answer; `fallback` is JSON here */
	const char *initial;		/* JSON: the stored value while there is no row; NULL: {} */
	const char *initial_of_admin;	/* the same in the tenant `admin`; NULL: as elsewhere */
	/* Answers begin with tenantId and id (SETTING_ID), and a patch without a member is refused. */
	bool has_id;
	/*
	 * Judges a patch before it is stored, and may set and remove members of `sent`; NULL: the checks of the fields
	 * are all. `now`: the whole value before.
	 */
	err_t (*judge)(struct txn *tx, struct arena *a, const json_t *now, json_t *sent);
	const char *key;		/* in the memory; made at start */
};

/* The members by which clients tell it from other things; no request sets them. */
#define SETTING_ID \
	{ "tenantId", .type = FIELD_TEXT, .flags = GENERATED | REQUIRED }, \
	{ "id", .type = FIELD_TEXT, .flags = GENERATED | REQUIRED, .help = "Always `default`." }

#define SETTING(id) \
	extern struct setting id; \
	static struct setting *const id##_ref __attribute__((used, section("tenant_settings"))) = &id; \
	struct setting id

/* Checks the defaults of every SETTING against its fields. ERR_INTERNAL: a mistake of the program; stops the start. */
NODISCARD err_t setting_start(void);

/*
 * The whole value, from memory where it can; a transaction that has changed a setting reads what it wrote. Shared
 * between threads, so never changed; CLEANUP(setting_release).
 */
NODISCARD err_t setting_load(struct txn *tx, const struct setting *s, const json_t **out);
void setting_release(const json_t **value);

/*
 * setting_patch() replaces the stored members that `sent` has; setting_replace() replaces the whole stored object.
 * `*out` is the whole value afterwards: json_decref(). `sent` has been checked against the fields; setting_patch()
 * asks s->judge too, whose errors it returns. Two changes at once do not lose each other's members.
 */
NODISCARD err_t setting_patch(struct txn *tx, struct arena *a, const struct setting *s, const json_t *sent,
			      json_t **out);
NODISCARD err_t setting_replace(struct txn *tx, struct arena *a, const struct setting *s, const json_t *sent,
				json_t **out);

/* -- the stored text under a name -- */

/* Lives in `a`. ERR_NOT_FOUND: not set. */
NODISCARD err_t setting_find(struct txn *tx, struct arena *a, const char *name, const char **value);
/* Sets or replaces it. */
NODISCARD err_t setting_put(struct txn *tx, const char *name, const char *value);

/* Writes the members of a whole value, tenantId and id among them, without braces. */
void setting_print(struct json_out *j, const struct txn *tx, const struct setting *s, const json_t *value);

/* -- endpoints; route->of is the setting, route->body its fields. All answer 200 with the whole value -- */
err_t setting_get_handler(struct request *rq);
err_t setting_patch_handler(struct request *rq);
err_t setting_put_handler(struct request *rq);

#endif
