-- How many users there are, and how many of them a large organization or role has, by the first two characters of their ids
-- (entity/parts.h). Who has such counts has a row for the part '' too; from then on they are kept.

CREATE TABLE part_counts (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	kind {text} NOT NULL,
	owner {text} NOT NULL,
	part {text} NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, kind, owner, part)
) {clustered};

CREATE TRIGGER users_parts_insert AFTER INSERT ON users
	WHEN EXISTS (SELECT 1 FROM part_counts WHERE tenant_id = new.tenant_id AND kind = 'users' AND owner = '' AND part = '') BEGIN
	INSERT INTO part_counts (tenant_id, kind, owner, part, n) VALUES (new.tenant_id, 'users', '', substr(new.id, 1, 2), 1)
		ON CONFLICT (tenant_id, kind, owner, part) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER users_parts_delete AFTER DELETE ON users BEGIN
	UPDATE part_counts SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'users' AND owner = '' AND part = substr(old.id, 1, 2);
END;

CREATE TRIGGER organization_users_parts_insert AFTER INSERT ON organization_users
	WHEN EXISTS (SELECT 1 FROM part_counts WHERE tenant_id = new.tenant_id AND kind = 'organization_users' AND owner = new.organization_id AND part = '') BEGIN
	INSERT INTO part_counts (tenant_id, kind, owner, part, n) VALUES (new.tenant_id, 'organization_users', new.organization_id, substr(new.user_id, 1, 2), 1)
		ON CONFLICT (tenant_id, kind, owner, part) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER organization_users_parts_delete AFTER DELETE ON organization_users BEGIN
	UPDATE part_counts SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organization_users' AND owner = old.organization_id AND part = substr(old.user_id, 1, 2);
END;
CREATE TRIGGER organizations_parts_delete AFTER DELETE ON organizations BEGIN
	DELETE FROM part_counts WHERE tenant_id = old.tenant_id AND kind = 'organization_users' AND owner = old.id;
END;

CREATE TRIGGER user_roles_parts_insert AFTER INSERT ON user_roles
	WHEN EXISTS (SELECT 1 FROM part_counts WHERE tenant_id = new.tenant_id AND kind = 'user_roles' AND owner = new.role_id AND part = '') BEGIN
	INSERT INTO part_counts (tenant_id, kind, owner, part, n) VALUES (new.tenant_id, 'user_roles', new.role_id, substr(new.user_id, 1, 2), 1)
		ON CONFLICT (tenant_id, kind, owner, part) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER user_roles_parts_delete AFTER DELETE ON user_roles BEGIN
	UPDATE part_counts SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'user_roles' AND owner = old.role_id AND part = substr(old.user_id, 1, 2);
END;
CREATE TRIGGER roles_parts_delete AFTER DELETE ON roles BEGIN
	DELETE FROM part_counts WHERE tenant_id = old.tenant_id AND kind = 'user_roles' AND owner = old.id;
END;
