-- What a person's way through sign-in leaves, and what it gives. All of it expires, and workers forget it.
-- A `hash` is the SHA-256 of what the browser or the client holds, in base64url: who reads this table cannot use it.

-- an authorization request while its pages are open (sign-in.md section 1.1)
CREATE TABLE interactions (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	client_id {text} NOT NULL,
	request {text} NOT NULL,	-- JSON: what it asks for; never changes
	experience {text},		-- JSON: what the pages have done so far; NULL: they have not begun
	login {text},			-- JSON: who signed in, and how; NULL: nobody yet
	grant_id {text},		-- the consent that was given; NULL: none
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
CREATE INDEX interactions_expiry ON interactions (expires_at);

-- a browser that somebody signed in with (oidc.md sections 5.4 and 11)
CREATE TABLE sessions (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	hash {text} NOT NULL,		-- of the cookie; each login gives a new one
	uid {text} NOT NULL,		-- stays the same
	jti {text} NOT NULL,		-- what the API shows for the cookie
	user_id {text},			-- NULL: nobody, or nobody any more
	login_at bigint,
	login {text},			-- JSON: how they signed in
	clients {text} NOT NULL,	-- JSON: client id to what it was given here
	logout {text},			-- JSON: a sign-out that waits for its confirmation
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash),
	UNIQUE (tenant_id, uid),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- what a user lets a client have (oidc.md section 5.6)
CREATE TABLE grants (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	user_id {text} NOT NULL,
	client_id {text} NOT NULL,
	scopes {text} NOT NULL,		-- JSON: {"oidc": […], "resources": {indicator: […]}, "rejected": …}
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX grants_user ON grants (tenant_id, user_id, client_id, created_at);
CREATE INDEX grants_expiry ON grants (expires_at);

-- codes and tokens that mean nothing without this table
CREATE TABLE tokens (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	hash {text} NOT NULL,
	kind {text} NOT NULL CHECK (kind IN ('code', 'access', 'refresh', 'device', 'request')),
	client_id {text} NOT NULL,
	user_id {text},			-- NULL: nobody has signed in yet, or the client itself
	grant_id {text},		-- NULL: none; tokens die with it
	session_uid {text},		-- it dies with this session; NULL: it does not
	user_code {text},		-- of a device: what the person types
	scope {text},
	details {text} NOT NULL,	-- JSON: what else the kind keeps
	consumed_at bigint,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash),
	FOREIGN KEY (tenant_id, grant_id) REFERENCES grants (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tokens_user_code ON tokens (tenant_id, user_code);
CREATE INDEX tokens_grant ON tokens (tenant_id, grant_id);
CREATE INDEX tokens_user ON tokens (tenant_id, user_id);
CREATE INDEX tokens_session ON tokens (tenant_id, session_uid);
CREATE INDEX tokens_expiry ON tokens (expires_at);
