-- One row an edge, source before target in text order; weight counts pairs of posts.
SELECT
    source.account AS source,
    target.account AS target,
    sided.weight,
    sided.delta / CAST(1000000 AS DOUBLE) / sided.weight AS mean_time_delta,
    sided.contents_s AS contents_source,
    sided.contents_d AS contents_target,
    least(sided.contents_s, sided.contents_d) / CAST(greatest(sided.contents_s, sided.contents_d) AS DOUBLE) AS symmetry
FROM sided
INNER JOIN accounts AS source ON source.a = sided.s
INNER JOIN accounts AS target ON target.a = sided.d
ORDER BY sided.s, sided.d
