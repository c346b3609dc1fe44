#include "saml/answer.h"

#include <string.h>

#include <jansson.h>

#include "saml/metadata.h"
#include "saml/response.h"

#include "base/banned.h"

static const struct {
	const char *name;
	json_t *(*run)(const json_t *question, struct refusal *r);
} verbs[] = {
	{ "response", response_check },
	{ "metadata", metadata_read },
	{ "certificate", certificate_describe },
};

static json_t *run(const json_t *question, struct refusal *r)
{
	const char *name = json_string_value(json_object_get(question, "do"));

	for (size_t i = 0; name && i < ARRAY_LEN(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return verbs[i].run(question, r);
	return refuse(r, "internal", "the question is not known"), NULL;
}

/* A sentence may have been cut within a character, which JSON cannot carry. */
static json_t *sentence(const char *message)
{
	json_t *text = json_string(message);

	return text ? text : json_string("the reason cannot be shown");
}

char *saml_answer(const char *question, size_t len)
{
	struct refusal r = {0};
	json_t *asked = json_loadb(question, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *found = run(asked, &r), *whole;
	char *text;

	if (found)
		whole = json_pack("{s:o}", "answer", found);
	else
		whole = json_pack("{s:{s:s, s:o}}", "refusal", "code", r.code ? r.code : "internal", "message",
				  sentence(r.message));
	text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	json_decref(asked);
	return text;
}
