/* Writes the style sheet that plain pages wear. */
#include "signin/look.h"

#include <string.h>

#include "base/buffer.h"
#include "base/banned.h"

#define LOOK_MOST KIB(600)	/* two logos, which may be data */

#define LOGO \
	"main::before { content: \"\"; display: block; height: 40px; margin-bottom: 24px;" \
	" background: left / contain no-repeat }\n"
/* The colours of web/shared/style.css. */
#define DARK \
	":root { color-scheme: dark; --page: #101215; --surface: #17191d; --line: #272b31; --text: #f0f1f3;" \
	" --dim: #a2a9b4 }\n"

/* A string of CSS: what could end it, or begin something else, is written by its number. */
static void write_string(struct buffer *to, const char *s)
{
	buffer_char(to, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < ' ' || c == 0x7f || strchr("\"\\<>", c))
			buffer_printf(to, "\\%x ", c);
		else
			buffer_char(to, *s);
	}
	buffer_char(to, '"');
}

static void write_logo(struct buffer *to, const char *address)
{
	buffer_text(to, "main::before { background-image: url(");
	write_string(to, address);
	buffer_text(to, ") }\n");
}

static const char *logo_of(const json_t *experience, const char *member)
{
	const char *address = json_string_value(json_object_get(json_object_get(experience, "branding"), member));

	return address && *address ? address : NULL;
}

err_t look_answer(struct request *rq, const json_t *experience)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *light = logo_of(experience, "logoUrl"), *dark = logo_of(experience, "darkLogoUrl");
	bool has_dark = json_is_true(json_object_get(json_object_get(experience, "color"), "isDarkModeEnabled"));
	err_t e;

	buffer_init(&b, LOOK_MOST);
	if (light || dark) {
		buffer_text(&b, LOGO);
		write_logo(&b, light ? light : dark);
	}
	if (has_dark) {
		buffer_text(&b, "@media (prefers-color-scheme: dark) {\n" DARK);
		if (dark)
			write_logo(&b, dark);
		buffer_text(&b, "}\n");
	}
	if (b.full)
		return ERR_BODY_TOO_LARGE;
	e = reply_header(rq, "Cache-Control", "no-cache, no-store, must-revalidate");
	reply_text(rq, 200, buffer_str(&b));
	rq->reply.type = "text/css; charset=utf-8";
	return e;
}
