-- Pairs of actors that meet often enough to be worth counting different objects and posts for.
SELECT pairs.layer, pairs.s, pairs.d
FROM pairs
INNER JOIN minima ON minima.layer = pairs.layer
GROUP BY pairs.layer, pairs.s, pairs.d, minima.least
HAVING count(*) >= minima.least
