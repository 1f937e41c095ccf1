"""Rows for every figure, made up from a fixed seed: nobody and nothing real is in them."""

import dataclasses
import math
import random
from collections.abc import Callable
from decimal import Decimal

from outcomes.figures.change_spread import Bin, Spread, change_spread
from outcomes.figures.cusum import CusumPoint, cusum
from outcomes.figures.dose_response import Dose, Smooth, dose_response
from outcomes.figures.event_rates import EventRate, event_rates
from outcomes.figures.flow import Stage, flow
from outcomes.figures.funnel import Limits, Outside, Unit, funnel
from outcomes.figures.group_comparison import Comparison, Difference, LsMean, group_comparison
from outcomes.figures.kaplan_meier import AtRisk, Step, Survival, kaplan_meier
from outcomes.figures.opioid_pairs import OpioidPair, opioid_pairs
from outcomes.figures.p_chart import Period, Signal, p_chart
from outcomes.figures.parts import Canvas
from outcomes.figures.patient_curve import Band, Missed, Own, OwnScore, patient_curve
from outcomes.figures.patient_curve import Visit as Treated
from outcomes.figures.patient_words import CURVE, OUTLOOK
from outcomes.figures.responder_curve import Responders, responder_curve
from outcomes.figures.response_rate import ResponseRate, response_rate
from outcomes.figures.similar_patients import Outlook, similar_patients
from outcomes.figures.small_multiples import Panel, Visit, small_multiples
from outcomes.figures.sparkline import sparkline
from outcomes.figures.state_occupancy import Occupancy, state_occupancy
from outcomes.figures.theme import TOKENS, Spec, Variant
from outcomes.reports import Group, Measure
from outcomes.statistics import Mean, mean_from_sums, proportion
from treatments.timepoints import planned_day

PRP, CELL, EXOSOME = Group("prp", "PRP", "prp"), Group("cell", "Stem cell", "cell"), Group("exo", "Exosome", "exosome")
GROUPS = (PRP, CELL, EXOSOME)
TIMES = ("baseline", "week 6", "month 3", "month 6", "month 12")
PAIN = Measure(
    "nrs_average", "Average pain", Decimal(0), Decimal(10), False, mcid=Decimal(2), mcid_source="Farrar 2001"
)
DOLOR = dataclasses.replace(PAIN, label="Dolor promedio")
KNEE = Measure("oks", "Knee score", Decimal(8), Decimal(48), True, mcid=Decimal(5), mcid_source="x")
HEADACHE = Measure("headache", "Headache severity", Decimal(0), Decimal(140), False)
REGIONS = ("Knee", "Hip", "Shoulder", "Lumbar spine", "Ankle and foot", "Elbow")

Draw = Callable[..., Spec]


def a_mean(n: int, value: float, sd: float = 2.3) -> Mean:
    total = Decimal(str(round(value, 2))) * n
    squares = Decimal(str(round(value, 2))) ** 2 * n + Decimal(str(sd * sd)) * (n - 1)
    return mean_from_sums(n, total, squares)


def day(timepoint: str) -> int:
    return planned_day(timepoint) or 0


def stages() -> list[Stage]:
    return [
        Stage("Treated", 1204),
        Stage("Eligible", 1131, "no score before"),
        Stage("Consented", 1012, "said no or not asked"),
        Stage("Sent", 988, "no address"),
        Stage("Opened", 742, "not opened"),
        Stage("Complete", 664, "broken off"),
        Stage("In window", 611, "too early or late"),
    ]


def responders(sizes=(290, 132, 42)) -> list[Responders]:
    made = random.Random(3)
    curves = []
    for group, n, middle in zip(GROUPS, sizes, (38, 41, 25), strict=True):
        gains = [made.gauss(middle, 34) for _ in range(n)]
        curves.append(Responders(group, n, {cut: sum(gain >= cut for gain in gains) for cut in range(0, 101, 5)}))
    return curves


def spread(n: int = 290, measure: Measure = PAIN, step: int = 1) -> Spread:
    made = random.Random(5)
    reach = int(measure.maximum - measure.minimum)
    sign = 1 if measure.is_higher_better else -1
    found = sorted(
        max(-reach, min(reach, step * round(made.gauss(sign * 0.24 * reach, 0.25 * reach) / step))) for _ in range(n)
    )
    bins = [Bin(change, found.count(change)) for change in range(-reach, reach + 1, step)]
    if measure.mcid is None:
        return Spread(bins, step, found[n // 2] if n else 0, None)
    better, worse = sum(sign * x >= measure.mcid for x in found), sum(sign * x <= -measure.mcid for x in found)
    return Spread(bins, step, found[n // 2] if n else 0, (better, n - better - worse, worse))


def panels(names=REGIONS, last_n: int | None = None) -> list[Panel]:
    made = random.Random(9)
    found = []
    for i, name in enumerate(names):
        n, start, gain = made.choice((24, 60, 140)), 5.8 + made.random() * 1.6, 1 + made.random() * 2.4
        sizes = {time: max(6, n - 2 * j) for j, time in enumerate(TIMES)}
        if last_n is not None and i == len(names) - 1:
            sizes = dict.fromkeys(TIMES, last_n)
        values = [start - gain * (1 - math.exp(-day(time) / 56)) + made.gauss(0, 0.12) for time in TIMES]
        visits = [Visit(time, day(time), a_mean(sizes[time], value)) for time, value in zip(TIMES, values, strict=True)]
        found.append(Panel(name, visits))
    return found


def rates() -> list[ResponseRate]:
    channels = (("E-mail", 402, 0.61), ("Text", 230, 0.69), ("Tablet in clinic", 88, 0.93), ("Phone, staff", 41, 0.8))
    times = (("6 weeks", 1), ("3 months", 0.92), ("6 months", 0.86), ("12 months", 0.78))
    found = []
    for time, keeps in times:
        for channel, n, share in channels:
            due = 4 if (time, channel) == ("12 months", "Phone, staff") else n
            found.append(ResponseRate(time, channel, proportion(round(due * share * keeps), due)))
    return found


def events(few: int = 66) -> list[EventRate]:
    kinds = ("Flare over 48 h", "Any other", "Serious")
    counts = (("PRP", 611, (71, 9, 1)), ("Stem cell", 214, (38, 6, 2)), ("Exosome", few, (min(5, few), 1, 0)))
    # Wilson in place of exact: these tests look at the drawing, not at the interval.
    return [
        EventRate(group, kind, k, n, proportion(k, n).ci)
        for group, n, ks in counts
        for kind, k in zip(kinds, ks, strict=True)
    ]


def units(count: int = 30) -> tuple[list[Unit], list[Limits], float]:
    made, target = random.Random(21), 0.58
    names = ("Riverside Spine and Joint", "Northgate Sports Medicine", "Harbor Regenerative Clinic")
    found = []
    for i in range(count):
        n = 140 if i < 2 else made.choice((3, 12, 18, 25, 34, 48, 60, 85, 120, 160))
        share = {0: 0.34, 1: 0.80}.get(i, target + made.gauss(0, 0.03))
        k = sum(made.random() < share for _ in range(n))
        away = abs(k / n - target) / math.sqrt(target * (1 - target) / n)
        outside = Outside.LIMITS_998 if away > 3.09 else Outside.LIMITS_95 if away > 1.96 else Outside.NONE
        found.append(Unit(names[i] if i < 3 else f"Site {i + 1:02d}", k, n, outside))
    limits = []
    for n in range(8, 190):
        se = math.sqrt(target * (1 - target) / n)
        ends = [min(1.0, max(0.0, target + z * se)) for z in (-1.96, 1.96, -3.09, 3.09)]
        limits.append(Limits(n, *ends))
    return found, limits, target


def periods(months: int = 24, few: int | None = None) -> tuple[list[Period], float]:
    made, centre, found, side = random.Random(4), 0.7, [], 0
    for i in range(months):
        n = few if few and i == 3 else made.randrange(34, 90)
        share = 0.36 if i == 9 else 0.72 if i < 14 else 0.55
        k = sum(made.random() < share for _ in range(n))
        limit = 3 * math.sqrt(centre * (1 - centre) / n)
        low, high = max(0.0, centre - limit), min(1.0, centre + limit)
        side = (max(side, 0) + 1) if k / n > centre else (min(side, 0) - 1)
        signal = Signal.OUTSIDE if not low <= k / n <= high else Signal.RUN if abs(side) >= 8 else Signal.NONE
        found.append(Period(f"{2024 + i // 12}-{i % 12 + 1:02d}", k, n, (low, high), signal))
    return found, centre


def sums(n: int = 180, limit: float = 4.5) -> list[CusumPoint]:
    made, total, found = random.Random(8), 0.0, []
    for i in range(1, n + 1):
        step = math.log(0.55 / 0.40) if made.random() < (0.40 if i < 110 else 0.55) else math.log(0.45 / 0.60)
        total = max(0.0, total + step)
        found.append(CusumPoint(i, round(total, 3), total >= limit and not any(at.is_signal for at in found)))
    return found


def survival(sizes=(290, 132, 42)) -> list[Survival]:
    made, curves, visits = random.Random(12), [], [day(time) for time in ("week 1", "week 2", *TIMES[1:])]
    for group, n, rate in zip(GROUPS, sizes, (0.0064, 0.0079, 0.004), strict=True):
        ends = [next((at for at in visits if at >= made.expovariate(rate)), 9999) for _ in range(n)]
        seen = [made.choice((visits[3], visits[4], visits[5], visits[5], visits[5])) for _ in range(n)]
        share, variance, steps = 1.0, 0.0, [Step(0, 1.0, (1.0, 1.0), n)]
        pairs = list(zip(ends, seen, strict=True))
        for at in visits:
            risk = sum(min(pair) >= at for pair in pairs)
            there = sum(end == at <= last for end, last in pairs)
            if not risk:
                continue
            share *= 1 - there / risk
            variance += there / (risk * max(1, risk - there))
            half = 1.96 * share * math.sqrt(variance)
            lost = any(last == at < end for end, last in pairs)
            steps.append(Step(at, share, (max(0.0, share - half), min(1.0, share + half)), risk, lost))
        risk = [AtRisk(time, day(time), sum(min(pair) >= day(time) for pair in pairs)) for time in TIMES]
        curves.append(Survival(group, n, steps, risk))
    return curves


def occupancy(last: tuple[int, int, int] = (120, 61, 60)) -> list[Occupancy]:
    found = [(118, 20, 152), (150, 41, 99), (139, 60, 91), last]
    return [Occupancy(time, *counts) for time, counts in zip(TIMES[1:], found, strict=True)]


def doses(n: int = 160) -> tuple[list[Dose], list[Smooth]]:
    made = random.Random(2)

    def mean(dose: float) -> float:
        return -1.2 - 1.6 * (1 - math.exp(-dose / 4))

    found = []
    for _ in range(n):
        dose = round(made.uniform(1, 14), 2)
        change = max(-9, min(6, round(mean(dose) + made.gauss(0, 2.2))))
        found.append(Dose(made.choice((PRP, CELL)), dose, change))
    line = []
    for half in range(2, 29):
        at = half / 2
        wide = 0.35 + abs(at - 7) * 0.06
        line.append(Smooth(at, mean(at), (mean(at) - wide, mean(at) + wide)))
    return found, line


def own(language: str = "en") -> Own:
    spanish = language == "es"
    week, month = ("sem", "meses") if spanish else ("wk", "mo")
    before = "Antes" if spanish else "Before"
    given = [
        (-14, before, 7, False),
        (7, f"1 {week}", 7, True),
        (14, f"2 {week}", 6, False),
        (42, f"6 {week}", 5, False),
    ]
    given += [(91, f"3 {month}", 3, False), (210, f"7 {month}", 4, True), (365, f"12 {month}", 3, False)]
    of = "de" if spanish else "of"
    return Own(
        scores=[OwnScore(at, when, Decimal(value), helped) for at, when, value, helped in given],
        visits=[Treated(0, f"PRP 1 {of} 2"), Treated(28, f"PRP 2 {of} 2")],
        missed=[Missed(182, f"6 {month}")],
        band=[Band(0, 5.5, 8), Band(42, 2.5, 7.3), Band(91, 1.2, 6.8), Band(182, 0.9, 6.5), Band(365, 1, 6.9)],
        similar=214,
    )


def outlooks(language: str = "en", n: int = 4071) -> list[Outlook]:
    names = ("6 sem", "3 meses", "6 meses", "12 meses") if language == "es" else ("6 wk", "3 mo", "6 mo", "12 mo")
    quantiles = [(2, 4, 5, 6, 8), (1, 3, 4, 6, 8), (1, 2, 4, 5, 7), (1, 2, 4, 6, 8)]
    return [
        Outlook(day(time), name, n - 300 * i, *found)
        for i, (time, name, found) in enumerate(zip(TIMES[1:], names, quantiles, strict=True))
    ]


def pairs(n: int = 34) -> list[OpioidPair]:
    made, found = random.Random(6), []
    for _ in range(n):
        before = made.choice((10, 15, 20, 30, 30, 40, 60, 75, 90, 120))
        after = made.choice((0, before * 0.5, before * 0.66, before, before, before * 0.25, before * 1.3))
        found.append(OpioidPair(before, round(after)))
    return found


def comparison(few: bool = False) -> Comparison:
    means, differences = [], []
    for time in TIMES[1:]:
        weeks = day(time) / 7
        prp = 4.7 - 1.1 * (1 - math.exp(-weeks / 9)) + 0.01 * weeks
        cell = 4.5 - 1.3 * (1 - math.exp(-weeks / 9)) + 0.012 * weeks
        n = 4 if few and time == "month 12" else 188 - int(2 * weeks)
        for group, mean, half, size in ((PRP, prp, 0.3, 412 - int(3 * weeks)), (CELL, cell, 0.5, n)):
            means.append(LsMean(group, time, day(time), mean, (mean - half, mean + half), size))
        gap = cell - prp
        differences.append(Difference(time, day(time), gap, (gap - 0.6, gap + 0.6)))
    return Comparison(means, differences, "Stem cell − PRP")


def trend() -> list[float | None]:
    made = random.Random(1)
    return [None if i == 5 else round(62 + i * 0.9 + made.gauss(0, 4), 1) for i in range(13)]


def _funnel(count: int, own: str | None = None) -> Draw:
    found, limits, target = units(count)
    return lambda **how: funnel(found, limits, target=target, own=own, **how)


def _p_chart(months: int = 24, few: int | None = None, run: bool = False) -> Draw:
    found, centre = periods(months, few)
    if run:
        found = [
            Period(at.label, at.k, at.n, None, at.signal if at.signal == Signal.RUN else Signal.NONE) for at in found
        ]
    return lambda **how: p_chart(found, centre=centre, **how)


def _outlook(language: str, matched: str, n: int = 4071) -> Draw:
    found = outlooks(language, n)
    return lambda **how: similar_patients(
        Decimal(7), found, DOLOR if language == "es" else PAIN, matched=matched, said=OUTLOOK[language], **how
    )


EVERY: dict[str, Draw] = {
    "flow": lambda **how: flow(stages(), **how),
    "responder-curve": lambda **how: responder_curve(responders(), **how),
    "change-spread": lambda **how: change_spread(spread(), PAIN, **how),
    "small-multiples": lambda **how: small_multiples(panels(), PAIN, title="Mean pain by region", **how),
    "response-rate": lambda **how: response_rate(rates(), **how),
    "funnel": _funnel(30, own="Site 07"),
    "p-chart": _p_chart(),
    "cusum": lambda **how: cusum(sums(), limit=4.5, **how),
    "kaplan-meier": lambda **how: kaplan_meier(survival(), **how),
    "state-occupancy": lambda **how: state_occupancy(occupancy(), **how),
    "dose-response": lambda **how: dose_response(*doses(), PAIN, **how),
    "event-rates": lambda **how: event_rates(events(), **how),
    "patient-curve": lambda **how: patient_curve(own(), PAIN, **how),
    "similar-patients": _outlook("en", "Knee, PRP, starting at 6 to 8."),
    "sparkline": lambda width, variant: sparkline(trend(), limits=(0, 100), variant=variant),
    "opioid-pairs": lambda **how: opioid_pairs(pairs(), **how),
    "group-comparison": lambda **how: group_comparison(comparison(), PAIN, title="Estimated mean pain", **how),
}

FEW: dict[str, Draw] = {
    "responder-curve": lambda **how: responder_curve(responders((290, 132, 4)), **how),
    "change-spread": lambda **how: change_spread(spread(4), PAIN, **how),
    "small-multiples": lambda **how: small_multiples(panels(last_n=4), PAIN, title="Mean pain by region", **how),
    "response-rate": lambda **how: response_rate(rates(), **how),
    "funnel": _funnel(30),
    "p-chart": _p_chart(few=4),
    "cusum": lambda **how: cusum(sums(4), limit=4.5, **how),
    "kaplan-meier": lambda **how: kaplan_meier(survival((290, 132, 4)), **how),
    "state-occupancy": lambda **how: state_occupancy(occupancy((2, 1, 1)), **how),
    "dose-response": lambda **how: dose_response(*doses(4), PAIN, **how),
    "event-rates": lambda **how: event_rates(events(4), **how),
    "similar-patients": _outlook("en", "Knee, PRP.", n=49),
    "opioid-pairs": lambda **how: opioid_pairs(pairs(4), **how),
    "group-comparison": lambda **how: group_comparison(comparison(few=True), PAIN, title="Estimated mean pain", **how),
}

NOTHING: dict[str, Draw] = {
    "flow": lambda **how: flow([], **how),
    "responder-curve": lambda **how: responder_curve([], **how),
    "change-spread": lambda **how: change_spread(spread(0), PAIN, **how),
    "small-multiples": lambda **how: small_multiples([], PAIN, title="Mean pain by region", **how),
    "response-rate": lambda **how: response_rate([], **how),
    "funnel": lambda **how: funnel([], [], target=0.5, **how),
    "p-chart": lambda **how: p_chart([], centre=None, **how),
    "cusum": lambda **how: cusum([], limit=4.5, **how),
    "kaplan-meier": lambda **how: kaplan_meier([], **how),
    "state-occupancy": lambda **how: state_occupancy([], **how),
    "dose-response": lambda **how: dose_response([], [], PAIN, **how),
    "event-rates": lambda **how: event_rates([], **how),
    "patient-curve": lambda **how: patient_curve(Own([]), PAIN, **how),
    "similar-patients": lambda **how: similar_patients(Decimal(7), [], PAIN, matched="", **how),
    "sparkline": lambda width, variant: sparkline([], limits=(0, 100), variant=variant),
    "opioid-pairs": lambda **how: opioid_pairs([], **how),
    "group-comparison": lambda **how: group_comparison(
        Comparison([], [], ""), PAIN, title="Estimated mean pain", **how
    ),
}

LONG = "Riverside Regenerative Spine and Joint Medicine, second floor"

OTHERS: dict[str, Draw] = {
    "one-score": lambda **how: patient_curve(Own([OwnScore(0, "Before", Decimal(6))]), PAIN, **how),
    "four-sessions": lambda **how: patient_curve(
        dataclasses.replace(own(), visits=[Treated(at, f"PRP {i} of 4") for i, at in enumerate((0, 21, 42, 350), 1)]),
        PAIN,
        **how,
    ),
    "one-month": _p_chart(1),
    "one-panel": lambda **how: small_multiples(panels(["Knee"]), PAIN, title="Mean pain", **how),
    "one-curve": lambda **how: kaplan_meier(survival()[:1], **how),
    "long-flow": lambda **how: flow([Stage(LONG, 1204), Stage(LONG, 3, LONG)], **how),
    "long-rates": lambda **how: response_rate([ResponseRate(LONG, LONG, proportion(30, 48123))], **how),
    "rare-events": lambda **how: event_rates([EventRate("PRP", "Serious", 0, 4000, (0.0, 0.0009))], **how),
    "thousand-courses": lambda **how: cusum(sums(1000), limit=4.5, **how),
    "long-names": lambda **how: responder_curve(
        [dataclasses.replace(c, series=Group(str(i), f"{LONG} {i}", "other")) for i, c in enumerate(responders())],
        **how,
    ),
    "long-states": lambda **how: state_occupancy([Occupancy("month 3", 48123, 20, 1, LONG)], **how),
    "patient-curve-es": lambda **how: patient_curve(own("es"), DOLOR, said=CURVE["es"], **how),
    "similar-patients-es": _outlook("es", "Rodilla, PRP, de 6 a 8 al comienzo."),
    "run-chart": _p_chart(run=True),
    "knee-spread": lambda **how: change_spread(spread(400, KNEE, 5), KNEE, **how),
    "headache-spread": lambda **how: change_spread(spread(400, HEADACHE, 10), HEADACHE, **how),
    "many-panels": lambda **how: small_multiples(
        panels([f"Site {i:02d} with a long name" for i in range(17)]), PAIN, title="By site", **how
    ),
    "two-curves": lambda **how: kaplan_meier(survival()[:2], **how),
    "hundred-sites": _funnel(100),
    "occupancy-by-group": lambda **how: state_occupancy(
        [
            Occupancy(row.timepoint, row.in_response, row.unknown, row.not_in_response, name)
            for name in ("PRP", "Stem cell")
            for row in occupancy()
        ],
        **how,
    ),
}


def a_canvas(width: int) -> Canvas:
    """Room for a plot, without words."""
    return Canvas(width, TOKENS[Variant.LIGHT], "", "", "", left=44, right=90, top=0, bottom=0)
