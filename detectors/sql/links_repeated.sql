-- Actions of accounts with an edge met more than once: an edge met once has one content on each side.
SELECT actions.o, actions.a, actions.c, actions.t, actions.b, actions.k
FROM actions
INNER JOIN (
    SELECT s AS a FROM edges WHERE weight > 1 UNION SELECT d AS a FROM edges WHERE weight > 1
) AS met ON met.a = actions.a
