// ---
// title: Bridge accounts
// question: Which accounts move with members of more than one cluster?
// group: coordination
// view: table
// params:
//   clusters: {type: integer, default: 2, meaning: At least so many clusters}
//   partners: {type: integer, default: 2, meaning: At least so many linked members in each}
//   limit: {type: integer, default: 50, meaning: At most so many accounts}
// returns:
//   account: Its id
//   handle: Its handle
//   clusters: With how many clusters it is linked
//   partners: With how many of their members
//   member_of: How many of these clusters it is a member of
//   findings: The clusters' findings, the strongest tie first
// false_positives: Very active accounts and big outlets are linked with everybody.
// ---
MATCH (a:Account)-[c:COORDINATED]-(b:Account)-[:MEMBER_OF]->(f:Finding {detector: 'coaction'})
WITH a, f, count(DISTINCT b) AS partners
WHERE partners >= /*$partners*/ 2
WITH a, f, partners, EXISTS { (a)-[:MEMBER_OF]->(f) } AS member
ORDER BY partners DESC, f.id
WITH a, count(f) AS clusters, sum(partners) AS partners, sum(CASE WHEN member THEN 1 ELSE 0 END) AS member_of,
     collect(f.id) AS findings
WHERE clusters >= /*$clusters*/ 2
RETURN a.id AS account, a.handle AS handle, clusters, partners, member_of, findings
ORDER BY clusters DESC, partners DESC, account LIMIT /*$limit*/ 50
