"""refer: what leaves the case for one receiver, whether a pack is what it was, what became of it, what is remembered."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, table
from app.commands.review import ByOption, NoteOption

if TYPE_CHECKING:
    from referrals.choose import Choice
    from referrals.write import Written

group = typer.Typer(
    no_args_is_help=True, help="Packs for platforms and authorities: build, check, and what became of them."
)

GROUNDS = ("terms", "illegal")


def register(cli: typer.Typer) -> None:
    cli.add_typer(group, name="refer")


@group.command()
def build(
    platform: Annotated[str, typer.Option(help="A platform, other:NAME, or authority.", metavar="P|authority")],
    finding: Annotated[
        list[str] | None,
        typer.Option(help="This finding; may be given again. Without it all confirmed ones.", metavar="ID"),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="Names with commas; without it all.", metavar="csv,json,...")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would leave and why; write nothing.")] = False,
    out: Annotated[Path | None, typer.Option(help="The folder to write packs into.", metavar="DIR")] = None,
    notifier: Annotated[
        str | None, typer.Option(help="Who sends it; without it the newest reviewer.", metavar="NAME")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Where the receiver answers; a DSA notice needs it.")] = None,
    ground: Annotated[str, typer.Option(help="terms (of the receiver) or illegal.")] = "terms",
    law: Annotated[
        str | None, typer.Option(help="Which law, and where; with --ground illegal.", metavar="TEXT")
    ] = None,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Write a receiver's pack: confirmed findings, that platform's data only, evidence for every row."""
    from evidence.case import Case
    from referrals.collect import Sender
    from referrals.receivers import receiver
    from referrals.write import build as write
    from referrals.write import chosen_formats, preview

    if ground not in GROUNDS:
        raise typer.BadParameter(f"{ground} is not one of {', '.join(GROUNDS)}")
    if (ground == "illegal") != bool(law and law.strip()):
        raise typer.BadParameter("--ground illegal and --law TEXT go together: say which law, and where")
    names = [name.strip() for name in format.split(",") if name.strip()] if format else []
    chosen_formats(names)
    to, opened = receiver(platform), Case.open(case)
    if dry_run:
        choice = preview(opened, to, finding or [])
        emit(dry(choice), json, lambda: _print_choice(choice))
        return
    if out is None:
        raise typer.BadParameter("name the folder with --out DIR, or use --dry-run")
    sender = Sender(name=notifier, email=email, ground=ground, law=law)
    with opened.writing("refer"):
        written = write(opened, to, out, findings=finding or [], names=names, sender=sender)
    emit([_document(one) for one in written], json, lambda: _print_written(written))


def dry(choice: "Choice") -> dict[str, Any]:
    """What would leave, as a document: {findings, rows, left}."""
    return {
        "findings": [
            {"finding": c.finding.id, "outcome": c.outcome, "removal": c.removal, "basis": c.basis["hash"]}
            for c in choice.findings
        ],
        "rows": [
            {"account": row.uid, "kind": row.kind, "roles": row.roles, "place": row.place, "action": row.action,
             "why": row.why, "findings": row.findings}
            for row in choice.rows
        ],
        "left": [{"finding": one, "why": why} for one, why in choice.left],
    }  # fmt: skip


def _print_choice(choice: "Choice") -> None:
    leaving = [row for row in choice.rows if row.place != "out"]
    table(
        ["account", "listed as", "request", "because"],
        [(row.uid, row.place, row.action.replace("_", " "), "; ".join(row.why)) for row in leaving],
    )
    staying = [row for row in choice.rows if row.place == "out"]
    if staying:
        print("\nStays here:")
        table(["account", "because"], [(row.uid, "; ".join(row.why)) for row in staying])
    for one, why in choice.left:
        note(f"{one} is not referred: {why}.")
    note(f"{len(leaving):,} rows would leave; nothing was written.")


def _document(one: "Written") -> dict[str, Any]:
    pack = one.pack
    return {
        "pack": pack.id, "folder": str(one.folder), "receiver": pack.receiver.code, "part": pack.part,
        "parts": pack.parts, "created": pack.created, "retain_until": pack.retain_until, "stamps": pack.stamps,
        "accounts": len(pack.assets), "possible_victims": len(pack.victims), "posts": len(pack.posts),
        "removals": sum(asset.action == "remove" for asset in pack.assets), "redactions": pack.redactions,
        "manifest_sha256": one.manifest_sha256,
        "skipped": [{"format": name, "why": why} for name, why in one.skipped],
    }  # fmt: skip


def _print_written(written: "list[Written]") -> None:
    table(
        ["pack", "folder", "accounts", "possible victims", "posts", "keep until"],
        [
            (w.pack.id, w.folder, f"{len(w.pack.assets):,}", f"{len(w.pack.victims):,}", f"{len(w.pack.posts):,}",
             w.pack.retain_until)
            for w in written
        ],
    )  # fmt: skip
    for one in written:
        for stamp in one.pack.stamps:
            note(f"{one.pack.id}: {stamp}.")
        for name, why in one.skipped:
            note(f"{one.pack.id}: no {name}: {why}")
    note("Read every page before you send it; `murmur refer verify FOLDER` checks a pack anywhere.")


@group.command()
def verify(
    pack: Annotated[Path, typer.Argument(help="The pack's folder.", metavar="PACK")], json: JsonOption = False
) -> None:
    """Check a pack's files, id and rules; needs no case."""
    from referrals.verify import verify as check

    report = check(pack)

    def human() -> None:
        for problem in report["problems"]:
            note(problem)
        for stamp in report["stamps"]:
            note(f"Stamped: {stamp}.")
        if not report["problems"]:
            print(f"Whole: pack {report['pack']} for {report['receiver']}, {report['files']} files.")
        print(f"SHA-256 of the manifest: {report['manifest_sha256']}; the sender's journal must say the same.")

    emit(report, json, human)
    if report["problems"]:
        raise typer.Exit(1)


@group.command()
def outcome(
    pack: Annotated[str, typer.Argument(help="The pack's id, its beginning, or its folder.", metavar="PACK")],
    state: Annotated[str, typer.Option(help="sent, acknowledged, decided, appeal, reinstated or false_positive.")],
    date: Annotated[str, typer.Option(help="When it happened, such as 2026-03-14.")],
    why: NoteOption,
    by: ByOption,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Record what became of a pack."""
    from evidence.case import Case
    from referrals.outcomes import STATES, record

    if state not in STATES:
        raise typer.BadParameter(f"{state} is not one of {', '.join(STATES)}")
    opened = Case.open(case)
    with opened.writing("outcome"):
        entry = record(opened, pack, state, date, why, by)
    emit(entry, json, lambda: print(f"Pack {entry['pack']} for {entry['receiver']}: {state} on {entry['date']}."))


@group.command()
def packs(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """The packs that were built, and what became of each."""
    from evidence.case import Case
    from referrals.outcomes import overview

    rows = overview(Case.open(case))
    emit(
        rows,
        json,
        lambda: table(
            ["pack", "receiver", "findings", "accounts", "state", "since", "keep until"],
            [
                (r["pack"], r["receiver"], len(r["findings"]), r["accounts"], r["state"], r["date"], r["retain_until"])
                for r in rows
            ],
        ),
    )


@group.command()
def precision(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """How often receivers agreed, by detector and platform."""
    from evidence.case import Case
    from referrals.outcomes import precision as share

    rows = share(Case.open(case))

    def human() -> None:
        table(
            ["detector", "platform", "decided", "wrong", "right", "95 % interval"],
            [
                (r["detector"], r["platform"], r["settled"], r["wrong"], f"{r['precision']:.0%}",
                 f"{r['low']:.0%} to {r['high']:.0%}")
                for r in rows
            ],
        )  # fmt: skip
        if not rows:
            note("No pack is decided yet; `murmur refer outcome PACK --state decided` records it.")

    emit(rows, json, human)


@group.command()
def retract(
    findings: Annotated[list[str], typer.Argument(help="Findings that do not stand.", metavar="FINDING ...")],
    why: NoteOption,
    by: ByOption,
    out: Annotated[Path, typer.Option(help="The folder to write retractions into.", metavar="DIR")],
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Take findings back from everybody who got a pack with them."""
    from evidence.case import Case
    from referrals.retract import retract as take_back

    opened = Case.open(case)
    with opened.writing("retract"):
        written = take_back(opened, findings, out, by, why)
    emit(
        written,
        json,
        lambda: table(
            ["retraction", "receiver", "folder", "accounts", "of packs"],
            [(w["retraction"], w["receiver"], w["folder"], w["accounts"], ", ".join(w["packs"])) for w in written],
        ),
    )


@group.command()
def campaigns(
    out: Annotated[Path, typer.Option(help="The file to write, best named campaigns.csv.", metavar="FILE")],
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Write the confirmed operations as records that `murmur load` brings into any case."""
    from evidence.case import Case
    from referrals.campaigns import export

    written = export(Case.open(case), out)
    emit(written, json, lambda: print(f"{written['rows']:,} indicators of {written['campaigns']} operations: {out}."))
