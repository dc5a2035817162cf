"""The thirteen tables every loader fills: columns, kinds, what is required, what makes two rows the same entity.

`str` columns hold text, ids among them; `time` is a UTC instant in microseconds; `list` a list of strings. Empty means
unknown, never 0. Every stored row also carries where it came from (PROVENANCE).
"""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl
import pyarrow as pa

from records import words

Kind = Literal["str", "int", "float", "bool", "time", "list"]

_ARROW: Final[dict[str, pa.DataType]] = {
    "str": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
    "list": pa.list_(pa.string()),
}
_POLARS: Final[dict[str, pl.DataType]] = {
    "str": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "time": pl.Datetime("us", "UTC"),
    "list": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    required: bool = False
    words: tuple[str, ...] = ()
    """The only values allowed; empty means any."""

    @property
    def polars(self) -> pl.DataType:
        return _POLARS[self.kind]

    @property
    def arrow(self) -> pa.DataType:
        return _ARROW[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the contract."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that together name one entity; a second row with the same key is merged, never lost."""
    newest_by: str | None
    """The time column that says which of two rows with one key is newer; None where rows have no such time."""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def polars_schema(self) -> dict[str, pl.DataType]:
        """Stored columns with provenance, as Polars types."""
        return {column.name: column.polars for column in (*self.columns, *PROVENANCE)}

    @property
    def arrow_schema(self) -> pa.Schema:
        """Stored columns with provenance, as Arrow types."""
        return pa.schema([(column.name, column.arrow) for column in (*self.columns, *PROVENANCE)])


PROVENANCE: Final = (
    Column("extra", "str"),  # JSON object of the columns the contract does not know
    Column("_source_sha256", "str"),
    Column("_source_line", "int"),
    Column("_batch", "str"),
)

_FIXED: Final = {
    "author_kind": words.AUTHOR_KINDS,
    "entity_kind": words.ENTITY_KINDS,
    "subject_kind": words.PARTY_KINDS,
    "object_kind": words.PARTY_KINDS,
    "content_type": words.CONTENT_TYPES,
    "time_precision": words.TIME_PRECISIONS,
    "relation": words.RELATIONS,
    "scope": words.SCOPES,
    "complete": words.COMPLETENESS,
    "indicator_kind": words.INDICATOR_KINDS,
}


def _table(name: str, spec: str, key: str, newest_by: str | None = None) -> Table:
    """Read a compact declaration: `name*:kind`, kind str where none is said, * for required."""
    columns = []
    for item in spec.split():
        field, _, kind = item.partition(":")
        bare = field.rstrip("*")
        allowed = _FIXED.get(bare, ())
        if bare == "kind":
            allowed = {"outlets": words.OUTLET_KINDS, "engagements": words.ENGAGEMENT_KINDS}.get(name, ())
        columns.append(Column(bare, kind or "str", field.endswith("*"), allowed))  # type: ignore[arg-type]
    return Table(name, tuple(columns), tuple(key.split()), newest_by)


TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        _table(
            "accounts",
            "platform* account_id* handle display_name description created_at:time location language followers:int"
            " following:int posts_count:int verified:bool default_avatar:bool avatar_hash profile_url observed_at:time",
            "platform account_id",
            "observed_at",
        ),
        _table(
            "account_history",
            "platform* account_id* observed_at*:time handle display_name description location language followers:int"
            " following:int posts_count:int interactions:int",
            "platform account_id observed_at handle display_name description location language followers following"
            " posts_count interactions",
        ),
        _table(
            "posts",
            "platform* post_id* author_id* author_kind created_at*:time time_precision content_type text title language"
            " client location latitude:float longitude:float in_reply_to_post_id in_reply_to_account_id"
            " repost_of_post_id repost_of_account_id quote_of_post_id is_repost:bool urls:list hashtags:list"
            " mentions:list media_hashes:list objects:list likes:int reposts:int replies:int views:int credited_to url"
            " collected_at:time deleted_at:time",
            "platform post_id",
            "collected_at",
        ),
        _table(
            "pages",
            "platform* page_id* name handle created_at:time followers:int admin_countries:list outlet_id",
            "platform page_id",
        ),
        _table("outlets", "outlet_id* name domain country language kind source", "outlet_id"),
        _table(
            "ownership",
            "subject_id* object_id* relation* subject_kind object_kind object_name since:time until:time source grade",
            "subject_id object_id relation since",
        ),
        _table(
            "follows",
            "platform* follower_id* followed_id* followed_at:time position:int position_is_chronological:bool",
            "platform follower_id followed_id",
        ),
        _table("engagements", "platform* post_id* account_id* kind* at:time", "platform post_id account_id kind at"),
        _table(
            "metrics",
            "platform* entity_id* entity_kind* observed_at*:time followers:int interactions:int views:int"
            " age_hours:float",
            "platform entity_id entity_kind observed_at",
        ),
        _table(
            "targets",
            "platform* account_id* name role party since:time until:time",
            "platform account_id role since",
        ),
        _table(
            "campaigns",
            "campaign* indicator_kind* indicator* platform confirmed_by date:time",
            "campaign indicator_kind indicator platform",
        ),
        _table("media", "media_hash* path sha256 kind quality:int frame:int", "media_hash path sha256 frame"),
        _table(
            "collections",
            "collection_id* platform* scope* subject query since:time until:time complete",
            "collection_id",
        ),
    )
}
"""Table name to declaration. `posts.is_repost` extends the contract: some exports say that a post is a repost without
saying of what (docs/decisions.md)."""


def conform(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with exactly the stored columns of table `name`, in order, missing ones null, types cast.

    Raises polars.exceptions.PolarsError where a value does not fit; loaders refuse such rows before this.
    """
    schema = TABLES[name].polars_schema
    return frame.select(
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(kind).alias(column)
        for column, kind in schema.items()
    )


def empty(name: str) -> pl.DataFrame:
    """Table `name` with no rows."""
    return pl.DataFrame(schema=TABLES[name].polars_schema)
