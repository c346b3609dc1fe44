-- Up to which row the trigram index of a table knows it. Rows behind the mark are few, and are candidates of every search
-- (entity/search.c); they are indexed many at a time (store/search.c), which costs a fraction of indexing each commit's own.

CREATE TABLE search_marks (
	of_table TEXT NOT NULL PRIMARY KEY,
	upto bigint NOT NULL
) WITHOUT ROWID;

INSERT INTO search_marks (of_table, upto)
	SELECT 'organizations', coalesce(max(seq), 0) FROM organizations UNION ALL
	SELECT 'users', coalesce(max(seq), 0) FROM users UNION ALL
	SELECT 'applications', coalesce(max(seq), 0) FROM applications;

-- The indexes once more, without what finding candidates does not need: where in a text a trigram stands, and how long texts are.

DROP TABLE organizations_search;
CREATE VIRTUAL TABLE organizations_search USING fts5 (search, content = 'organizations', content_rowid = 'seq',
	tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0);
INSERT INTO organizations_search (organizations_search) VALUES ('rebuild');

DROP TABLE users_search;
CREATE VIRTUAL TABLE users_search USING fts5 (search, content = 'users', content_rowid = 'seq',
	tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0);
INSERT INTO users_search (users_search) VALUES ('rebuild');

DROP TABLE applications_search;
CREATE VIRTUAL TABLE applications_search USING fts5 (search, content = 'applications', content_rowid = 'seq',
	tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0);
INSERT INTO applications_search (applications_search) VALUES ('rebuild');
