-- deleted tenants whose uploaded files are still there
CREATE TABLE files_left (
	id {text} PRIMARY KEY,		-- that the tenant had; a new one may have it by now
	since bigint NOT NULL		-- when it was deleted
);
