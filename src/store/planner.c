#include "store/sqlite.h"

#include "base/banned.h"

/*
 * Statistics for SQLite's planner, in place of ANALYZE: the tenant, with which every index begins, selects nothing;
 * the columns behind it select much. By its own guess (a first column leaves ten rows) the planner reads all rows of
 * a tenant rather than the few that the trigram index found. The figures are the same on every database, so that
 * plans do not change while a server runs.
 */
static const char statistics[] =
	"ANALYZE sqlite_schema; DELETE FROM sqlite_stat1;"
	"INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT m.name, i.name,"
	" '1000000' || CASE (SELECT count(*) FROM pragma_index_info(i.name)) WHEN 1 THEN '' WHEN 2 THEN ' 1000000'"
	" WHEN 3 THEN ' 1000000 1000' ELSE ' 1000000 1000 30' END || CASE i.\"unique\" WHEN 1 THEN ' 1' ELSE ' 10' END"
	" FROM sqlite_schema m, pragma_index_list(m.name) i"
	" WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND NOT EXISTS"
	" (SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND m.name GLOB v.name || '_*')";

err_t lite_statistics_write(sqlite3 *db)
{
	return sqlite3_exec(db, statistics, NULL, NULL, NULL) == SQLITE_OK ? OK : lite_error(db, "statistics");
}
