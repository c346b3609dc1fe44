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
CREATE TRIGGER new_users_count_insert AFTER INSERT ON users BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n)
		VALUES (new.tenant_id, 'new_users', CAST(new.created_at / 86400000 AS TEXT), 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER new_users_count_delete AFTER DELETE ON users BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'new_users'
		AND owner = CAST(old.created_at / 86400000 AS TEXT) AND slot = 0;
END;
INSERT INTO counters (tenant_id, kind, owner, slot, n)
	SELECT tenant_id, 'new_users', CAST(created_at / 86400000 AS TEXT), 0, count(*) FROM users GROUP BY 1, 3;
