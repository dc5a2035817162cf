"""detect, detectors, runs, findings: what was looked for and what was found."""

from typing import Annotated, Any

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, pairs, table


def register(cli: typer.Typer) -> None:
    cli.command()(detect)
    cli.command()(detectors)
    cli.add_typer(runs_group, name="runs")
    cli.command()(findings)
    cli.command()(stress)


def detect(
    only: Annotated[
        list[str] | None, typer.Option(help="This detector only; may be given again.", metavar="NAME")
    ] = None,
    set: Annotated[list[str] | None, typer.Option(help="A parameter.", metavar="NAME.param=value")] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 1,
    graph: Annotated[bool, typer.Option("--graph/--no-graph", help="Bring the graph up to the run.")] = True,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Run the detectors, store what they find as one run, and bring the graph up to it."""
    from app.detecting import chosen, parameters
    from app.detecting import detect as run_detectors
    from app.progress import Part, Reporter
    from evidence.case import Case

    opened = Case.open(case)
    which = chosen(only or [])
    values = parameters(which, pairs(set or [], "NAME.param=value"))
    with Reporter() as reporter:
        run = run_detectors(opened, which, values, seed, Part(reporter, 0.0, 0.7 if graph else 1.0))
        if graph:
            from graph.build import build

            build(opened, Part(reporter, 0.7, 1.0))
    document = {"run": run.id, **run.meta}

    def human() -> None:
        counts = run.meta["counts"]
        print(
            f"Run {run.id}: {counts['findings']} findings, {counts['links']:,} links, {counts['families']:,} posts in families."
        )
        note("`murmur findings` lists them; `murmur app` shows them.")

    emit(document, json, human)


def detectors(json: JsonOption = False) -> None:
    """The detectors, their parameters and what may fool them."""
    from detectors import detectors as known

    documents: list[dict[str, Any]] = [
        {
            "name": d.name, "version": d.version, "title": d.title, "question": d.question, "definition": d.definition,
            "false_positives": list(d.false_positives), "must_see": d.must_see, "disarm": list(d.disarm),
            "parameters": [
                {"name": p.name, "default": p.default, "unit": p.unit, "reason": p.reason} for p in d.parameters
            ],
        }
        for d in known().values()
    ]  # fmt: skip

    def human() -> None:
        table(["name", "question", "definition"], [(d["name"], d["question"], d["definition"]) for d in documents])
        print()
        rows = [
            (f"{d['name']}.{p['name']}", p["default"], p["unit"], p["reason"])
            for d in documents
            for p in d["parameters"]
        ]
        table(["parameter", "default", "unit", "reason"], rows)

    emit(documents, json, human)


runs_group = typer.Typer(invoke_without_command=True, help="Past runs, and what changed between two.")


@runs_group.callback()
def runs(context: typer.Context, case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """List the runs, newest last."""
    if context.invoked_subcommand is not None:
        return
    from evidence.case import Case
    from evidence.runs import runs as known

    metas = [run.meta for run in known(Case.open(case))]
    emit(
        metas,
        json,
        lambda: table(
            ["run", "when", "detectors", "findings"],
            [(m["id"], m["created"], ", ".join(m["detectors"]), m["counts"]["findings"]) for m in metas],
        ),
    )


@runs_group.command("diff")
def runs_diff(older: str, newer: str, case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Findings that are new, changed, kept and gone between two runs."""
    from evidence.case import Case
    from evidence.runs import diff, find

    opened = Case.open(case)
    changes = diff(find(opened, older), find(opened, newer))
    emit(changes, json, lambda: table(["", "finding"], [(kind, i) for kind, ids in changes.items() for i in ids]))


def findings(
    run: Annotated[str | None, typer.Option(help="The run; without it the newest.", metavar="ID")] = None,
    detector: Annotated[str | None, typer.Option(help="Findings of this detector only.", metavar="NAME")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="Only this effective outcome; may be given again.")] = None,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """The findings of a run, ranked."""
    from evidence.case import Case
    from evidence.review import reviewed
    from evidence.runs import find
    from records.finding import from_json
    from records.words import DETECTOR_NAMES, OUTCOMES
    from views.sentences import title

    for word in outcome or []:
        if word not in OUTCOMES:
            raise typer.BadParameter(f"{word} is not one of {', '.join(OUTCOMES)}")
    if detector is not None and detector not in DETECTOR_NAMES:
        raise typer.BadParameter(f"{detector} is not one of {', '.join(DETECTOR_NAMES)}")
    opened = Case.open(case)
    chosen = find(opened, run)
    documents = reviewed(opened, chosen.findings())
    documents = [
        document
        for document in documents
        if (detector is None or document["detector"] == detector)
        and (not outcome or document["effective_outcome"] in outcome)
    ]
    if not documents and not json:
        asked = " of what was asked for" if detector or outcome else ""
        note(f"Run {chosen.id} found nothing{asked}.")
        return
    emit(
        documents,
        json,
        lambda: table(
            ["#", "id", "what stands out", "outcome", "state"],
            [
                (rank, d["id"], title(from_json(d), "en"), d["effective_outcome"], d["state"])
                for rank, d in enumerate(documents, start=1)
            ],
        ),
    )


def stress(
    finding: Annotated[str, typer.Argument(help="The finding's id, or its beginning.")],
    run: Annotated[str | None, typer.Option(help="Its run; without it the newest.", metavar="ID")] = None,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Whether a finding stands without its strongest layer, its top account, its most used object, and by chance."""
    from app.progress import Reporter
    from app.stressing import stress_finding
    from evidence.case import Case

    with Reporter() as reporter:
        answer = stress_finding(Case.open(case), finding, run, reporter)

    def human() -> None:
        table(
            ["", "what", "stands", "outcome", "members", "of the same accounts"],
            [
                (row["code"].replace("_", " "), row["what"], "yes" if row["stands"] else "no", row["outcome"],
                 row["members"], f"{row['overlap']:.0%}")
                for row in answer["variants"]
            ],
        )  # fmt: skip
        print()
        table(
            ["seconds to the next member's post", "in the data", "in one world without coordination"],
            [(f"up to {row['up_to_seconds']:,}" if row["up_to_seconds"] else "more", row["observed"], row["drawn"])
             for row in answer["gaps"]],
        )  # fmt: skip

    emit(answer, json, human)
