-- Edges with the number of contents on each side.
SELECT
    edges.s, edges.d, edges.weight, edges.delta,
    coalesce(contents.contents_s, 1) AS contents_s,
    coalesce(contents.contents_d, 1) AS contents_d
FROM edges
LEFT JOIN contents ON contents.s = edges.s AND contents.d = edges.d
