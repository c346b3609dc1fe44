/*
 * factory.h - the kinds of connectors that there are, each a row: what it sends or who signs in by it, what it is
 * called, how it is configured.
 */
#ifndef TENANT_FACTORY_H
#define TENANT_FACTORY_H

#include "base/json.h"
#include "entity/field.h"
#include "entity/shape.h"

#define CONNECTOR_EMAIL "Email"
#define CONNECTOR_SMS "Sms"
#define CONNECTOR_SOCIAL "Social"

/* How its connectors hand a message over: to a service that makes the text, or as a mail that is written here. */
enum carrier { BY_HTTP, BY_SMTP };

struct sso_provider;

struct factory {
	const char *id;
	const char *type;		/* CONNECTOR_EMAIL, CONNECTOR_SMS or CONNECTOR_SOCIAL */
	enum carrier carrier;
	const char *name, *description, *logo, *readme;
	const struct field *config;	/* `help` is how a form calls a member; without it no form has the member */
	const char *logo_dark;		/* NULL: the logo stands on dark ground too */

	/* -- of social ones (social_provider.h) -- */
	const char *target;		/* of its connectors; NULL: the id */
	/* A protocol: it has any number of connectors, each with a target and a look of its own. */
	bool is_standard;
	const struct sso_provider *provider;	/* NULL: it sends messages */
};

/* NULL: there is none of this id. */
const struct factory *factory_find(const char *id);
const struct factory *factory_at(size_t i);	/* NULL behind the last one */

/*
 * What a configuration becomes before it is stored: without null, "" and empty objects and lists, at any depth.
 * json_decref().
 */
json_t *factory_clean(const json_t *config);
/* Checks a clean configuration, of which unknown members are not looked at. ERR_CONNECTOR_CONFIG with its issues. */
NODISCARD err_t factory_check(struct arena *a, const struct factory *f, const json_t *config);

/* What identities and the pages call the provider; of `metadata`, or else of the kind. */
const char *factory_target(const struct factory *f, const json_t *metadata);
/*
 * Writes the members that every connector of this kind has. Those of `metadata` win, where the kind lets a connector
 * have its own; NULL: none.
 */
void factory_print(struct json_out *j, const struct factory *f, const json_t *metadata);
/* Those members, for the API document: rows of a table of fields. */
#define FACTORY_MEMBERS \
	{ "target", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_OBJECT, .flags = REQUIRED }, \
	{ "description", .type = FIELD_OBJECT, .flags = REQUIRED }, \
	{ "logo", .type = FIELD_TEXT, .flags = REQUIRED }, \
	{ "logoDark", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE }, \
	{ "readme", .type = FIELD_TEXT, .flags = REQUIRED }, \
	{ "platform", .type = FIELD_TEXT, .help = "Of social ones: Universal." }, \
	{ "isStandard", .type = FIELD_BOOL, .help = "Of social ones: a protocol, which several may speak." }, \
	{ "isTokenStorageSupported", .type = FIELD_BOOL, .help = "Of social ones: false." }, \
	{ "formItems", .type = FIELD_LIST, .flags = REQUIRED, .element = &form_item }, \
	{ "type", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Email, Sms or Social." }, \
	{ "isDemo", .type = FIELD_BOOL, .flags = REQUIRED }
extern const struct field form_item;
#define SOCIAL_PLATFORM "Universal"	/* in every browser; there are no others */

#endif
