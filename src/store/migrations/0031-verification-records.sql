-- What people have proven, or are about to, to change their own account (sign-in.md section 11).
CREATE TABLE verification_records (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	user_id {text} NOT NULL,	-- whose it is
	type {text} NOT NULL,
	details {text} NOT NULL,	-- JSON: {id, verified, …}
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX verification_records_user ON verification_records (tenant_id, user_id);
CREATE INDEX verification_records_expiry ON verification_records (expires_at);
