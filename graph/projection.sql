-- From records and the newest run to the rows of the graph: one view a label, one a relationship type.
--
-- Given (graph/project.py): the contract's tables, `spelling` (url, canonical, domain), `finding`, `member`, `evidence`,
-- `signal`, `link`, `copied`, `this_case`, `this_run`. Views name their label columns `start_label` and `end_label` only
-- where a type has more than one. Text, times and numbers are made fit for the graph once, where the views are read.

-- Ids. A key that does not fit into an index is cut and told apart by its hash.
CREATE MACRO gid(x) AS
    CASE WHEN strlen(x) > 2000 THEN left(replace(x, chr(0), '�'), 400) || '#' || sha256(x)
         ELSE nullif(replace(x, chr(0), '�'), '') END;
CREATE MACRO uid(platform, id) AS CASE WHEN id <> '' THEN gid(platform || ':' || id) END;

-- What each post points at; the texts are left where they are.
CREATE TABLE pointer AS
SELECT uid(platform, post_id) AS post, platform,
       uid(platform, in_reply_to_post_id) AS reply_post, uid(platform, in_reply_to_account_id) AS reply_account,
       uid(platform, repost_of_post_id) AS repost_post, uid(platform, repost_of_account_id) AS repost_account,
       uid(platform, quote_of_post_id) AS quote_post
FROM posts
WHERE coalesce(in_reply_to_post_id, in_reply_to_account_id, repost_of_post_id, repost_of_account_id,
               quote_of_post_id) IS NOT NULL;

CREATE TABLE author AS
SELECT uid(platform, post_id) AS post, platform,
       CASE author_kind WHEN 'page' THEN 'Page' WHEN 'outlet' THEN 'Outlet' ELSE 'Account' END AS label,
       CASE author_kind WHEN 'outlet' THEN gid(author_id) ELSE uid(platform, author_id) END AS author,
       CASE WHEN author_id LIKE 'name:%' THEN substr(author_id, 6) END AS name
FROM posts;

CREATE TABLE engaged AS
SELECT DISTINCT uid(platform, account_id) AS start, uid(platform, post_id) AS "end", platform, kind, "at"
FROM engagements;

CREATE TABLE followed AS
SELECT DISTINCT uid(platform, follower_id) AS start, uid(platform, followed_id) AS "end", platform, followed_at,
       position, position_is_chronological
FROM follows;

-- Posts pointed at but not collected, with the author where what points at them says whose they are.
CREATE TABLE stub_post AS
SELECT id, platform, min(account) AS account
FROM (
    SELECT reply_post AS id, platform, reply_account AS account FROM pointer
    UNION ALL SELECT repost_post, platform, repost_account FROM pointer
    UNION ALL SELECT quote_post, platform, NULL FROM pointer
    UNION ALL SELECT "end", platform, NULL FROM engaged
) AS pointed
WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM author WHERE author.post = pointed.id)
GROUP BY id, platform;

-- Whom a mention means: an id, else the one account of that handle, else a name nobody has collected.
CREATE TABLE by_name AS
SELECT platform, name, min(account) AS account
FROM (
    SELECT platform, lower(ltrim(handle, '@')) AS name, uid(platform, account_id) AS account
    FROM accounts WHERE handle <> ''
    UNION SELECT platform, lower(name), author FROM author WHERE label = 'Account' AND name <> ''
)
GROUP BY platform, name
HAVING count(*) = 1;

CREATE TABLE mention AS
SELECT DISTINCT named.post, named.platform,
       coalesce(
           uid(accounts.platform, accounts.account_id),
           by_name.account,
           uid(named.platform,
               CASE WHEN regexp_full_match(named.name, '[0-9]+') OR contains(named.name, ':') THEN named.name
                    ELSE 'name:' || lower(named.name) END)
       ) AS account
FROM (
    SELECT DISTINCT uid(platform, post_id) AS post, platform, ltrim(unnest(mentions), '@') AS name FROM posts
) AS named
LEFT JOIN accounts ON accounts.platform = named.platform AND accounts.account_id = named.name
LEFT JOIN by_name ON by_name.platform = named.platform AND by_name.name = lower(named.name)
WHERE named.name <> '';

CREATE TABLE link_to AS
SELECT DISTINCT shared.post, gid(spelling.canonical) AS url, spelling.domain
FROM (SELECT uid(platform, post_id) AS post, unnest(urls) AS url FROM posts) AS shared
JOIN spelling ON spelling.url = shared.url;

CREATE TABLE tagged AS
SELECT DISTINCT post, gid(lower(ltrim(tag, '#＃'))) AS tag
FROM (SELECT uid(platform, post_id) AS post, unnest(hashtags) AS tag FROM posts)
WHERE ltrim(tag, '#＃') <> '';

CREATE TABLE shows AS
SELECT DISTINCT post, gid(lower(media)) AS media
FROM (SELECT uid(platform, post_id) AS post, unnest(media_hashes) AS media FROM posts)
WHERE media <> '';

-- The two parties of a document. Where it does not say what they are, a known outlet is one.
CREATE MACRO party_label(kind, id) AS
    CASE kind WHEN 'outlet' THEN 'Outlet' WHEN 'domain' THEN 'Domain' WHEN 'page' THEN 'Page'
              WHEN 'account' THEN 'Account' WHEN 'organisation' THEN 'Organisation' WHEN 'person' THEN 'Organisation'
              ELSE CASE WHEN id IN (SELECT outlet_id FROM outlets) THEN 'Outlet' ELSE 'Organisation' END END;
CREATE TABLE kin AS
SELECT DISTINCT upper(relation) AS type, subject_kind, object_kind, object_name,
       party_label(subject_kind, subject_id) AS start_label,
       CASE subject_kind WHEN 'domain' THEN gid(coalesce(s.domain, lower(subject_id))) ELSE gid(subject_id) END AS start,
       party_label(object_kind, object_id) AS end_label,
       CASE object_kind WHEN 'domain' THEN gid(coalesce(o.domain, lower(object_id))) ELSE gid(object_id) END AS "end",
       since, until, source, grade
FROM ownership
LEFT JOIN spelling AS s ON s.url = subject_id AND s.domain <> ''
LEFT JOIN spelling AS o ON o.url = object_id AND o.domain <> '';

CREATE TABLE party AS
SELECT DISTINCT start_label AS label, start AS id, subject_kind AS kind, NULL::VARCHAR AS name FROM kin
UNION SELECT end_label, "end", object_kind, object_name FROM kin;

CREATE TABLE outlet_domain AS
SELECT outlet_id, gid(outlet_id) AS outlet, gid(coalesce(spelling.domain, lower(outlets.domain))) AS domain
FROM outlets LEFT JOIN spelling ON spelling.url = outlets.domain AND spelling.domain <> ''
WHERE outlets.domain <> '';

-- Nodes ---------------------------------------------------------------------------------------------------------------

CREATE VIEW "node Case" AS SELECT * FROM this_case;

CREATE TABLE profile AS SELECT uid(platform, account_id) AS id, platform, account_id FROM accounts;
CREATE TABLE account_key AS
WITH pointed AS (
    SELECT author AS id, platform, false AS stub FROM author WHERE label = 'Account'
    UNION SELECT reply_account, platform, true FROM pointer
    UNION SELECT repost_account, platform, true FROM pointer
    UNION SELECT account, platform, true FROM mention
    UNION SELECT start, platform, true FROM followed
    UNION SELECT "end", platform, true FROM followed
    UNION SELECT start, platform, true FROM engaged
    UNION SELECT uid(platform, account_id), platform, true FROM targets
    UNION SELECT id, split_part(id, ':', 1), true FROM party WHERE label = 'Account'
)
SELECT id, platform, min(stub) AS stub
FROM pointed
WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM profile WHERE profile.id = pointed.id)
GROUP BY id, platform;

CREATE VIEW "node Account" AS
WITH earlier AS (
    SELECT history.platform, history.account_id, list(DISTINCT history.handle ORDER BY history.handle) AS handles
    FROM account_history AS history JOIN accounts USING (platform, account_id)
    WHERE history.handle <> '' AND history.handle IS DISTINCT FROM accounts.handle
    GROUP BY ALL
),
known AS (
    SELECT uid(platform, account_id) AS id, accounts.*, earlier.handles AS earlier_handles
    FROM accounts LEFT JOIN earlier USING (platform, account_id)
    UNION ALL BY NAME
    SELECT id, platform, nullif(stub, false) AS stub,
           CASE WHEN starts_with(id, platform || ':name:') THEN substr(id, length(platform) + 7) END AS handle
    FROM account_key
)
SELECT known.* EXCLUDE (account_id, _source_sha256, _source_line, _batch), signal.* EXCLUDE (account)
FROM known LEFT JOIN signal ON signal.account = known.id;

CREATE VIEW "node Post" AS
SELECT uid(platform, post_id) AS id, platform, created_at, time_precision, content_type, text, title, language, client,
       location, latitude, longitude, is_repost, likes, reposts, replies, views, credited_to, objects, url,
       collected_at, deleted_at, NULL::BOOLEAN AS stub
FROM posts
UNION ALL BY NAME SELECT id, platform, true AS stub FROM stub_post;

CREATE TABLE stub_page AS
SELECT id, min(platform) AS platform
FROM (
    SELECT author AS id, platform FROM author WHERE label = 'Page'
    UNION SELECT id, split_part(id, ':', 1) FROM party WHERE label = 'Page'
) AS pointed
WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pages WHERE uid(pages.platform, pages.page_id) = pointed.id)
GROUP BY id;
CREATE VIEW "node Page" AS
SELECT uid(platform, page_id) AS id, platform, name, handle, created_at, followers, admin_countries,
       NULL::BOOLEAN AS stub
FROM pages
UNION ALL BY NAME SELECT id, platform, true AS stub FROM stub_page;

CREATE TABLE stub_outlet AS
SELECT id, min(name) AS name
FROM (
    SELECT author AS id, NULL AS name FROM author WHERE label = 'Outlet'
    UNION SELECT gid(outlet_id), NULL FROM pages
    UNION SELECT id, name FROM party WHERE label = 'Outlet'
) AS pointed
WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outlets WHERE gid(outlets.outlet_id) = pointed.id)
GROUP BY id;
CREATE VIEW "node Outlet" AS
SELECT gid(outlets.outlet_id) AS id, name, outlet_domain.domain, country, language, kind, source, NULL::BOOLEAN AS stub
FROM outlets LEFT JOIN outlet_domain USING (outlet_id)
UNION ALL BY NAME SELECT id, name, true AS stub FROM stub_outlet;

CREATE VIEW "node Organisation" AS
SELECT id, min(name) AS name, min(kind) AS kind FROM party WHERE label = 'Organisation' AND id IS NOT NULL GROUP BY id;

CREATE VIEW "node Url" AS SELECT DISTINCT url AS id FROM link_to;

CREATE VIEW "node Domain" AS
SELECT DISTINCT gid(domain) AS id FROM link_to WHERE domain <> ''
UNION SELECT domain FROM outlet_domain
UNION SELECT id FROM party WHERE label = 'Domain' AND id IS NOT NULL;

CREATE VIEW "node Hashtag" AS SELECT DISTINCT tag AS id FROM tagged;

CREATE VIEW "node Media" AS
WITH described AS (
    SELECT gid(lower(media_hash)) AS id, min(kind) AS kind, max(quality) AS quality, min(path) AS path
    FROM media GROUP BY 1
)
SELECT * FROM described
UNION ALL BY NAME SELECT DISTINCT media AS id FROM shows ANTI JOIN described ON described.id = shows.media;

CREATE VIEW "node Target" AS
SELECT uid(platform, account_id) AS id, min(name) AS name FROM targets GROUP BY 1;

CREATE VIEW "node Campaign" AS
SELECT gid(campaign) AS id, min(confirmed_by) AS confirmed_by, min(date) AS date,
       list(DISTINCT indicator ORDER BY indicator) FILTER (WHERE indicator_kind = 'text') AS texts
FROM campaigns GROUP BY 1;

CREATE VIEW "node Run" AS SELECT * FROM this_run;

CREATE VIEW "node Finding" AS SELECT * FROM finding;

-- Relationships -------------------------------------------------------------------------------------------------------

CREATE VIEW "rel POSTED" AS
SELECT author AS start, post AS "end" FROM author WHERE label = 'Account'
UNION ALL SELECT account, id FROM stub_post WHERE account IS NOT NULL;

CREATE VIEW "rel PUBLISHED" AS
SELECT label AS start_label, author AS start, post AS "end" FROM author WHERE label <> 'Account';

CREATE VIEW "rel REPLIES_TO" AS
SELECT post AS start, CASE WHEN reply_post IS NULL THEN 'Account' ELSE 'Post' END AS end_label,
       coalesce(reply_post, reply_account) AS "end"
FROM pointer WHERE coalesce(reply_post, reply_account) IS NOT NULL;

CREATE VIEW "rel REPOSTS" AS
SELECT post AS start, CASE WHEN repost_post IS NULL THEN 'Account' ELSE 'Post' END AS end_label,
       coalesce(repost_post, repost_account) AS "end"
FROM pointer WHERE coalesce(repost_post, repost_account) IS NOT NULL;

CREATE VIEW "rel QUOTES" AS SELECT post AS start, quote_post AS "end" FROM pointer WHERE quote_post IS NOT NULL;

CREATE VIEW "rel MENTIONS" AS SELECT post AS start, account AS "end" FROM mention;

CREATE VIEW "rel LINKS_TO" AS SELECT DISTINCT post AS start, url AS "end" FROM link_to;

CREATE VIEW "rel ON" AS SELECT DISTINCT url AS start, gid(domain) AS "end" FROM link_to WHERE domain <> '';

CREATE VIEW "rel OF" AS
SELECT 'Domain' AS start_label, domain AS start, outlet AS "end" FROM outlet_domain
UNION ALL SELECT 'Page', uid(platform, page_id), gid(outlet_id) FROM pages WHERE outlet_id <> '';

CREATE VIEW "rel TAGGED" AS SELECT post AS start, tag AS "end" FROM tagged;

CREATE VIEW "rel SHOWS" AS SELECT post AS start, media AS "end" FROM shows;

CREATE VIEW "rel FOLLOWS" AS SELECT * EXCLUDE (platform) FROM followed;

CREATE VIEW "rel ENGAGED" AS SELECT * EXCLUDE (platform) FROM engaged;

CREATE VIEW "rel HAS_ACCOUNT" AS
SELECT DISTINCT uid(platform, account_id) AS start, uid(platform, account_id) AS "end", role, party, since, until
FROM targets;

-- A run may name what was erased since: whatever is no longer in the records stays out.
CREATE VIEW known_account AS SELECT id FROM profile UNION ALL SELECT id FROM account_key;

CREATE VIEW "rel COORDINATED" AS
SELECT DISTINCT source AS start, target AS "end", this_run.id AS run, layer, window_seconds AS window, weight,
       mean_time_delta, expected, z, q
FROM link, this_run
WHERE source IN (SELECT id FROM known_account) AND target IN (SELECT id FROM known_account);

CREATE VIEW "rel COPIES" AS
SELECT DISTINCT copied.post AS start, original AS "end", this_run.id AS run, similarity, lag_seconds, credited
FROM copied, this_run
WHERE copied.post IN (SELECT post FROM author) AND original IN (SELECT post FROM author);

CREATE TABLE known_member AS
SELECT DISTINCT finding, role, score, action, platform,
       CASE kind WHEN 'page' THEN 'Page' WHEN 'outlet' THEN 'Outlet' ELSE 'Account' END AS label,
       CASE kind WHEN 'outlet' THEN gid(id) ELSE uid(platform, id) END AS id
FROM member;
DELETE FROM known_member
WHERE NOT CASE label
    WHEN 'Account' THEN id IN (SELECT id FROM known_account)
    WHEN 'Page' THEN id IN (SELECT id FROM "node Page")
    ELSE id IN (SELECT id FROM "node Outlet") END;

CREATE VIEW "rel MEMBER_OF" AS
SELECT label AS start_label, id AS start, finding AS "end", role, score, action FROM known_member;

CREATE VIEW "rel RESTS_ON" AS
SELECT DISTINCT finding AS start, uid(platform, post_id) AS "end"
FROM evidence WHERE uid(platform, post_id) IN (SELECT post FROM author);

CREATE VIEW "rel FOUND_BY" AS SELECT finding.id AS start, this_run.id AS "end" FROM finding, this_run;

CREATE TABLE seen_in AS
WITH indicated AS (
    SELECT gid(campaign) AS campaign, indicator_kind, platform, indicator, spelling.canonical, spelling.domain
    FROM campaigns LEFT JOIN spelling ON spelling.url = campaigns.indicator
),
matched AS (
    SELECT 'Account' AS label, a.id, campaign
    FROM indicated JOIN known_account AS a
      ON a.id = CASE WHEN platform <> '' THEN uid(platform, indicator) ELSE gid(indicator) END
    WHERE indicator_kind = 'account'
    UNION ALL
    SELECT 'Account', by_name.account, campaign
    FROM indicated JOIN by_name ON by_name.platform = indicated.platform AND name = lower(ltrim(indicator, '@'))
    WHERE indicator_kind = 'account'
    UNION ALL
    SELECT 'Domain', d.id, campaign
    FROM indicated JOIN "node Domain" AS d ON d.id = gid(coalesce(nullif(domain, ''), lower(indicator)))
    WHERE indicator_kind = 'domain'
    UNION ALL
    SELECT 'Url', u.id, campaign FROM indicated JOIN "node Url" AS u ON u.id = gid(canonical)
    WHERE indicator_kind = 'url'
    UNION ALL
    SELECT 'Media', m.id, campaign FROM indicated JOIN "node Media" AS m ON m.id = gid(lower(indicator))
    WHERE indicator_kind = 'media_hash'
)
SELECT label AS start_label, id AS start, campaign AS "end", count(*) AS matches FROM matched GROUP BY ALL;

CREATE VIEW "rel SEEN_IN" AS
SELECT * FROM seen_in
UNION ALL
SELECT 'Finding', finding, seen_in."end", count(DISTINCT known_member.id)
FROM known_member JOIN seen_in ON seen_in.start_label = known_member.label AND seen_in.start = known_member.id
GROUP BY ALL;
