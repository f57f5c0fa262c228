-- Roles, rights, row security and the schemas of the roles on PostgreSQL; policy.h describes them. See ddl_template.h for
-- the format of this file, policy_postgres.c for the values.

-- Two databases may create the roles at the same time: the second one waits and finds that they exist.
-- The role that migrates becomes a member of the owner, for the next migration.
-- name: roles
DO $$ DECLARE missing record; BEGIN
  FOR missing IN SELECT * FROM (VALUES ('boxoffice_owner', 'NOLOGIN'), ('boxoffice_migrate', 'LOGIN'), ('boxoffice_app', 'LOGIN NOINHERIT'),
    {roles_nologin},
    {owners_nologin}) AS roles (name, attributes)
    WHERE to_regrole(name) IS NULL LOOP
    BEGIN EXECUTE format('CREATE ROLE %I %s', missing.name, missing.attributes);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END LOOP;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE starts_with(rolname, 'boxoffice_') AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'a role of boxoffice has rights that no row policy stops'; END IF;
END $$;
DO $$ DECLARE missing record; BEGIN
  FOR missing IN SELECT * FROM (VALUES ('boxoffice_owner', 'boxoffice_migrate'),
    {roles_of_app},
    {owners_of_owner}) AS members (granted, member)
    WHERE NOT pg_has_role(member, granted, 'MEMBER') LOOP
    BEGIN EXECUTE format('GRANT %I TO %I', missing.granted, missing.member);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END LOOP;
  IF NOT pg_has_role(current_user, 'boxoffice_owner', 'USAGE') THEN GRANT boxoffice_owner TO CURRENT_USER; END IF;
END $$;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO boxoffice_owner', current_database()); END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO boxoffice_owner;
GRANT USAGE ON SCHEMA public TO boxoffice_migrate, boxoffice_app, {owners};
-- By default the engine lets every role call functions by which a query could do more than read: become another actor
-- (set_config), send false notifications to other nodes (pg_notify), hold the locks by which nodes coordinate, even beyond
-- its end (pg_advisory_*), and write although it is read-only (large objects, the log). SET and NOTIFY are separate
-- statements, which a query cannot contain. lo_import and lo_export are restricted to superusers anyway. Only a superuser
-- may revoke rights on these functions.
-- name: guard
DO $$ DECLARE guarded regprocedure; BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
  FOR guarded IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
    AND (p.proname IN ('set_config', 'pg_notify', 'pg_logical_emit_message', 'pg_export_snapshot', 'lowrite')
      OR starts_with(p.proname, 'pg_advisory_') OR starts_with(p.proname, 'pg_try_advisory_')
      OR starts_with(p.proname, 'lo_') AND p.proname NOT IN ('lo_import', 'lo_export')) LOOP
    EXECUTE format('{verb} EXECUTE ON FUNCTION %s {direction} PUBLIC', guarded);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO boxoffice_owner, boxoffice_migrate, boxoffice_app', guarded);
  END LOOP;
END $$;
-- The role that migrates creates the migration tables, now or later; the server reads them, and other roles that migrate
-- write to them too. The statements after this section run as the owner.
-- name: enter
DO $$ DECLARE maker name; migration_table regclass; BEGIN
  FOREACH maker IN ARRAY ARRAY[current_user, 'boxoffice_migrate'] LOOP
    IF pg_has_role(current_user, maker, 'USAGE') THEN
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT ON TABLES TO boxoffice_app', maker);
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT, INSERT, DELETE ON TABLES TO boxoffice_owner', maker);
    END IF;
  END LOOP;
  FOREACH migration_table IN ARRAY ARRAY[to_regclass('public."SequelizeMeta"'), to_regclass('public."SequelizeData"')] LOOP
    IF migration_table IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON %s TO boxoffice_app', migration_table);
      EXECUTE format('GRANT SELECT, INSERT, DELETE ON %s TO boxoffice_owner', migration_table);
    END IF;
  END LOOP;
END $$;
SET LOCAL search_path TO public;
SET LOCAL ROLE boxoffice_owner;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- name: drop_end
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
SET LOCAL ROLE NONE;
SET LOCAL client_min_messages TO DEFAULT;
SET LOCAL search_path TO DEFAULT;
-- name: public_usage
GRANT USAGE ON SCHEMA public TO PUBLIC;
-- name: security
ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "server" ON "{table}" TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);
-- name: policy
CREATE POLICY "{role}" ON "{table}" FOR SELECT TO {owner} USING ({predicate});
-- Policies and masks call actor_id() with the rights of the reading role, so every role may call it.
-- name: server_grants
GRANT EXECUTE ON FUNCTION "actor_id"() TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO boxoffice_app;
GRANT SELECT, INSERT ON {append_only} TO boxoffice_app;
GRANT SELECT, USAGE, UPDATE ON SEQUENCE {sequences} TO boxoffice_app;
GRANT SELECT ON "PeopleEpochs" TO boxoffice_app;
-- Invariants check which rows full-text search can find; only the functions can read the words themselves.
-- name: search_server_grant
GRANT SELECT ("id") ON "{table}Search" TO boxoffice_app;
-- name: role_grants
GRANT SELECT ({columns}) ON "{table}" TO {owners};
-- name: search_role_grants
GRANT EXECUTE ON FUNCTION "{table}Search"(text) TO boxoffice_app, {owners};
-- name: schema_enter
CREATE SCHEMA "{schema}";
GRANT USAGE, CREATE ON SCHEMA "{schema}" TO {owner};
GRANT USAGE ON SCHEMA "{schema}" TO {schema};
SET LOCAL ROLE {owner};
-- name: view
CREATE VIEW "{schema}"."{table}" AS SELECT {columns} FROM public."{table}" AS r{where};
-- name: search
CREATE FUNCTION "{schema}"."{table}Search"("words" text) RETURNS TABLE ("found" integer, "rank" real)
  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."found", s."rank" FROM public."{table}Search"($1) s JOIN "{schema}"."{table}" r ON r."id" = s."found" $$;
-- name: schema_leave
GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO {schema};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "{schema}" FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "{schema}" TO {schema};
SET LOCAL ROLE boxoffice_owner;
-- name: end
SET LOCAL ROLE NONE;
SET LOCAL search_path TO DEFAULT;
-- name: drop_start
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
