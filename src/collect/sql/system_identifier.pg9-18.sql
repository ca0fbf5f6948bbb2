-- What initdb gave to the cluster, which its standbys and base backups have too. Refused where the function is not for everybody.
SELECT c.system_identifier::pg_catalog.text AS system_identifier FROM pg_catalog.pg_control_system() c;
