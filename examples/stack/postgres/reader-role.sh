#!/bin/sh
# Once, when the database is made: a role for tables in Grafana. It may read what the application keeps, and nothing else: each transaction of it is read-only and ends in time.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set password="$(cat /run/secrets/postgres_reader_password)" <<'SQL'
CREATE ROLE reader LOGIN PASSWORD :'password' CONNECTION LIMIT 5;
ALTER ROLE reader SET default_transaction_read_only = on;
ALTER ROLE reader SET statement_timeout = '10s';
GRANT pg_read_all_data TO reader;
SQL
