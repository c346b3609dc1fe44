-- A counter is sixteen rows, so that writers on different connections do not wait for each other. `kind` is the
-- table; `owner` the parent, or empty. One trigger a statement: a list of ten thousand is one update.

CREATE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	direction bigint := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
	IF TG_NARGS = 0 THEN
		INSERT INTO counters AS c (tenant_id, kind, owner, slot, n)
			SELECT tenant_id, TG_TABLE_NAME, '', pg_backend_pid() % 16, direction * count(*) FROM changed GROUP BY tenant_id
			ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = c.n + excluded.n;
	ELSE
		EXECUTE format('INSERT INTO counters AS c (tenant_id, kind, owner, slot, n)
			SELECT tenant_id, %L, %I, pg_backend_pid() %% 16, %s * count(*) FROM changed GROUP BY tenant_id, %I ORDER BY tenant_id, %I
			ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = c.n + excluded.n',
			TG_TABLE_NAME, TG_ARGV[0], direction, TG_ARGV[0], TG_ARGV[0]);
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER organizations_count_insert AFTER INSERT ON organizations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER organizations_count_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TRIGGER users_count_insert AFTER INSERT ON users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER users_count_delete AFTER DELETE ON users REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TRIGGER applications_count_insert AFTER INSERT ON applications REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER applications_count_delete AFTER DELETE ON applications REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TRIGGER resources_count_insert AFTER INSERT ON resources REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER resources_count_delete AFTER DELETE ON resources REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TRIGGER organization_roles_count_insert AFTER INSERT ON organization_roles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER organization_roles_count_delete AFTER DELETE ON organization_roles REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TRIGGER organization_scopes_count_insert AFTER INSERT ON organization_scopes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TRIGGER organization_scopes_count_delete AFTER DELETE ON organization_scopes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();

CREATE TRIGGER scopes_count_insert AFTER INSERT ON scopes REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('resource_id');
CREATE TRIGGER scopes_count_delete AFTER DELETE ON scopes REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('resource_id');

CREATE TRIGGER organization_users_count_insert AFTER INSERT ON organization_users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('organization_id');
CREATE TRIGGER organization_users_count_delete AFTER DELETE ON organization_users REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('organization_id');

CREATE TRIGGER organization_applications_count_insert AFTER INSERT ON organization_applications REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('organization_id');
CREATE TRIGGER organization_applications_count_delete AFTER DELETE ON organization_applications REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('organization_id');

CREATE TRIGGER user_roles_count_insert AFTER INSERT ON user_roles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('role_id');
CREATE TRIGGER user_roles_count_delete AFTER DELETE ON user_roles REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('role_id');

CREATE TRIGGER application_roles_count_insert AFTER INSERT ON application_roles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('role_id');
CREATE TRIGGER application_roles_count_delete AFTER DELETE ON application_roles REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows('role_id');
