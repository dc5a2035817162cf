-- Participation as CooRTweet counts it: an account's shares whose content is in a pair, pairs with whomever.
WITH taking_part AS (
    SELECT all_actions.a, all_actions.c
    FROM all_actions INNER JOIN paired ON paired.c = all_actions.c
),

enough AS (
    SELECT a FROM taking_part GROUP BY a HAVING count(*) >= $participation
)

SELECT DISTINCT taking_part.c
FROM taking_part INNER JOIN enough ON enough.a = taking_part.a
