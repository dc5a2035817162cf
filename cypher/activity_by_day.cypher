// ---
// title: Activity by day
// question: When was how much posted, and by how many?
// group: overview
// view: chart
// params:
//   finding: {type: text, default: null, meaning: Only posts of this finding's members; empty takes all posts}
//   limit: {type: integer, default: 1000, meaning: "At most so many days, the newest first"}
// returns:
//   day: The day, UTC
//   posts: Posts of that day
//   accounts: Accounts, pages and outlets that posted
// false_positives: A peak may be a change in the collection.
// ---
CALL () {
  WITH /*$finding*/ null AS wanted WHERE wanted IS NULL
  MATCH (a)-[:POSTED|PUBLISHED]->(p:Post) WHERE p.created_at IS NOT NULL
  RETURN date(p.created_at) AS day, count(p) AS posts, count(DISTINCT a) AS accounts
  UNION
  WITH /*$finding*/ null AS wanted WHERE wanted IS NOT NULL
  MATCH (:Finding {id: wanted})<-[:MEMBER_OF]-(a)-[:POSTED|PUBLISHED]->(p:Post) WHERE p.created_at IS NOT NULL
  RETURN date(p.created_at) AS day, count(DISTINCT p) AS posts, count(DISTINCT a) AS accounts
}
RETURN day, posts, accounts
ORDER BY day DESC LIMIT /*$limit*/ 1000
