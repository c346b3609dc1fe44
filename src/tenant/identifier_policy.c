/* Judges addresses and names that people register with. */
#include "tenant/identifier_policy.h"

#include <ctype.h>
#include <string.h>

#include "base/idn.h"
#include "base/json.h"
#include "base/text.h"

#include "base/banned.h"

/* -- e-mail addresses -- */

struct address {
	const char *local, *domain;	/* in folded letter case */
	const char *in_dns;		/* the domain as the DNS has it */
	const char *twin;		/* the other domain of the same mailbox; NULL: none */
};

static const char *const google[] = { "gmail.com", "googlemail.com" };

static const char *twin_of(const char *domain)
{
	for (size_t i = 0; i < ARRAY_LEN(google); i++)
		if (!strcmp(domain, google[i]))
			return google[1 - i];
	return NULL;
}

/* The domain as the DNS has it, where it can. */
static const char *domain_in_dns(struct arena *a, const char *domain)
{
	const char *name = idn_to_ascii(a, (struct slice){ domain, strlen(domain) });

	return name ? name : domain;
}

/* The domain stands behind the last @, where mail servers look for it. */
static bool address_parse(struct arena *a, const char *email, struct address *out)
{
	char *text = text_fold(a, email), *at = strrchr(text, '@');

	if (!at || at == text)
		return false;
	*at++ = '\0';
	at[idn_len_without_root(at)] = '\0';
	out->local = text;
	out->domain = at;
	out->in_dns = domain_in_dns(a, at);
	out->twin = twin_of(out->in_dns);
	return *at != '\0';
}

/* A star stands for any run of characters. Each piece between stars is looked for once, behind the one before. */
static bool matches(const char *pattern, const char *text)
{
	size_t left = strlen(text), n = strcspn(pattern, "*");

	if (!pattern[n])
		return !strcmp(pattern, text);
	if (strncmp(pattern, text, n) != 0)
		return false;
	for (;;) {
		const char *at;

		text += n;
		left -= n;
		pattern += strcspn(pattern, "*") + 1;
		n = strcspn(pattern, "*");
		if (!pattern[n])
			return n <= left && !strcmp(text + left - n, pattern);
		at = memmem(text, left, pattern, n);
		if (!at)
			return false;
		left -= (size_t)(at - text);
		text = at;
	}
}

static const char *without_dots(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text), *to = copy;

	for (const char *from = text; *from; from++)
		if (*from != '.')
			*to++ = *from;
	*to = '\0';
	return copy;
}

static bool local_matches(struct arena *a, const char *pattern, const struct address *who)
{
	if (!*pattern)
		return true;
	return who->twin ? matches(without_dots(a, pattern), without_dots(a, who->local)) :
			   matches(pattern, who->local);
}

static bool domain_matches(struct arena *a, const char *pattern, const struct address *who)
{
	if (!strchr(pattern, '*'))
		pattern = domain_in_dns(a, pattern);
	return matches(pattern, who->in_dns) || matches(pattern, who->domain) ||
	       (who->twin && matches(pattern, who->twin));
}

/* An entry is an address, or @ and a domain. */
static bool is_listed(struct arena *a, const json_t *list, const struct address *who)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *entry = text_fold(a, json_string_value(json_array_get(list, i))), *at = strrchr(entry, '@');

		if (!at)
			continue;
		*at = '\0';
		if (domain_matches(a, at + 1, who) && local_matches(a, entry, who))
			return true;
	}
	return false;
}

err_t email_check(struct arena *a, const json_t *policy, const char *email)
{
	const json_t *allowed = json_object_get(policy, "customAllowlist");
	struct address who;

	if (!address_parse(a, email, &who))
		return ERR_EMAIL_MALFORMED;
	if (json_is_true(json_object_get(policy, "blockSubaddressing")) && strchr(who.local, '+'))
		return ERR_EMAIL_SUBADDRESS;
	if (json_array_size(allowed) > 0 && !is_listed(a, allowed, &who))
		return ERR_EMAIL_NOT_ALLOWED;
	return is_listed(a, json_object_get(policy, "customBlocklist"), &who) ? ERR_EMAIL_NOT_ALLOWED : OK;
}

/* -- user names -- */

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static err_t length_check(struct arena *a, const json_t *policy, const char *name)
{
	const json_t *least = json_object_get(policy, "minLength"), *most = json_object_get(policy, "maxLength");
	json_int_t n = (json_int_t)text_utf16_len(name);

	if (json_is_integer(least) && n < json_integer_value(least))
		return err_arg(ERR_USERNAME_SHORT, "min", json_to_text(a, least));
	if (json_is_integer(most) && n > json_integer_value(most))
		return err_arg(ERR_USERNAME_LONG, "max", json_to_text(a, most));
	return OK;
}

err_t username_check(struct arena *a, const json_t *policy, const char *name)
{
	static const struct { const char *member, *characters; err_t error; } kinds[] = {
		{ "uppercase", UPPER, ERR_USERNAME_UPPERCASE },
		{ "lowercase", LOWER, ERR_USERNAME_LOWERCASE },
		{ "numbers", DIGITS, ERR_USERNAME_NUMBERS },
		{ "underscore", "_", ERR_USERNAME_UNDERSCORE },
	};
	const json_t *allowed = json_object_get(policy, "allowedChars");
	err_t e = length_check(a, policy, name);

	if (e)
		return e;
	if (name[strspn(name, LOWER UPPER DIGITS "_")])
		return ERR_USERNAME_CHARACTERS;
	if (isdigit((unsigned char)*name))
		return ERR_USERNAME_NUMBER_FIRST;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (json_is_false(json_object_get(allowed, kinds[i].member)) && strpbrk(name, kinds[i].characters))
			return kinds[i].error;
	return OK;
}
