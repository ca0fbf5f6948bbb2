--
-- PostgreSQL database dump
--
\restrict abc

-- Dumped from database version 17.5
SET standard_conforming_strings = on;
CREATE FUNCTION public.f(a integer) RETURNS integer
    LANGUAGE plpgsql
    AS $_$
BEGIN
  RETURN $1; -- it's
END;
$_$;
CREATE OR REPLACE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END;
CREATE TABLE public.t (a integer DEFAULT 1, b text DEFAULT E'x\';' COLLATE "C", "c;" int);
CREATE RULE r AS ON INSERT TO public.t DO (SELECT 1; SELECT 2);
COPY public.t (a, b) FROM stdin;
1	';\\
2	\N
\.
COMMENT ON TABLE public.t IS 'a; b''c';
/* nested /* comment */ ; */
INSERT INTO public.t VALUES (1, 'x', 2), (2, 'y;', (3)) ON CONFLICT DO NOTHING;
--
-- PostgreSQL database dump complete
--

\unrestrict abc
