/* Merging JSON objects, with a limit on how large the result may grow. */
#include "directory/merge.h"

#include <string.h>

#include "base/json.h"
#include "entity/field.h"

#include "base/banned.h"

err_t merge_json(struct arena *a, struct charge *c, const char *stored, const json_t *sent, json_t **out)
{
	json_error_t fault;
	err_t e;

	e = json_parse(stored, strlen(stored), 0, c, out, &fault);
	if (e && e != ERR_JSON)
		return e;
	if (!json_is_object(*out))
		return err_set(ERR_INTERNAL, "stored JSON: %s", fault.text);
	if (!sent)
		return OK;
	json_object_update(*out, (json_t *)(uintptr_t)sent);	/* jansson takes no const here */
	if (json_dumpb(*out, NULL, 0, JSON_COMPACT) > MERGED_MAX)
		return length_error(a, (int)MERGED_MAX);
	return OK;
}
