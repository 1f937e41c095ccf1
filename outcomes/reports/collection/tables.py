"""The tables of a collection report on who answered, who did not, and what that can mean for the result."""

from collections.abc import Mapping, Sequence

from outcomes.numerals import FEW
from outcomes.reports.collection.timepoints import Collected
from outcomes.reports.collection.ways import Way
from outcomes.reports.scope import Measure
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit
from outcomes.reports.shown import LEAST_TO_COMPARE, REFUSED, hidden, shown_mean, shown_share, shown_value
from outcomes.reports.way import STEPS
from outcomes.statistics.mean_differences import welch_difference
from treatments.timepoints import in_words

PLAIN, CARE, LITTLE = 0.8, 0.6, 0.4


def reading(at: Collected) -> str:
    """How results of this timepoint are to be read, by the share of those due who answered."""
    if at.share is None:
        return "nothing due yet"
    if at.due < FEW:
        return "too few due"
    if at.share >= PLAIN:
        return "plain"
    if at.share >= CARE:
        return "interpret with care"
    return "too incomplete for a headline" if at.share >= LITTLE else "too incomplete to compare groups"


def flow_table(found: Sequence[Collected]) -> ReportTable:
    """How far the courses of each timepoint came."""
    return ReportTable(
        key="flow",
        caption="From treated to answered, courses whose window is over",
        first="Timepoint",
        columns=tuple(
            Column(step.key, step.label, Unit.COUNT, f"Others: {step.lost}." if step.lost else "Had a session.")
            for step in STEPS
        ),
        rows=tuple(
            TableRow(in_words(at.timepoint), {step.key: n for step, n in zip(STEPS, at.steps, strict=True)})
            for at in found
        ),
        note="Each step is counted of the one before. Answers that came without a message, on the clinic's tablet, on "
        "paper or by phone, are not in the last steps; they are in the table of answers.",
    )


def response_table(found: Sequence[Collected], by: Sequence[Way], when: str) -> ReportTable:
    """Answered of due, by timepoint, and at one timepoint by everything else."""
    rows = [
        TableRow(
            in_words(at.timepoint),
            {"due": at.due, "answered": shown_share(at.answered, at.due), "reading": reading(at), "open": at.n_open},
            "Timepoint",
        )
        for at in found
    ]
    more = [
        # All ways together are everybody: two lists of them would give away the line that one of them hides.
        TableRow(
            way.label, {"due": way.n, "answered": shown_share(way.k, way.n)}, f"{way.group}, {when}", is_inside=True
        )
        for way in by
    ]
    return ReportTable(
        key="response",
        caption="Answered in the window, of those due",
        first="Who was due",
        columns=(
            Column("due", "Due", Unit.COUNT, "Eligible, and the window is over."),
            Column("answered", "Answered", Unit.SHARE, "With a valid score in the window, in whatever way."),
            Column("reading", "How to read results", Unit.PLAIN, "From 80 % plain, from 60 % with care."),
            Column("open", "Window not over", Unit.COUNT, "Treated; may still answer."),
        ),
        rows=(*rows, *more),
        note="The interval is Wilson's. Those treated again before the window are neither due nor missing, in whatever view.",
    )


def modes_table(by_mode: Mapping[str, int], when: str) -> ReportTable:
    """How the answers of one timepoint came."""
    n = sum(by_mode.values())
    return ReportTable(
        key="modes",
        caption=f"How the answers came, {when}",
        first="Way",
        columns=(Column("answers", "Answers", Unit.SHARE, "Of all answers in the window."),),
        rows=tuple(TableRow(label, {"answers": shown_share(k, n)}) for label, k in by_mode.items()),
        note="Known of answers only: in which way the others would have answered nobody knows.",
    )


def starting_difference(at: Collected) -> Statistic:
    """Mean baseline of those answered minus of those who did not, in SD of all due; refused below ten of either."""
    one, other, sd = at.baseline_answered, at.baseline_missing, at.baseline_all.sd
    n = one.n + other.n
    if min(one.n, other.n) < LEAST_TO_COMPARE or one.value is None or other.value is None:
        return hidden(n, REFUSED)
    return shown_value((one.value - other.value) / sd if sd else None, n)


def baseline_table(found: Sequence[Collected], measure: Measure) -> ReportTable:
    """Whether those who answered had started like those who did not."""
    return ReportTable(
        key="baselines",
        caption=f"{measure.label} before treatment, of those who answered and of those who did not",
        first="Timepoint",
        columns=(
            Column("n_answered", "Answered, n", Unit.COUNT, "Due, answered, and with a baseline."),
            Column("answered", "Answered, mean before", Unit.POINTS),
            Column("n_missing", "Did not, n", Unit.COUNT, "Due, not answered, and with a baseline."),
            Column("missing", "Did not, mean before", Unit.POINTS),
            Column("difference", "Difference, points", Unit.POINTS, "Answered minus not; Welch's interval."),
            Column("in_sd", "Difference, SD", Unit.PLAIN, "Of the baselines of all due. Above 0.2 is a warning."),
        ),
        rows=tuple(TableRow(in_words(at.timepoint), _baseline_values(at)) for at in found if at.due),
        note=f"Compared only with {LEAST_TO_COMPARE} or more of each.",
    )


def _baseline_values(at: Collected) -> dict[str, Statistic | int]:
    one, other = at.baseline_answered, at.baseline_missing
    in_sd = starting_difference(at)
    points, welch = in_sd, welch_difference(one, other)
    if in_sd.reason != REFUSED and welch is not None:
        points = shown_value(welch.value, in_sd.n, ci=welch.ci, method="welch")
    return {
        "n_answered": one.n,
        "answered": shown_mean(one),
        "n_missing": other.n,
        "missing": shown_mean(other),
        "difference": points,
        "in_sd": in_sd,
    }


def bounds_table(found: Sequence[Collected]) -> ReportTable:
    """Between what limits the share of responders lies, whatever the missing would have said."""
    return ReportTable(
        key="bounds",
        caption="Better by at least 30 %: what the missing could change",
        first="Timepoint",
        columns=(
            Column("due", "Due", Unit.COUNT, "With a baseline above 0."),
            Column("missing", "Missing", Unit.COUNT, "Of them without a score in the window."),
            Column("observed", "Of those who answered", Unit.SHARE),
            Column(
                "worst", "If none of the missing is", Unit.SHARE, "The lower bound: missing counted as no response."
            ),
            Column("best", "If all of the missing are", Unit.SHARE, "The upper bound."),
        ),
        rows=tuple(TableRow(in_words(at.timepoint), _bounds(at)) for at in found if at.n_judgeable),
        note="The truth about all due lies between the last two columns, apart from chance.",
    )


def _bounds(at: Collected) -> dict[str, Statistic | int]:
    missing = at.n_judgeable - at.n_judged
    return {
        "due": at.n_judgeable,
        "missing": missing,
        "observed": shown_share(at.k_responder, at.n_judged),
        "worst": shown_share(at.k_responder, at.n_judgeable),
        "best": shown_share(at.k_responder + missing, at.n_judgeable),
    }
