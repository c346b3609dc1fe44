-- Failures of people who sign in, and until when nobody signs in with an identifier (sign-in.md section 7).
CREATE TABLE lockouts (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	hash {text} NOT NULL,		-- SHA-256 of the identifier or the user's id
	pool {text} NOT NULL,		-- what is counted together
	failures {text} NOT NULL,	-- JSON: [[minute, number], …] of the last hour
	blocked_until bigint NOT NULL,	-- 0: has not been blocked
	expires_at bigint NOT NULL,	-- from then on the row says nothing
	PRIMARY KEY (tenant_id, hash, pool)
) {clustered};
CREATE INDEX lockouts_expiry ON lockouts (expires_at);
