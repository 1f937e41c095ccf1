"""What others have published, as a table of its own beside a report: context, not a comparison."""

from collections.abc import Callable, Sequence

from outcomes.benchmarks import Benchmark, changes_at, shares_at
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.scope import Measure
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.statistics import proportion
from treatments.vocabulary import Region

KEY = "published"
PUBLISHED = "Published elsewhere, not a comparison"
_N = Column("n", "n", Unit.COUNT, "People analysed in this arm.")
_SHARES = (
    Column("share", "Share", Unit.SHARE, "As published. The interval is Wilson's, worked out here."),
    _N,
    Column("counts", "What was counted", Unit.PLAIN),
)
_CHANGES = (
    Column(
        "change", "Mean change", Unit.POINTS, "Follow-up minus before; where only means are printed, their difference."
    ),
    Column("sd", "Its SD", Unit.POINTS, "Empty where it is not printed."),
    _N,
    Column("before", "Mean before", Unit.POINTS),
    Column("after", "Mean after", Unit.POINTS),
    Column("measure", "What was measured", Unit.PLAIN),
)


def published_shares(asked: ReportFilter, timepoint: str) -> tuple[ReportTable, ...]:
    """Published shares at this timepoint and in these regions, where they are asked for and there are any."""
    if not asked.context:
        return ()
    found = shares_at(timepoint, regions=asked.region, modalities=asked.modality)
    return (_table(found, _SHARES, _share_row),) if found else ()


def published_changes(asked: ReportFilter, timepoint: str, measure: Measure) -> tuple[ReportTable, ...]:
    """Published mean changes of pain, likewise, and only beside a scale that runs from 0 to 10 and on which more is worse."""
    is_alike = measure.minimum == 0 and measure.maximum == 10 and not measure.is_higher_better
    if not asked.context or not is_alike:
        return ()
    found = changes_at(timepoint, regions=asked.region, modalities=asked.modality)
    return (_table(found, _CHANGES, _change_row),) if found else ()


def published_caveats(tables: Sequence[ReportTable]) -> tuple[Caveat, ...]:
    """What to know before reading such a table, where there is one."""
    n = sum(len(table.rows) for table in tables)
    said = (
        f"{n:,} published results stand in a table of their own. They are of other people, other forms and other rules for "
        "what counts, and those who wrote them down chose what to publish: they are no measure of this clinic."
    )
    return (Caveat("published", said),) if n else ()


def _table(
    found: Sequence[Benchmark], columns: Sequence[Column], row: Callable[[Benchmark], dict[str, Value]]
) -> ReportTable:
    return ReportTable(
        key=KEY,
        caption=PUBLISHED,
        first="Arm",
        columns=(
            *columns,
            Column("region", "Region", Unit.PLAIN),
            Column("design", "Design", Unit.PLAIN),
            Column("caveat", "To know", Unit.PLAIN),
            Column("citation", "Source", Unit.PLAIN),
        ),
        rows=tuple(TableRow(one.treatment, row(one) | _about(one)) for one in found),
        note="Other people, other forms, other rules: read beside the clinic's own numbers, not against them.",
    )


def _about(one: Benchmark) -> dict[str, Value]:
    words = {"design": one.design, "caveat": one.caveat, "citation": one.citation}
    return {"n": one.n, "region": Region(one.region).label, **words}


def _share_row(one: Benchmark) -> dict[str, Value]:
    return {"share": Statistic.of_share(proportion(one.k or 0, one.n)), "counts": one.counts}


def _change_row(one: Benchmark) -> dict[str, Value]:
    method = "as_published" if one.change else "difference_of_published_means"
    values: dict[str, Value] = {
        "change": Statistic(one.mean_change, one.n, method=method),
        "sd": one.change[1] if one.change else None,
        "measure": one.measure,
    }
    return values | {
        name: None if spread is None else spread[0]
        for name, spread in (("before", one.baseline), ("after", one.follow_up))
    }
