/* Options, callbacks and redirects of a call by libcurl, and the dialogue of a mail. */
#include "http/transfer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/text.h"
#include "http/guard.h"
#include "http/request.h"

#include "base/banned.h"

#define URL_MOST 8192
#define REDIRECTS_MOST 5
#define ANSWER_MOST KIB(64)	/* of a call that does not say */
#define HEADERS_MOST KIB(64)	/* of one answer, with those of interim answers */
#define HEADER_LINES_MOST 256
#define IDLE_SECONDS 60L	/* a connection idle for longer is not used again: a router may have forgotten it */

#define USER_AGENT "guildhall/" GUILDHALL_VERSION

/* Sets an option; the first error stays in `bad`. A macro, because libcurl takes values of many types. */
#define SET(t, option, value) \
	do { \
		if (!(t)->bad) \
			(t)->bad = curl.easy_setopt((t)->easy, option, value); \
	} while (0)

/* -- where it goes -- */

static bool is_https(const char *url)
{
	return strncasecmp(url, "https:", 6) == 0;
}

/* Copies a part of the URL. ERR_CALL_INPUT: it is absent or too long. */
static err_t url_part(CURLU *parsed, CURLUPart part, char *out, size_t size)
{
	char *text = NULL;
	CURLUcode code = curl.url_get(parsed, part, &text, CURLU_DEFAULT_PORT);
	int n = code == CURLUE_OK ? snprintf(out, size, "%s", text) : -1;

	curl.free(text);
	return n < 0 || (size_t)n >= size ? err_set(ERR_CALL_INPUT, "the URL cannot be used") : OK;
}

/* ERR_CALL_INPUT when the URL of a mail has more than a server: a path or a query. */
static err_t check_bare(CURLU *parsed)
{
	char path[4] = "", *query = NULL;
	err_t e = url_part(parsed, CURLUPART_PATH, path, sizeof(path));

	if (curl.url_get(parsed, CURLUPART_QUERY, &query, 0) == CURLUE_OK)
		e = ERR_CALL_INPUT;
	curl.free(query);
	if (e || strcmp(path, "/") != 0)
		return err_set(ERR_CALL_INPUT, "the URL of a mail server ends with its port");
	return OK;
}

/* Checks the scheme and sets t->origin: scheme://host:port in lower case. */
static err_t check_parts(struct transfer *t, CURLU *parsed)
{
	static const char *const schemes[][2] = {
		[CALL_HTTP] = { "http", "https" },
		[CALL_SMTP] = { "smtp", "smtps" },
	};
	const char *const *wanted = schemes[t->call->kind];
	char scheme[8], host[256], port[8];
	err_t e = url_part(parsed, CURLUPART_SCHEME, scheme, sizeof(scheme));

	if (e || (strcmp(scheme, wanted[0]) != 0 && strcmp(scheme, wanted[1]) != 0))
		return err_set(ERR_CALL_INPUT, "the URL's scheme is not %s or %s", wanted[0], wanted[1]);
	e = url_part(parsed, CURLUPART_HOST, host, sizeof(host));
	if (!e)
		e = url_part(parsed, CURLUPART_PORT, port, sizeof(port));
	if (!e && t->call->kind == CALL_SMTP)
		e = check_bare(parsed);
	if (e)
		return e;
	snprintf(t->origin, sizeof(t->origin), "%s://%s:%s", scheme, host, port);
	for (char *p = t->origin; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return OK;
}

static bool is_clean_url(const char *url)
{
	size_t len = strnlen(url, URL_MOST + 1);

	if (len > URL_MOST || !text_is_utf8(url, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f)
			return false;
	return true;
}

/* Checks t->url and sets t->origin. */
static err_t locate(struct transfer *t)
{
	CURLU *parsed;
	CURLUcode code;
	err_t e;

	if (!is_clean_url(t->url))
		return err_set(ERR_CALL_INPUT, "the URL is over %d bytes, is not UTF-8 or has blanks", URL_MOST);
	parsed = curl.url();
	code = curl.url_set(parsed, CURLUPART_URL, t->url, CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER);
	if (code != CURLUE_OK)
		e = err_set(ERR_CALL_INPUT, "the URL cannot be used: %s", curl.url_strerror(code));
	else
		e = check_parts(t, parsed);
	curl.url_cleanup(parsed);
	return e;
}

/* -- the call itself -- */

/* RFC 9110 section 5.6.2 */
static bool is_token(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("!#$%&'*+-.^_`|~", *s))
			return false;
	return true;
}

static bool is_header_value(const char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			return false;
	return true;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

static err_t check_header(const struct header *h)
{
	static const char *const ours[] = {
		"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE", "Trailer",
	};

	if (!is_token(h->name))
		return err_set(ERR_CALL_INPUT, "a header's name has characters that it may not have");
	if (!is_header_value(h->value))
		return err_set(ERR_CALL_INPUT, "the value of the header %s has control characters", h->name);
	if (is_one_of(h->name, ours, ARRAY_LEN(ours)))
		return err_set(ERR_CALL_INPUT, "the header %s is not the caller's to set", h->name);
	return OK;
}

static err_t check_request(const struct call *c)
{
	err_t e = OK;

	if (c->method && !is_token(c->method))
		return err_set(ERR_CALL_INPUT, "the method has characters that it may not have");
	for (size_t i = 0; i < c->header_count && !e; i++)
		e = check_header(&c->headers[i]);
	return e;
}

static char *copy_text(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		log_fatal("out of memory");
	return copy;
}

err_t transfer_init(struct transfer *t, struct call *c, const struct client_options *o, int64_t now_us)
{
	err_t e = c->kind == CALL_SMTP ? smtp_check(c) : check_request(c);

	*t = (struct transfer){
		.call = c,
		.guarded = !o->private_addresses && !c->any_address,
		.method = c->method ? c->method : "GET",
		.with_body = c->body,
	};
	if (e)
		return e;
	t->ends_us = now_us + 1000 * (int64_t)(c->total_ms > 0 ? c->total_ms : o->total_ms);
	t->url = copy_text(c->url);
	e = locate(t);
	if (e)
		transfer_done(t);
	return e;
}

void transfer_done(struct transfer *t)
{
	transfer_close(t);
	free(t->url);
	t->url = NULL;
}

/* -- what libcurl calls -- */

static void set_fault(struct transfer *t, err_t e, const char *why)
{
	t->fault = e;
	snprintf(t->why, sizeof(t->why), "%s", why);
}

/* libcurl calls it before each attempt to connect, with the address that the name resolved to. */
static curl_socket_t on_socket(void *owner, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = owner;

	(void)purpose;
	if (t->guarded && !guard_is_public(&a->addr)) {
		set_fault(t, ERR_CALL_ADDRESS, "the address is not public");
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* libcurl calls it before each request, also on a connection that was kept. */
static int on_request(void *owner, char *address, char *own_address, int port, int own_port)
{
	struct transfer *t = owner;

	(void)own_address, (void)port, (void)own_port;
	if (!t->guarded || guard_is_public_text(address))
		return CURL_PREREQFUNC_OK;
	set_fault(t, ERR_CALL_ADDRESS, "the address is not public");
	return CURL_PREREQFUNC_ABORT;
}

static size_t on_header(char *line, size_t size, size_t n, void *owner)
{
	struct transfer *t = owner;

	(void)line, (void)size;
	t->header_bytes += n;
	if (++t->header_lines <= HEADER_LINES_MOST && t->header_bytes <= HEADERS_MOST)
		return n;
	set_fault(t, ERR_CALL_ANSWER, "the answer has too many headers");
	return 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *owner)
{
	struct transfer *t = owner;

	(void)size;
	buffer_add(&t->call->answer, bytes, n);
	if (!t->call->answer.full)
		return n;
	set_fault(t, ERR_CALL_ANSWER, "the answer is larger than allowed");
	return 0;
}

/* -- options -- */

/* What holds for every call, whatever it asks for. */
static void set_rules(struct transfer *t, const struct client_options *o)
{
	SET(t, CURLOPT_NOSIGNAL, 1L);
	SET(t, CURLOPT_QUICK_EXIT, 1L);		/* a name server that hangs is not waited for */
	SET(t, CURLOPT_PROXY, "");		/* none, also not that of the environment: it would hide the address */
	SET(t, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(t, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(t, CURLOPT_PROTOCOLS_STR, t->call->kind == CALL_SMTP ? "smtp,smtps" : "http,https");
	SET(t, CURLOPT_FOLLOWLOCATION, 0L);	/* transfer_end() does it, by our rules */
	SET(t, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(t, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(t, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (o->ca_file)
		SET(t, CURLOPT_CAINFO, o->ca_file);	/* the folder of the system's stays */
	SET(t, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	SET(t, CURLOPT_OPENSOCKETDATA, t);
	SET(t, CURLOPT_HEADERFUNCTION, on_header);
	SET(t, CURLOPT_HEADERDATA, t);
	SET(t, CURLOPT_WRITEFUNCTION, on_body);
	SET(t, CURLOPT_WRITEDATA, t);
	SET(t, CURLOPT_ERRORBUFFER, t->error_text);
	SET(t, CURLOPT_PRIVATE, t);
	SET(t, CURLOPT_URL, t->url);
}

static err_t set_times(struct transfer *t, const struct client_options *o, int64_t now_us)
{
	int64_t left_ms = (t->ends_us - now_us) / 1000;
	int connect_ms = t->call->connect_ms > 0 ? t->call->connect_ms : o->connect_ms;

	if (left_ms <= 0)
		return err_set(ERR_CALL_TIMEOUT, "the time was over before %s had its turn", t->origin);
	SET(t, CURLOPT_TIMEOUT_MS, (long)left_ms);
	SET(t, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	return OK;
}

static void append(struct transfer *t, const char *line)
{
	struct curl_slist *longer = curl.slist_append(t->headers, line);

	if (longer)
		t->headers = longer;
	else if (!t->bad)
		t->bad = CURLE_OUT_OF_MEMORY;
}

/* The line is wiped: a token may be in it. */
static void add_header(struct transfer *t, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 3;
	struct buffer line;

	buffer_init(&line, size);
	buffer_reserve(&line, size);	/* at once, so that growing leaves no copy behind */
	if (*value)
		buffer_texts(&line, name, ": ", value);
	else
		buffer_texts(&line, name, ";");		/* libcurl's way to write an empty one */
	append(t, buffer_str(&line));
	explicit_bzero(line.data, line.cap);
	buffer_done(&line);
}

/* Whether a header of the caller may be sent with this request: after a redirect some must not, or do not fit. */
static bool may_send_header(const struct transfer *t, const char *name)
{
	static const char *const harmless[] = { "Accept", "Accept-Language", "User-Agent" };

	if (t->abroad)
		return is_one_of(name, harmless, ARRAY_LEN(harmless));
	return t->with_body || strncasecmp(name, "Content-", 8) != 0;
}

static void set_headers(struct transfer *t)
{
	const struct call *c = t->call;
	bool typed = false;

	for (size_t i = 0; i < c->header_count; i++) {
		if (!may_send_header(t, c->headers[i].name))
			continue;
		add_header(t, c->headers[i].name, c->headers[i].value);
		typed |= strcasecmp(c->headers[i].name, "Content-Type") == 0;
	}
	if (!typed)
		append(t, "Content-Type:");	/* libcurl's own guess is not sent */
	append(t, "Expect:");			/* no waiting for 100 */
	SET(t, CURLOPT_HTTPHEADER, t->headers);
}

static bool sends_length(const char *method)
{
	return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0;
}

static void set_request(struct transfer *t)
{
	const struct call *c = t->call;

	SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(t, CURLOPT_USERAGENT, USER_AGENT);
	SET(t, CURLOPT_MAXAGE_CONN, IDLE_SECONDS);
	SET(t, CURLOPT_PREREQFUNCTION, on_request);
	SET(t, CURLOPT_PREREQDATA, t);
	if (strcmp(t->method, "HEAD") == 0) {
		SET(t, CURLOPT_NOBODY, 1L);
	} else if (t->with_body || sends_length(t->method)) {
		SET(t, CURLOPT_POST, 1L);
		SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(t->with_body ? c->body_len : 0));
		SET(t, CURLOPT_POSTFIELDS, t->with_body ? (const char *)c->body : "");	/* borrowed */
		SET(t, CURLOPT_CUSTOMREQUEST, t->method);
	} else {
		SET(t, CURLOPT_HTTPGET, 1L);
		SET(t, CURLOPT_CUSTOMREQUEST, t->method);
	}
	set_headers(t);
}

/* libcurl connects, greets, turns TLS on and signs in; then the connection is ours (transfer_mail()). */
static void set_mail(struct transfer *t)
{
	const struct call *c = t->call;
	char *password;

	SET(t, CURLOPT_CONNECT_ONLY, 1L);
	SET(t, CURLOPT_FRESH_CONNECT, 1L);	/* a connection belongs to the user that signed in on it */
	SET(t, CURLOPT_USE_SSL, (long)(c->without_tls ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (!c->user)
		return;
	SET(t, CURLOPT_USERNAME, c->user);
	password = c->password ? strndup((const char *)c->password->bytes, c->password->len) : strdup("");
	if (!password) {
		t->bad = CURLE_OUT_OF_MEMORY;
		return;
	}
	SET(t, CURLOPT_PASSWORD, password);	/* copied; wiped when the handle goes (libcurl.h) */
	explicit_bzero(password, strlen(password));
	free(password);
}

/* Empties the result before each request, since the answer to the last one counts. */
static void clear_result(struct transfer *t)
{
	struct call *c = t->call;

	call_wipe(c);
	buffer_init(&c->answer, c->answer_max ? c->answer_max : ANSWER_MOST);
	buffer_init(&c->answer_headers, 2 * HEADERS_MOST);
	c->status = 0;
	t->header_bytes = 0;
	t->header_lines = 0;
	t->error_text[0] = '\0';
	t->fault = OK;
}

err_t transfer_open(struct transfer *t, const struct client_options *o, int64_t now_us)
{
	err_t e;

	clear_result(t);
	t->bad = CURLE_OK;
	t->easy = curl.easy_init();
	if (!t->easy)
		return err_set(ERR_CALL_FAILED, "libcurl gives no handle");
	set_rules(t, o);
	e = set_times(t, o, now_us);
	if (t->call->kind == CALL_SMTP)
		set_mail(t);
	else
		set_request(t);
	if (!e && t->bad)
		e = err_set(ERR_CALL_FAILED, "libcurl does not take an option: %s", curl.easy_strerror(t->bad));
	if (e)
		transfer_close(t);
	return e;
}

void transfer_close(struct transfer *t)
{
	if (t->state == TRANSFER_MAIL)
		smtp_done(&t->smtp);
	if (t->easy)
		curl.easy_cleanup(t->easy);
	curl.slist_free_all(t->headers);
	t->easy = NULL;
	t->headers = NULL;
}

/* -- the end of an HTTP request -- */

/*
 * Whether a callback of ours ended the transfer. A name may have several addresses: one that we refused is not the
 * cause when another one failed in a different way.
 */
static bool is_ended_by_callback(const struct transfer *t, CURLcode code)
{
	if (t->fault == ERR_CALL_ADDRESS)
		return code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK;
	return t->fault != OK;
}

static err_t error_of(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_CALL_TIMEOUT;
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:	/* not HTTP/1 */
	case CURLE_OUT_OF_MEMORY:		/* libcurl says so of a header line beyond its own limit */
		return ERR_CALL_ANSWER;
	default:
		return ERR_CALL_FAILED;
	}
}

static err_t fail(struct transfer *t, CURLcode code)
{
	if (is_ended_by_callback(t, code))
		return err_set(t->fault, "%s: %s", t->origin, t->why);
	return err_set(error_of(code), "%s: %s", t->origin, *t->error_text ? t->error_text : curl.easy_strerror(code));
}

/* Name and value of each header, each ended by NUL, as call_header() reads them. */
static void keep_headers(struct transfer *t)
{
	struct buffer *to = &t->call->answer_headers;
	struct curl_header *h = NULL;

	while ((h = curl.easy_nextheader(t->easy, CURLH_HEADER, -1, h))) {
		buffer_add(to, h->name, strlen(h->name) + 1);
		buffer_add(to, h->value, strcspn(h->value, "\r"));	/* which libcurl leaves in an empty value */
		buffer_char(to, '\0');
	}
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Whether the redirected request is a GET although the first one was not (RFC 9110 section 15.4). */
static bool becomes_get(const struct transfer *t)
{
	int status = t->call->status;

	if (strcmp(t->method, "HEAD") == 0 || strcmp(t->method, "GET") == 0)
		return false;
	return status == 303 || ((status == 301 || status == 302) && strcmp(t->method, "POST") == 0);
}

/* Points the transfer to `url`. ERR_CALL_ANSWER: too many redirects, or one that our rules forbid. */
static err_t follow(struct transfer *t, const char *url)
{
	char origin_before[ORIGIN_MOST];
	bool was_https = is_https(t->url);

	if (++t->redirects > REDIRECTS_MOST)
		return err_set(ERR_CALL_ANSWER, "%s: more than %d redirects", t->origin, REDIRECTS_MOST);
	if (becomes_get(t)) {
		t->method = "GET";
		t->with_body = false;
	}
	memcpy(origin_before, t->origin, sizeof(origin_before));
	free(t->url);
	t->url = copy_text(url);
	if (locate(t) != OK)
		return err_set(ERR_CALL_ANSWER, "%s redirects to a URL that is not for calls", origin_before);
	if (was_https && !is_https(t->url))
		return err_set(ERR_CALL_ANSWER, "%s redirects from https to http", origin_before);
	t->abroad |= strcmp(origin_before, t->origin) != 0;
	if (t->abroad && t->with_body)
		return err_set(ERR_CALL_ANSWER, "%s redirects a request with a body to another server", origin_before);
	return OK;
}

/* After an HTTP answer: follows its redirect, or keeps its headers. */
static err_t end_http(struct transfer *t, bool *again)
{
	const char *url = NULL;
	err_t e;

	if (t->call->follow_redirects && is_redirect(t->call->status))
		curl.easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &url);
	if (url) {
		e = follow(t, url);
		*again = !e;
		return e;
	}
	keep_headers(t);
	return OK;
}

err_t transfer_end(struct transfer *t, CURLcode code, bool *again)
{
	long status = 0;

	*again = false;
	curl.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->call->status = (int)status;
	if (code != CURLE_OK)
		return fail(t, code);
	if (t->call->kind == CALL_HTTP)
		return end_http(t, again);
	t->state = TRANSFER_MAIL;
	t->sent = 0;
	smtp_init(&t->smtp, t->call);
	return OK;
}

/* -- the dialogue of a mail -- */

/* Sends as much of `out` as the connection takes without waiting. */
static err_t send_pending(struct transfer *t)
{
	struct buffer *out = &t->smtp.out;
	CURLcode code = CURLE_OK;
	size_t n;

	for (; t->sent < out->len && code == CURLE_OK; t->sent += n) {
		n = 0;
		code = curl.easy_send(t->easy, out->data + t->sent, out->len - t->sent, &n);
	}
	return code == CURLE_OK || code == CURLE_AGAIN ? OK : fail(t, code);
}

/* Reads what has arrived, without waiting. `*heard`: something had. */
static err_t receive_reply(struct transfer *t, bool *heard)
{
	enum smtp_state state = t->smtp.state;
	size_t recipient = t->smtp.recipient, n = 0;
	bool unsent = t->sent < t->smtp.out.len;
	char bytes[2048];
	CURLcode code = curl.easy_recv(t->easy, bytes, sizeof(bytes), &n);
	err_t e;

	*heard = code == CURLE_OK && n > 0;
	if (code == CURLE_AGAIN)
		return OK;
	if (code != CURLE_OK || n == 0)
		return err_set(ERR_CALL_FAILED, "%s: the mail server closed the connection", t->origin);
	e = smtp_take(&t->smtp, bytes, n);
	if (e || (t->smtp.state == state && t->smtp.recipient == recipient))
		return e;
	if (unsent)
		return err_set(ERR_CALL_ANSWER, "%s: the mail server sent a reply before it was asked", t->origin);
	t->sent = 0;
	return OK;
}

static void keep_reply(struct transfer *t)
{
	t->call->status = t->smtp.code;
	buffer_clear(&t->call->answer);
	buffer_text(&t->call->answer, t->smtp.line);
}

err_t transfer_mail(struct transfer *t, bool *over)
{
	bool heard = true;
	err_t e = OK;

	while (!e && heard && t->smtp.state != SMTP_HANDED_OVER) {
		e = send_pending(t);
		if (!e)
			e = receive_reply(t, &heard);
	}
	*over = t->smtp.state == SMTP_HANDED_OVER;
	if (!e && *over)
		(void)!send_pending(t);		/* QUIT: the server has the mail, so an error no longer matters */
	if (t->smtp.code)
		keep_reply(t);
	return e;
}
