// ---
// title: Outlets a cluster feeds
// question: Which outlets and domains do the members of a cluster send readers to, and who owns them?
// group: outlets
// view: table
// params:
//   finding: {type: text, default: null, meaning: Id of a finding; empty takes the highest ranked}
//   members: {type: integer, default: 2, meaning: Domains shared by at least so many members}
//   limit: {type: integer, default: 50, meaning: "At most so many domains, those of most members first"}
// returns:
//   domain: The domain
//   outlet: The outlet behind it, where one is known
//   kind: state, state-affiliated, party, wire, independent or unknown
//   country: Where the outlet is based
//   owners: Who owns it, as a document says
//   members: How many members link to it
//   posts: In how many of their posts
//   share: Share of all posts of the members with a link
// false_positives: Everybody links to big outlets; sharing state media does not make an account part of an operation.
// ---
CALL () {
  OPTIONAL MATCH (best:Finding)
  WITH best ORDER BY best.score DESC, best.id LIMIT 1
  RETURN coalesce(/*$finding*/ null, best.id) AS wanted
}
MATCH (f:Finding {id: wanted})
CALL (f) {
  MATCH (f)<-[:MEMBER_OF]-(a)-[:POSTED|PUBLISHED]->(p:Post) WHERE EXISTS { (p)-[:LINKS_TO]->(:Url) }
  RETURN count(DISTINCT p) AS linking
}
MATCH (f)<-[:MEMBER_OF]-(a)-[:POSTED|PUBLISHED]->(p:Post)-[:LINKS_TO]->(:Url)-[:ON]->(d:Domain)
WITH d, linking, count(DISTINCT a) AS members, count(DISTINCT p) AS posts
WHERE members >= /*$members*/ 2
WITH * ORDER BY members DESC, posts DESC, d.id LIMIT /*$limit*/ 50
OPTIONAL MATCH (d)-[:OF]->(o:Outlet)
CALL (o) {
  OPTIONAL MATCH (o)-[:OWNED_BY]->(owner)
  WITH coalesce(owner.name, owner.id) AS name ORDER BY name
  RETURN collect(name) AS owners
}
RETURN d.id AS domain, coalesce(o.name, o.id) AS outlet, o.kind AS kind, o.country AS country, owners, members, posts,
       round(1.0 * posts / linking, 4) AS share
ORDER BY members DESC, posts DESC, domain, outlet
