"""The ledger says each reason once, with how many rows it refused and where the first of them stand."""

from pathlib import Path

from tests.app.test_commands import murmur

HEAD = "platform,post_id,author_id,created_at,text,likes\n"


def ledger(folder: Path, rows: list[str]) -> list[str]:
    (folder / "posts.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    _, said = murmur("load", folder / "posts.csv", "--case", folder / "case")
    return [line.strip() for line in said.splitlines() if line.startswith("  ")]


def test_equal_reasons_are_one_line_whatever_the_values(tmp_path: Path) -> None:
    good = ["x,1,a,2024-03-04 10:00:00,hello,3"]
    many = [f"x,{n},a,2024-03-04 10:00:00,hello,many{n}" for n in range(2, 9)]
    told = ledger(tmp_path, [*good, *many, "x,9,a,soon,hello,1", "x,10,a,2024-03-04 10:00:00,hello,many2"])
    assert told[:2] == [
        "8 x likes: 'many2' is no whole number of 0 or more. (6 other values too; lines 3, 4, 5, 6, 7, ...)",
        "1 x created_at: 'soon' is no time that can be read; write it as 2015-10-01 12:30:00. (line 10)",
    ]
    assert len([line for line in told if "whole number" in line or "quarantine" in line]) == 1


def test_a_hundred_different_values_hide_no_reason(tmp_path: Path) -> None:
    rows = [f"x,{n},a,2024-03-04 10:00:00,it's {n},\"it's {n}\"" for n in range(100)]
    told = ledger(tmp_path, ["x,x,a,2024-03-04 10:00:00,hello,3", *rows])
    assert told[0].startswith('100 x likes: "it\'s 0" is no whole number of 0 or more. (99 other values too; lines 3, ')
    assert not [line for line in told if "other reasons" in line]
