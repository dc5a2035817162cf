-- Pairs summed to edges as they are found; the sum of whole microseconds is the same in any order.
SELECT s, d, count(*) AS weight, CAST(sum(dt) AS BIGINT) AS delta
FROM pairs
GROUP BY s, d
