// ---
// title: Shortest path between two accounts
// question: How is one account connected with another?
// group: accounts
// view: network
// params:
//   from: {type: account, default: null, meaning: "Id such as x:123, or a handle; empty takes a member of the highest ranked finding"}
//   to: {type: account, default: null, meaning: "Id or handle of the other; empty takes another member"}
// returns:
//   step: Place on the path, 1 is the first
//   source: Id of what the step leads from
//   source_kind: Its label
//   source_name: Its handle, name or words
//   relationship: How the two are connected, as stored from start to end
//   forwards: true where the relationship points along the path
//   target: Id of what it leads to
//   target_kind: Its label
//   target_name: Its handle, name or words
// false_positives: In a small world everybody is a few steps from everybody; a path is a lead, never a proof. Hashtags
//   are left out, since they connect all who ever used one.
// ---
CALL () {
  OPTIONAL MATCH (member:Account)-[m:MEMBER_OF]->(f:Finding)
  WITH member, f, m ORDER BY f.score DESC, f.id, m.score DESC, member.id
  WITH f, collect(member.id)[..2] AS two LIMIT 1
  RETURN coalesce(/*$from*/ null, two[0]) AS one, coalesce(/*$to*/ null, two[1]) AS other
}
CALL (one) {
  MATCH (a:Account {id: one}) RETURN a
  UNION
  MATCH (a:Account {handle: one}) RETURN a
}
CALL (other) {
  MATCH (b:Account {id: other}) RETURN b
  UNION
  MATCH (b:Account {handle: other}) RETURN b
}
WITH a, b WHERE a <> b
MATCH path = shortestPath(
  (a)-[:POSTED|REPLIES_TO|REPOSTS|QUOTES|COPIES|MENTIONS|LINKS_TO|SHOWS|FOLLOWS|ENGAGED|COORDINATED*..10]-(b))
UNWIND range(0, length(path) - 1) AS i
WITH i + 1 AS step, nodes(path)[i] AS s, relationships(path)[i] AS r, nodes(path)[i + 1] AS t
RETURN step, s.id AS source, labels(s)[0] AS source_kind,
       coalesce(s.handle, s.name, left(s.text, 80), s.id) AS source_name, type(r) AS relationship,
       startNode(r) = s AS forwards, t.id AS target, labels(t)[0] AS target_kind,
       coalesce(t.handle, t.name, left(t.text, 80), t.id) AS target_name
ORDER BY step
