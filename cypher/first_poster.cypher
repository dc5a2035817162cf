// ---
// title: Who posted it first
// question: Whose post came first, as far as the clocks can tell?
// group: text
// view: table
// params:
//   words: {type: text, default: null, meaning: "Posts that hold these words in this order; empty goes by `post`"}
//   post: {type: text, default: null, meaning: "Id of a post, with all that copy or repeat it; empty takes the most copied"}
//   limit: {type: integer, default: 50, meaning: "At most so many posts, the earliest first"}
// returns:
//   could_be_first: true where no post is surely earlier; more than one true is a tie
//   created_at: When it was posted
//   precision: What the clock can tell
//   seconds_after: "Seconds after the earliest; within the clock's precision 0 and more mean the same"
//   account: Who posted it
//   post: Its id
//   is_repost: It says itself that it repeats another
//   text: Its words, shortened
// false_positives: First here is first among what was collected; the source may lie outside. Reposts and quotes of a
//   post nobody collected look like first posts.
// ---
CALL () {
  WITH /*$words*/ null AS words WHERE words IS NOT NULL
  CALL db.index.fulltext.queryNodes('words', '"' + replace(replace(words, '\\', ' '), '"', ' ') + '"') YIELD node
  WITH node WHERE node:Post
  RETURN node AS p
  UNION
  WITH /*$words*/ null AS words WHERE words IS NULL
  CALL () {
    WITH /*$post*/ null AS wanted WHERE wanted IS NULL
    MATCH (o:Post)<-[:COPIES]-(c:Post)
    WITH o, count(c) AS copies ORDER BY copies DESC, o.id LIMIT 1
    RETURN o
    UNION
    MATCH (o:Post {id: /*$post*/ null}) RETURN o
  }
  MATCH (o)<-[:COPIES|REPOSTS*0..6]-(p:Post)
  RETURN DISTINCT p
}
WITH p, CASE p.time_precision WHEN 'day' THEN 86400 WHEN 'hour' THEN 3600 WHEN 'minute' THEN 60 ELSE 1 END AS width
WHERE p.created_at IS NOT NULL
WITH p, width, p.created_at.epochMillis / 1000.0 AS since
ORDER BY since, p.id
WITH collect({post: p, since: since}) AS posts, min(since) AS first, min(since + width) AS surely
UNWIND posts[../*$limit*/ 50] AS entry
WITH entry.post AS p, entry.since AS since, first, surely
OPTIONAL MATCH (a)-[:POSTED|PUBLISHED]->(p)
RETURN since < surely AS could_be_first, p.created_at AS created_at, coalesce(p.time_precision, 'second') AS precision,
       since - first AS seconds_after, coalesce(a.handle, a.name, a.id) AS account, p.id AS post, p.is_repost AS is_repost,
       left(p.text, 280) AS text
ORDER BY since, post
