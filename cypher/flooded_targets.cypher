// ---
// title: Flooded people
// question: Who was answered far more than usual, when, and by whom?
// group: coordination
// view: table
// params:
//   score: {type: number, default: 0.5, meaning: "Count an account as flooding from this score on; 1 is the most"}
//   limit: {type: integer, default: 50, meaning: At most so many people}
// returns:
//   account: Id of the account that was answered
//   name: The watched person's name, else the account's handle
//   first: The first hour beyond usual
//   hours: How many hours were beyond usual
//   replies: Replies in those hours
//   usual: Replies that are usual in the same hours of the week
//   accounts: How many accounts replied, at any time
//   flooding: How many of them flooded, here or elsewhere
//   some: Handles of a few of these, the clearest first
// false_positives: Outrage after a vote, a day of action or a quoted post fills the same hours; there the accounts are old,
//   write once and in words of their own.
// ---
MATCH (a:Account) WHERE a.flooded_hours IS NOT NULL
OPTIONAL MATCH (t:Target)-[:HAS_ACCOUNT]->(a)
WITH a, min(t.name) AS name
CALL (a) {
  CALL (a) {
    MATCH (a)<-[:REPLIES_TO]-(:Post)<-[:POSTED]-(who:Account) RETURN who
    UNION
    MATCH (a)-[:POSTED]->(:Post)<-[:REPLIES_TO]-(:Post)<-[:POSTED]-(who:Account) RETURN who
  }
  WITH who WHERE who <> a
  WITH who ORDER BY coalesce(who.flood_score, 0.0) DESC, who.id
  WITH collect(who) AS everybody
  WITH everybody, [who IN everybody WHERE who.flood_score >= /*$score*/ 0.5] AS flooding
  RETURN size(everybody) AS accounts, size(flooding) AS flooding,
         [who IN flooding | coalesce(who.handle, who.id)][..5] AS some
}
RETURN a.id AS account, coalesce(name, a.handle) AS name, a.flooded_at AS first, toInteger(a.flooded_hours) AS hours,
       toInteger(a.flooded_replies) AS replies, round(a.flooded_usual, 2) AS usual, accounts, flooding, some
ORDER BY replies DESC, account LIMIT /*$limit*/ 50
