-- Edges: weight is the number of different objects the two share within the window. Each side must have brought
-- enough different posts too: five hashtags of one post, copied once, are one meeting and not five.
SELECT
    pairs.layer,
    pairs.s,
    pairs.d,
    count(DISTINCT pairs.o) AS weight,
    CAST(sum(pairs.dt) AS BIGINT) AS delta,
    count(*) AS meetings
FROM pairs
INNER JOIN candidates ON candidates.layer = pairs.layer AND candidates.s = pairs.s AND candidates.d = pairs.d
INNER JOIN minima ON minima.layer = pairs.layer
GROUP BY pairs.layer, pairs.s, pairs.d, minima.least
HAVING
    count(DISTINCT pairs.o) >= minima.least
    AND count(DISTINCT pairs.post_s) >= minima.least
    AND count(DISTINCT pairs.post_d) >= minima.least
