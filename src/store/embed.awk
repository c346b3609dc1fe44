# Prints migrations/*.sql as a C table, one row a file: 0007-name.sql, or .sqlite.sql and .postgres.sql.
BEGIN {
	print "/* generated from src/store/migrations by embed.awk, do not edit */"
	print "#include \"store/engine.h\""
	print "const struct migration store__migrations[] = {"
}
FNR == 1 {
	if (rows++)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	sqlite = name !~ /\.postgres\.sql$/
	postgres = name !~ /\.sqlite\.sql$/
	version = substr(name, 1, 4) + 0
	twice = (sqlite && last_sqlite == version) || (postgres && last_postgres == version)
	if (name !~ /^[0-9][0-9][0-9][0-9]-[a-z0-9-]+(\.sqlite|\.postgres)?\.sql$/ || version < last || twice) {
		print "src/store/migrations/" name ": not 0007-name.sql, not in rising order, or a number used twice" > "/dev/stderr"
		failed = 1
		exit 1
	}
	last = version
	if (sqlite)
		last_sqlite = version
	if (postgres)
		last_postgres = version
	sub(/(\.sqlite|\.postgres)?\.sql$/, "", name)
	print "\t{ " version ", \"" substr(name, 6) "\", " (sqlite ? "true" : "false") ", " (postgres ? "true" : "false") ","
}
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	gsub(/\?/, "\\?")
	print "\t\"" $0 "\\n\""
}
END {
	if (failed)
		exit 1
	print rows ? "\t},\n};" : "\t{ 0 }\n};"
	print "const int store__migration_count = " rows + 0 ";"
}
