/* A User-Agent: whatever it is, what is written of it is JSON that repeats it, and every model stands in it. */
#include "http/user_agent.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	char *copy = arena_copyn(a, (const char *)data, size);
	const char *agent = text_repair(a, copy, strlen(copy)), *model;
	CLEANUP(buffer_done) struct buffer b = {0};
	json_auto_t *tree = NULL;
	struct json_out j;

	buffer_init(&b, MIB(8));
	json_out_init(&j, &b);
	user_agent_write(&j, agent);
	tree = json_loads(buffer_str(&b), JSON_REJECT_DUPLICATES, NULL);
	if (!b.full &&
	    (json_object_size(tree) != 6 || strcmp(json_string_value(json_object_get(tree, "ua")), agent) != 0))
		abort();
	model = json_string_value(json_object_get(json_object_get(tree, "device"), "model"));
	if (model && !strstr(agent, model))
		abort();
	arena_free(a);
	return 0;
}
