-- What only the superuser may do; the same as scripts/lib/postgres.ts does for the private root. Running it again
-- changes nothing but the passwords. Everything else is made by the migrations, as hotline_owner.

-- A password must not reach the log, not even when its statement fails.
set log_statement = 'none';
set log_min_error_statement = 'panic';
set client_min_messages = 'warning';
-- Read here, by psql: an argument could be seen in the list of processes.
\set owner_password `cat "$HOTLINE_OWNER_DATABASE_PASSWORD_FILE"`
\set app_password `cat "$HOTLINE_DATABASE_PASSWORD_FILE"`
\set superuser_password `[ -z "$HOTLINE_SUPERUSER_PASSWORD_FILE" ] || cat "$HOTLINE_SUPERUSER_PASSWORD_FILE"`

select 'create role hotline_owner login' where not exists (select from pg_roles where rolname = 'hotline_owner') \gexec
select 'create role hotline_app login' where not exists (select from pg_roles where rolname = 'hotline_app') \gexec
alter role hotline_owner createdb password :'owner_password';
alter role hotline_app nocreatedb password :'app_password';
-- An empty password is stored as none: then the superuser comes in through the socket of this container only.
alter role postgres password :'superuser_password';

-- In template1, so that every database has them: only a superuser may create `vector`.
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
create extension if not exists vector;

select 'create database hotline owner hotline_owner'
 where not exists (select from pg_database where datname = 'hotline') \gexec
revoke connect, temporary on database hotline from public;
grant connect, temporary on database hotline to hotline_owner, hotline_app;

-- Said loudly here rather than found out by a search that is always empty. (A division by zero is what ends the script.)
select 1 / cardinality(show_trgm('噪音')) as "Chinese text can be compared (else: see the initdb flags of postgres-start)" \g /dev/null
