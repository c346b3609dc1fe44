/* Options for browsers, payloads from them, and the factor that is made of one. */
#include "signin/web_authn.h"

#include <string.h>

#include "base/base64.h"
#include "base/ids.h"
#include "base/url.h"
#include "directory/factor.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define TIMEOUT_MS 60000
#define AGENT_MOST 512

/* -- what a browser gets -- */

static const char *base64url(struct request *rq, const void *bytes, size_t n)
{
	CLEANUP(buffer_done) struct buffer text = {0};

	buffer_init(&text, KIB(32));
	text_base64url(&text, bytes, n);
	return arena_copy(rq->arena, buffer_str(&text));
}

const char *web_authn_challenge(struct request *rq)
{
	unsigned char bytes[WEB_AUTHN_CHALLENGE_SIZE];

	random_bytes(bytes, sizeof(bytes));
	return base64url(rq, bytes, sizeof(bytes));
}

const char *web_authn_rp_id(struct request *rq)
{
	struct url u;

	if (!url_parse(rq->tenant->endpoint, strlen(rq->tenant->endpoint), &u))
		return "";
	return arena_copyn(rq->arena, u.host.at, u.host.len);
}

static void write_descriptor(struct json_out *j, const json_t *factor)
{
	const json_t *transports = json_object_get(factor, "transports");

	json_open(j);
	json_key_text(j, "id", json_string_value(json_object_get(factor, "credentialId")));
	json_key_text(j, "type", "public-key");
	if (json_is_array(transports)) {
		json_key(j, "transports");
		json_value(j, transports);
	}
	json_close(j);
}

static void write_descriptors(struct json_out *j, const char *key, const json_t *factors)
{
	const json_t *factor;
	size_t i;

	json_key(j, key);
	json_list(j);
	json_array_foreach(factors, i, factor)
		if (factor_type_of(factor) == FACTOR_WEB_AUTHN)
			write_descriptor(j, factor);
	json_list_end(j);
}

/* What the authenticator shows when several people have passkeys in it. */
static const char *name_of(const struct person *who)
{
	const char *const names[] = { who->username, who->email, who->phone, who->name, who->id };
	size_t i = 0;

	while (!names[i])
		i++;
	return names[i];
}

static void write_user(struct request *rq, struct json_out *j, const struct person *who)
{
	json_key(j, "user");
	json_open(j);
	json_key_text(j, "id", base64url(rq, who->id, strlen(who->id)));
	json_key_text(j, "name", name_of(who));
	json_key_text(j, "displayName", who->name ? who->name : name_of(who));
	json_close(j);
}

static void write_algorithms(struct json_out *j)
{
	json_key(j, "pubKeyCredParams");
	json_list(j);
	for (int i = 0; i < WEB_AUTHN_ALGORITHMS; i++) {
		json_open(j);
		json_key_int(j, "alg", web_authn_algorithms[i]);
		json_key_text(j, "type", "public-key");
		json_close(j);
	}
	json_list_end(j);
}

static void write_rp(struct request *rq, struct json_out *j)
{
	json_key(j, "rp");
	json_open(j);
	json_key_text(j, "name", web_authn_rp_id(rq));
	json_key_text(j, "id", web_authn_rp_id(rq));
	json_close(j);
}

/* A passkey that the authenticator keeps itself, and that asks for more than a touch. */
static void write_selection(struct json_out *j)
{
	json_key(j, "authenticatorSelection");
	json_open(j);
	json_key_text(j, "residentKey", "required");
	json_key_bool(j, "requireResidentKey", true);
	json_key_text(j, "userVerification", "required");
	json_close(j);
}

void web_authn_write_creation(struct request *rq, struct json_out *j, const struct person *who, const char *challenge)
{
	json_open(j);
	json_key_text(j, "challenge", challenge);
	write_rp(rq, j);
	write_user(rq, j, who);
	write_algorithms(j);
	json_key_int(j, "timeout", TIMEOUT_MS);
	json_key_text(j, "attestation", "none");
	write_descriptors(j, "excludeCredentials", who->factors);
	write_selection(j);
	json_key(j, "extensions");
	json_open(j);
	json_key_bool(j, "credProps", true);
	json_close(j);
	json_close(j);
}

void web_authn_write_use(struct request *rq, struct json_out *j, const json_t *factors, const char *challenge)
{
	json_open(j);
	json_key_text(j, "challenge", challenge);
	json_key_text(j, "rpId", web_authn_rp_id(rq));
	json_key_int(j, "timeout", TIMEOUT_MS);
	json_key_text(j, "userVerification", "required");
	write_descriptors(j, "allowCredentials", factors);
	json_close(j);
}

/* -- the payload -- */

static const char *const payload_types[] = { TYPE_WEB_AUTHN, NULL };

#define IN_BASE64(n) ((n) * 4 / 3 + 4)
#define BYTES(name, most) { (name), .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = IN_BASE64(most) }
#define PAYLOAD(of) \
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = payload_types }, \
		BYTES("id", WEB_AUTHN_ID_MAX), BYTES("rawId", WEB_AUTHN_ID_MAX), \
		{ "response", .type = FIELD_STRUCT, .flags = REQUIRED, .members = (of) }, FIELDS_END

static const struct field transport = { .type = FIELD_TEXT, .max = 32 };
static const struct field creation_response[] = {
	BYTES("clientDataJSON", WEB_AUTHN_CLIENT_DATA_MAX),
	BYTES("attestationObject", WEB_AUTHN_ATTESTATION_MAX),
	{ "transports", .type = FIELD_LIST, .element = &transport, .max = 16 },
	FIELDS_END
};
static const struct field use_response[] = {
	BYTES("clientDataJSON", WEB_AUTHN_CLIENT_DATA_MAX),
	BYTES("authenticatorData", WEB_AUTHN_AUTH_DATA_MAX),
	BYTES("signature", WEB_AUTHN_SIGNATURE_MAX),
	{ "userHandle", .type = FIELD_TEXT, .flags = NULLABLE, .max = 128, .help = "Which user, as base64url." },
	FIELDS_END
};
const struct field web_authn_creation_payload[] = { PAYLOAD(creation_response) };
const struct field web_authn_use_payload[] = { PAYLOAD(use_response) };

static bool decode(struct request *rq, const json_t *object, const char *member, struct slice *out)
{
	const char *text = json_string_value(json_object_get(object, member));
	size_t len = text ? strlen(text) : 0;
	unsigned char *bytes = arena_alloc(rq->arena, len + 1);
	int n = text_base64url_decode(text ? text : "", len, bytes);

	*out = (struct slice){ (const char *)bytes, n < 0 ? 0 : (size_t)n };
	return text && n >= 0;
}

static err_t unreadable(const char *what)
{
	return err_set(ERR_WEB_AUTHN, "passkey: %s", what);
}

const char *web_authn_user_handle(struct request *rq, const json_t *payload)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
	struct slice id;

	if (!decode(rq, json_object_get(payload, "response"), "userHandle", &id) || id.len == 0)
		return NULL;
	for (size_t i = 0; i < id.len; i++)
		if (!id.at[i] || !strchr(letters, id.at[i]))
			return NULL;
	return arena_copyn(rq->arena, id.at, id.len);
}

/* Pages of the tenant's own origin, and those that the account center relates to it. */
static err_t read_site(struct request *rq, const char *challenge, struct web_authn_site *out)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	const char *endpoint = rq->tenant->endpoint, **origins;
	const json_t *related, *one;
	size_t i, n = 0;
	struct url u;
	err_t e = setting_load(rq->tx, &account_center, &value);

	if (e)
		return e;
	related = json_object_get(value, "webauthnRelatedOrigins");
	origins = arena_alloc(rq->arena, (json_array_size(related) + 2) * sizeof(*origins));
	if (url_parse(endpoint, strlen(endpoint), &u))
		origins[n++] = url_origin(rq->arena, &u);
	json_array_foreach(related, i, one)
		origins[n++] = arena_copy(rq->arena, json_string_value(one));
	origins[n] = NULL;
	*out = (struct web_authn_site){ web_authn_rp_id(rq), origins, challenge };
	return OK;
}

err_t web_authn_read_creation(struct request *rq, const json_t *payload, const char *challenge,
			      struct web_authn_check *out)
{
	const json_t *response = json_object_get(payload, "response");

	*out = (struct web_authn_check){0};
	if (!decode(rq, payload, "id", &out->id) || !decode(rq, response, "clientDataJSON", &out->client_data) ||
	    !decode(rq, response, "attestationObject", &out->attestation))
		out->outcome = unreadable("what was sent is not base64url");
	return read_site(rq, arena_copy(rq->arena, challenge), &out->site);
}

static err_t read_passkey(struct request *rq, const json_t *payload, const struct person *who,
			  struct web_authn_check *out)
{
	const json_t *factor = web_authn_find(who->factors, payload);
	const char *handle = web_authn_user_handle(rq, payload);

	if (!factor)
		return unreadable("the account has none of this id");
	if (handle && strcmp(handle, who->id) != 0)
		return unreadable("it names another user");
	return decode(rq, factor, "publicKey", &out->passkey.key) ? OK : unreadable("the stored key is damaged");
}

err_t web_authn_read_use(struct request *rq, const json_t *payload, const char *challenge, const struct person *who,
			 struct web_authn_check *out)
{
	const json_t *response = json_object_get(payload, "response");

	*out = (struct web_authn_check){0};
	if (!decode(rq, response, "clientDataJSON", &out->use.client_data) ||
	    !decode(rq, response, "authenticatorData", &out->use.auth_data) ||
	    !decode(rq, response, "signature", &out->use.signature))
		out->outcome = unreadable("what was sent is not base64url");
	else
		out->outcome = read_passkey(rq, payload, who, out);
	return read_site(rq, arena_copy(rq->arena, challenge), &out->site);
}

static bool slices_equal(struct slice a, struct slice b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

void web_authn_check_creation(struct web_authn_check *check)
{
	if (!check->outcome)
		check->outcome =
			web_authn_register(&check->site, check->client_data, check->attestation, &check->passkey);
	if (!check->outcome && !slices_equal(check->id, check->passkey.id))
		check->outcome = unreadable("its id is not the one of the attestation");
}

void web_authn_check_use(struct web_authn_check *check)
{
	if (!check->outcome)
		check->outcome = web_authn_assert(&check->site, &check->passkey, &check->use, &check->counter);
}

/* -- the factor -- */

json_t *web_authn_new_factor(struct request *rq, const json_t *payload, const struct web_authn_check *check)
{
	const struct web_authn_passkey *made = &check->passkey;
	json_t *transports = json_object_get(json_object_get(payload, "response"), "transports");
	const char *agent = request_header(rq, "User-Agent");
	json_t *factor = factor_new(rq, FACTOR_WEB_AUTHN);

	json_object_set_new(factor, "rpId", json_string(check->site.rp_id));
	json_object_set_new(factor, "credentialId", json_string(base64url(rq, made->id.at, made->id.len)));
	json_object_set_new(factor, "publicKey", json_string(base64url(rq, made->key.at, made->key.len)));
	json_object_set_new(factor, "counter", json_integer(made->counter));
	if (transports)
		json_object_set(factor, "transports", transports);
	if (agent && strlen(agent) <= AGENT_MOST)
		json_object_set_new(factor, "agent", json_string(agent));
	return factor;
}

json_t *web_authn_find_id(const json_t *factors, const char *id)
{
	const char *other;
	json_t *factor;
	size_t i;

	json_array_foreach(factors, i, factor) {
		other = json_string_value(json_object_get(factor, "credentialId"));
		if (factor_type_of(factor) == FACTOR_WEB_AUTHN && id && other && !strcmp(id, other))
			return factor;
	}
	return NULL;
}

json_t *web_authn_find(const json_t *factors, const json_t *payload)
{
	return web_authn_find_id(factors, json_string_value(json_object_get(payload, "id")));
}

err_t web_authn_check_new(const json_t *factors, const char *credential_id)
{
	return web_authn_find_id(factors, credential_id) ? unreadable("the account has it already") : OK;
}

err_t web_authn_settle_use(struct request *rq, const char *user_id, const json_t *payload,
			   const struct web_authn_check *check, json_t **list, err_t *outcome)
{
	err_t e = factors_lock(rq, user_id, list);
	json_t *factor;

	if (e)
		return e == ERR_NOT_FOUND ? ERR_USER_UNKNOWN : e;
	*outcome = check->outcome;
	factor = web_authn_find(*list, payload);
	if (!*outcome && !factor)
		*outcome = unreadable("the account has it no more");
	if (!*outcome &&
	    !web_authn_counter_grows((uint32_t)json_integer_value(json_object_get(factor, "counter")), check->counter))
		*outcome = unreadable("its counter does not grow");
	if (*outcome)
		return OK;
	json_object_set_new(factor, "counter", json_integer(check->counter));
	factor_set_used(factor);
	if (!json_object_get(factor, "rpId"))
		json_object_set_new(factor, "rpId", json_string(check->site.rp_id));
	return OK;
}
