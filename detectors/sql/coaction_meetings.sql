-- Posts in which members of the same group meet over an object, and with how many other members each does.
SELECT
    linked.cluster,
    pairs.layer,
    pairs.o,
    CASE WHEN sides.side = 1 THEN pairs.post_s ELSE pairs.post_d END AS post,
    CASE WHEN sides.side = 1 THEN pairs.s ELSE pairs.d END AS a,
    count(DISTINCT CASE WHEN sides.side = 1 THEN pairs.d ELSE pairs.s END) AS others
FROM pairs
INNER JOIN linked ON linked.layer = pairs.layer AND linked.s = pairs.s AND linked.d = pairs.d
CROSS JOIN (SELECT 1 AS side UNION ALL SELECT 2 AS side) AS sides
WHERE pairs.dt <= linked.window_us
GROUP BY
    linked.cluster,
    pairs.layer,
    pairs.o,
    CASE WHEN sides.side = 1 THEN pairs.post_s ELSE pairs.post_d END,
    CASE WHEN sides.side = 1 THEN pairs.s ELSE pairs.d END
