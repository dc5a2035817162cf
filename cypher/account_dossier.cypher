// ---
// title: An account's dossier
// question: What is known of this account?
// group: accounts
// view: table
// params:
//   account: {type: account, default: null, meaning: "Id such as x:123, or a handle; empty takes the first member of the highest ranked finding"}
// returns:
//   account: Its id
//   handle: Its handle
//   earlier_handles: Handles it had before
//   display_name: Its name
//   description: Its profile text
//   location: As the profile says
//   created_at: When it was made
//   followers: Newest known count
//   following: Newest known count
//   posts: Posts collected
//   first_post: The first of them
//   last_post: The last of them
//   languages: Languages of its posts, the most frequent first
//   clients: Programs it posts with, the most frequent first
//   hashtags: Its ten most frequent hashtags, with counts
//   domains: The ten domains it links to most, with counts
//   answers: The ten accounts it answers, reposts or mentions most, with counts
//   moves_with: The ten accounts it is most strongly linked with, with weights
//   findings: Findings it is a member of, with its role
//   campaigns: Confirmed operations it was seen in
// false_positives: A dossier shows what was collected, not the whole account; its owner may be a victim.
// ---
CALL () {
  OPTIONAL MATCH (best:Account)-[m:MEMBER_OF]->(f:Finding)
  WITH best ORDER BY f.score DESC, f.id, m.score DESC, best.id LIMIT 1
  RETURN coalesce(/*$account*/ null, best.id) AS wanted
}
CALL (wanted) {
  MATCH (a:Account {id: wanted}) RETURN a
  UNION
  MATCH (a:Account {handle: wanted}) RETURN a
}
CALL (a) {
  OPTIONAL MATCH (a)-[:POSTED]->(p:Post)
  RETURN count(p) AS posts, min(p.created_at) AS first_post, max(p.created_at) AS last_post
}
CALL (a) {
  MATCH (a)-[:POSTED]->(p:Post) WHERE p.language IS NOT NULL
  WITH p.language AS language, count(*) AS times ORDER BY times DESC, language
  RETURN collect(language)[..5] AS languages
}
CALL (a) {
  MATCH (a)-[:POSTED]->(p:Post) WHERE p.client IS NOT NULL
  WITH p.client AS client, count(*) AS times ORDER BY times DESC, client
  RETURN collect(client)[..5] AS clients
}
CALL (a) {
  MATCH (a)-[:POSTED]->(:Post)-[:TAGGED]->(h:Hashtag)
  WITH h.id AS tag, count(*) AS times ORDER BY times DESC, tag LIMIT 10
  RETURN collect('#' + tag + ' ' + times) AS hashtags
}
CALL (a) {
  MATCH (a)-[:POSTED]->(p:Post)-[:LINKS_TO]->(:Url)-[:ON]->(d:Domain)
  WITH d.id AS domain, count(DISTINCT p) AS times ORDER BY times DESC, domain LIMIT 10
  RETURN collect(domain + ' ' + times) AS domains
}
CALL (a) {
  MATCH (a)-[:POSTED]->(p:Post)
  CALL (p) {
    MATCH (p)-[:REPLIES_TO|REPOSTS|MENTIONS]->(o:Account) RETURN o
    UNION
    MATCH (p)-[:REPLIES_TO|REPOSTS|QUOTES]->(:Post)<-[:POSTED]-(o:Account) RETURN o
  }
  WITH a, p, o WHERE o <> a
  WITH coalesce(o.handle, o.id) AS name, count(DISTINCT p) AS times ORDER BY times DESC, name LIMIT 10
  RETURN collect(name + ' ' + times) AS answers
}
CALL (a) {
  MATCH (a)-[c:COORDINATED]-(o:Account)
  WITH coalesce(o.handle, o.id) AS name, max(c.weight) AS weight ORDER BY weight DESC, name LIMIT 10
  RETURN collect(name + ' ' + weight) AS moves_with
}
CALL (a) {
  MATCH (a)-[m:MEMBER_OF]->(f:Finding)
  WITH f, m ORDER BY f.score DESC, f.id
  RETURN collect(f.detector + ' ' + f.id + ' ' + coalesce(m.role, '')) AS findings
}
CALL (a) {
  MATCH (a)-[:SEEN_IN]->(c:Campaign)
  WITH c.id AS name ORDER BY name
  RETURN collect(name) AS campaigns
}
RETURN a.id AS account, a.handle AS handle, a.earlier_handles AS earlier_handles, a.display_name AS display_name,
       a.description AS description, a.location AS location, a.created_at AS created_at, a.followers AS followers,
       a.following AS following, posts, first_post, last_post, languages, clients, hashtags, domains, answers, moves_with,
       findings, campaigns
ORDER BY account LIMIT 10
