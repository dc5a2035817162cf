// ---
// title: Sudden followers
// question: Whose followers came suddenly, and how many of those looked at seem made for it?
// group: accounts
// view: table
// params:
//   signs: {type: integer, default: 3, meaning: "Signs of five that make a follower count as made for it"}
//   limit: {type: integer, default: 50, meaning: At most so many accounts}
// returns:
//   account: Its id
//   name: Its page's name, else its handle
//   since: The count before the growth
//   days: Days until the count after it
//   gained: Followers gained
//   usual: Followers that are usually gained in as many days
//   sampled: Followers whose profiles were looked at
//   made: How many of them have signs enough
//   some: Handles of a few of these, those with most signs first
// false_positives: A viral moment or a television night brings followers too, and an opponent can send them; whoever is
//   followed need not have asked for it.
// ---
MATCH (a:Account) WHERE a.followers_gained IS NOT NULL
OPTIONAL MATCH (page:Page {id: a.id})
CALL (a) {
  MATCH (f:Account)-[:FOLLOWS]->(a) WHERE f.farm_signs IS NOT NULL
  WITH f ORDER BY f.farm_signs DESC, f.id
  WITH collect(f) AS everybody
  WITH everybody, [f IN everybody WHERE f.farm_signs >= /*$signs*/ 3] AS made
  RETURN size(everybody) AS sampled, size(made) AS made, [f IN made | coalesce(f.handle, f.id)][..5] AS some
}
RETURN a.id AS account, coalesce(page.name, a.handle) AS name, a.follower_surge_at AS since,
       round(a.follower_surge_days, 2) AS days, toInteger(a.followers_gained) AS gained,
       round(a.followers_usual, 1) AS usual, sampled, made, some
ORDER BY gained DESC, account LIMIT /*$limit*/ 50
