/* Serves the pages on which people sign in, and the account page. Contract: sign-in.md sections 1.2, 5.1 and 10.2. */
#include "signin/page.h"

#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "base/url.h"
#include "http/cookie.h"
#include "http/accept.h"
#include "http/door.h"
#include "http/plain_page.h"
#include "signin/claim.h"
#include "signin/look.h"
#include "signin/one_tap.h"
#include "signin/unknown_session.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define ASSETS "assets/"
#define SIGN_IN ASSETS "sign-in-"
#define CALLBACK_MOST KIB(8)	/* of an address: what a redirect may have */

/*
 * No inline script, and nothing of other hosts but pictures, what a style sheet of the tenant names, the captcha
 * service of a tenant that asks for one, and Google where it has One Tap. Pages of the admin endpoint show it in a
 * frame.
 */
#define POLICY \
	"default-src 'self'; base-uri 'self'; object-src 'none'; form-action 'self'; script-src 'self'%s%s;" \
	" script-src-attr 'none'; style-src 'self' https: 'unsafe-inline'; font-src 'self' https: data:;" \
	" img-src 'self' data: blob: https:; connect-src 'self'%s%s; frame-src 'self'%s%s; frame-ancestors 'self' %s"

/* -- whose page it is -- */

/* What an application's request says of the page; the cookie `_logto` keeps it while the address changes. */
struct asked {
	struct look whose;
	const char *languages;
};

static void read_cookie(struct request *rq, struct asked *out)
{
	json_auto_t *kept = NULL;
	struct params cookies;
	const char *text = cookies_parse(rq, &cookies) ? NULL : params_get(&cookies, "_logto");

	err_clear();
	kept = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	out->whose.application = arena_copy(rq->arena, json_string_value(json_object_get(kept, "appId")));
	out->whose.organization = arena_copy(rq->arena, json_string_value(json_object_get(kept, "organizationId")));
	out->languages = arena_copy(rq->arena, json_string_value(json_object_get(kept, "uiLocales")));
}

/* The query says it first, which the redirect to a page has set. */
static struct asked read_asked(struct request *rq)
{
	const char *application = query_nonempty(rq, "app_id");
	const char *organization = query_nonempty(rq, "organization_id");
	const char *languages = query_nonempty(rq, "ui_locales");
	struct asked out = {0};

	read_cookie(rq, &out);
	if (application)
		out.whose.application = application;
	if (organization)
		out.whose.organization = organization;
	if (languages)
		out.languages = languages;
	return out;
}

/* -- what the page may load -- */

/* What a service needs of the policy, as it says itself. */
struct sources {
	const char *scripts, *calls, *frames;
};

static const struct sources nothing = { "", "", "" };
static const struct sources one_tap = {
	.scripts = " https://accounts.google.com/gsi/client", .calls = " https://accounts.google.com/gsi/",
	.frames = " https://accounts.google.com/gsi/",
};
static const struct sources turnstile = {
	.scripts = " https://challenges.cloudflare.com", .calls = "", .frames = " https://challenges.cloudflare.com",
};
static const struct sources recaptcha = {
	.scripts = " https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
	.calls = " https://www.google.com/recaptcha/",
	.frames = " https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/",
};
/* The same service where google.com cannot be reached. */
static const struct sources recaptcha_net = {
	.scripts = " https://www.recaptcha.net/recaptcha/ https://www.gstatic.com/recaptcha/"
		   " https://www.gstatic.cn/recaptcha/",
	.calls = " https://www.recaptcha.net/recaptcha/", .frames = " https://www.recaptcha.net/recaptcha/",
};

/* The domain is only looked at, since a tenant must not bring hosts of its own into the policy. */
static const struct sources *captcha_sources_of(const json_t *experience)
{
	const json_t *captcha = json_object_get(experience, "captchaConfig");
	const char *type = json_string_value(json_object_get(captcha, "type"));
	const char *domain = json_string_value(json_object_get(captcha, "domain"));

	if (!type)
		return &nothing;
	if (!strcmp(type, "Turnstile"))
		return &turnstile;
	return domain && strstr(domain, "recaptcha.net") ? &recaptcha_net : &recaptcha;
}

/* `framed_by`: an origin beside our own whose pages may show it in a frame; empty: none. */
static err_t send_policy(struct request *rq, const json_t *experience, bool has_one_tap, const char *framed_by)
{
	const struct sources *captcha = captcha_sources_of(experience), *google = has_one_tap ? &one_tap : &nothing;

	return reply_header(rq, "Content-Security-Policy",
			    arena_printf(rq->arena, POLICY, captcha->scripts, google->scripts, captcha->calls,
					 google->calls, captcha->frames, google->frames, framed_by));
}

/* -- the document -- */

/* The file of the program whose name begins and ends so; between stands the hash of its content. */
static const struct asset *find_file(const char *begin, const char *end)
{
	for (size_t i = 0; i < page_files.count; i++) {
		const char *path = page_files.at[i].path;
		size_t len = strlen(path);

		if (text_has_prefix(path, begin) && len > strlen(end) && !strcmp(path + len - strlen(end), end))
			return &page_files.at[i];
	}
	return NULL;
}

static const char *file_address(struct request *rq, const char *begin, const char *end)
{
	const struct asset *file = find_file(begin, end);

	return file ? arena_printf(rq->arena, "/%s", file->path) : NULL;
}

/* A member of a part of the experience or of the phrases that is text; NULL: absent, or empty. */
static const char *text_of(const json_t *whole, const char *part, const char *member)
{
	const char *text = json_string_value(json_object_get(json_object_get(whole, part), member));

	return text && *text ? text : NULL;
}

/* What a page is called before its script says it more exactly: the phrase of the addresses that begin so. */
static const struct {
	const char *address, *group, *phrase;
} titles[] = {
	{ "/account", "account", "title" },
	{ "/account-suspended", "error", "account_suspended" },
	{ "/callback", "description", "one_moment" },
	{ "/continue", "description", "complete" },
	{ "/create-passkey", "mfa", "passkey_nudge_title" },
	{ "/demo-app", "demo", "title" },
	{ "/device", "description", "device_code" },
	{ "/device-demo-app", "demo", "device_title" },
	{ "/forgot-password", "description", "forgot" },
	{ "/identifier-register", "description", "create_account" },
	{ "/mfa-binding", "mfa", "choose_title" },
	{ "/mfa-onboarding", "mfa", "onboarding_title" },
	{ "/mfa-verification", "mfa", "verify_title" },
	{ "/register", "description", "create_account" },
	{ "/reset-password", "description", "forgot" },
	{ "/single-sign-on", "sso", "title" },
	{ "/social", "social", "link_title" },
	{ "/switch-account", "description", "switch_account" },
	{ "/unknown-session", "description", "unknown_session" },
};

static bool path_is_under(const char *path, const char *address)
{
	size_t len = strlen(address);

	return text_has_prefix(path, address) && (path[len] == '\0' || path[len] == '/');
}

static const char *title_of(const char *path, const json_t *phrases)
{
	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (path_is_under(path, titles[i].address))
			return text_of(phrases, titles[i].group, titles[i].phrase);
	return text_of(phrases, "description", "sign_in");
}

/* The accent of the light and of the dark look, and after it the style sheet `css`; NULL: there is none. */
static const char *make_look(struct request *rq, const json_t *experience, const char *css)
{
	const char *light = text_of(experience, "color", "primaryColor");
	const char *dark = text_of(experience, "color", "darkPrimaryColor");

	return arena_printf(rq->arena, ":root{--brand-light:%s;--brand-dark:%s}\n%s", light ? light : "#3b5bdb",
			    dark  ? dark :
			    light ? light :
				    "#7c93f0",
			    css ? css : "");
}

/*
 * What the pages read at first: {experience, phrases, language, uiLocales?, appId?, organizationId?}. json_decref().
 */
static json_t *pack_data(const struct asked *asked, const char *language, json_t *experience, json_t *phrases)
{
	json_t *data =
		json_pack("{s:O, s:O, s:s}", "experience", experience, "phrases", phrases, "language", language);

	json_object_del(phrases, "trial");	/* a page without a program says those (sso/trial_page.c) */
	if (asked->languages)
		json_object_set_new(data, "uiLocales", json_string(asked->languages));
	if (asked->whose.application)
		json_object_set_new(data, "appId", json_string(asked->whose.application));
	if (asked->whose.organization)
		json_object_set_new(data, "organizationId", json_string(asked->whose.organization));
	return data;
}

/* Writes the document that loads the script called `name`, with the style sheet `css` behind our own. */
static void write_document(struct request *rq, const char *name, const char *language, const json_t *data,
			   const char *css)
{
	const json_t *experience = json_object_get(data, "experience"), *phrases = json_object_get(data, "phrases");
	const struct sign_in_page page = {
		.script = file_address(rq, name, ".js"),
		.style = file_address(rq, ASSETS "style-", ".css"),
		.language = language,
		.title = title_of(rq->path, phrases),
		.data = data,
		.is_dark = json_is_true(json_object_get(json_object_get(experience, "color"), "isDarkModeEnabled")),
		.icon = text_of(experience, "branding", "favicon"),
		.look = make_look(rq, experience, css),
		.no_script = text_of(phrases, "description", "no_script"),
	};

	sign_in_page_write(reply_html(rq, 200), &page);
}

/* Where an installation waits for its first administrator, who registers by a link, its pages say so. */
static err_t say_claim(struct request *rq, json_t *data)
{
	const char *stage = NULL;
	err_t e = rq->tenant->is_admin ? claim_stage(rq, &stage) : OK;

	if (stage)
		json_object_set_new(data, "claim", json_string(stage));
	return e;
}

/* A page that is only looked at hears from the Console, and from no other origin, what else it is to look like. */
static void let_console_preview(struct request *rq, json_t *data)
{
	struct url u;

	if (query_arg(rq, "preview") && url_parse(context.admin_endpoint, strlen(context.admin_endpoint), &u))
		json_object_set_new(data, "previewFrom", json_string(url_origin(rq->arena, &u)));
}

/*
 * A document of a sign-in page or of the preview, which do not need what the account page says. `interaction_id`: of
 * the sign-in that it may begin, for which Google may be asked too; NULL: of none.
 */
static err_t answer_for_sign_in(struct request *rq, const char *name, const char *interaction_id)
{
	json_auto_t *experience = NULL, *phrases = NULL, *data = NULL;
	const struct asked asked = read_asked(rq);
	const char *language;
	bool has_one_tap;
	err_t e = experience_for(rq, &asked.whose, &experience);

	has_one_tap = interaction_id && json_object_get(experience, "googleOneTap");
	if (!e)
		e = phrases_for(rq, asked.languages, &language, &phrases);
	if (!e)
		e = send_policy(rq, experience, has_one_tap, context.admin_endpoint);
	if (e)
		return e;
	json_object_del(phrases, "account");
	data = pack_data(&asked, language, experience, phrases);
	if (has_one_tap)
		json_object_set_new(data, "oneTapNonce", json_string(one_tap_nonce(rq->arena, interaction_id)));
	let_console_preview(rq, data);
	e = say_claim(rq, data);
	if (!e)
		write_document(rq, name, language, data, json_string_value(json_object_get(experience, "customCss")));
	return e;
}

/* What people may see and change, and the profile fields of it. `*fields`: json_decref(), also after an error. */
static err_t read_center(struct request *rq, const json_t **center, json_t **fields)
{
	json_auto_t *all = NULL;
	err_t e = setting_load(rq->tx, &account_center, center);

	return e ? e : profile_fields_read(rq->tx, json_object_get(*center, "profileFields"), &all, fields);
}

/* The account page has the look of the tenant alone, whichever application the person was at before. */
static err_t answer_for_account(struct request *rq)
{
	CLEANUP(setting_release) const json_t *center = NULL;
	json_auto_t *experience = NULL, *phrases = NULL, *fields = NULL, *data = NULL;
	const struct asked asked = { .languages = read_asked(rq).languages };
	const char *language;
	err_t e = experience_for(rq, &asked.whose, &experience);

	if (!e)
		e = phrases_for(rq, asked.languages, &language, &phrases);
	if (!e)
		e = read_center(rq, &center, &fields);
	if (!e)
		e = send_policy(rq, NULL, false, "");
	if (e)
		return e;
	data = pack_data(&asked, language, experience, phrases);
	json_object_set_new(data, "accountCenter", json_deep_copy(center));
	json_object_set(data, "profileFields", fields);
	write_document(rq, ASSETS "account-", language, data, json_string_value(json_object_get(center, "customCss")));
	return OK;
}

/* Before a page: what all of them say, or that there are none. `*there`: whether there are. */
static err_t begin_page(struct request *rq, const char *framed_by, bool *there)
{
	err_t e = reply_header(rq, "Cache-Control", "no-cache, no-store, must-revalidate");

	*there = find_file(SIGN_IN, ".js") != NULL;
	if (e || *there)
		return e;
	e = send_policy(rq, NULL, false, framed_by);
	return e ? e : reply_text(rq, 503, "The pages are not part of this program: it was built without Node.js.");
}

static err_t answer_with(struct request *rq, const char *name, const char *interaction_id)
{
	bool there;
	err_t e = begin_page(rq, context.admin_endpoint, &there);

	return e || !there ? e : answer_for_sign_in(rq, name, interaction_id);
}

static err_t show_account(struct request *rq)
{
	bool there;
	err_t e = begin_page(rq, "", &there);

	return e || !there ? e : answer_for_account(rq);
}

err_t page_answer(struct request *rq)
{
	return answer_with(rq, SIGN_IN, NULL);
}

/* Pages that make sense at any time. */
static err_t show_page(struct request *rq)
{
	return page_answer(rq);
}

/* Pages of a sign-in under way: without one the browser is sent elsewhere, unless it only looks (`preview`). */
static err_t show_guarded(struct request *rq)
{
	struct interaction i = { .id = NULL };
	bool left = false;
	err_t e = query_arg(rq, "preview") ? OK : page_interaction(rq, &i, &left);

	return e || left ? e : answer_with(rq, SIGN_IN, i.id);
}

static err_t show_demo(struct request *rq)
{
	return answer_with(rq, ASSETS "demo-app-", NULL);
}

static err_t show_file(struct request *rq)
{
	const struct asset *file = asset_find(&page_files, arena_printf(rq->arena, ASSETS "%s", path_arg(rq, "name")));

	return file ? reply_asset(rq, file) : ERR_ROUTE_NOT_FOUND;
}

/* What pages without a program wear, so that they look like those with one. */
static err_t show_look(struct request *rq)
{
	json_auto_t *experience = NULL;
	const struct asked asked = read_asked(rq);
	err_t e = experience_for(rq, &asked.whose, &experience);

	return e ? e : look_answer(rq, experience);
}

/* The answer to a test sign-in does not go to the pages, which begin none (sso/trial.c). */
static err_t show_callback(struct request *rq)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *state = query_arg(rq, "state");

	if (!state || !text_has_prefix(state, PAGE_TEST_STATE))
		return page_answer(rq);
	buffer_init(&b, CALLBACK_MOST);
	buffer_text(&b, "/enterprise-sso/");
	text_escape_part(&b, path_arg(rq, "connectorId"));
	buffer_texts(&b, "/test-answer?", rq->query_text, "");
	return b.full ? ERR_BODY_TOO_LARGE : reply_redirect(rq, 303, arena_copy(rq->arena, buffer_str(&b)));
}

/*
 * A provider may send its answer as a form. The browser comes again with the same in the query, and by GET, with which
 * it brings its cookies.
 */
static err_t repeat_below(struct request *rq, const char *page)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, CALLBACK_MOST);
	buffer_text(&b, page);
	text_escape_part(&b, path_arg(rq, "connectorId"));
	for (size_t i = 0; i < rq->form.count; i++) {
		buffer_char(&b, i ? '&' : '?');
		text_escape_form(&b, rq->form.at[i].name);
		buffer_char(&b, '=');
		text_escape_form(&b, rq->form.at[i].value);
	}
	return b.full ? ERR_BODY_TOO_LARGE : reply_redirect(rq, 303, arena_copy(rq->arena, buffer_str(&b)));
}

static err_t repeat_callback(struct request *rq)
{
	return repeat_below(rq, "/callback/");
}

static err_t repeat_for_account(struct request *rq)
{
	return repeat_below(rq, "/account/callback/social/");
}

/* -- addresses that are none, of mounts below a path -- */

static const struct plain_text no_page[] = {
	{ "en", "This page does not exist", "Check the address, or go back to where you came from." },
	{ "de", "Diese Seite gibt es nicht",
	  "Prüfen Sie die Adresse, oder gehen Sie dorthin zurück, woher Sie kamen." },
	{ "es", "Esta página no existe", "Compruebe la dirección o vuelva al lugar de donde venía." },
	{ "fr", "Cette page n’existe pas", "Vérifiez l’adresse ou revenez là d’où vous veniez." },
	{ "ja", "このページは存在しません", "アドレスを確認するか、元のページにお戻りください。" },
	{ "zh-CN", "此页面不存在", "请检查地址，或返回您来时的页面。" },
	{ .language = NULL }
};

/* A person at a browser gets a page; programs get the bare answer that the contract has (http-conventions.md 3). */
static void answer_no_page(struct request *rq)
{
	bool is_visit = rq->method == GET && !rq->match.path_known;
	err_t e;

	if (is_visit)
		rq->reply.by_accept = true;
	if (!is_visit || !request_wants_html(rq)) {
		mount_answer_plainly(rq);
		return;
	}
	e = plain_page_say(rq, 404, no_page, NULL, NULL);
	if (e)
		reply_error(rq, e);
}

/* -- routes -- */

static const struct door *const doors[] = { ANYONE, NULL };

/* http-conventions.md section 1: what is no other path shows the sign-in page, which then says that it has none. */
static const struct step rest_step = { "a page that is not known", READ, show_guarded };
static const struct route rest = {
	GET, "/{page}", ANYONE, READ, .first = &rest_step, .status = 200, .mount = &page_mount,
	.reference_status = 404,
};

/* The same section: other methods find nothing there, also where there is a page. */
static void answer_no_method(struct request *rq)
{
	reply_text(rq, 404, "Not Found");
}

const struct mount page_mount = {
	.prefix = "", .body_max = MIB(1), .form_max = KIB(56), .doors = doors, .fixed = &open_page_headers,
	.no_route = answer_no_method, .rest = &rest, .look = PAGE_LOOK,
};
const struct mount demo_mount = {
	.prefix = "/demo-app", .body_max = MIB(1), .form_max = KIB(56), .doors = doors, .fixed = &data_headers,
	.no_route = answer_no_page, .look = PAGE_LOOK,
};
const struct mount device_demo_mount = {
	.prefix = "/device-demo-app", .body_max = MIB(1), .form_max = KIB(56), .doors = doors, .fixed = &data_headers,
	.no_route = answer_no_page, .look = PAGE_LOOK,
};
const struct mount account_page_mount = {
	.prefix = "/account", .body_max = MIB(1), .form_max = KIB(56), .doors = doors, .fixed = &page_headers,
	.no_route = answer_no_page, .look = PAGE_LOOK,
};

#define PAGE(at, id, function) \
	{ GET, at, ANYONE, READ, .handler = function, .status = 200, .operation = "Page" id, \
	  .summary = "A page on which people sign in" }

const struct route page_routes[] = {
	PAGE("/", "Home", show_guarded),
	PAGE("/sign-in", "SignIn", show_guarded),
	PAGE("/sign-in/{step}", "SignInStep", show_page),
	PAGE("/register", "Register", show_guarded),
	PAGE("/register/{step}", "RegisterStep", show_page),
	PAGE("/forgot-password", "ForgotPassword", show_guarded),
	PAGE("/forgot-password/{step}", "ForgotPasswordStep", show_page),
	PAGE("/single-sign-on", "SingleSignOn", show_guarded),
	PAGE("/single-sign-on/{step}", "SingleSignOnStep", show_page),
	PAGE("/callback/{connectorId}", "Callback", show_callback),
	{ POST, "/callback/{connectorId}", ANYONE, READ, .handler = repeat_callback, .status = 303,
	  .operation = "PageCallbackForm", .summary = "The answer of an identity provider that sends forms" },
	PAGE("/callback/social/{connectorId}", "CallbackSocial", show_page),
	PAGE("/social/link/{connectorId}", "SocialLink", show_page),
	PAGE("/social/landing/{connectorId}", "SocialLanding", show_page),
	PAGE("/continue/{method}", "Continue", show_page),
	PAGE("/mfa-onboarding", "MfaOnboarding", show_page),
	PAGE("/mfa-binding", "MfaBinding", show_page),
	PAGE("/mfa-binding/{factor}", "MfaBindingFactor", show_page),
	PAGE("/mfa-verification", "MfaVerification", show_page),
	PAGE("/mfa-verification/{factor}", "MfaVerificationFactor", show_page),
	PAGE("/create-passkey", "CreatePasskey", show_page),
	PAGE("/identifier-sign-in", "IdentifierSignIn", show_page),
	PAGE("/identifier-register", "IdentifierRegister", show_page),
	PAGE("/reset-password", "ResetPassword", show_page),
	PAGE("/direct/{method}/{target}", "Direct", show_page),
	PAGE("/one-time-token", "OneTimeToken", show_page),
	PAGE("/one-time-token/error", "OneTimeTokenError", show_page),
	PAGE("/switch-account", "SwitchAccount", show_page),
	PAGE("/unknown-session", "UnknownSession", show_page),
	PAGE("/account-suspended", "AccountSuspended", show_page),
	PAGE("/account", "Account", show_account),
	PAGE("/account/{section}", "AccountSection", show_account),
	PAGE("/account/callback/social/{connectorId}", "AccountCallbackSocial", show_account),
	{ POST, "/account/callback/social/{connectorId}", ANYONE, READ, .handler = repeat_for_account, .status = 303,
	  .operation = "PageAccountCallbackForm",
	  .summary = "The answer of a social provider that sends forms, for an account" },
	PAGE("/demo-app", "DemoApp", show_demo),
	PAGE("/device-demo-app", "DeviceDemoApp", show_demo),
	{ GET, PAGE_LOOK, ANYONE, READ, .handler = show_look, .status = 200, .operation = "PageLook",
	  .summary = "The style sheet of pages that only say something" },
	{ GET, "/" ASSETS "{name}", ANYONE, READ, .handler = show_file, .status = 200, .operation = "PageFile",
	  .summary = "A file that the pages load" },
};
const size_t page_route_count = ARRAY_LEN(page_routes);
