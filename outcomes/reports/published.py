"""What others have published, as a table of its own beside a report: context, not a comparison."""

from collections.abc import Sequence

from outcomes.benchmarks import Benchmark, shares_at
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit
from outcomes.statistics import proportion
from treatments.vocabulary import Region

KEY = "published"
PUBLISHED = "Published elsewhere, not a comparison"


def published_shares(asked: ReportFilter, timepoint: str) -> tuple[ReportTable, ...]:
    """Published shares at this timepoint and in these regions, where they are asked for and there are any."""
    if not asked.context:
        return ()
    found = shares_at(timepoint, regions=asked.region, modalities=asked.modality)
    return (_table(found),) if found else ()


def published_caveats(tables: Sequence[ReportTable]) -> tuple[Caveat, ...]:
    """What to know before reading such a table, where there is one."""
    n = sum(len(table.rows) for table in tables)
    said = (
        f"{n:,} published results stand in a table of their own. They are of other people, other forms and other rules for "
        "what counts, and those who wrote them down chose what to publish: they are no measure of this clinic."
    )
    return (Caveat("published", said),) if n else ()


def _table(found: Sequence[Benchmark]) -> ReportTable:
    return ReportTable(
        key=KEY,
        caption=PUBLISHED,
        first="Arm",
        columns=(
            Column("share", "Share", Unit.SHARE, "As published. The interval is Wilson's, worked out here."),
            Column("n", "n", Unit.COUNT, "People analysed in this arm."),
            Column("counts", "What was counted", Unit.PLAIN),
            Column("region", "Region", Unit.PLAIN),
            Column("design", "Design", Unit.PLAIN),
            Column("caveat", "To know", Unit.PLAIN),
            Column("citation", "Source", Unit.PLAIN),
        ),
        rows=tuple(_row(one) for one in found),
        note="Other people, other forms, other rules: read beside the clinic's own numbers, not against them.",
    )


def _row(one: Benchmark) -> TableRow:
    words = {"counts": one.counts, "design": one.design, "caveat": one.caveat, "citation": one.citation}
    share = Statistic.of_share(proportion(one.k or 0, one.n))
    return TableRow(one.treatment, {"share": share, "n": one.n, "region": Region(one.region).label, **words})
