-- How many different contents each side of a repeated edge brings.
SELECT pairs.s, pairs.d, count(DISTINCT pairs.cs) AS contents_s, count(DISTINCT pairs.cd) AS contents_d
FROM pairs
INNER JOIN edges ON edges.s = pairs.s AND edges.d = pairs.d
WHERE edges.weight > 1
GROUP BY pairs.s, pairs.d
