/* What an identity provider publishes: what is taken has a name, an address for browsers and keys. */
#include "saml/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_answer(const json_t *answer)
{
	const char *url = json_string_value(json_object_get(answer, "signInEndpoint"));

	must(json_string_length(json_object_get(answer, "entityId")) > 0);
	must(json_array_size(json_object_get(answer, "certificates")) > 0);
	must(url && strncmp(url, "http", 4) == 0 && !strpbrk(url, " \t\r\n\"<>"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *text = json_stringn((const char *)data, size), *question, *answer;
	struct refusal r = {0};

	if (!text)
		return 0; /* not UTF-8: no question can hold it */
	question = json_pack("{s:o, s:I}", "metadata", text, "now", (json_int_t)0);
	answer = metadata_read(question, &r);
	must(answer || r.code);
	if (answer)
		check_answer(answer);
	json_decref(answer);
	json_decref(question);
	return 0;
}
