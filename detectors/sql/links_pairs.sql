-- Two accounts that share the same object within the window, s before d in text order, dt in microseconds.
-- A pair lies in one bucket or in two that follow each other, so two equi-joins find every pair once.
-- k marks contents that count; one of the two must.
SELECT x.a AS s, y.a AS d, x.c AS cs, y.c AS cd, abs(x.t - y.t) AS dt
FROM actions AS x
INNER JOIN actions AS y ON y.o = x.o AND y.b = x.b AND y.a > x.a
WHERE abs(x.t - y.t) <= $window AND x.c <> y.c AND x.k + y.k > 0
UNION ALL
SELECT
    CASE WHEN x.a < y.a THEN x.a ELSE y.a END AS s,
    CASE WHEN x.a < y.a THEN y.a ELSE x.a END AS d,
    CASE WHEN x.a < y.a THEN x.c ELSE y.c END AS cs,
    CASE WHEN x.a < y.a THEN y.c ELSE x.c END AS cd,
    y.t - x.t AS dt
FROM actions AS x
INNER JOIN actions AS y ON y.o = x.o AND y.b - 1 = x.b AND y.a <> x.a
WHERE y.t - x.t <= $window AND x.c <> y.c AND x.k + y.k > 0
