\echo == security/bypassed
EXPLAIN SELECT * FROM account WHERE tenant = 7;
\echo == security/clerk
SET ROLE awk_clerk;
EXPLAIN SELECT * FROM account WHERE tenant = 7 AND balance > 900;
RESET ROLE;
\echo == security/clerk-leaky
SET ROLE awk_clerk;
EXPLAIN SELECT id FROM account WHERE leaky(tenant) AND secret = 'x';
RESET ROLE;
\echo == security/auditor-function
SET ROLE awk_auditor;
EXPLAIN SELECT count(*) FROM account WHERE balance BETWEEN 10 AND 40;
RESET ROLE;
\echo == security/manager
SET ROLE "awk Manager";
EXPLAIN SELECT tenant, sum(balance) FROM account GROUP BY tenant;
RESET ROLE;
\echo == security/bypass-role
SET ROLE awk_bypass;
EXPLAIN SELECT id FROM staff WHERE login = 'user7';
RESET ROLE;
\echo == security/owner
SET ROLE awk_owner;
EXPLAIN SELECT * FROM account WHERE balance < 5;
RESET ROLE;
\echo == security/forced-owner
SET ROLE awk_owner;
SET awk.tenant = '7';
EXPLAIN SELECT * FROM forced WHERE v = 'otter';
RESET ALL;
RESET ROLE;
\echo == security/update
SET ROLE awk_clerk;
EXPLAIN UPDATE account SET balance = balance + 1 WHERE tenant = 3;
RESET ROLE;
\echo == security/delete-subquery
SET ROLE awk_clerk;
EXPLAIN DELETE FROM account WHERE id < 50;
RESET ROLE;
\echo == security/insert
SET ROLE awk_clerk;
EXPLAIN INSERT INTO account (tenant, owner_login, balance) VALUES (1, 'awk_clerk', 5);
RESET ROLE;
\echo == security/no-policy
EXPLAIN SELECT * FROM locked_away WHERE v = 'v3';
\echo == security/row-security-off
SET ROLE awk_owner;
SET row_security = off;
EXPLAIN SELECT count(*) FROM account WHERE level > 3;
RESET ALL;
RESET ROLE;
\echo == security/column-grants
SET ROLE awk_clerk;
EXPLAIN SELECT name FROM payroll WHERE salary > 8000;
RESET ROLE;
\echo == security/barrier-as-owner
EXPLAIN SELECT id FROM payroll_guarded WHERE leaky(salary) AND name = 'otter';
\echo == security/barrier-as-clerk
SET ROLE awk_clerk;
EXPLAIN SELECT id FROM payroll_guarded WHERE leaky(salary) AND salary > 8500;
RESET ROLE;
\echo == security/invoker-view
SET ROLE awk_clerk;
EXPLAIN SELECT * FROM invoker_account WHERE tenant < 9;
RESET ROLE;
\echo == security/view-as-auditor
SET ROLE awk_auditor;
EXPLAIN SELECT * FROM customer_sales WHERE region_id = 7;
RESET ROLE;
\echo == security/denied
SET ROLE awk_auditor;
EXPLAIN SELECT * FROM locked_away;
RESET ROLE;
\echo == security/settings-of-login
SET ROLE awk_clerk;
EXPLAIN SELECT o.city, count(*) FROM orders o JOIN region r ON r.id = o.zip GROUP BY o.city ORDER BY 2;
RESET ROLE;
\echo == security/leakproof
SET ROLE awk_clerk;
EXPLAIN SELECT * FROM account WHERE level = 4 AND id = 77 AND owner_login > 'user300';
RESET ROLE;
