-- A trigram index finds the candidates of a substring search; the matcher decides (entity/search.c).
-- FTS5 is the one table whose key cannot begin with the tenant. search_changed() is ours: it notes the row,
-- and the index is brought up to date once, just before COMMIT (store/sqlite.c).

CREATE VIRTUAL TABLE organizations_search USING fts5 (search, content = 'organizations', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1');
CREATE TRIGGER organizations_search_insert AFTER INSERT ON organizations BEGIN
	SELECT search_changed('organizations', new.seq, NULL, new.search);
END;
CREATE TRIGGER organizations_search_update AFTER UPDATE OF search ON organizations WHEN old.search <> new.search BEGIN
	SELECT search_changed('organizations', new.seq, old.search, new.search);
END;
CREATE TRIGGER organizations_search_delete AFTER DELETE ON organizations BEGIN
	SELECT search_changed('organizations', old.seq, old.search, NULL);
END;

CREATE VIRTUAL TABLE users_search USING fts5 (search, content = 'users', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1');
CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
	SELECT search_changed('users', new.seq, NULL, new.search);
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF search ON users WHEN old.search <> new.search BEGIN
	SELECT search_changed('users', new.seq, old.search, new.search);
END;
CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
	SELECT search_changed('users', old.seq, old.search, NULL);
END;

CREATE VIRTUAL TABLE applications_search USING fts5 (search, content = 'applications', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1');
CREATE TRIGGER applications_search_insert AFTER INSERT ON applications BEGIN
	SELECT search_changed('applications', new.seq, NULL, new.search);
END;
CREATE TRIGGER applications_search_update AFTER UPDATE OF search ON applications WHEN old.search <> new.search BEGIN
	SELECT search_changed('applications', new.seq, old.search, new.search);
END;
CREATE TRIGGER applications_search_delete AFTER DELETE ON applications BEGIN
	SELECT search_changed('applications', old.seq, old.search, NULL);
END;
