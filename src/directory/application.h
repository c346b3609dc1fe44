/*
 * application.h - what the files about applications share within this room.
 */
#ifndef DIRECTORY_APPLICATION_H
#define DIRECTORY_APPLICATION_H

#include "directory/directory.h"
#include "http/request.h"

#define DEFAULT_SECRET_NAME "Default secret"

/* Applications of these types have secrets of their own. */
bool has_secrets(const char *type);
/* Makes a secret; `expires_at` 0: never. ERR_APP_SECRET_NAME */
NODISCARD err_t secret_create(struct request *rq, const char *application_id, const char *name, int64_t expires_at);
/* The type of an application; the 404 of applications. */
NODISCARD err_t application_type(struct request *rq, const char *id, const char **type);
/*
 * Writes the member `secret` of an application that still has its one secret of old times, and nothing of others.
 * The column is sealed.
 */
NODISCARD err_t application_secret_member(struct json_out *j, struct request *rq, struct rows *row, int column, const char *id);
/* Answers 200 with the application, without more. */
NODISCARD err_t application_reply(struct request *rq, const char *id);

#endif
