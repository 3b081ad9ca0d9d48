#!/bin/sh
# Run once by the PostgreSQL image, as superuser, when its data folder is empty: two databases,
# for each an owner (migrations) and a writer (the service), neither of them superuser; for the
# registry a role as well that its service acts as for everything but appending.
set -eu

make_database() {
    psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        -v name="$1" -v owner="$1_owner" -v writer="$1_writer" \
        -v owner_password="$2" -v writer_password="$3" <<'SQL'
CREATE ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE :"writer" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT PASSWORD :'writer_password';
CREATE DATABASE :"name" OWNER :"owner" ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"writer";
SQL
    psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$1" \
        -v owner="$1_owner" -v writer="$1_writer" <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"writer";
SQL
}

# What the registry's writer may do is said by `concord migrate`; it must not be able to change the
# log. Reporting's tables can be dropped and rebuilt: there the writer may do everything to rows.
make_database registry "$REGISTRY_OWNER_PASSWORD" "$REGISTRY_WRITER_PASSWORD"
make_database reporting "$REPORTING_OWNER_PASSWORD" "$REPORTING_WRITER_PASSWORD"
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname registry <<'SQL'
CREATE ROLE registry_request NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
GRANT registry_request TO registry_writer;
SQL
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname reporting <<'SQL'
ALTER DEFAULT PRIVILEGES FOR ROLE reporting_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO reporting_writer;
SQL
