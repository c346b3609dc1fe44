/* What a User-Agent says, read by tables: the first row wins whose words are in the text. */
#include "http/user_agent.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

/* -- tables -- */

struct mark {
	const char *name;
	const char *in, *and_in;	/* what must be in the text; the second may be NULL */
	const char *before;		/* what its version stands behind; NULL: behind `in` */
	const char *version;		/* which it is in any case; "": none is told */
};

/*
 * Browsers call themselves by the names of those that they want to be taken for, so the special ones come first: Edge
 * and Opera are Chrome too, Chrome is Safari, and Safari is what is left.
 */
static const struct mark browsers[] = {
	{ "Facebook", "FBAN/", .before = "FBAV/" },
	{ "Instagram", "Instagram " },
	{ "WeChat", "MicroMessenger/" },
	{ "GSA", "GSA/" },
	{ "DuckDuckGo", "DuckDuckGo/" },
	{ "Edge", "Edg/" },
	{ "Edge", "EdgA/" },
	{ "Edge", "EdgiOS/" },
	{ "Edge", "Edge/" },
	{ "Opera", "OPR/" },
	{ "Opera Touch", "OPT/" },
	{ "Samsung Internet", "SamsungBrowser/" },
	{ "Huawei Browser", "HuaweiBrowser/" },
	{ "MIUI Browser", "MiuiBrowser/" },
	{ "UCBrowser", "UCBrowser/" },
	{ "QQBrowser", "QQBrowser/" },
	{ "Yandex", "YaBrowser/" },
	{ "Vivaldi", "Vivaldi/" },
	{ "Silk", "Silk/" },
	{ "Epiphany", "Epiphany/" },
	{ "Chromium", "Chromium/" },
	{ "Chrome Headless", "HeadlessChrome/" },
	{ "Chrome WebView", "; wv)", "Chrome/", "Chrome/" },
	{ "Chrome", "CriOS/" },
	{ "Chrome", "Chrome/" },
	{ "Firefox", "FxiOS/" },
	{ "Firefox", "Firefox/" },
	{ "IE", "Trident/", "rv:", "rv:" },
	{ "IE", "MSIE " },
	{ "Android Browser", "Android ", " Safari/", "Version/" },
	{ "Mobile Safari", " Safari/", " Mobile/", "Version/" },
	{ "Safari", " Safari/", .before = "Version/" },
	{ "WebKit", "AppleWebKit/" },	/* an app that shows pages */
};

static const struct mark engines[] = {
	{ "EdgeHTML", " Edge/" },
	{ "Blink", "AppleWebKit/537.36", "Chrome/", "Chrome/" },
	{ "Trident", "Trident/" },
	{ "WebKit", "AppleWebKit/" },
	{ "Gecko", " Gecko/", "rv:", "rv:" },
};

/* Windows 11 calls itself 10.0 too, and an iPad may call itself a Macintosh: nobody can tell them apart. */
static const struct mark systems[] = {
	{ "iOS", "iPhone", "like Mac OS X", "iPhone OS " },
	{ "iOS", "iPod", "like Mac OS X", "iPhone OS " },
	{ "iOS", "iPad", "like Mac OS X", "CPU OS " },
	{ "HarmonyOS", "HarmonyOS", .before = "Android " },
	{ "Android", "Android " },
	{ "Windows", "Windows NT 10.0", .version = "10" },
	{ "Windows", "Windows NT 6.3", .version = "8.1" },
	{ "Windows", "Windows NT 6.2", .version = "8" },
	{ "Windows", "Windows NT 6.1", .version = "7" },
	{ "Windows", "Windows NT 6.0", .version = "Vista" },
	{ "Windows", "Windows NT 5.", .version = "XP" },
	{ "Windows", "Windows NT ", .version = "" },
	{ "Mac OS", "Macintosh", .before = "Mac OS X " },
	{ "Chromium OS", "CrOS x86_64 " },
	{ "Chromium OS", "CrOS aarch64 " },
	{ "Chromium OS", "CrOS armv7l " },
	{ "Chromium OS", "CrOS ", .version = "" },
	{ "Ubuntu", "Ubuntu", .before = "Ubuntu/" },
	{ "Fedora", "Fedora", .before = "Fedora/" },
	{ "Debian", "Debian", .version = "" },
	{ "FreeBSD", "FreeBSD", .version = "" },
	{ "OpenBSD", "OpenBSD", .version = "" },
	{ "Linux", "Linux", .version = "" },
};

static const struct mark processors[] = {
	{ "arm64", "aarch64" },
	{ "arm64", "ARM64" },
	{ "amd64", "x86_64" },
	{ "amd64", "Win64" },
	{ "amd64", "WOW64" },
	{ "amd64", "amd64" },
	{ "ia32", "i686" },
	{ "ia32", "i386" },
	{ "armhf", "armv7l" },
	{ "arm", "; ARM;" },
};

/* What says its model by itself. */
static const struct device {
	const char *in, *vendor, *model, *type;
} devices[] = {
	{ "(iPhone;", "Apple", "iPhone", "mobile" },
	{ "(iPad;", "Apple", "iPad", "tablet" },
	{ "(iPod touch;", "Apple", "iPod touch", "mobile" },
	{ "(Macintosh;", "Apple", "Macintosh", NULL },
};

/* Who makes the models that begin so. */
static const struct maker {
	const char *begins, *vendor;
	bool is_cut;		/* the beginning is the vendor's name and no part of the model's */
} makers[] = {
	{ "SM-", "Samsung", false }, { "GT-", "Samsung", false }, { "SAMSUNG ", "Samsung", true },
	{ "Pixel", "Google", false }, { "Redmi", "Xiaomi", false }, { "POCO", "Xiaomi", false },
	{ "Mi ", "Xiaomi", false }, { "M20", "Xiaomi", false }, { "M21", "Xiaomi", false }, { "22", "Xiaomi", false },
	{ "23", "Xiaomi", false }, { "24", "Xiaomi", false },
	{ "moto ", "Motorola", false }, { "motorola ", "Motorola", true }, { "XT", "Motorola", false },
	{ "HUAWEI ", "Huawei", true }, { "ONEPLUS ", "OnePlus", true }, { "CPH", "OPPO", false },
	{ "RMX", "Realme", false }, { "vivo ", "Vivo", true }, { "Nokia ", "Nokia", true }, { "LM-", "LG", false },
	{ "KF", "Amazon", false }, { "XQ-", "Sony", false }, { "Lenovo ", "Lenovo", true }, { "ASUS_", "ASUS", false },
};

/* -- reading -- */

static const struct mark *find_mark(const char *agent, const struct mark *marks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(agent, marks[i].in) && (!marks[i].and_in || strstr(agent, marks[i].and_in)))
			return &marks[i];
	return NULL;
}

#define FIND(agent, marks) find_mark(agent, marks, ARRAY_LEN(marks))
#define DIGITS "0123456789"
#define VERSION_MOST 32
#define OF_VERSION DIGITS "._ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* A version begins with a digit; of length 0: there is none. */
static struct slice version_of(const char *agent, const struct mark *m)
{
	const char *before = m->before ? m->before : m->in, *at;

	if (m->version)
		return (struct slice){ m->version, strlen(m->version) };
	at = strstr(agent, before);
	at = at ? at + strlen(before) : "";
	return (struct slice){ at, strspn(at, DIGITS) ? strspn(at, OF_VERSION) : 0 };
}

/* Whether a part of what stands in the brackets behind "Android" says no model: a language, a word for many. */
static bool is_common(struct slice part)
{
	static const char *const words[] = { "K", "U", "wv", "Mobile", "Tablet", "HarmonyOS" };
	bool is_language = part.len == 5 && part.at[0] >= 'a' && part.at[0] <= 'z' && part.at[2] == '-';

	if (part.len == 0 || is_language || text_has_prefix(part.at, "rv:"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == part.len && !memcmp(part.at, words[i], part.len))
			return true;
	return false;
}

/* The length of a part: up to a semicolon, the build, or the bracket that closes all of them. */
static size_t part_length(const char *at)
{
	size_t n;
	int depth = 0;

	for (n = 0; at[n] && at[n] != ';'; n++) {
		if (text_has_prefix(at + n, " Build/"))
			break;
		depth += at[n] == '(';
		if (at[n] == ')' && depth-- == 0)
			break;
	}
	return n;
}

/* The model of an Android device: the first part behind the system's that could be one. */
static struct slice android_model(const char *agent)
{
	const char *at = strstr(agent, "Android ");
	struct slice part;

	at = at ? at + part_length(at) : "";
	while (text_has_prefix(at, "; ")) {
		part = (struct slice){ at + 2, part_length(at + 2) };
		if (!is_common(part))
			return part;
		at = part.at + part.len;
	}
	return (struct slice){ "", 0 };
}

/* -- writing -- */

static void write_slice(struct json_out *j, const char *key, struct slice s)
{
	if (s.len == 0)
		return;
	json_key(j, key);
	json_textn(j, s.at, s.len);
}

/* Apple writes 17_2 for 17.2. */
static void write_version(struct json_out *j, struct slice version)
{
	char text[VERSION_MOST];
	size_t n = version.len < sizeof(text) ? version.len : sizeof(text);

	for (size_t i = 0; i < n; i++)
		text[i] = version.at[i] == '_' ? '.' : version.at[i];
	write_slice(j, "version", (struct slice){ text, n });
}

static void write_browser(struct json_out *j, const char *agent)
{
	const struct mark *m = FIND(agent, browsers);
	struct slice version;

	json_key(j, "browser");
	json_open(j);
	if (m) {
		version = version_of(agent, m);
		json_key_text(j, "name", m->name);
		write_version(j, version);
		write_slice(j, "major", (struct slice){ version.at, version.len ? strspn(version.at, DIGITS) : 0 });
	}
	json_close(j);
}

static void write_named(struct json_out *j, const char *key, const char *agent, const struct mark *m)
{
	json_key(j, key);
	json_open(j);
	if (m) {
		json_key_text(j, "name", m->name);
		write_version(j, version_of(agent, m));
	}
	json_close(j);
}

static void write_android(struct json_out *j, const char *agent)
{
	struct slice model = android_model(agent);

	for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
		size_t len = strlen(makers[i].begins);

		if (len >= model.len || memcmp(model.at, makers[i].begins, len) != 0)
			continue;
		json_key_text(j, "vendor", makers[i].vendor);
		if (makers[i].is_cut)
			model = (struct slice){ model.at + len, model.len - len };
		break;
	}
	write_slice(j, "model", model);
	json_key_text(j, "type", strstr(agent, "Mobile") ? "mobile" : "tablet");
}

static void write_device(struct json_out *j, const char *agent)
{
	json_key(j, "device");
	json_open(j);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		if (!strstr(agent, devices[i].in))
			continue;
		json_key_text(j, "vendor", devices[i].vendor);
		json_key_text(j, "model", devices[i].model);
		if (devices[i].type)
			json_key_text(j, "type", devices[i].type);
		json_close(j);
		return;
	}
	if (strstr(agent, "Android "))
		write_android(j, agent);
	json_close(j);
}

void user_agent_write(struct json_out *j, const char *agent)
{
	const struct mark *processor = FIND(agent, processors);

	json_open(j);
	json_key_text(j, "ua", agent);
	write_browser(j, agent);
	write_named(j, "engine", agent, FIND(agent, engines));
	write_named(j, "os", agent, FIND(agent, systems));
	write_device(j, agent);
	json_key(j, "cpu");
	json_open(j);
	if (processor)
		json_key_text(j, "architecture", processor->name);
	json_close(j);
	json_close(j);
}
