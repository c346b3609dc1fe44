/* The rules between the members of a sign-in experience. */
#include "tenant/sign_in_rules.h"

#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "entity/field.h"
#include "tenant/factor_type.h"

#include "base/banned.h"

static bool text_is(const json_t *value, const char *text)
{
	return value && !strcmp(json_string_value(value), text);
}

static bool list_has(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (text_is(json_array_get(list, i), text))
			return true;
	return false;
}

static bool is_true(const json_t *object, const char *member)
{
	return json_is_true(json_object_get(object, member));
}

/* -- what pages may load -- */

/* What is wrong with a source of a content security policy; NULL: nothing. */
static const char *source_fault(const char *source)
{
	if (*source == '\0')
		return "empty_source";
	if (strchr(source, ';'))
		return "semicolon_not_allowed";
	if (strchr(source, ','))
		return "comma_not_allowed";
	if (strpbrk(source, " \t\r\n\f"))
		return "whitespace_not_allowed";
	return NULL;
}

static err_t source_error(struct arena *a, const char *directive, const json_t *source, const char *fault)
{
	err_t e = err_arg(ERR_REQUEST_INPUT, "reason", "A source of the content security policy is malformed.");
	json_auto_t *data =
		json_pack("{s:s, s:O, s:s}", "directive", directive, "source", source, "validationErrorCode", fault);

	err_fault()->data = json_to_text(a, data);
	return e;
}

/* A list that is not empty is refused: pages of the tenant's own, for which it is, are not offered here. */
err_t rules_of_csp(struct arena *a, const json_t *sent)
{
	const char *directive;
	json_t *list;
	bool any = false;

	json_object_foreach((json_t *)(uintptr_t)sent, directive, list) {
		for (size_t i = 0; i < json_array_size(list); i++) {
			const char *fault = source_fault(json_string_value(json_array_get(list, i)));

			if (fault)
				return source_error(a, directive, json_array_get(list, i), fault);
			any = true;
		}
	}
	return any ? err_arg(ERR_REQUEST_INPUT, "reason", "Custom UI CSP configuration is not available") : OK;
}

/* -- registration -- */

/* Whether something of that kind is an e-mail address (a phone number): `emailOrPhone` is both. */
static bool is_email(const json_t *identifier)
{
	return text_is(identifier, "email") || text_is(identifier, "emailOrPhone");
}

static bool is_phone(const json_t *identifier)
{
	return text_is(identifier, "phone") || text_is(identifier, "emailOrPhone");
}

static err_t connector_error(const char *type)
{
	return err_arg(ERR_SIGN_IN_CONNECTOR, "type", type);
}

static err_t check_means(const json_t *identifier, struct means have)
{
	if (is_email(identifier) && !have.email)
		return connector_error("Email");
	return is_phone(identifier) && !have.sms ? connector_error("Sms") : OK;
}

/* `taken`: the identifiers that were seen before. */
static bool is_repeated(const json_t *taken, const json_t *identifier)
{
	if (list_has(taken, json_string_value(identifier)))
		return true;
	return text_is(identifier, "emailOrPhone") && (list_has(taken, "email") || list_has(taken, "phone"));
}

static err_t check_repeated(const json_t *first, const json_t *second)
{
	json_auto_t *taken = json_array();

	for (size_t i = 0; i < json_array_size(first); i++) {
		if (is_repeated(taken, json_array_get(first, i)))
			return ERR_SIGN_UP_REPEATED;
		json_array_append(taken, json_array_get(first, i));
	}
	for (size_t i = 0; i < json_array_size(second); i++) {
		json_t *identifier = json_object_get(json_array_get(second, i), "identifier");

		if (is_repeated(taken, identifier))
			return ERR_SIGN_UP_REPEATED;
		json_array_append(taken, identifier);
	}
	return OK;
}

/* An address is worth nothing as an identifier before it is verified. */
static err_t check_verified(const json_t *sent, const json_t *first, const json_t *second)
{
	bool verify = is_true(sent, "verify");

	for (size_t i = 0; i < json_array_size(first); i++)
		if (!verify && !text_is(json_array_get(first, i), "username"))
			return ERR_SIGN_UP_UNVERIFIED;
	for (size_t i = 0; i < json_array_size(second); i++) {
		const json_t *row = json_array_get(second, i);

		if (!text_is(json_object_get(row, "identifier"), "username") && !(verify && is_true(row, "verify")))
			return ERR_SIGN_UP_UNVERIFIED;
	}
	return OK;
}

err_t rules_of_sign_up(const json_t *sent, struct means have)
{
	const json_t *first = json_object_get(sent, "identifiers");
	const json_t *second = json_object_get(sent, "secondaryIdentifiers");
	err_t e;

	if (!sent)
		return OK;
	e = check_repeated(first, second);
	if (!e && json_array_size(first) == 0 && json_array_size(second) > 0)
		e = ERR_SIGN_UP_MISSING;
	if (!e)
		e = check_verified(sent, first, second);
	for (size_t i = 0; !e && i < json_array_size(first); i++)
		e = check_means(json_array_get(first, i), have);
	for (size_t i = 0; !e && i < json_array_size(second); i++)
		e = check_means(json_object_get(json_array_get(second, i), "identifier"), have);
	return e;
}

/* -- sign-in -- */

static const struct code_factor {
	const char *identifier, *factor;
	err_t no_sign_in, no_factor;
} code_factors[] = {
	{ "email", TYPE_EMAIL_CODE, ERR_EMAIL_CODE_NO_SIGN_IN, ERR_EMAIL_CODE_NO_FACTOR },
	{ "phone", TYPE_PHONE_CODE, ERR_PHONE_CODE_NO_SIGN_IN, ERR_PHONE_CODE_NO_FACTOR },
};

/* Whether people can sign in with a code that is sent to what `f` says. */
static bool signs_in(const json_t *sign_in, const struct code_factor *f)
{
	const json_t *methods = json_object_get(sign_in, "methods");

	for (size_t i = 0; i < json_array_size(methods); i++) {
		const json_t *method = json_array_get(methods, i);

		if (text_is(json_object_get(method, "identifier"), f->identifier) &&
		    is_true(method, "verificationCode"))
			return true;
	}
	return false;
}

static err_t check_method(const json_t *method, bool needs_code, struct means have)
{
	const json_t *identifier = json_object_get(method, "identifier");
	bool code = is_true(method, "verificationCode");

	if (!code && !is_true(method, "password"))
		return ERR_SIGN_IN_NO_FACTOR;
	if (text_is(identifier, "username"))
		return OK;
	if (needs_code && !code)
		return ERR_SIGN_IN_CODE;
	return code ? check_means(identifier, have) : OK;
}

err_t rules_of_sign_in(const json_t *sent, const json_t *next, struct means have)
{
	const json_t *methods = json_object_get(sent, "methods"), *sign_up = json_object_get(next, "signUp");
	const json_t *factors = json_object_get(json_object_get(next, "mfa"), "factors");
	bool needs_code = is_true(sign_up, "verify") && !is_true(sign_up, "password");
	err_t e = OK;

	for (size_t i = 0; !e && i < json_array_size(methods); i++)
		e = check_method(json_array_get(methods, i), needs_code, have);
	for (size_t i = 0; !e && i < ARRAY_LEN(code_factors); i++)
		if (signs_in(sent, &code_factors[i]) && list_has(factors, code_factors[i].factor))
			e = code_factors[i].no_sign_in;
	return e;
}

/* -- more than one factor -- */

err_t rules_of_mfa(const json_t *sent, const json_t *next)
{
	const json_t *factors = json_object_get(sent, "factors");
	json_auto_t *different = factors ? json_distinct(factors) : NULL;

	if (json_array_size(different) != json_array_size(factors))
		return ERR_MFA_REPEATED;
	if (json_array_size(factors) == 1 && list_has(factors, TYPE_BACKUP_CODE))
		return ERR_MFA_BACKUP_ALONE;
	for (size_t i = 0; i < ARRAY_LEN(code_factors); i++)
		if (list_has(factors, code_factors[i].factor) &&
		    signs_in(json_object_get(next, "signIn"), &code_factors[i]))
			return code_factors[i].no_factor;
	return OK;
}

err_t rules_of_adaptive_mfa(const json_t *next)
{
	const json_t *mfa = json_object_get(next, "mfa"), *policy = json_object_get(mfa, "policy");
	bool adaptive_only =
		text_is(policy, "PromptAtSignInAndSignUpMandatory") || text_is(policy, "PromptOnlyAtSignInMandatory");

	if (!is_true(json_object_get(next, "adaptiveMfa"), "enabled"))
		return adaptive_only ? ERR_MFA_NEEDS_ADAPTIVE : OK;
	if (json_array_size(json_object_get(mfa, "factors")) == 0)
		return ERR_ADAPTIVE_NEEDS_MFA;
	return adaptive_only || text_is(policy, "Mandatory") ? OK : ERR_ADAPTIVE_SKIPPABLE;
}

/* -- forgotten passwords -- */

err_t rules_of_forgotten_passwords(const json_t *sent, struct means have)
{
	if (list_has(sent, TYPE_EMAIL_CODE) && !have.email)
		return err_arg(ERR_FORGOTTEN_CONNECTOR, "type", "email");
	if (list_has(sent, TYPE_PHONE_CODE) && !have.sms)
		return err_arg(ERR_FORGOTTEN_CONNECTOR, "type", "sms");
	return OK;
}

struct means ways_back(const json_t *next, struct means have)
{
	const json_t *methods = json_object_get(next, "forgotPasswordMethods");
	bool all = !json_is_array(methods);

	return (struct means){ .email = have.email && (all || list_has(methods, TYPE_EMAIL_CODE)),
			       .sms = have.sms && (all || list_has(methods, TYPE_PHONE_CODE)) };
}

/* -- addresses that may not register -- */

/* An address, or @ and a domain, either with stars for any run of characters. */
static bool is_pattern(const char *s)
{
	const char *at = strchr(s, '@');

	return at && !strchr(at + 1, '@') && strchr(at + 1, '.') && at[1] != '.' && s[strlen(s) - 1] != '.' &&
	       !s[strcspn(s, " \t\r\n,;<>\"")];
}

/* Those that are not, joined by commas; NULL: none. */
static const char *malformed(struct arena *a, const json_t *list)
{
	const char *all = NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *entry = json_string_value(json_array_get(list, i));

		if (!is_pattern(entry))
			all = arena_printf(a, "%s%s%.64s", all ? all : "", all ? ", " : "", entry);
	}
	return all;
}

const char *const blocklists[] = { "customBlocklist", "customAllowlist" };

err_t rules_of_blocklist(struct arena *a, const json_t *sent)
{
	for (size_t i = 0; i < ARRAY_LEN(blocklists); i++) {
		const char *bad = malformed(a, json_object_get(sent, blocklists[i]));

		if (bad)
			return err_arg(ERR_BLOCKLIST_FORMAT, "items", bad);
	}
	if (is_true(sent, "blockDisposableAddresses"))
		return err_arg(ERR_REQUEST_INPUT, "reason",
			       "Disposable email domain validation is not supported in this environment");
	return OK;
}
