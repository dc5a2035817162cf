-- Shares as numbers: object o, account a, content c, time t in microseconds, bucket b of one window's length.
-- own marks a post that is itself the object: it counts as activity but makes no pair.
SELECT
    objects.o,
    accounts.a,
    numbered.c,
    numbered.time_us AS t,
    numbered.time_us // $bucket AS b,
    numbered.own
FROM numbered
INNER JOIN accounts ON accounts.account = numbered.account
INNER JOIN objects ON objects.object = numbered.object
