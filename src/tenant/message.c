/* Messages as requests to an HTTP service, or as mails to a mail server. */
#include "tenant/message.h"

#include <string.h>

#include "http/client.h"
#include "http/request.h"
#include "tenant/factory.h"
#include "tenant/mail.h"

#include "base/banned.h"

static const char *text_of(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* -- by HTTP -- */

static const char *body_of(struct arena *a, const struct message *m)
{
	json_auto_t *body =
		json_pack("{s:s, s:s, s:O, s:s?}", "to", m->to, "type", m->type, "payload", m->payload, "ip", m->ip);

	return json_to_text(a, body);
}

static void call_http(struct arena *a, const json_t *config, const struct message *m, struct call *c)
{
	const char *authorization = text_of(config, "authorization");
	const char *body = body_of(a, m);
	struct header *headers = ARENA_ARRAY(a, struct header, 2);

	headers[0] = (struct header){ "Content-Type", "application/json" };
	headers[1] = (struct header){ "Authorization", arena_copy(a, authorization) };
	*c = (struct call){
		.kind = CALL_HTTP,
		.url = arena_copy(a, text_of(config, "endpoint")),
		.method = "POST",
		.headers = headers,
		.header_count = authorization ? 2 : 1,
		.body = body,
		.body_len = strlen(body),
	};
}

/* -- by SMTP -- */

/* The template that the connector has for the message, or for messages of any kind; NULL: none. */
static const json_t *own_details(const json_t *config, const char *type)
{
	const json_t *templates = json_object_get(config, "templates"), *generic = NULL;

	for (size_t i = 0; i < json_array_size(templates); i++) {
		const json_t *one = json_array_get(templates, i);

		if (!strcmp(text_of(one, "usageType"), type))
			return one;
		if (!strcmp(text_of(one, "usageType"), "Generic"))
			generic = one;
	}
	return generic;
}

/* The mailbox that the template names, or else the connector's; NULL: none. */
static const char *mailbox_of(const json_t *details, const char *own, const json_t *config, const char *common)
{
	const char *mailbox = text_of(details, own);

	return mailbox && mail_is_mailbox(mailbox) ? mailbox : text_of(config, common);
}

static void wipe_password(void *secret)
{
	secret_done(secret);
}

/* The sign-in at the mail server, if the connector has one. */
static void add_login(struct arena *a, const json_t *config, struct call *c)
{
	const json_t *auth = json_object_get(config, "auth");
	const char *password = text_of(auth, "pass");
	struct secret *secret;

	if (!auth)
		return;
	secret = ARENA_NEW(a, struct secret);
	*secret = secret_copy(password, strlen(password));
	arena_defer(a, wipe_password, secret);
	c->user = arena_copy(a, text_of(auth, "user"));
	c->password = secret;
}

static const char *url_of(struct arena *a, const json_t *config)
{
	const json_t *secure = json_object_get(config, "secure");
	int port = (int)json_integer_value(json_object_get(config, "port"));
	bool tls_first = secure ? json_is_true(secure) : port == 465;

	return arena_printf(a, "%s://%s:%d", tls_first ? "smtps" : "smtp", text_of(config, "host"), port);
}

static err_t call_smtp(struct arena *a, const json_t *config, const struct message *m, struct call *c)
{
	const json_t *details = m->details ? m->details : own_details(config, m->type);
	const char *content_type = text_of(details, "contentType"), **recipients = ARENA_NEW(a, const char *);
	const struct mail mail = {
		.from = mailbox_of(details, "sendFrom", config, "fromEmail"),
		.reply_to = mailbox_of(details, "replyTo", config, "replyTo"),
		.to = m->to,
		.subject = text_of(details, "subject"),
		.content = text_of(details, "content"),
		.is_html = !content_type || !strcmp(content_type, "text/html"),
		.payload = m->payload,
	};
	struct slice text;
	err_t e = details ? mail_write(a, &mail, &text) : err_set(ERR_MAIL_TEMPLATE, "for '%.64s'", m->type);

	if (e)
		return e;
	recipients[0] = mail_address(a, m->to);
	*c = (struct call){
		.kind = CALL_SMTP,
		.url = url_of(a, config),
		.from = mail_address(a, mail.from),
		.recipients = recipients,
		.recipient_count = 1,
		.without_tls = json_is_true(json_object_get(config, "ignoreTLS")),
		.body = text.at,
		.body_len = text.len,
	};
	add_login(a, config, c);
	return OK;
}

/* -- either -- */

err_t message_call(struct arena *a, const struct factory *f, const json_t *config, const struct message *m,
		   struct call *c)
{
	if (f->carrier == BY_SMTP)
		return call_smtp(a, config, m, c);
	call_http(a, config, m, c);
	return OK;
}

err_t message_outcome(const struct call *c)
{
	if (c->error)
		return err_set(ERR_CONNECTOR, "the service for messages was not reached: %s", err_name(c->error));
	if (c->status < 200 || c->status > 299)
		return err_set(ERR_CONNECTOR, "the service for messages answered %d", c->status);
	return OK;
}
