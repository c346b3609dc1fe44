/*
 * flow_event.h - events of what people do on the pages. Where those of the Management API tell the call, these tell
 * the interaction (webhooks-and-logs.md section 4.2).
 */
#ifndef SIGNIN_FLOW_EVENT_H
#define SIGNIN_FLOW_EVENT_H

#include "signin/interaction.h"

/* Writes the member `application`; none for one that is gone. */
NODISCARD err_t flow_event_write_application(struct request *rq, struct json_out *j, const char *id);

/*
 * Notes an event of the interaction, where a reader wants it. `members`: JSON members of its own, without braces;
 * NULL: none. `data`: JSON of the member `data`; NULL: none. Both live in the request's arena or as long as the
 * process.
 */
NODISCARD err_t flow_event_note(struct request *rq, const struct interaction *i, const char *event,
				const char *members, const char *data);

/*
 * What other rooms note of this request from now on tells the interaction too. `event`: the one that they may note;
 * where nobody reads it, this does nothing.
 */
NODISCARD err_t flow_event_set_scene(struct request *rq, const struct interaction *i, const char *event);

/* Notes an event about a user, whose data is the user as stored now. */
NODISCARD err_t flow_event_of_user(struct request *rq, const struct interaction *i, const char *event,
				   const char *user_id);
/*
 * Notes an event of a whole interaction: PostRegister, PostSignIn, PostResetPassword (section 4.3). `first`: JSON
 * members that lead it, each with a comma behind; "": none.
 */
NODISCARD err_t flow_event_of_interaction(struct request *rq, const struct interaction *i, const char *event,
					  const char *user_id, const char *first);

#endif
