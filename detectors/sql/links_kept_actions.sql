-- Actions that can still make a pair, with k = 1 where the content counts towards participation.
SELECT
    actions.o, actions.a, actions.c, actions.t, actions.b,
    CASE WHEN kept.c IS NULL THEN 0 ELSE 1 END AS k
FROM actions
INNER JOIN paired ON paired.c = actions.c
LEFT JOIN kept ON kept.c = actions.c
