-- Accounts with enough shares to take part, numbered in text order: comparing numbers then compares names.
SELECT account, CAST(row_number() OVER (ORDER BY account) AS INTEGER) AS a
FROM (SELECT account FROM numbered GROUP BY account HAVING count(*) >= $participation) AS active
