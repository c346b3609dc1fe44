-- What an administrator makes and a token exchange takes. A `hash` is as in 0016.

CREATE TABLE personal_access_tokens (
	tenant_id {text} NOT NULL,
	user_id {text} NOT NULL,
	name {text} NOT NULL,
	hash {text} NOT NULL,
	value_sealed {blob} NOT NULL,	-- the API shows it at any time
	created_at bigint NOT NULL,
	expires_at bigint,		-- NULL: never
	PRIMARY KEY (tenant_id, user_id, name),
	UNIQUE (tenant_id, hash),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE subject_tokens (
	tenant_id {text} NOT NULL,
	hash {text} NOT NULL,
	user_id {text} NOT NULL,	-- who the exchange acts as
	context {text} NOT NULL,	-- JSON: whatever the caller wants to know later
	consumed_at bigint,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX subject_tokens_user ON subject_tokens (tenant_id, user_id);
CREATE INDEX subject_tokens_expiry ON subject_tokens (expires_at);
