\set x 1
\copy t from stdin with (format csv, header)
a
1
\.
select 1 \gx
select E'a'
 'b\'' \; select U&'\0061' ; \echo 'a \\ b' \\ select $1, x$y$, 1e5 \g
insert into t default values; insert into "T".u select * from t
