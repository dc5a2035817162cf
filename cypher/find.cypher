// ---
// title: Find names and words
// question: Where do these words stand, in posts, profiles, pages and outlets?
// group: search
// view: table
// params:
//   words: {type: text, default: "news", meaning: "Words in this order, of any script; case does not matter"}
//   kind: {type: text, default: null, meaning: "Only this label: Account, Post, Page, Outlet, Organisation or Target"}
//   limit: {type: integer, default: 50, meaning: "At most so many, the best first"}
// returns:
//   kind: The label
//   id: Its id
//   name: Its handle or name
//   created_at: When it was made or posted
//   text: The profile text or the post's words, shortened
// false_positives: The same words may mean something else; names are shared by strangers.
// ---
CALL db.index.fulltext.queryNodes('words',
  '"' + replace(replace(/*$words*/ 'news', '\\', ' '), '"', ' ') + '"') YIELD node, score
WITH node, score, labels(node)[0] AS kind
WHERE /*$kind*/ null IS NULL OR kind = /*$kind*/ null
RETURN kind, node.id AS id, coalesce(node.handle, node.name, node.title) AS name, node.created_at AS created_at,
       left(coalesce(node.text, node.description), 280) AS text
ORDER BY score DESC, id LIMIT /*$limit*/ 50
