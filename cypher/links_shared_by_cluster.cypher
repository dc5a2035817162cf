// ---
// title: Links shared by a cluster
// question: Which addresses do the members of a cluster share, and who else does?
// group: coordination
// view: table
// params:
//   finding: {type: text, default: null, meaning: Id of a finding; empty takes the highest ranked}
//   members: {type: integer, default: 2, meaning: Addresses shared by at least so many members}
//   limit: {type: integer, default: 100, meaning: "At most so many addresses, those of most members first"}
// returns:
//   url: The address without tracking parameters
//   domain: Its domain
//   members: How many members shared it
//   others: How many accounts outside the cluster shared it too
//   posts: In how many of the members' posts
//   first: The first of them
//   last: The last of them
// false_positives: Big sites, shorteners and pictures of the platform itself are shared by everybody; look at `others`.
// ---
CALL () {
  OPTIONAL MATCH (best:Finding)
  WITH best ORDER BY best.score DESC, best.id LIMIT 1
  RETURN coalesce(/*$finding*/ null, best.id) AS wanted
}
MATCH (f:Finding {id: wanted})<-[:MEMBER_OF]-(a)
MATCH (a)-[:POSTED|PUBLISHED]->(p:Post)-[:LINKS_TO]->(u:Url)
WITH f, u, count(DISTINCT a) AS members, count(DISTINCT p) AS posts, min(p.created_at) AS first, max(p.created_at) AS last
WHERE members >= /*$members*/ 2
WITH * ORDER BY members DESC, posts DESC, u.id LIMIT /*$limit*/ 100
CALL (f, u) {
  MATCH (u)<-[:LINKS_TO]-(:Post)<-[:POSTED|PUBLISHED]-(o)
  WITH DISTINCT f, o WHERE NOT EXISTS { (o)-[:MEMBER_OF]->(f) }
  RETURN count(o) AS others
}
OPTIONAL MATCH (u)-[:ON]->(d:Domain)
RETURN u.id AS url, d.id AS domain, members, others, posts, first, last
ORDER BY members DESC, posts DESC, url
