/*
 * Two functions of libmicrohttpd, in place of its own. It calls them itself, through the dynamic linker, which finds
 * the program's first: so we see each line of a head as it is parsed, and each answer that the library makes by
 * itself. A version that calls them in another way refuses heads of very many small fields, and in its own words;
 * nothing else depends on it.
 */
#include "http/exchange.h"

#include <dlfcn.h>

#include "base/log.h"
#include "base/banned.h"

static __typeof__(MHD_queue_response) *queue;
static __typeof__(MHD_set_connection_value_n) *set_value;

static void *find(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		log_fatal("libmicrohttpd has no %s", name);
	return function;
}

void preempt_start(void)
{
	*(void **)&queue = find("MHD_queue_response");
	*(void **)&set_value = find("MHD_set_connection_value_n");
}

enum MHD_Result exchange_queue(struct MHD_Connection *mhd, unsigned status, struct MHD_Response *response)
{
	return queue(mhd, status, response);
}

/* Only libmicrohttpd comes here, to refuse a request before we see it: the answer becomes ours. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *mhd, unsigned status, struct MHD_Response *response)
{
	struct MHD_Response *ours = exchange_refusal(mhd, &status);

	return queue(mhd, status, ours ? ours : response);
}

/*
 * Only libmicrohttpd comes here, with each header, cookie, parameter and trailer, to make a record of it in the memory
 * of the connection. Many small ones would use that up; so it gets those that it looks at itself.
 */
enum MHD_Result MHD_set_connection_value_n(struct MHD_Connection *mhd, enum MHD_ValueKind kind, const char *name,
					   size_t name_len, const char *value, size_t value_len)
{
	struct slice n = { name, name_len }, v = { value, value_len };

	if (kind != MHD_HEADER_KIND || exchange_take_line(mhd, n, v))
		return MHD_YES;
	return set_value(mhd, kind, name, name_len, value, value_len);
}
