/*
 * embed.c - puts a folder of files into the program, at build time: `embed NAME FOLDER OUT.c DEPFILE` defines `const
 * struct assets NAME` (http/asset.h), with a gzip and a brotli form of each text, made once with all the effort there
 * is.
 *
 * The content type follows the extension; a file whose extension is not in the table below does not build. Files
 * whose name begins with a dot are left out. What a bundler puts into any assets/ with a hash in its name
 * (app-1a2B3c_D.js) never changes under that name.
 */
#include <brotli/encode.h>
#include <ctype.h>
#include <dirent.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define FILES_MOST 10000
#define PATH_ROOM 4096
#define HASH_CHARS 8 /* that bundlers put into names */
#define ETAG_BYTES 12 /* of the SHA-256 of the content; 96 bits */

static const struct {
	const char *extension, *type;
	bool is_text;
} types[] = {
	{ "avif", "image/avif", false },
	{ "css", "text/css; charset=utf-8", true },
	{ "gif", "image/gif", false },
	{ "html", "text/html; charset=utf-8", true },
	{ "ico", "image/x-icon", true },
	{ "jpeg", "image/jpeg", false },
	{ "jpg", "image/jpeg", false },
	{ "js", "text/javascript; charset=utf-8", true },
	{ "json", "application/json; charset=utf-8", true },
	{ "map", "application/json; charset=utf-8", true },
	{ "png", "image/png", false },
	{ "svg", "image/svg+xml", true },
	{ "txt", "text/plain; charset=utf-8", true },
	{ "wasm", "application/wasm", true },
	{ "webmanifest", "application/manifest+json", true },
	{ "webp", "image/webp", false },
	{ "woff2", "font/woff2", false },
};

struct bytes {
	unsigned char *at;
	size_t len;
};

static char *paths[FILES_MOST]; /* below the folder */
static size_t path_count;
static const char *folder;
static FILE *out, *dependencies;

__attribute__((noreturn)) static void fail(const char *path, const char *what)
{
	fprintf(stderr, "embed: %s: %s\n", path, what);
	exit(1);
}

static void *allocate(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		fail(folder, "out of memory");
	return p;
}

/* -- finding files -- */

static void find(const char *below);

static void take_entry(const char *below, const char *name)
{
	char path[PATH_ROOM], full[PATH_ROOM];
	struct stat about;

	if (name[0] == '.')
		return;
	if (snprintf(path, sizeof(path), "%s%s%s", below, *below ? "/" : "", name) >= (int)sizeof(path) ||
	    snprintf(full, sizeof(full), "%s/%s", folder, path) >= (int)sizeof(full))
		fail(name, "its path is too long");
	if (stat(full, &about))
		fail(full, "cannot be read");
	if (S_ISDIR(about.st_mode)) {
		find(path);
	} else {
		if (path_count == FILES_MOST)
			fail(folder, "too many files");
		paths[path_count++] = strdup(path);
	}
}

/* A folder is a dependency too: a file that comes or goes changes it. */
static void find(const char *below)
{
	char full[PATH_ROOM];
	struct dirent *entry;
	DIR *dir;

	if (snprintf(full, sizeof(full), "%s%s%s", folder, *below ? "/" : "", below) >= (int)sizeof(full))
		fail(below, "its path is too long");
	dir = opendir(full);
	if (!dir)
		fail(full, "is not a folder");
	fprintf(dependencies, " \\\n  %s", full);
	while ((entry = readdir(dir)))
		take_entry(below, entry->d_name);
	closedir(dir);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* -- what is known of a file -- */

static size_t type_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].extension, dot + 1))
			return i;
	fail(path, "its extension is not in the table of tools/embed.c");
}

static bool is_immutable(const char *path)
{
	const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = 0;

	if (name - path < 7 || strncmp(name - 7, "assets/", 7) != 0 || (name - path > 7 && name[-8] != '/') ||
	    dot - name < HASH_CHARS + 1)
		return false;
	while (n < HASH_CHARS &&
	       (isalnum((unsigned char)dot[-1 - (long)n]) || dot[-1 - (long)n] == '_' || dot[-1 - (long)n] == '-'))
		n++;
	return n == HASH_CHARS && (dot[-1 - HASH_CHARS] == '-' || dot[-1 - HASH_CHARS] == '.');
}

static struct bytes read_file(const char *path)
{
	char full[PATH_ROOM];
	struct bytes b = { NULL, 0 };
	FILE *f;
	long size;

	if (snprintf(full, sizeof(full), "%s/%s", folder, path) >= (int)sizeof(full))
		fail(path, "its path is too long");
	fprintf(dependencies, " \\\n  %s", full);
	f = fopen(full, "rb");
	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
		fail(full, "cannot be read");
	b.len = (size_t)size;
	b.at = allocate(b.len);
	if (fread(b.at, 1, b.len, f) != b.len)
		fail(full, "cannot be read");
	fclose(f);
	return b;
}

/* -- coding: what is not shorter is left out -- */

static struct bytes keep_if_shorter(struct bytes coded, struct bytes plain)
{
	if (coded.len > 0 && coded.len < plain.len)
		return coded;
	free(coded.at);
	return (struct bytes){ NULL, 0 };
}

static struct bytes make_gzip(struct bytes plain)
{
	struct bytes b = { NULL, 0 };
	z_stream z = { .next_in = plain.at, .avail_in = (uInt)plain.len };

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		fail(folder, "zlib");
	z.avail_out = (uInt)deflateBound(&z, plain.len);
	b.at = z.next_out = allocate(z.avail_out);
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		fail(folder, "zlib");
	b.len = z.total_out;
	deflateEnd(&z);
	return keep_if_shorter(b, plain);
}

static struct bytes make_brotli(struct bytes plain)
{
	size_t len = BrotliEncoderMaxCompressedSize(plain.len);
	unsigned char *at = allocate(len);

	if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, plain.len, plain.at,
				   &len, at))
		fail(folder, "brotli");
	return keep_if_shorter((struct bytes){ at, len }, plain);
}

/* -- writing C -- */

static void write_bytes(const char *kind, size_t number, struct bytes b)
{
	fprintf(out, "static const char %s_%zu[] =\n\t\"", kind, number);
	for (size_t i = 0; i < b.len; i++) {
		fprintf(out, "\\%03o", b.at[i]);
		if (i % 40 == 39)
			fputs("\"\n\t\"", out);
	}
	fprintf(out, "\";\n");
}

static void write_etag(struct bytes b)
{
	struct sha256_ctx ctx;
	uint8_t digest[ETAG_BYTES];

	sha256_init(&ctx);
	sha256_update(&ctx, b.len, b.at);
	sha256_digest(&ctx, ETAG_BYTES, digest);
	for (size_t i = 0; i < ETAG_BYTES; i++)
		fprintf(out, "%02x", digest[i]);
}

static void write_slice(const char *kind, size_t number, struct bytes b)
{
	if (b.at)
		fprintf(out, ", { %s_%zu, %zu }", kind, number, b.len);
	else
		fprintf(out, ", { 0, 0 }");
}

static void check_path(const char *path)
{
	for (; *path; path++)
		if (!isalnum((unsigned char)*path) && !strchr("/._-", *path))
			fail(path, "a name in the folder holds a character that no address should");
}

/* The bytes of a file; its row of the table goes to `rows`, which comes behind all of them. */
static void take_file(size_t number, FILE *rows)
{
	const char *path = paths[number];
	size_t type = type_of(path);
	struct bytes plain = read_file(path), gzip = { NULL, 0 }, brotli = { NULL, 0 };
	FILE *own = out;

	check_path(path);
	if (types[type].is_text) {
		gzip = make_gzip(plain);
		brotli = make_brotli(plain);
	}
	write_bytes("plain", number, plain);
	if (gzip.at)
		write_bytes("gzip", number, gzip);
	if (brotli.at)
		write_bytes("brotli", number, brotli);
	out = rows;
	fprintf(out, "\t{ \"%s\", \"%s\", \"", path, types[type].type);
	write_etag(plain);
	fprintf(out, "\", %s", is_immutable(path) ? "true" : "false");
	write_slice("plain", number, plain);
	write_slice("gzip", number, gzip);
	write_slice("brotli", number, brotli);
	fprintf(out, " },\n");
	out = own;
	free(plain.at);
	free(gzip.at);
	free(brotli.at);
}

static void write_table(const char *name)
{
	char *text = NULL;
	size_t len = 0;
	FILE *rows = open_memstream(&text, &len);

	if (!rows)
		fail(folder, "out of memory");
	fprintf(out, "/* generated from %s by tools/embed.c, do not edit */\n#include \"http/asset.h\"\n", folder);
	for (size_t i = 0; i < path_count; i++)
		take_file(i, rows);
	fclose(rows);
	fprintf(out, "static const struct asset files[] = {\n%s};\n", text);
	fprintf(out, "const struct assets %s = { files, %zu };\n", name, path_count);
	free(text);
}

static FILE *create(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		fail(path, "cannot be written");
	return f;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: embed NAME FOLDER OUT.c DEPFILE\n");
		return 2;
	}
	folder = argv[2];
	out = create(argv[3]);
	dependencies = create(argv[4]);
	fprintf(dependencies, "%s:", argv[3]);
	find("");
	if (path_count == 0)
		fail(folder, "holds no file");
	qsort(paths, path_count, sizeof(paths[0]), by_path);
	write_table(argv[1]);
	for (size_t i = 0; i < path_count; i++)
		free(paths[i]);
	fputc('\n', dependencies);
	return fclose(out) || fclose(dependencies) ? 1 : 0;
}
