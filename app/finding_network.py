"""From a finding to the nodes and edges of its picture: its members, and what ties them in the run's links and families."""

import polars as pl

from evidence.runs import Run
from records.finding import Finding

# Two accounts that wrote only one family together are tied by chance often enough; the picture shows the rest.
# Where nothing else is left (a swarm that struck once), one is enough.
LEAST_SHARED = 2


def nodes(finding: Finding, accounts: pl.DataFrame) -> pl.DataFrame:
    """One row a member: id, label, kind, first, last and what the panel tells. `accounts` is app.data.accounts_of's."""
    members = pl.DataFrame(
        [
            {"id": f"{m['platform']}:{m['id']}", "kind": m["kind"], "role": m["role"], "member_score": m["score"]}
            for m in finding.members
        ],
        schema={"id": pl.String, "kind": pl.String, "role": pl.String, "member_score": pl.Float64},
    )
    known = accounts.rename({"uid": "id", "handle": "label"}).drop("extra")
    return members.join(known, on="id", how="left").with_columns(pl.col("label").fill_null(pl.col("id")))


def edges(finding: Finding, run: Run) -> pl.DataFrame:
    """What ties the members: source, target, weight, kind, layer. Weights of one layer are the most any window saw."""
    members = pl.Series("id", sorted(finding.member_ids()), dtype=pl.String)
    links = (
        run.table("links")
        .filter(pl.col("source").is_in(members.implode()) & pl.col("target").is_in(members.implode()))
        .group_by("source", "target", "layer")
        .agg(pl.col("weight").max().cast(pl.Float64))
        .with_columns(kind=pl.lit("COORDINATED"))
    )
    return pl.concat([links.select(COLUMNS), _shared_families(finding, run, members).select(COLUMNS)]).sort(COLUMNS)


COLUMNS = ["source", "target", "weight", "kind", "layer"]


def _shared_families(finding: Finding, run: Run, members: pl.Series) -> pl.DataFrame:
    """How many text families each two members wrote together, among the families the finding's posts are of."""
    posts = pl.Series("post", [f"{p['platform']}:{p['post_id']}" for p in finding.posts], dtype=pl.String)
    rows = run.table("families")
    of = rows.filter(pl.col("post").is_in(posts.implode()))["family"].unique()
    wrote = (
        rows.filter(pl.col("family").is_in(of.implode()) & pl.col("account").is_in(members.implode()))
        .select("family", "account")
        .unique()
    )
    pairs = (
        wrote.join(wrote, on="family", suffix="_other")
        .filter(pl.col("account") < pl.col("account_other"))
        .group_by(source="account", target="account_other")
        .agg(weight=pl.len().cast(pl.Float64))
    )
    often = pairs.filter(pl.col("weight") >= LEAST_SHARED)
    return (often if often.height else pairs).with_columns(kind=pl.lit("SAME TEXT"), layer=pl.lit("text"))
