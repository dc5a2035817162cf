// ---
// title: Hijacked-account clusters
// question: Which old accounts slept, woke together as somebody else, and what did they then push, and at whom?
// group: coordination
// view: table
// params:
//   accounts: {type: integer, default: 5, meaning: Waves of at least so many accounts}
//   limit: {type: integer, default: 20, meaning: "At most so many waves, the largest first"}
// returns:
//   wave: The first awakening
//   until: The last one
//   accounts: How many woke in it
//   dormant_days: How long the one in the middle had slept
//   changes: In how many ways the one in the middle came back as somebody else
//   together: Pairs of them that the run ties by waking
//   chance: Of such a wave, were each awakening at a time of its own
//   pushed: "What two or more of them then shared: addresses, hashtags, reposted and copied posts, with how many of them did"
//   at: Whom they then answered or named, with how many of them did
//   members: Their ids, in the order of waking
// false_positives: People come back for an election, from leave or from abroad; their owners may be victims, whoever writes
//   now. Data gathered by keyword make everybody look asleep.
// ---
MATCH (a:Account) WHERE a.wave_at IS NOT NULL
WITH a ORDER BY a.woke_at, a.id
WITH a.wave_at AS wave, collect(a) AS woken
WHERE size(woken) >= /*$accounts*/ 5
WITH * ORDER BY size(woken) DESC, wave LIMIT /*$limit*/ 20
CALL (woken) {
  UNWIND woken AS a
  RETURN max(a.woke_at) AS until, percentileDisc(a.dormant_days, 0.5) AS dormant_days,
         toInteger(percentileDisc(a.changes, 0.5)) AS changes, min(a.wave_p) AS chance
}
CALL (woken) {
  UNWIND woken AS a
  OPTIONAL MATCH (a)-[tie:COORDINATED {layer: 'wake'}]-(b:Account) WHERE b IN woken
  RETURN count(DISTINCT tie) AS together
}
CALL (woken) {
  UNWIND woken AS a
  MATCH (a)-[:POSTED]->(p:Post)-[:LINKS_TO|TAGGED|REPOSTS|COPIES]->(thing)
  WHERE p.created_at >= a.woke_at AND NOT thing:Account
  WITH thing, count(DISTINCT a) AS by WHERE by >= 2
  WITH thing, by ORDER BY by DESC, thing.id LIMIT 5
  RETURN collect(coalesce(left(thing.text, 80), thing.id) + ' (' + toString(by) + ')') AS pushed
}
CALL (woken) {
  UNWIND woken AS a
  MATCH (a)-[:POSTED]->(p:Post) WHERE p.created_at >= a.woke_at
  CALL (p) {
    MATCH (p)-[:REPLIES_TO|MENTIONS]->(who:Account) RETURN who
    UNION
    MATCH (p)-[:REPLIES_TO]->(:Post)<-[:POSTED]-(who:Account) RETURN who
  }
  WITH woken, a, who WHERE NOT who IN woken
  WITH who, count(DISTINCT a) AS by ORDER BY by DESC, who.id LIMIT 5
  OPTIONAL MATCH (t:Target)-[:HAS_ACCOUNT]->(who)
  WITH who, by, min(t.name) AS name ORDER BY by DESC, who.id
  RETURN collect(coalesce(name, who.handle, who.id) + ' (' + toString(by) + ')') AS at
}
RETURN wave, until, size(woken) AS accounts, dormant_days, changes, together, chance, pushed, at,
       [a IN woken | a.id] AS members
ORDER BY accounts DESC, wave
