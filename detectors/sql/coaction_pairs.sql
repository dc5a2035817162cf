-- Two actors that use the same object within the window, s before d, dt in microseconds.
-- As links_pairs.sql: same bucket, or the bucket after it.
SELECT x.layer, x.o, x.a AS s, y.a AS d, x.post AS post_s, y.post AS post_d, abs(x.t - y.t) AS dt
FROM actions AS x
INNER JOIN actions AS y ON y.o = x.o AND y.t // $window = x.t // $window AND y.a > x.a
WHERE abs(x.t - y.t) <= $window
UNION ALL
SELECT
    x.layer,
    x.o,
    CASE WHEN x.a < y.a THEN x.a ELSE y.a END AS s,
    CASE WHEN x.a < y.a THEN y.a ELSE x.a END AS d,
    CASE WHEN x.a < y.a THEN x.post ELSE y.post END AS post_s,
    CASE WHEN x.a < y.a THEN y.post ELSE x.post END AS post_d,
    y.t - x.t AS dt
FROM actions AS x
INNER JOIN actions AS y ON y.o = x.o AND (y.t // $window) - 1 = x.t // $window AND y.a <> x.a
WHERE y.t - x.t <= $window
