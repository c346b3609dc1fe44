-- Who uses the tenant, and who is new (src/directory/active.h). A day counts from 1970-01-01, UTC.

-- the last day of each user
CREATE TABLE active_users (
	tenant_id {text} NOT NULL,
	user_id {text} NOT NULL,
	day bigint NOT NULL,
	gap bigint NOT NULL,		-- days since the one before; 30: as many, or more, or there was none
	PRIMARY KEY (tenant_id, user_id),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};

-- how many users were active on a day, by the days since they were the last time
CREATE TABLE active_days (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	day bigint NOT NULL,
	gap bigint NOT NULL,
	slot bigint NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, day, gap, slot)
) {clustered};

-- users by the day of their creation, a counter as those of 0003
CREATE FUNCTION count_new_users() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	direction bigint := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
	INSERT INTO counters AS c (tenant_id, kind, owner, slot, n)
		SELECT tenant_id, 'new_users', (created_at / 86400000)::text, pg_backend_pid() % 16, direction * count(*) FROM changed
		GROUP BY tenant_id, created_at / 86400000 ORDER BY tenant_id, created_at / 86400000
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = c.n + excluded.n;
	RETURN NULL;
END $$;
CREATE TRIGGER new_users_count_insert AFTER INSERT ON users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_new_users();
CREATE TRIGGER new_users_count_delete AFTER DELETE ON users REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_new_users();
INSERT INTO counters (tenant_id, kind, owner, slot, n)
	SELECT tenant_id, 'new_users', (created_at / 86400000)::text, 0, count(*) FROM users GROUP BY tenant_id, created_at / 86400000;
