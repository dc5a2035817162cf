// ---
// title: Amplification chains
// question: Whose posts were carried on, how far, by how many, and did they say whose it was?
// group: spread
// view: table
// params:
//   accounts: {type: integer, default: 3, meaning: Posts carried on by at least so many others}
//   since: {type: time, default: null, meaning: Origins from this instant on}
//   until: {type: time, default: null, meaning: Origins before this instant}
//   limit: {type: integer, default: 50, meaning: "At most so many origins: stories that pages and outlets copied, then those most copied, then most carried on"}
// returns:
//   origin: Id of the post where the chain begins
//   author: Who posted it
//   created_at: When
//   first: Whether it is known to be the first, or "tie" where another of the chain lies within its clock's error
//   accounts: How many others carried it on
//   posts: In how many posts
//   hops: The longest way from the origin, at most six
//   reposts: Posts whose last step is a repost
//   quotes: Posts whose last step is a quote
//   credited_copies: Copies that name their source
//   uncredited_copies: Copies that do not
//   publishers: Pages and outlets among those who posted or copied it
//   last: The last of them
//   way: Each hop in the order of time, at most twelve, with whose post it carries on and how long after that, how, whether
//     it names its source, and "tie" where the clocks cannot tell
//   owners: Who is written down to be behind those it went through
//   text: What the origin says, shortened
//   members: Ids of who posted it and of those who copied it, at most six hops on
// false_positives: Wire copy, press releases and outlets of one owner copy each other by agreement; popular posts are
//   reposted by people who never heard of each other.
// ---
MATCH (origin:Post)<-[:REPOSTS|QUOTES|COPIES]-(:Post)
WHERE NOT (origin)-[:REPOSTS|QUOTES|COPIES]->(:Post)
  AND (/*$since*/ null IS NULL OR origin.created_at >= datetime(/*$since*/ null))
  AND (/*$until*/ null IS NULL OR origin.created_at < datetime(/*$until*/ null))
WITH DISTINCT origin
OPTIONAL MATCH (by)-[:POSTED|PUBLISHED]->(origin)
WITH origin, head(collect(by)) AS author
CALL (origin, author) {
  MATCH (origin)<-[steps:REPOSTS|QUOTES|COPIES*1..6]-(p:Post)<-[:POSTED|PUBLISHED]-(other)
  WHERE author IS NULL OR other <> author
  WITH p, other, steps, last(steps) AS step ORDER BY other.id
  RETURN count(DISTINCT other) AS accounts, count(DISTINCT p) AS posts, max(size(steps)) AS hops,
         count(DISTINCT CASE WHEN type(step) = 'REPOSTS' THEN p END) AS reposts,
         count(DISTINCT CASE WHEN type(step) = 'QUOTES' THEN p END) AS quotes,
         count(DISTINCT CASE WHEN type(step) = 'COPIES' AND step.credited THEN p END) AS credited_copies,
         count(DISTINCT CASE WHEN type(step) = 'COPIES' AND NOT coalesce(step.credited, false) THEN p END)
           AS uncredited_copies,
         collect(DISTINCT CASE WHEN type(step) = 'COPIES' THEN
           CASE WHEN other:Outlet THEN split(p.id, ':')[0] + ':' + other.id ELSE other.id END END) AS copiers,
         count(DISTINCT CASE WHEN type(step) = 'COPIES' AND (other:Outlet OR other:Page) THEN other.id END) AS copying,
         min(CASE WHEN type(step) = 'COPIES' THEN p.created_at END) AS second,
         max(p.created_at) AS last
}
WITH *, copying + CASE WHEN author:Outlet OR author:Page THEN 1 ELSE 0 END AS publishers
WHERE accounts >= /*$accounts*/ 3
WITH * ORDER BY publishers > 1 DESC, size(copiers) DESC, accounts DESC, posts DESC, origin.id LIMIT /*$limit*/ 50
CALL (origin, author) {
  MATCH (origin)<-[steps:REPOSTS|QUOTES|COPIES*1..6]-(p:Post)<-[:POSTED|PUBLISHED]-(other)
  WHERE author IS NULL OR other <> author
  WITH p, other, last(steps) AS step, size(steps) AS hop ORDER BY hop DESC
  WITH p, other, head(collect(step)) AS step ORDER BY p.created_at, p.id LIMIT 12
  WITH p, other, step, endNode(step) AS source
  WITH *, duration.inSeconds(source.created_at, p.created_at).seconds AS apart,
       CASE source.time_precision WHEN 'minute' THEN 60 WHEN 'hour' THEN 3600 WHEN 'day' THEN 86400 ELSE 1 END AS error
  // A page with a date alone that names a post of that day came after it, though its date begins before.
  WITH *, CASE WHEN apart < 0 THEN 0 ELSE apart END AS lag
  CALL (source) {
    OPTIONAL MATCH (writer)-[:POSTED|PUBLISHED]->(source)
    RETURN head(collect(coalesce(writer.handle, writer.name, writer.id))) AS writer
  }
  WITH coalesce(other.handle, other.name, other.id)
       + coalesce(' from ' + writer, '')
       + coalesce(' after ' + CASE WHEN lag < 7200 THEN toString(round(lag / 60.0, 1)) + ' min'
                                   ELSE toString(round(lag / 3600.0, 1)) + ' h' END, '')
       + CASE type(step) WHEN 'COPIES' THEN CASE WHEN step.credited THEN ', credited' ELSE ', not credited' END
                         WHEN 'REPOSTS' THEN ', repost' ELSE ', quote' END
       + CASE WHEN lag < error THEN ', tie' ELSE '' END AS hop, other
  CALL (other) {
    OPTIONAL MATCH (other)-[:OF*0..1]->(outlet)-[:OWNED_BY|REGISTERED_TO|FUNDED_BY|DIRECTED_BY*1..3]->(behind)
    RETURN collect(DISTINCT coalesce(behind.name, behind.id)) AS behind
  }
  WITH collect(hop) AS way, collect(behind) AS lists
  WITH way, reduce(all = [], list IN lists | all + [name IN list WHERE NOT name IN all]) AS names
  UNWIND CASE names WHEN [] THEN [null] ELSE names END AS name
  WITH way, name ORDER BY name
  RETURN way, collect(name) AS owners
}
RETURN origin.id AS origin, coalesce(author.handle, author.name, author.id) AS author, origin.created_at AS created_at,
       CASE WHEN duration.inSeconds(origin.created_at, second).seconds
                 < CASE origin.time_precision WHEN 'minute' THEN 60 WHEN 'hour' THEN 3600 WHEN 'day' THEN 86400 ELSE 1 END
            THEN 'tie' ELSE 'known' END AS first,
       accounts, posts, hops, reposts, quotes, credited_copies, uncredited_copies, publishers, last, way, owners,
       left(origin.text, 280) AS text,
       [who IN [CASE WHEN author:Outlet THEN split(origin.id, ':')[0] + ':' + author.id ELSE author.id END] + copiers
        WHERE who IS NOT NULL] AS members
ORDER BY publishers > 1 DESC, size(copiers) DESC, accounts DESC, posts DESC, origin
