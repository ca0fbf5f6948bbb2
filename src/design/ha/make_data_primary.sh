if [ ! -e "$data/PG_VERSION" ]; then
    pg_createcluster @MAJOR@ main -- --data-checksums --encoding=UTF8
fi
