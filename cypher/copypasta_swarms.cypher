// ---
// title: Copy-paste swarms
// question: Which groups of accounts post the same words?
// group: text
// view: table
// params:
//   accounts: {type: integer, default: 3, meaning: Swarms of at least so many accounts}
//   limit: {type: integer, default: 50, meaning: At most so many swarms}
// returns:
//   finding: Id of the finding; `murmur findings` shows its texts side by side
//   score: Rank within the case, larger is more worth reading
//   accounts: How many accounts it joins
//   posts: How many posts it rests on
//   first_seen: The first of them
//   last_seen: The last of them
//   text: The earliest post's text, shortened
//   some: Handles of a few
// false_positives: Petitions, letter templates, share buttons, app posts, lyrics, headlines and scheduling tools repeat
//   words without any campaign behind them.
// ---
MATCH (f:Finding {detector: 'copypasta'})
CALL (f) {
  MATCH (a:Account)-[m:MEMBER_OF]->(f)
  WITH a ORDER BY m.score DESC, a.id
  RETURN count(a) AS accounts, collect(coalesce(a.handle, a.id))[..5] AS some
}
WITH f, accounts, some WHERE accounts >= /*$accounts*/ 3
ORDER BY f.score DESC, f.id LIMIT /*$limit*/ 50
CALL (f) {
  OPTIONAL MATCH (f)-[:RESTS_ON]->(p:Post) WHERE p.text IS NOT NULL
  WITH p ORDER BY p.created_at, p.id LIMIT 1
  RETURN left(p.text, 280) AS text
}
RETURN f.id AS finding, f.score AS score, accounts, f.posts AS posts, f.first_seen AS first_seen, f.last_seen AS last_seen,
       text, some
ORDER BY score DESC, finding
