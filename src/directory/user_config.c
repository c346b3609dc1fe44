/* Reads and changes the settings of a user's own sign-in. The stored object spells passkey_sign_in so. */
#include "directory/user_config.h"

#include "directory/directory.h"
#include "directory/merge.h"
#include "entity/tree.h"
#include "store/store.h"

#include "base/banned.h"

STATEMENT(find_config, "SELECT logto_config FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(lock_config, "SELECT logto_config FROM users WHERE tenant_id = $1 AND id = $2 {lock}");

err_t user_config_load(struct request *rq, const char *user_id, json_t **out)
{
	const char *text;
	err_t e = store_text(rq->tx, txn_is_write(rq->tx) ? &lock_config : &find_config, ARGS(T(user_id)), rq->arena,
			     &text);

	*out = NULL;
	if (!e)
		e = merge_json(rq->arena, &rq->charge, text, NULL, out);
	tree_keep(rq, *out);
	return e;
}

/* Lays `sent` (may be NULL) over the member of `config`; makes the member when there is none. */
static void merge_member(json_t *config, const char *member, const json_t *sent)
{
	json_t *stored = json_object_get(config, member);

	if (!sent)
		return;
	if (!json_is_object(stored)) {
		stored = json_object();
		json_object_set_new(config, member, stored);
	}
	json_object_update(stored, (json_t *)(uintptr_t)sent);	/* jansson takes no const here */
}

err_t user_config_merge(struct request *rq, const char *user_id, json_t *config, const json_t *sent)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *patch = json_object();
	err_t e;

	merge_member(config, "mfa", json_object_get(sent, "mfa"));
	merge_member(config, "passkey_sign_in", json_object_get(sent, "passkeySignIn"));
	json_object_set(patch, "logtoConfig", config);
	e = entity_update(rq->tx, rq->arena, &user, user_id, patch, &row);
	return e ? e : rows_end(&row);
}

static bool is_set(const json_t *object, const char *member)
{
	return json_is_true(json_object_get(object, member));
}

err_t user_config_reply(struct request *rq, const json_t *config)
{
	const json_t *mfa = json_object_get(config, "mfa"), *passkey = json_object_get(config, "passkey_sign_in");
	const json_t *enabled = json_object_get(mfa, "enabled");
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key(&j, "mfa");
	json_open(&j);
	if (json_is_boolean(enabled))
		json_key_bool(&j, "enabled", json_is_true(enabled));
	json_key_bool(&j, "skipped", is_set(mfa, "skipped"));
	json_key_bool(&j, "skipMfaOnSignIn", is_set(mfa, "skipMfaOnSignIn"));
	json_close(&j);
	json_key(&j, "passkeySignIn");
	json_open(&j);
	json_key_bool(&j, "skipped", is_set(passkey, "skipped"));
	json_close(&j);
	json_close(&j);
	return OK;
}

static const struct field mfa_members[] = {
	{ "enabled", .type = FIELD_BOOL }, { "skipped", .type = FIELD_BOOL },
	{ "skipMfaOnSignIn", .type = FIELD_BOOL },
	FIELDS_END
};

static const struct field passkey_members[] = {
	{ "skipped", .type = FIELD_BOOL },
	FIELDS_END
};

const struct field user_config_fields[] = {
	{ "mfa", .type = FIELD_STRUCT, .members = mfa_members },
	{ "passkeySignIn", .type = FIELD_STRUCT, .members = passkey_members },
	FIELDS_END
};

const struct shape user_config_shape = { .fields = user_config_fields };
