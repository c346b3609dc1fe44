/*
 * log_entry.h - inside directory/ only: how entries of the audit log and those of webhooks are described, in one way
 * (webhooks-and-logs.md sections 5 and 6).
 */
#ifndef DIRECTORY_LOG_ENTRY_H
#define DIRECTORY_LOG_ENTRY_H

#include "entity/entity.h"
#include "entity/search.h"

/* Writes a payload with what its userAgent says; made when it is read, so a sign-in does not wait for it. */
void log_payload_write(struct json_out *j, const char *payload, size_t len);

/* Members of an entry. */
#define LOG_ENTRY_FIELDS \
	{ "id", "id", FIELD_TEXT, GENERATED }, \
	{ "key", "key", FIELD_TEXT, REQUIRED, .max = 128, \
	  .help = "What happened; of a webhook's call TriggerHook. and the event." }, \
	{ "payload", "payload", FIELD_OBJECT, REQUIRED, .write = log_payload_write, \
	  .help = "Who, from where, by which browser, and how it ended; of a webhook's call what was sent, and what" \
		  " came of it." }, \
	{ "createdAt", "created_at", FIELD_TIME, GENERATED }, FIELDS_END

/* The entity of them. */
#define LOG_ENTRY(list, rows) \
	.name = (list), .table = (rows), .singular = "log", .parameter = "logId", .id_len = ID_LONG

/* What a list of them may be asked for; `always`: what holds where neither time is given. */
#define LOG_ENTRY_FILTERS(always) \
	{ "logKey", .type = FIELD_TEXT, .help = "Only entries with this key." }, \
	{ "start_time", .type = FIELD_TEXT, .help = "Epoch milliseconds; the first that counts." always }, \
	{ "end_time", .type = FIELD_TEXT, .help = "Epoch milliseconds; the last that counts." always }, \
	CAP_PARAMETER, FIELDS_END

#endif
