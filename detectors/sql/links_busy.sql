-- Objects with many shares and the pairs they would make at most: within a bucket, and with the bucket after it.
WITH busy AS (
    SELECT o, count(*) AS shares FROM all_actions GROUP BY o HAVING count(*) >= $shares
),

cells AS (
    SELECT all_actions.o, all_actions.b, CAST(count(*) AS DOUBLE) AS n
    FROM all_actions INNER JOIN busy ON busy.o = all_actions.o
    GROUP BY all_actions.o, all_actions.b
),

bounds AS (
    SELECT here.o, sum(here.n * (here.n - 1) / 2 + here.n * coalesce(after.n, 0)) AS pairs
    FROM cells AS here
    LEFT JOIN cells AS after ON after.o = here.o AND after.b = here.b + 1
    GROUP BY here.o
)

SELECT busy.o, objects.object, busy.shares, CAST(bounds.pairs AS BIGINT) AS pairs
FROM busy
INNER JOIN bounds ON bounds.o = busy.o
INNER JOIN objects ON objects.o = busy.o
ORDER BY busy.shares DESC, objects.object
