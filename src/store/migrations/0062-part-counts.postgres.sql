-- How many users there are, and how many of them a large organization or role has, by the first two characters of their ids
-- (entity/parts.h). Who has such counts has a row for the part '' too; from then on they are kept, by one trigger a statement.

CREATE TABLE part_counts (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	kind {text} NOT NULL,
	owner {text} NOT NULL,
	part {text} NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, kind, owner, part)
) {clustered};

CREATE FUNCTION users_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	direction bigint := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
	INSERT INTO part_counts AS c (tenant_id, kind, owner, part, n)
		SELECT p.tenant_id, p.kind, p.owner, substr(m.id, 1, 2), direction * count(*) FROM changed m
			JOIN part_counts p ON p.tenant_id = m.tenant_id AND p.kind = 'users' AND p.owner = '' AND p.part = ''
			GROUP BY p.tenant_id, p.kind, p.owner, substr(m.id, 1, 2) ORDER BY 1, 3, 4
		ON CONFLICT (tenant_id, kind, owner, part) DO UPDATE SET n = c.n + excluded.n;
	RETURN NULL;
END $$;
CREATE TRIGGER users_parts_insert AFTER INSERT ON users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION users_parts();
CREATE TRIGGER users_parts_delete AFTER DELETE ON users REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION users_parts();
-- Waits for those who change the table and counts what they left; who comes after them finds the rows that this makes.
CREATE FUNCTION parts_of_users(of_tenant text) RETURNS TABLE (part text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
	LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;
	RETURN QUERY SELECT '', CAST(0 AS bigint) UNION ALL
		SELECT substr(id, 1, 2), count(*) FROM users WHERE tenant_id = of_tenant GROUP BY substr(id, 1, 2);
END $$;

CREATE FUNCTION organization_users_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	direction bigint := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
	INSERT INTO part_counts AS c (tenant_id, kind, owner, part, n)
		SELECT p.tenant_id, p.kind, p.owner, substr(m.user_id, 1, 2), direction * count(*) FROM changed m
			JOIN part_counts p ON p.tenant_id = m.tenant_id AND p.kind = 'organization_users' AND p.owner = m.organization_id AND p.part = ''
			GROUP BY p.tenant_id, p.kind, p.owner, substr(m.user_id, 1, 2) ORDER BY 1, 3, 4
		ON CONFLICT (tenant_id, kind, owner, part) DO UPDATE SET n = c.n + excluded.n;
	RETURN NULL;
END $$;
CREATE TRIGGER organization_users_parts_insert AFTER INSERT ON organization_users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION organization_users_parts();
CREATE TRIGGER organization_users_parts_delete AFTER DELETE ON organization_users REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION organization_users_parts();
-- Waits for those who change the table and counts what they left; who comes after them finds the rows that this makes.
CREATE FUNCTION parts_of_organization(of_tenant text, of_owner text) RETURNS TABLE (part text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
	LOCK TABLE organization_users IN SHARE ROW EXCLUSIVE MODE;
	RETURN QUERY SELECT '', CAST(0 AS bigint) UNION ALL
		SELECT substr(user_id, 1, 2), count(*) FROM organization_users WHERE tenant_id = of_tenant AND organization_id = of_owner GROUP BY substr(user_id, 1, 2);
END $$;

CREATE FUNCTION user_roles_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	direction bigint := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
	INSERT INTO part_counts AS c (tenant_id, kind, owner, part, n)
		SELECT p.tenant_id, p.kind, p.owner, substr(m.user_id, 1, 2), direction * count(*) FROM changed m
			JOIN part_counts p ON p.tenant_id = m.tenant_id AND p.kind = 'user_roles' AND p.owner = m.role_id AND p.part = ''
			GROUP BY p.tenant_id, p.kind, p.owner, substr(m.user_id, 1, 2) ORDER BY 1, 3, 4
		ON CONFLICT (tenant_id, kind, owner, part) DO UPDATE SET n = c.n + excluded.n;
	RETURN NULL;
END $$;
CREATE TRIGGER user_roles_parts_insert AFTER INSERT ON user_roles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION user_roles_parts();
CREATE TRIGGER user_roles_parts_delete AFTER DELETE ON user_roles REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION user_roles_parts();
-- Waits for those who change the table and counts what they left; who comes after them finds the rows that this makes.
CREATE FUNCTION parts_of_role(of_tenant text, of_owner text) RETURNS TABLE (part text, n bigint) LANGUAGE plpgsql AS $$
BEGIN
	LOCK TABLE user_roles IN SHARE ROW EXCLUSIVE MODE;
	RETURN QUERY SELECT '', CAST(0 AS bigint) UNION ALL
		SELECT substr(user_id, 1, 2), count(*) FROM user_roles WHERE tenant_id = of_tenant AND role_id = of_owner GROUP BY substr(user_id, 1, 2);
END $$;

CREATE FUNCTION owner_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM part_counts WHERE tenant_id = old.tenant_id AND kind = TG_ARGV[0] AND owner = old.id;
	RETURN NULL;
END $$;
CREATE TRIGGER organizations_parts_delete AFTER DELETE ON organizations FOR EACH ROW EXECUTE FUNCTION owner_parts('organization_users');
CREATE TRIGGER roles_parts_delete AFTER DELETE ON roles FOR EACH ROW EXECUTE FUNCTION owner_parts('user_roles');
