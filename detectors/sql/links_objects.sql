-- Objects, numbered by one of their rows: the join then compares integers, and nothing had to be sorted.
SELECT object, min(row_id) AS o
FROM numbered
GROUP BY object
