// ---
// title: Coordinated clusters
// question: Which groups of accounts act together, how strongly, and on what?
// group: coordination
// view: table
// params:
//   members: {type: integer, default: 3, meaning: Clusters of at least so many accounts}
//   window: {type: integer, default: 86400, meaning: "Count links of at most so many seconds between the two"}
//   limit: {type: integer, default: 50, meaning: At most so many clusters}
// returns:
//   finding: Id of the finding; `murmur findings` shows its evidence
//   score: Rank within the case, larger is more worth reading
//   accounts: How many accounts it joins
//   linked_pairs: How many pairs of them shared something within the window
//   heaviest: The most that one pair shared in one layer
//   layers: What they shared
//   first_seen: Its first act
//   last_seen: Its last act
//   some: Handles of a few, the most involved first
// false_positives: Fan clubs, activists with a template, breaking news, wire copy and scheduling tools link accounts too;
//   a cluster is undetermined until it is tested against them.
// ---
MATCH (f:Finding {detector: 'coaction'})
CALL (f) {
  MATCH (a:Account)-[m:MEMBER_OF]->(f)
  WITH a ORDER BY m.score DESC, a.id
  RETURN count(a) AS accounts, collect(coalesce(a.handle, a.id))[..5] AS some
}
WITH f, accounts, some WHERE accounts >= /*$members*/ 3
ORDER BY f.score DESC, f.id LIMIT /*$limit*/ 50
CALL (f) {
  MATCH (f)<-[:MEMBER_OF]-(a:Account)-[c:COORDINATED]->(b:Account)-[:MEMBER_OF]->(f)
  WHERE c.window <= /*$window*/ 86400
  WITH a, b, max(c.weight) AS heaviest, collect(DISTINCT c.layer) AS layers
  UNWIND layers AS layer
  WITH layer, a, b, heaviest ORDER BY layer
  RETURN count(DISTINCT a.id + ' ' + b.id) AS linked_pairs, max(heaviest) AS heaviest, collect(DISTINCT layer) AS layers
}
RETURN f.id AS finding, f.score AS score, accounts, linked_pairs, heaviest, layers, f.first_seen AS first_seen,
       f.last_seen AS last_seen, some
ORDER BY score DESC, finding
