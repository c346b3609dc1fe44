/* Compares domains of e-mail addresses, and knows those of mail services for everybody. */
#include "base/email_domain.h"

#include <stdlib.h>
#include <string.h>

#include "base/idn.h"
#include "base/public_suffix.h"
#include "base/text.h"
#include "base/url.h"

#include "base/banned.h"

/* -- the key -- */

static const char *without_blanks(struct arena *a, const char *s)
{
	size_t len = 0, n;

	while ((n = text_space_len(s)) > 0)
		s += n;
	for (size_t i = 0; s[i]; i += n > 0 ? n : 1) {
		n = text_space_len(s + i);
		if (n == 0)
			len = i + 1;
	}
	return arena_copyn(a, s, len);
}

const char *email_domain_key(struct arena *a, const char *domain)
{
	const char *text = without_blanks(a, domain), *name = NULL;
	struct url u;

	if (url_parse_host(text, strlen(text), &u) && u.port < 0)
		name = idn_to_ascii(a, url_host(&u));
	if (!name)
		name = text_fold(a, text);
	return arena_copyn(a, name, idn_len_without_root(name));
}

/* -- mail services for everybody -- */

static const char *const free_mail[] = {
#define D(domain) domain,
#include "organizations/free_mail.def"
#undef D
};

static int compare_to(const void *key, const void *entry)
{
	const char *const *domain = entry;

	return strcmp(key, *domain);
}

static bool is_listed(const char *domain)
{
	return bsearch(domain, free_mail, ARRAY_LEN(free_mail), sizeof(*free_mail), compare_to);
}

bool email_domain_is_free(const char *key)
{
	const char *dot = strchr(key, '.');
	char starred[16];
	size_t len = dot ? (size_t)(dot - key) : 0;

	if (is_listed(key))
		return true;
	if (len == 0 || len + sizeof(".*") > sizeof(starred) || !is_public_suffix(dot + 1))
		return false;
	memcpy(starred, key, len);
	memcpy(starred + len, ".*", sizeof(".*"));
	return is_listed(starred);
}
