/* The kinds of connectors, and the checks of their configurations. */
#include "tenant/factory.h"

#include <string.h>

#include "base/url.h"
#include "tenant/mail.h"
#include "tenant/social_provider.h"
#include "tenant/sso_provider.h"

#include "base/banned.h"

#define LOGO(shape) \
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='" shape \
	"' fill='none' stroke='%23667' stroke-width='2'/%3E%3C/svg%3E"

static const struct field http_config[] = {
	{ "endpoint", .type = FIELD_TEXT, .flags = REQUIRED, .form = FORM_URL, .help = "Endpoint" },
	{ "authorization", .type = FIELD_TEXT, .help = "Authorization header" },
	FIELDS_END
};

static bool is_host(const json_t *value)
{
	const char *text = json_string_value(value);
	struct url u;

	return url_parse_host(text, strlen(text), &u) && u.port < 0;
}

static bool is_mailbox(const json_t *value)
{
	return mail_is_mailbox(json_string_value(value));
}

static const struct field login_members[] = {
	{ "user", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "pass", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};

static const char *const content_types[] = { "text/html", "text/plain", NULL };
static const struct field template_members[] = {
	{ "usageType", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "subject", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "content", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "contentType", .type = FIELD_ENUM, .options = content_types },
	FIELDS_END
};
static const struct field template = { .type = FIELD_STRUCT, .members = template_members };

static const struct field smtp_config[] = {
	{ "host", .type = FIELD_TEXT, .flags = REQUIRED, .check = is_host, .help = "Host" },
	{ "port", .type = FIELD_INTEGER, .flags = REQUIRED | WHOLE, .min = 1, .max = 65535, .help = "Port" },
	{ "secure", .type = FIELD_BOOL, .help = "TLS from the first byte (port 465)" },
	{ "ignoreTLS", .type = FIELD_BOOL, .help = "No TLS at all" },
	{ "auth", .type = FIELD_STRUCT, .members = login_members, .help = "Sign-in: user and pass" },
	{ "fromEmail", .type = FIELD_TEXT, .flags = REQUIRED, .check = is_mailbox, .help = "Sender" },
	{ "replyTo", .type = FIELD_TEXT, .check = is_mailbox, .help = "Address for replies" },
	{ "templates", .type = FIELD_LIST, .element = &template, .help = "Templates" },
	FIELDS_END
};

static const struct factory factories[] = {
	{ "http-email", CONNECTOR_EMAIL, BY_HTTP, "HTTP email", "Send emails by a service of your own.",
	  LOGO("M2 5h20v14H2zl10 8L22 5"),
	  "Each email is one POST to the endpoint, with the address, the template type and the payload as JSON.",
	  http_config },
	{ "http-sms", CONNECTOR_SMS, BY_HTTP, "HTTP SMS", "Send text messages by a service of your own.",
	  LOGO("M2 4h20v13H9l-5 4v-4H2z"),
	  "Each message is one POST to the endpoint, with the number, the template type and the payload as JSON.",
	  http_config },
	{ "simple-mail-transfer-protocol", CONNECTOR_EMAIL, BY_SMTP, "SMTP", "Send emails by a mail server.",
	  LOGO("M2 5h20v14H2zl10 8L22 5"),
	  "Emails are written from the email templates of the tenant, or else from those of the connector, each for a"
	  " usageType. Unless it is told otherwise, the connection is encrypted by STARTTLS or not made at all.",
	  smtp_config },
};

const struct factory *factory_at(size_t i)
{
	size_t own = ARRAY_LEN(factories);

	if (i < own)
		return &factories[i];
	return i - own < social_factory_count ? &social_factories[i - own] : NULL;
}

const struct factory *factory_find(const char *id)
{
	const struct factory *f;

	for (size_t i = 0; (f = factory_at(i)); i++)
		if (!strcmp(f->id, id))
			break;
	return f;
}

/* -- configurations -- */

static json_t *clean_value(const json_t *v);

static json_t *clean_object(const json_t *v)
{
	json_t *out = json_object(), *member, *cleaned;
	const char *name;

	json_object_foreach((json_t *)v, name, member)
		if ((cleaned = clean_value(member)))
			json_object_set_new(out, name, cleaned);
	return out;
}

static json_t *clean_list(const json_t *v)
{
	json_t *out = json_array(), *element, *cleaned;
	size_t i;

	json_array_foreach(v, i, element)
		if ((cleaned = clean_value(element)))
			json_array_append_new(out, cleaned);
	return out;
}

/* NULL: there is nothing left of it. */
static json_t *clean_value(const json_t *v)
{
	json_t *out;

	if (json_is_null(v) || (json_is_string(v) && !json_string_length(v)))
		return NULL;
	if (!json_is_object(v) && !json_is_array(v))
		return json_copy((json_t *)v);
	out = json_is_object(v) ? clean_object(v) : clean_list(v);
	if (json_object_size(out) || json_array_size(out))
		return out;
	json_decref(out);
	return NULL;
}

json_t *factory_clean(const json_t *config)
{
	return clean_object(config);
}

err_t factory_check(struct arena *a, const struct factory *f, const json_t *config)
{
	json_auto_t *copy = json_deep_copy(config);	/* unknown members at any depth stay in the original */
	err_t e = fields_check(a, f->config, CHECK_CREATE, copy, "config");

	if (!e && f->provider && f->provider->fits && !f->provider->fits(copy))
		return err_set(ERR_CONNECTOR_CONFIG, "what there is does not make a whole");
	return e == ERR_INPUT ? ERR_CONNECTOR_CONFIG : e;
}

/* -- answers -- */

#define ONE_LINE_MOST 2048

static const char *form_type(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return "Switch";
	case FIELD_INTEGER:
		return "Number";
	case FIELD_STRUCT:
	case FIELD_CUSTOM:
		return "Json";
	case FIELD_LIST:
		return f->element->type == FIELD_ENUM ? "MultiSelect" : "Json";
	case FIELD_ENUM:
		return "Select";
	default:
		return f->max > ONE_LINE_MOST ? "MultilineText" : "Text";
	}
}

static const char *const *options_of(const struct field *f)
{
	return f->type == FIELD_LIST ? f->element->options : f->options;
}

static void print_options(struct json_out *j, const char *const *options)
{
	if (!options)
		return;
	json_key(j, "selectItems");
	json_list(j);
	for (; *options; options++) {
		json_open(j);
		json_key_text(j, "value", *options);
		json_key_text(j, "title", *options);
		json_close(j);
	}
	json_list_end(j);
}

static void print_form(struct json_out *j, const struct field *config)
{
	json_key(j, "formItems");
	json_list(j);
	for (const struct field *f = config; f->name; f++) {
		if (!f->help)
			continue;
		json_open(j);
		json_key_text(j, "key", f->name);
		json_key_text(j, "type", form_type(f));
		json_key_text(j, "label", f->help);
		json_key_bool(j, "required", (f->flags & REQUIRED) != 0);
		print_options(j, options_of(f));
		json_close(j);
	}
	json_list_end(j);
}

static void print_english(struct json_out *j, const char *member, const char *text)
{
	json_key(j, member);
	json_open(j);
	json_key_text(j, "en", text);
	json_close(j);
}

static void print_text(struct json_out *j, const char *member, const json_t *metadata, const char *otherwise)
{
	const char *own = json_string_value(json_object_get(metadata, member));

	json_key_text(j, member, own ? own : otherwise);
}

const char *factory_target(const struct factory *f, const json_t *metadata)
{
	const char *own = json_string_value(json_object_get(metadata, "target"));

	return own ? own : f->target ? f->target : f->id;
}

static void print_social(struct json_out *j, const struct factory *f)
{
	json_key_text(j, "platform", SOCIAL_PLATFORM);
	if (f->is_standard)
		json_key_bool(j, "isStandard", true);
	json_key_bool(j, "isTokenStorageSupported", false);
}

void factory_print(struct json_out *j, const struct factory *f, const json_t *metadata)
{
	const json_t *name = json_object_get(metadata, "name");

	json_key_text(j, "target", factory_target(f, metadata));
	if (name) {
		json_key(j, "name");
		json_value(j, name);
	} else {
		print_english(j, "name", f->name);
	}
	print_english(j, "description", f->description);
	print_text(j, "logo", metadata, f->logo);
	print_text(j, "logoDark", metadata, json_object_get(metadata, "logo") ? NULL : f->logo_dark);
	json_key_text(j, "readme", f->readme);
	print_form(j, f->config);
	if (f->provider)
		print_social(j, f);
	json_key_text(j, "type", f->type);
	json_key_bool(j, "isDemo", false);
}

static const struct field select_item_members[] = {
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "title", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct field select_item = { .type = FIELD_STRUCT, .members = select_item_members };
static const struct field form_item_members[] = {
	{ "key", .type = FIELD_TEXT, .flags = REQUIRED }, { "type", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "label", .type = FIELD_TEXT, .flags = REQUIRED }, { "required", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "selectItems", .type = FIELD_LIST, .element = &select_item, .help = "Of Select and MultiSelect." },
	FIELDS_END
};
const struct field form_item = { .type = FIELD_STRUCT, .members = form_item_members };
