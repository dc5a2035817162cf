-- The pairs a layer would make within the window, at most: in a bucket, and with the bucket after it.
WITH cells AS (
    SELECT layer, o, t // $window AS b, CAST(count(*) AS DOUBLE) AS n
    FROM actions
    GROUP BY layer, o, t // $window
)

SELECT here.layer, sum(here.n * (here.n - 1) / 2 + here.n * coalesce(after.n, 0)) AS pairs
FROM cells AS here
LEFT JOIN cells AS after ON after.o = here.o AND after.b = here.b + 1
GROUP BY here.layer
