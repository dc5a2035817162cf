"""What is said of a finding's texts beside them."""

from records.finding import Finding
from views.catalogue import catalogue
from views.words import counted, get


def recombined(finding: Finding, language: str = "en", family: str | None = None) -> str:
    """How many posts put parts of the other texts together anew, of one `family` or of all named; empty for none."""
    families = get(finding.evidence, "families") or []
    count = sum(int(one.get("recombined") or 0) for one in families if family in (None, one["family"]))
    if not count:
        return ""
    one, several = catalogue(language)["recombined"]
    return str(one if count == 1 else several).format(n=counted(count, "post", language))
