/* Reads the settings from the file, the environment and the flags; prints their help and their document. */
#include "base/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "base/setting_check.h"
#include "base/text.h"
#include "base/url.h"
#include "base/banned.h"

enum kind { KIND_TEXT, KIND_SECRET, KIND_INT, KIND_BOOL };

struct row {
	enum kind kind;
	size_t offset;
	const char *flag, *environment, *text;
	int64_t number, least, most;	/* KIND_BOOL: number is 0 or 1 */
	const char *help;
	unsigned readers;		/* enum readers, besides BY_SERVER */
	const char *(*check)(const char *text);	/* setting_check.h; NULL: any text */
};

static const struct row rows[] = {
#define TEXT_SETTING(member, flag, environment, fallback, ...) \
	{ KIND_TEXT, offsetof(struct settings, member), flag, environment, fallback, 0, 0, 0, __VA_ARGS__ },
#define SECRET_SETTING(member, flag, environment, fallback, ...) \
	{ KIND_SECRET, offsetof(struct settings, member), flag, environment, fallback, 0, 0, 0, __VA_ARGS__ },
#define INT_SETTING(member, flag, environment, fallback, least, most, ...) \
	{ KIND_INT, offsetof(struct settings, member), flag, environment, "", fallback, least, most, __VA_ARGS__ },
#define BOOL_SETTING(member, flag, environment, fallback, ...) \
	{ KIND_BOOL, offsetof(struct settings, member), flag, environment, "", fallback, 0, 1, __VA_ARGS__ },
#include "base/settings.def"
#undef TEXT_SETTING
#undef SECRET_SETTING
#undef INT_SETTING
#undef BOOL_SETTING
};

#define CONFIG_HELP "File with settings: lines of key = value, the key being the flag's name."
#define MAX_FILE KIB(64)

/*
 * The flags of the command line, kept for later: they are applied last, but one of them may name the file, which is
 * first.
 */
struct given {
	const char *values[ARRAY_LEN(rows)];	/* NULL: not given */
	const char *config;
};

/* Writes why the settings cannot be used to standard error. Returns 2, the exit status. */
static PRINTF(1, 2) int fail(const char *format, ...)
{
	va_list args;

	fputs("guildhall: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return 2;
}

static const struct row *find_row(const char *flag, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strlen(rows[i].flag) == len && memcmp(rows[i].flag, flag, len) == 0)
			return &rows[i];
	return NULL;
}

/* Lives as long as the process. It stays reachable from here, so a leak checker does not report it. */
static struct arena *keeper(void)
{
	static struct arena *kept;

	if (!kept)
		kept = arena_new();
	return kept;
}

static const char *keep(const char *text)
{
	return arena_copy(keeper(), text);
}

/* The same in locked memory. */
static const char *keep_secret(const char *text)
{
	static struct kept {
		struct secret text;
		struct kept *before;
	} * last;
	struct kept *k = ARENA_NEW(keeper(), struct kept);

	*k = (struct kept){ secret_copy(text, strlen(text) + 1), last };
	last = k;
	return (const char *)k->text.bytes;
}

static int set_number(const struct row *row, const char *value, const char *origin, int64_t *out)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (end == value || *end || errno || strspn(value, "-0123456789") != strlen(value))
		return fail("%s: \"%s\" is not a whole number", origin, value);
	if (n < row->least || n > row->most)
		return fail("%s: %lld is not between %lld and %lld", origin, n, (long long)row->least,
			    (long long)row->most);
	*out = n;
	return 0;
}

static int set_text(const struct row *row, const char *value, const char *origin, const char **out)
{
	const char *wrong = NULL;

	if (!text_is_utf8(value, strlen(value)))
		wrong = "is not UTF-8";
	else if (row->check)
		wrong = row->check(value);
	if (wrong)
		return fail("%s: the value %s", origin, wrong);
	*out = row->kind == KIND_SECRET ? keep_secret(value) : keep(value);
	return 0;
}

static bool is_bool_word(const char *s)
{
	static const char *const no[] = { "0", "false", "n", "no", "nope", "off" };

	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (text_equal_nocase(s, no[i]))
			return true;
	return text_is_truthy(s);
}

/* `origin` says where the value came from, for the message. */
static int set(struct settings *s, const struct row *row, const char *value, const char *origin)
{
	char *at = (char *)s + row->offset;

	switch (row->kind) {
	case KIND_TEXT:
	case KIND_SECRET:
		return set_text(row, value, origin, (const char **)(void *)at);
	case KIND_INT:
		return set_number(row, value, origin, (int64_t *)(void *)at);
	case KIND_BOOL:
		if (!is_bool_word(value))
			return fail("%s: the value is neither yes nor no", origin);
		*(bool *)at = text_is_truthy(value);
		return 0;
	}
	return 0;
}

static void set_default(struct settings *s, const struct row *row)
{
	char *at = (char *)s + row->offset;

	if (row->kind == KIND_TEXT || row->kind == KIND_SECRET)
		*(const char **)(void *)at = row->text;
	else if (row->kind == KIND_INT)
		*(int64_t *)(void *)at = row->number;
	else
		*(bool *)at = row->number;
}

/* -- the file -- */

struct file {
	struct settings *settings;
	const char *path;
	const char *at, *end;		/* what is not read yet */
	int line, long_line;		/* the number of this line; of one that is too long, or 0 */
	bool seen[ARRAY_LEN(rows)];
	bool told;			/* the message is out */
};

/* fgets() over the text in memory, for inih, whose lines end at `room` bytes: a longer one would be read as two. */
static char *next_line(char *out, int room, void *stream)
{
	struct file *f = stream;
	const char *newline;
	size_t len;

	if (f->at == f->end || f->long_line)
		return NULL;
	newline = memchr(f->at, '\n', (size_t)(f->end - f->at));
	len = (size_t)((newline ? newline + 1 : f->end) - f->at);
	f->line++;
	if (len >= (size_t)room) {
		f->long_line = f->line;
		return NULL;
	}
	memcpy(out, f->at, len);
	out[len] = '\0';
	f->at += len;
	return out;
}

/* inih calls it for each key. Returning 0 does not stop inih, so `told` keeps later faults quiet. */
static int file_key(void *user, const char *section, const char *name, const char *value)
{
	struct file *f = user;
	const struct row *row = find_row(name, strlen(name));
	char origin[512];

	if (f->told)
		return 0;
	snprintf(origin, sizeof(origin), "%s line %d: %s", f->path, f->line, name);
	f->told = true;
	if (*section)
		return fail("%s: settings stand in no [section]", origin), 0;
	if (!row)
		return fail("%s: there is no such setting", origin), 0;
	if (f->seen[row - rows])
		return fail("%s: is given twice", origin), 0;
	f->seen[row - rows] = true;
	if (set(f->settings, row, value, origin))
		return 0;
	f->told = false;
	return 1;
}

/* `text` has room for MAX_FILE + 1 bytes. 0, or 2 after a message. */
static int read_file(const char *path, char *text, size_t *len)
{
	FILE *file = fopen(path, "re");
	bool failed;

	if (!file)
		return fail("%s: cannot be opened: %s", path, strerror(errno));
	setvbuf(file, NULL, _IONBF, 0);	/* it may hold secrets: no copy in stdio's buffer */
	*len = fread(text, 1, MAX_FILE + 1, file);
	failed = ferror(file);
	fclose(file);
	if (failed)
		return fail("%s: cannot be read", path);
	if (*len > MAX_FILE)
		return fail("%s: is larger than %zu bytes", path, MAX_FILE);
	if (memchr(text, '\0', *len))
		return fail("%s: is not a text file", path);
	return 0;
}

static int load_file(struct settings *s, const char *path)
{
	struct file f = { .settings = s, .path = path };
	char *text = malloc(MAX_FILE + 1);
	size_t len = 0;
	int bad;

	if (!text || read_file(path, text, &len)) {
		secret_free(text);
		return text ? 2 : fail("out of memory");
	}
	f.at = text;
	f.end = text + len;
	bad = ini_parse_stream(next_line, &f, file_key, &f);
	secret_free(text);
	if (f.told)
		return 2;
	if (f.long_line)
		return fail("%s line %d: is too long; give this setting in the environment or as a flag", path,
			    f.long_line);
	if (bad)
		return fail("%s line %d: is neither key = value nor a comment", path, bad);
	return 0;
}

/* -- the command line -- */

/* The value of the flag argv[*i], moving *i to it when it is an argument of its own; NULL: there is none. */
static const char *flag_value(const struct row *row, const char *equals, int argc, char **argv, int *i)
{
	const char *next = *i + 1 < argc ? argv[*i + 1] : NULL;

	if (equals)
		return equals + 1;
	if (row && row->kind == KIND_BOOL) {	/* --trust-proxy alone is yes */
		if (next && is_bool_word(next))
			return argv[++*i];
		return "true";
	}
	if (!next || text_has_prefix(next, "--"))
		return NULL;
	return argv[++*i];
}

/* Takes the settings out of argv; what is behind "--" stays. */
static int take_flags(struct given *given, int *argc, char **argv)
{
	int kept = *argc > 0, i;

	for (i = kept; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		const char *name = text_has_prefix(argv[i], "--") ? argv[i] + 2 : "", *equals = strchr(name, '=');
		size_t len = equals ? (size_t)(equals - name) : strlen(name);
		const struct row *row = find_row(name, len);
		bool config = len == 6 && memcmp(name, "config", 6) == 0;
		const char *value;

		if (!row && !config) {
			argv[kept++] = argv[i];
			continue;
		}
		if (row && row->kind == KIND_SECRET)
			return fail("--%s is no flag: everybody on this machine could read it; give it as %s in the"
				    " environment, or as %s in the file of --config",
				    row->flag, row->environment, row->flag);
		value = flag_value(row, equals, *argc, argv, &i);
		if (!value)
			return fail("--%.*s needs a value (one that begins with -- is written --%.*s=VALUE)", (int)len,
				    name, (int)len, name);
		*(config ? &given->config : &given->values[row - rows]) = value;
	}
	while (i < *argc)
		argv[kept++] = argv[i++];
	argv[kept] = NULL;
	*argc = kept;
	return 0;
}

/* NULL: unset, or empty, since compose files pass on an unset variable as an empty one. */
static char *environment(const char *name)
{
	char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Sets one row from the environment, then from its flag (NULL: not given). 0, or 2 after a message. */
static int load_row(struct settings *s, const struct row *row, const char *flag)
{
	char *value = environment(row->environment), origin[80];
	int status;

	if (value) {
		status = set(s, row, value, row->environment);
		if (row->kind == KIND_SECRET)
			explicit_bzero(value, strlen(value));
		if (status)
			return status;
	}
	if (!flag)
		return 0;
	snprintf(origin, sizeof(origin), "--%s", row->flag);
	return set(s, row, flag, origin);
}

/* Also where they have other paths. */
static bool is_same_origin(const char *a, const char *b)
{
	struct url of_a, of_b;

	return url_parse(a, strlen(a), &of_a) && url_parse(b, strlen(b), &of_b) && url_same_origin(&of_a, &of_b);
}

/* What one setting says about another. 0, or 2 after a message. */
static int check_pairs(const struct settings *s)
{
	if (!*s->tls_certificate != !*s->tls_key)
		return fail(
			"tls-certificate and tls-key go together: with one of them alone nothing would be encrypted");
	if (s->port && s->port == s->admin_port)
		return fail("port and admin-port are the same: each endpoint has its own");
	if (is_same_origin(s->endpoint, s->admin_endpoint))
		return fail("endpoint and admin-endpoint are the same: the host of a request tells which is meant");
	if (!strcmp(s->uploads, "s3") && !(*s->s3_endpoint && *s->s3_bucket && *s->s3_key_id && *s->s3_key))
		return fail("uploads in s3 need s3-endpoint, s3-bucket, s3-key-id and s3-key");
	return 0;
}

int settings_load(struct settings *s, int *argc, char **argv)
{
	struct given given = { .config = environment("GUILDHALL_CONFIG") };
	int status;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		set_default(s, &rows[i]);
	status = take_flags(&given, argc, argv);
	if (!status && given.config)
		status = load_file(s, given.config);
	for (size_t i = 0; i < ARRAY_LEN(rows) && !status; i++)
		status = load_row(s, &rows[i], given.values[i]);
	return status ? status : check_pairs(s);
}

/* -- printing -- */

static void default_text(const struct row *row, char *out, size_t size)
{
	if (row->kind == KIND_TEXT || row->kind == KIND_SECRET)
		snprintf(out, size, "%s", row->text);
	else if (row->kind == KIND_INT)
		snprintf(out, size, "%lld", (long long)row->number);
	else
		snprintf(out, size, "%s", row->number ? "true" : "false");
}

static const char *value_word(const struct row *row)
{
	return row->kind == KIND_INT ? "N" : row->kind == KIND_BOOL ? "[WORD]" : "TEXT";
}

static void help_line(FILE *to, const char *left, const char *name, const char *fallback, const char *help)
{
	fprintf(to, "  %-28s  %s\n  %-28s  %s", left, help, "", name);
	if (*fallback)
		fprintf(to, ", default %s", fallback);
	fputc('\n', to);
}

void settings_help(FILE *to, unsigned readers)
{
	char fallback[64], left[64];

	help_line(to, "--config FILE", "GUILDHALL_CONFIG", "", CONFIG_HELP);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];

		if (!((row->readers | BY_SERVER) & readers))
			continue;
		default_text(row, fallback, sizeof(fallback));
		if (row->kind == KIND_SECRET)
			snprintf(left, sizeof(left), "(no flag)");
		else
			snprintf(left, sizeof(left), "--%s %s", row->flag, value_word(row));
		help_line(to, left, row->environment, fallback, row->help);
	}
}

void settings_markdown(FILE *to)
{
	char fallback[64];

	fputs("| Flag | Environment | Default | Values | Meaning |\n| --- | --- | --- | --- | --- |\n", to);
	fprintf(to, "| `--config` | `GUILDHALL_CONFIG` | | text | %s |\n", CONFIG_HELP);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		const char *tick;

		default_text(row, fallback, sizeof(fallback));
		tick = *fallback ? "`" : "";
		fprintf(to, "| `%s%s` | `%s` | %s%s%s%s| ", row->kind == KIND_SECRET ? "" : "--", row->flag,
			row->environment, tick, fallback, tick, *fallback ? " " : "");
		if (row->kind == KIND_INT)
			fprintf(to, "%lld to %lld", (long long)row->least, (long long)row->most);
		else
			fputs(row->kind == KIND_BOOL ? "true, false" : "text", to);
		fprintf(to, " | %s |\n", row->help);
	}
}
