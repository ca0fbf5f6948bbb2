-- Row-level security with policies for roles and for everybody, forced on the owner; column grants; owners.
CREATE TABLE staff (id integer PRIMARY KEY, login name NOT NULL, level integer NOT NULL);
INSERT INTO staff SELECT n, CASE n WHEN 1 THEN 'awk_clerk' WHEN 2 THEN 'awk_auditor' WHEN 3 THEN 'awk Manager' ELSE 'user' || n END, n % 10 FROM generate_series(1, 500) n;
CREATE INDEX ON staff (login);
ANALYZE staff;
CREATE FUNCTION may_see(tenant integer) RETURNS boolean LANGUAGE plpgsql STABLE COST 33 AS 'BEGIN RETURN tenant < 50; END';
CREATE FUNCTION highest_level() RETURNS integer LANGUAGE sql STABLE AS 'SELECT max(level) FROM staff';
CREATE TABLE account (id serial PRIMARY KEY, tenant integer NOT NULL, owner_login name NOT NULL, balance numeric(12, 2) NOT NULL, secret text, level integer);
INSERT INTO account (tenant, owner_login, balance, secret, level)
SELECT pg_temp.skewed(n, 1, 100), 'user' || n % 500, pg_temp.pick(n, 2, 100000), md5(n::text), n % 10 FROM generate_series(1, 20000) n;
CREATE INDEX account_tenant ON account (tenant);
CREATE INDEX account_balance ON account (balance);
CREATE INDEX account_secret ON account (secret);
ALTER TABLE account OWNER TO awk_owner;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_staff ON account FOR SELECT TO awk_staff USING (tenant < 20);
CREATE POLICY account_auditor ON account FOR SELECT TO awk_auditor USING (may_see(tenant) AND balance > 10);
CREATE POLICY account_own ON account FOR ALL TO PUBLIC USING (owner_login = current_user) WITH CHECK (owner_login = current_user);
CREATE POLICY account_limit ON account AS RESTRICTIVE FOR SELECT TO PUBLIC USING (level <= 8);
CREATE POLICY account_update ON account FOR UPDATE TO awk_staff USING (tenant < 5) WITH CHECK (balance > 0);
CREATE POLICY account_delete ON account FOR DELETE TO awk_staff USING (EXISTS (SELECT FROM staff WHERE staff.id = account.id AND staff.level > 3));
GRANT SELECT, INSERT, UPDATE, DELETE ON account TO awk_staff, awk_auditor;
GRANT SELECT ON staff TO PUBLIC;
ANALYZE account;

CREATE TABLE forced (id integer PRIMARY KEY, tenant integer, v text);
INSERT INTO forced SELECT n, n % 50, pg_temp.word(n, 1) FROM generate_series(1, 10000) n;
CREATE INDEX ON forced (tenant);
ANALYZE forced;
ALTER TABLE forced OWNER TO awk_owner;
ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY forced_tenant ON forced USING (tenant = current_setting('awk.tenant', true)::integer);
CREATE TABLE locked_away (id integer PRIMARY KEY, v text);
INSERT INTO locked_away SELECT n, 'v' || n % 9 FROM generate_series(1, 3000) n;
ALTER TABLE locked_away ENABLE ROW LEVEL SECURITY;
ANALYZE locked_away;

-- Rights on some columns only: the planner shows such a role fewer statistics.
CREATE TABLE payroll (id integer PRIMARY KEY, name text, salary integer, bonus integer);
INSERT INTO payroll SELECT n, pg_temp.word(n, 1), pg_temp.skewed(n, 2, 9000), n % 12 FROM generate_series(1, 9000) n;
CREATE INDEX ON payroll (salary);
ANALYZE payroll;
GRANT SELECT (id, name, salary) ON payroll TO awk_clerk;
CREATE FUNCTION leaky(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 1 AS 'BEGIN RETURN $1 > 5; END';
CREATE VIEW payroll_guarded WITH (security_barrier) AS SELECT id, name, salary FROM payroll WHERE bonus < 6;
GRANT SELECT ON payroll_guarded TO PUBLIC;
CREATE TABLE sales.deal (id integer PRIMARY KEY, amount integer, stage text);
INSERT INTO sales.deal SELECT n, pg_temp.skewed(n, 1, 800), pg_temp.word(n, 2) FROM generate_series(1, 7000) n;
ANALYZE sales.deal;
ALTER TABLE sales.deal OWNER TO awk_owner;
GRANT SELECT ON sales.deal, customer, purchase, orders, zoo, journal, region TO awk_staff, awk_auditor;
