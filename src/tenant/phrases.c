/* Phrases of the sign-in pages. Contract: sign-in.md sections 10.1 and 12.2, http-conventions.md section 11. */
#include "tenant/phrases.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ids.h"
#include "base/text.h"
#include "entity/query.h"
#include "http/asset.h"
#include "http/language.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/language_tags.h"

#include "base/banned.h"

/* -- those of the program -- */

/* English first: its keys are those that there are. The order is that in which a language without region is sought. */
static const char *const tags[] = { "en", "de", "es", "fr", "ja", "zh-CN" };
extern const struct assets phrase_files;
static json_t *trees[ARRAY_LEN(tags)];
static pthread_once_t parsed = PTHREAD_ONCE_INIT;

static void parse(void)
{
	char path[LANGUAGE_TAG_SIZE + 8];

	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		const struct asset *file;

		snprintf(path, sizeof(path), "%s.json", tags[i]);
		file = asset_find(&phrase_files, path);
		trees[i] = file ? json_loadb(file->plain.at, file->plain.len, 0, NULL) : NULL;
	}
}

const json_t *phrases_built_in(const char *tag)
{
	pthread_once(&parsed, parse);
	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (!strcmp(tags[i], tag))
			return trees[i];
	return NULL;
}

/* -- which language -- */

static const char *find_tag(const json_t *custom, enum language_fit fit, const char *wanted, size_t len)
{
	const char *tag;
	const json_t *unused;

	json_object_foreach((json_t *)(uintptr_t)custom, tag, unused)
		if (language_serves(tag, wanted, len, fit))
			return tag;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (language_serves(tags[i], wanted, len, fit))
			return tags[i];
	return NULL;
}

const char *phrases_match(const json_t *custom, const char *wanted, size_t len)
{
	const char *found = NULL;

	for (int fit = LANGUAGE_SAME; len > 0 && !found && fit < LANGUAGE_FITS; fit++)
		found = find_tag(custom, (enum language_fit)fit, wanted, len);
	return found;
}

static const void *match(const void *custom, const char *wanted, size_t len)
{
	return phrases_match(custom, wanted, len);
}

/* -- the tree -- */

/*
 * Whether each leaf is a text: anything else is a body that does not fit. `*known`: and stands where English has one.
 */
static bool is_tree(const json_t *sent, const json_t *english, bool *known)
{
	const char *key;
	const json_t *value;

	json_object_foreach((json_t *)(uintptr_t)sent, key, value) {
		const json_t *ours = json_object_get(english, key);

		if (!json_is_string(value) && !json_is_object(value))
			return false;
		*known &= ours && json_typeof(ours) == json_typeof(value);
		if (json_is_object(value) && !is_tree(value, ours, known))
			return false;
	}
	return true;
}

/* Removes texts and groups that are empty. */
static void drop_empty(json_t *tree)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(tree, next, key, value) {
		drop_empty(value);
		if (json_string_length(value) == 0 && json_object_size(value) == 0)
			json_object_del(tree, key);
	}
}

/* -- those of the tenant -- */

static const struct field phrase_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "languageTag", "language_tag", FIELD_TEXT, GENERATED },
	{ "translation", "translation", FIELD_OBJECT, GENERATED },
	FIELDS_END
};

ENTITY(custom_phrase) = {
	.name = "custom_phrase", .table = "custom_phrases", .singular = "custom_phrase", .parameter = "languageTag",
	.fields = phrase_fields, .id_len = ID_LONG,
};

STATEMENT(find_phrases, "SELECT {cols:custom_phrase:p} FROM custom_phrases p"
	  " WHERE p.tenant_id = $1 AND p.language_tag = $2");
STATEMENT(put_phrases,
	  "INSERT INTO custom_phrases (tenant_id, id, language_tag, translation) VALUES ($1, $2, $3, $4)"
	  " ON CONFLICT (tenant_id, language_tag) DO UPDATE SET translation = excluded.translation"
	  " RETURNING {cols:custom_phrase:custom_phrases}");
STATEMENT(delete_phrases, "DELETE FROM custom_phrases WHERE tenant_id = $1 AND language_tag = $2");
STATEMENT(count_phrases, "SELECT count(*) FROM custom_phrases WHERE tenant_id = $1 AND language_tag = $2");
STATEMENT(phrase_tags, "SELECT language_tag FROM custom_phrases WHERE tenant_id = $1 ORDER BY language_tag");
COLUMNS(phrase_tags, language_tag);
STATEMENT(phrase_tree, "SELECT translation FROM custom_phrases WHERE tenant_id = $1 AND language_tag = $2");

err_t phrases_are_there(struct txn *tx, const char *tag, bool *out)
{
	int64_t n = 0;
	err_t e = phrases_built_in(tag) ? OK : store_int(tx, &count_phrases, ARGS(T(tag)), &n);

	*out = phrases_built_in(tag) || n > 0;
	return e;
}

/* Before the body: writes the tag of the path in its usual letter case, or refuses it. */
static err_t check_tag(struct request *rq)
{
	char *tag = arena_alloc(rq->arena, LANGUAGE_TAG_SIZE);

	if (!language_tag_write(path_arg(rq, "languageTag"), tag))
		return input_issue(rq->arena, "params", "languageTag", "custom", "Not the tag of a language");
	rq->match.args[0].value = tag;
	return OK;
}

static err_t miss_error(const char *tag)
{
	return entity_miss_error(&custom_phrase, ERR_NOT_FOUND, tag);
}

static err_t get_phrases(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *tag = path_arg(rq, "languageTag");
	err_t e = store_first(rq->tx, &find_phrases, ARGS(T(tag)), &row);

	if (e == ERR_NOT_FOUND)
		return miss_error(tag);
	return e ? e : entity_reply(rq, 200, &custom_phrase, &row);
}

static err_t list_phrases(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &custom_phrase, "p", "custom_phrases p");
	q.order = "p.language_tag";
	return query_reply(&q);
}

static err_t replace_phrases(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *tree = json_deep_copy(rq->body);
	char id[ID_LONG + 1];
	bool known = true;
	err_t e;

	if (!json_is_object(rq->body) || !is_tree(rq->body, phrases_built_in("en"), &known))
		return input_issue(rq->arena, "body", NULL, "invalid_type", "Send groups of texts");
	if (!known)
		return ERR_PHRASES_STRUCTURE;
	drop_empty(tree);
	id_new(id, ID_LONG, ALPHABET_LOWER);
	e = store_query(rq->tx, &put_phrases,
			ARGS(T(id), T(path_arg(rq, "languageTag")), T(json_to_text(rq->arena, tree))), &row);
	if (!e && !rows_next(&row))
		e = ERR_CREATE_FAILED;
	return e ? e : entity_reply(rq, 201, &custom_phrase, &row);
}

/* Which language people get who ask for none that there is. Lives in `a`. */
static err_t read_language_info(struct txn *tx, struct arena *a, const char **fallback, bool *detects)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	const json_t *info;
	err_t e = setting_load(tx, &sign_in_experience, &value);

	if (e)
		return e;
	info = json_object_get(value, "languageInfo");
	*fallback = arena_copy(a, json_string_value(json_object_get(info, "fallbackLanguage")));
	*detects = json_is_true(json_object_get(info, "autoDetect"));
	return OK;
}

static err_t remove_phrases(struct request *rq)
{
	const char *tag = path_arg(rq, "languageTag"), *fallback;
	int64_t gone = 0;
	bool detects;
	err_t e = read_language_info(rq->tx, rq->arena, &fallback, &detects);

	if (!e && !strcmp(tag, fallback))
		e = err_arg(ERR_LANGUAGE_DEFAULT, "language", tag);
	if (!e)
		e = store_exec(rq->tx, &delete_phrases, ARGS(T(tag)), &gone);
	if (!e && gone == 0)
		e = miss_error(tag);
	return e ? e : reply_empty(rq, 204);
}

/* -- for everyone -- */

/* `*out`: an object whose members are the tags of the tenant's own phrases; json_decref(). */
static err_t read_tags(struct txn *tx, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &phrase_tags, NO_ARGS, &rows);

	*out = json_object();
	while (!e && rows_next(&rows))
		json_object_set_new(*out, rows_text(&rows, phrase_tags_language_tag), json_true());
	return e ? e : rows_end(&rows);
}

/* The first of the wanted tags that there is; NULL: none. */
static const char *first_wanted(const json_t *custom, const char *wanted)
{
	const char *found = NULL;
	size_t len;

	for (const char *at = wanted; at && *at && !found; at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		found = phrases_match(custom, at, len);
	}
	return found;
}

/* As phrases_for() says. */
static err_t choose(struct request *rq, const json_t *custom, const char *wanted, const char **tag)
{
	const char *accept = request_header(rq, "Accept-Language"), *fallback;
	bool detects;
	err_t e = read_language_info(rq->tx, rq->arena, &fallback, &detects);

	if (e)
		return e;
	*tag = first_wanted(custom, wanted);
	if (!*tag && detects && accept)
		*tag = language_accepted(accept, match, custom);
	*tag = arena_copy(rq->arena, *tag ? *tag : fallback);
	return OK;
}

/* English under the language's own, so that no page lacks a phrase; the tenant's over both. */
static err_t merge(struct request *rq, const char *tag, json_t **out)
{
	json_auto_t *own = NULL;
	const json_t *ours = phrases_built_in(tag);
	const char *text;
	err_t e = store_text(rq->tx, &phrase_tree, ARGS(T(tag)), rq->arena, &text);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*out = json_deep_copy(phrases_built_in("en"));
	if (ours)
		json_object_update_recursive(*out, (json_t *)(uintptr_t)ours);	/* jansson takes no const here */
	if (e == ERR_NOT_FOUND)
		return OK;
	own = json_loads(text, 0, NULL);
	json_object_update_recursive(*out, own);
	return OK;
}

err_t phrases_for(struct request *rq, const char *wanted, const char **tag, json_t **out)
{
	json_auto_t *custom = NULL;
	err_t e = read_tags(rq->tx, &custom);

	if (!e)
		e = choose(rq, custom, wanted, tag);
	return e ? e : merge(rq, *tag, out);
}

static err_t show_phrases(struct request *rq)
{
	json_auto_t *tree = NULL;
	const char *tag;
	struct json_out j;
	err_t e = phrases_for(rq, query_arg(rq, "lng"), &tag, &tree);

	if (!e)
		e = reply_header(rq, "Content-Language", tag);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key(&j, "translation");
	json_value(&j, tree);
	json_close(&j);
	return OK;
}

/* -- routes -- */

static const struct field shown_query[] = {
	{ "lng", .type = FIELD_TEXT, .help = "Tag of the language; without it, as the browser prefers." },
	FIELDS_END
};
static const struct field shown_members[] = {
	{ "translation", .type = FIELD_OBJECT, .flags = REQUIRED }, FIELDS_END
};

static const struct shape one = { .of = &custom_phrase };
static const struct shape many = { .of = &custom_phrase, .list = true };
static const struct shape shown = { .fields = shown_members };

#define BASE "/api/custom-phrases"

const struct route phrase_routes[] = {
	{ GET, BASE, MANAGEMENT, READ, .handler = list_phrases, .status = 200, .reply = &many,
	  .operation = "ListCustomPhrases", .summary = "List the phrases of the tenant's own, by language" },
	{ GET, BASE "/{languageTag}", MANAGEMENT, READ, .before = check_tag, .handler = get_phrases, .status = 200,
	  .reply = &one, .summary = "Get the phrases of the tenant's own in a language" },
	{ PUT, BASE "/{languageTag}", MANAGEMENT, WRITE, .before = check_tag, .body_is_free = true,
	  .handler = replace_phrases, .status = 201, .reply = &one,
	  .summary = "Set the phrases of the tenant's own in a language" },
	{ DELETE, BASE "/{languageTag}", MANAGEMENT, WRITE, .before = check_tag, .handler = remove_phrases,
	  .status = 204, .refuses = 409, .summary = "Delete the phrases of the tenant's own in a language" },
	{ GET, "/api/.well-known/phrases", ANYONE, READ, .query = shown_query, .handler = show_phrases, .status = 200,
	  .reply = &shown, .operation = "GetWellKnownPhrases",
	  .summary = "Get what the sign-in pages say, in the language that fits best" },
};
const size_t phrase_route_count = ARRAY_LEN(phrase_routes);
