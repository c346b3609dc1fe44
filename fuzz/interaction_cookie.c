/*
 * The value of the cookie `_interaction`: what is read is an object or nothing, and ids in it are found again when it
 * is written as interaction_set_cookie() does. The input is the value.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/json.h"
#include "signin/interaction.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_id(const char *text)
{
	return text && !text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")];
}

static bool holds_ids(json_t *map)
{
	const char *client_id;
	json_t *id;

	json_object_foreach(map, client_id, id)
		if (!is_id(client_id) || !is_id(json_string_value(id)))
			return false;
	return true;
}

static void check_again(struct arena *a, const json_t *map)
{
	CLEANUP(buffer_done) struct buffer value = {0};
	json_auto_t *again = NULL;

	buffer_init(&value, MIB(1));
	text_escape_form(&value, json_to_text(a, map));
	if (value.full)
		return;
	again = interaction_cookie_map(a, buffer_str(&value));
	if (!json_equal(map, again))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	json_auto_t *map = interaction_cookie_map(a, arena_copyn(a, (const char *)data, size));

	if (map && !json_is_object(map))
		abort();
	if (map && holds_ids(map))
		check_again(a, map);
	err_clear();
	arena_free(a);
	return 0;
}
