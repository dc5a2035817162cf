// ---
// title: Engagement surges
// question: Whose posts had several times what is usual, and which reached most?
// group: accounts
// view: table
// params:
//   ratio: {type: number, default: 2.5, meaning: "Authors with a post at least so many times above usual"}
//   limit: {type: integer, default: 50, meaning: At most so many authors}
// returns:
//   account: Id of the author
//   name: Its page's or outlet's name, else its handle
//   first: The first post that stood out
//   surging: How many stood out
//   ratio: The most any of them had, as times the usual
//   posts: How many of its posts were collected
//   top: Its posts with most reactions or views, with their numbers
// false_positives: A scoop, an advertisement, a pinned post or a share by somebody famous reach as far.
// ---
MATCH (a:Account) WHERE a.engagement_surge_at IS NOT NULL AND a.engagement_ratio >= /*$ratio*/ 2.5
OPTIONAL MATCH (page:Page {id: a.id})
OPTIONAL MATCH (outlet:Outlet {id: substring(a.id, size(split(a.id, ':')[0]) + 1)})
CALL (a, page, outlet) {
  UNWIND [a, page, outlet] AS author
  MATCH (author)-[:POSTED|PUBLISHED]->(p:Post)
  WITH DISTINCT p, coalesce(p.views, p.likes + coalesce(p.reposts, 0) + coalesce(p.replies, 0)) AS reached
  ORDER BY reached IS NULL, reached DESC, p.id
  RETURN count(p) AS posts, collect(CASE WHEN reached IS NULL THEN p.id ELSE p.id + ' ' + reached END)[..3] AS top
}
RETURN a.id AS account, coalesce(outlet.name, page.name, a.handle) AS name, a.engagement_surge_at AS first,
       toInteger(a.engagement_surges) AS surging, round(a.engagement_ratio, 2) AS ratio, posts, top
ORDER BY ratio DESC, account LIMIT /*$limit*/ 50
