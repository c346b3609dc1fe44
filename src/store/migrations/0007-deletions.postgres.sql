-- A large organization, role or tenant that is deleted is marked at once and gone for every reader; a worker removes the
-- rest in slices (entity/deletion.h, tenant/tenant.c). The indexes of what is marked are nearly always empty.

ALTER TABLE organizations ADD COLUMN deleted_at bigint;
ALTER TABLE roles ADD COLUMN deleted_at bigint;
ALTER TABLE tenants ADD COLUMN deleted_at bigint;
CREATE INDEX organizations_deleted ON organizations (tenant_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX roles_deleted ON roles (tenant_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tenants_deleted ON tenants (id) WHERE deleted_at IS NOT NULL;

DROP INDEX organizations_newest;
CREATE INDEX organizations_newest ON organizations (tenant_id, created_at, id) WHERE deleted_at IS NULL;

-- What is marked is not counted any more.
CREATE FUNCTION count_marked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO counters AS c (tenant_id, kind, owner, slot, n)
		VALUES (old.tenant_id, TG_TABLE_NAME, '', pg_backend_pid() % 16, -1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = c.n - 1;
	RETURN NULL;
END $$;
CREATE FUNCTION count_unmarked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO counters AS c (tenant_id, kind, owner, slot, n)
		SELECT tenant_id, TG_TABLE_NAME, '', pg_backend_pid() % 16, -count(*) FROM changed WHERE deleted_at IS NULL GROUP BY tenant_id
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = c.n + excluded.n;
	RETURN NULL;
END $$;
CREATE TRIGGER organizations_count_mark AFTER UPDATE OF deleted_at ON organizations FOR EACH ROW
	WHEN (old.deleted_at IS NULL AND new.deleted_at IS NOT NULL) EXECUTE FUNCTION count_marked();
DROP TRIGGER organizations_count_delete ON organizations;
CREATE TRIGGER organizations_count_delete AFTER DELETE ON organizations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_unmarked();
