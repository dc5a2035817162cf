"""What an account called itself before and after a moment: whoever kept handle and name is, as far as is known, the same."""

import re
from typing import Final

import polars as pl

from records.store import Records, query

_FIELDS: Final = ("handle", "display_name", "location")
_WORD: Final = re.compile(r"[\u3400-\u9fff]|[^\W_]+")  # scripts without spaces: by the character


def sides(records: Records, accounts: pl.DataFrame) -> pl.DataFrame:
    """The last handle, name and place known before each account (`account`, `woke_at`) woke and the newest since, where
    both are known: `account`, `field`, `was`, `now`; sorted."""
    seen = query(
        records,
        """
        SELECT platform || ':' || account_id AS account, observed_at, handle, display_name, location FROM account_history
        UNION ALL
        SELECT platform || ':' || account_id AS account, observed_at, handle, display_name, location FROM accounts
        """,
    ).join(accounts.select("account", "woke_at"), on="account")
    undated = pl.col("observed_at").is_null()  # the newest row of an export that does not say when it was made
    seen = seen.with_columns(
        (undated | (pl.col("observed_at") >= pl.col("woke_at"))).alias("late"), undated.alias("undated")
    )
    long = seen.unpivot(_FIELDS, index=["account", "late", "undated", "observed_at"], variable_name="field")
    rows = long.filter(pl.col("value").str.strip_chars() != "").sort(
        "account", "field", "undated", "observed_at", "value"
    )
    found = rows.group_by("account", "field", maintain_order=True).agg(
        pl.col("value").filter(~pl.col("late")).last().alias("was"),
        pl.col("value").filter("late").last().alias("now"),
    )
    return found.drop_nulls()


def same(was: str, now: str) -> bool:
    """One holds all words of the other: a slogan or a flag put behind one's name, a country behind the town."""
    one, other = ({*_WORD.findall(said.casefold())} or {said.strip()} for said in (was, now))
    return one <= other or other <= one


def kept(found: pl.DataFrame) -> frozenset[str]:
    """Of `sides` the accounts whose handle or name is known on both sides and of which neither was replaced."""
    named = [(uid, same(was, now)) for uid, field, was, now in found.rows() if field != "location"]
    return frozenset(uid for uid, _ in named) - {uid for uid, alike in named if not alike}
