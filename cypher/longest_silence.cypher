// ---
// title: Longest silence between two posts
// question: Which accounts were silent longest before they posted again?
// group: accounts
// view: table
// params:
//   posts: {type: integer, default: 5, meaning: Accounts with at least so many posts}
//   limit: {type: integer, default: 50, meaning: At most so many accounts}
// returns:
//   account: Its id
//   handle: Its handle
//   days: Days between the two posts
//   silent_from: The post before the silence
//   silent_until: The post after it
//   posts: How many posts were collected
//   posts_after: How many of them came after the silence
// false_positives: A silence in the collection is not a silence of the account; only complete timelines can show one.
//   Leave, illness, a new phone or an election make people come back too.
// ---
MATCH (a:Account)
CALL (a) {
  MATCH (a)-[:POSTED]->(p:Post) WHERE p.created_at IS NOT NULL
  WITH p.created_at AS at ORDER BY at
  WITH collect(at) AS times WHERE size(times) >= /*$posts*/ 5
  UNWIND range(1, size(times) - 1) AS i
  WITH times, i, times[i].epochSeconds - times[i - 1].epochSeconds AS seconds ORDER BY seconds DESC, i LIMIT 1
  RETURN seconds, times[i - 1] AS silent_from, times[i] AS silent_until, size(times) AS posts,
         size(times) - i AS posts_after
}
RETURN a.id AS account, a.handle AS handle, round(seconds / 86400.0, 2) AS days, silent_from, silent_until, posts,
       posts_after
ORDER BY days DESC, account LIMIT /*$limit*/ 50
