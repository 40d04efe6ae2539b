#!/bin/sh
# Once, when the database is made: a role that may look at statistics, and at nothing that the application keeps.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set password="$(cat /run/secrets/postgres_exporter_password)" <<'SQL'
CREATE ROLE exporter LOGIN PASSWORD :'password' CONNECTION LIMIT 5;
GRANT pg_monitor TO exporter;
SQL
