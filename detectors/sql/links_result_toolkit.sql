-- One row a direction: the weight is the number of the source's different messages, as the toolkit counts.
WITH directed AS (
    SELECT s, d, contents_s AS messages, weight, delta FROM sided
    UNION ALL
    SELECT d AS s, s AS d, contents_d AS messages, weight, delta FROM sided
)

SELECT
    source.account AS source,
    target.account AS target,
    directed.messages AS weight,
    directed.delta / CAST(1000000 AS DOUBLE) / directed.weight AS mean_time_delta,
    directed.messages AS distinct_messages
FROM directed
INNER JOIN accounts AS source ON source.a = directed.s
INNER JOIN accounts AS target ON target.a = directed.d
WHERE directed.messages >= $edge_weight
ORDER BY directed.s, directed.d
