/* Makes what an identity provider says into what is kept of it. */
#include "sso/person.h"

#include <string.h>

#include "base/email_domain.h"
#include "base/text.h"
#include "base/url.h"
#include "entity/field.h"
#include "entity/tree.h"
#include "tenant/sso_connector.h"
#include "sso/protocol.h"

#include "base/banned.h"

#define NAME_MAX 128
#define AVATAR_MAX 2048
#define EMAIL_MAX 128
#define PHONE_MAX 32
#define CLAIM_NAME_MAX 128
#define DETAIL_MAX KIB(16)	/* of all that is kept of a person */

bool person_lists_domain(struct arena *a, const char *domain, const json_t *domains)
{
	const char *key = domain ? email_domain_key(a, domain) : "";
	const json_t *one;
	size_t i;

	json_array_foreach(domains, i, one)
		if (*key && json_is_string(one) && !strcmp(key, email_domain_key(a, json_string_value(one))))
			return true;
	return false;
}

bool person_is_of_domain(struct arena *a, const char *email, const json_t *domains)
{
	const char *at = strchr(email, '@');

	return at && at > email && !strchr(at + 1, '@') && person_lists_domain(a, at + 1, domains);
}

bool person_flag(const json_t *value)
{
	const char *text = json_string_value(value);

	return json_is_true(value) || (json_is_integer(value) && json_integer_value(value) == 1) ||
	       (text && (!strcmp(text, "true") || !strcmp(text, "1")));
}

static const char *text_of(const json_t *claims, const char *name)
{
	return json_string_value(json_object_get(claims, name));
}

err_t person_check_belongs(struct arena *a, const struct sso_row *c, bool has_tenants, const json_t *claims)
{
	const char *email = text_of(claims, "email");

	if (c->provider->is_social)
		return OK;
	if (c->provider->has_hosted_domain && !person_lists_domain(a, text_of(claims, "hd"), c->domains))
		return err_set(ERR_SSO_FAILED, "the account is of no domain of the connector");
	if (has_tenants &&
	    !(person_flag(json_object_get(claims, "xms_edov")) && email && person_is_of_domain(a, email, c->domains)))
		return err_set(ERR_SSO_FAILED, "nobody owns the address in a domain of the connector");
	return OK;
}

/* family_name: familyName. NULL: a claim of this name is not kept. */
static const char *camel(struct arena *a, const char *name)
{
	size_t n = 0;
	char *out;

	if (strlen(name) > CLAIM_NAME_MAX)
		return NULL;
	out = arena_copy(a, name);
	for (const char *c = name; *c; c++) {
		bool joins = *c == '_' && c > name && c[1];

		c += joins;
		out[n++] = joins && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	}
	out[n] = '\0';
	return out;
}

static const char *name_of(const char *name)
{
	return strlen(name) > CLAIM_NAME_MAX ? NULL : name;
}

/* The further claims, unless all together are too large to keep. */
static void keep_claims(struct request *rq, const json_t *claims, bool own_names, json_t *person)
{
	static const char *const mapped[] = { "sub", "name", "picture", "email", "phone", "phone_number", "id",
					      "avatar", "unverified_email", "unverifiedEmail", NULL };
	const char *name, *kept;
	json_t *value;

	if (!claims || json_dumpb(claims, NULL, 0, JSON_COMPACT) > DETAIL_MAX)
		return;
	json_object_foreach((json_t *)(uintptr_t)claims, name, value) {	/* jansson takes no const here */
		kept = text_is_one_of(name, mapped) ? NULL : own_names ? name_of(name) : camel(rq->arena, name);
		if (kept && !json_object_get(person, kept))
			json_object_set(person, kept, value);
	}
}

static bool fits(const char *text, size_t most)
{
	return text && *text && text_utf16_len(text) <= most;
}

static bool is_picture(const char *address)
{
	struct url u;

	return fits(address, AVATAR_MAX) && url_parse(address, strlen(address), &u) && url_is_web(&u) &&
	       form_fits(FORM_URL, address);
}

static bool is_email(const char *email)
{
	return fits(email, EMAIL_MAX) && form_fits(FORM_EMAIL, email);
}

err_t person_of_claims(struct request *rq, const struct claimed *c, const json_t *domains, json_t **out)
{
	bool counts = is_email(c->email) && c->vouches_email &&
		      (!domains || person_is_of_domain(rq->arena, c->email, domains));
	json_t *person;

	if (!c->id || !*c->id || text_points(c->id) > PERSON_ID_MAX)
		return err_set(sso_fault(rq, SSO_ANSWER), "the provider's name for the person has no fitting length");
	person = tree_keep(rq, json_pack("{s:s}", "id", c->id));
	if (fits(c->name, NAME_MAX))
		tree_set_text(person, "name", c->name);
	if (is_picture(c->avatar))
		tree_set_text(person, "avatar", c->avatar);
	if (is_email(c->email))
		tree_set_text(person, counts ? "email" : "unverifiedEmail", c->email);
	if (fits(c->phone, PHONE_MAX) && c->vouches_phone)
		tree_set_text(person, "phone", c->phone);
	keep_claims(rq, c->claims, c->own_names, person);
	*out = person;
	return OK;
}
