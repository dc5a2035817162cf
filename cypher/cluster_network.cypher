// ---
// title: A cluster as a network
// question: Who in this cluster moves with whom?
// group: coordination
// view: network
// params:
//   finding: {type: text, default: null, meaning: Id of a finding; empty takes the highest ranked with linked members}
//   window: {type: integer, default: 86400, meaning: "Links of at most so many seconds between the two"}
//   weight: {type: integer, default: 1, meaning: Pairs that shared at least so many}
//   limit: {type: integer, default: 2000, meaning: "At most so many pairs, the heaviest first"}
// returns:
//   source: Id of one account
//   source_name: Its handle
//   target: Id of the other
//   target_name: Its handle
//   weight: The most they shared in one layer and window
//   layers: What they shared
// false_positives: An edge says that two accounts shared the same within the window, not that they know each other.
// ---
CALL () {
  OPTIONAL MATCH (best:Finding {detector: 'coaction'})
  WITH best ORDER BY best.score DESC, best.id LIMIT 1
  RETURN coalesce(/*$finding*/ null, best.id) AS wanted
}
MATCH (f:Finding {id: wanted})<-[:MEMBER_OF]-(a:Account)-[c:COORDINATED]->(b:Account)-[:MEMBER_OF]->(f)
WHERE c.window <= /*$window*/ 86400
WITH a, b, c.layer AS layer, c.weight AS weight ORDER BY layer
WITH a, b, max(weight) AS weight, collect(DISTINCT layer) AS layers
WHERE weight >= /*$weight*/ 1
RETURN a.id AS source, coalesce(a.handle, a.id) AS source_name, b.id AS target, coalesce(b.handle, b.id) AS target_name,
       weight, layers
ORDER BY weight DESC, source, target LIMIT /*$limit*/ 2000
