-- Contents that are in any pair at all.
SELECT DISTINCT CASE WHEN sides.side = 1 THEN pairs.cs ELSE pairs.cd END AS c
FROM pairs CROSS JOIN (SELECT 1 AS side UNION ALL SELECT 2 AS side) AS sides
