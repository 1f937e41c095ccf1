"""How much of everything a run measures with."""

from dataclasses import dataclass

# Dispatch opens the surveys that the survey flow answers. Patients comes last: its copies are due as well.
PARTS = ("search", "report", "reports", "figures", "fence", "recall", "export", "dispatch", "survey_flow", "patients")


@dataclass(frozen=True)
class Sizes:
    """Counts and seconds. ``waiting`` patients have no scores yet; their baselines are due today.

    A third of ``scored``, ``waiting`` and ``others`` make 200,000 patients of one clinic. Each clinic has ``lots`` lots;
    one more was used ``exposed`` times. The list of patients has ``listed``. Reports are asked over at least ``facts`` outcomes.
    """

    scored: int = 100_000
    waiting: int = 100_000
    others: int = 67_000
    flow_rounds: int = 4
    flow_seconds: float = 8
    surveys: int = 20_000
    small_queue: int = 1_000
    middle_queue: int = 10_000
    dispatch_seconds: float = 30
    yardstick_messages: int = 1_500
    reports: int = 300
    reports_of_a_kind: int = 60
    drawings: int = 10_000
    facts: int = 0
    searches: int = 300
    listed: int = 200_000
    lot_uses: int = 1_000_000
    lots: int = 700
    exposed: int = 5_000
    exposures: int = 200
    answers: int = 1_000_000


FULL = Sizes()
QUICK = Sizes(
    scored=4_000,
    waiting=4_000,
    others=2_000,
    flow_rounds=2,
    flow_seconds=3,
    surveys=3_000,
    small_queue=200,
    middle_queue=1_000,
    dispatch_seconds=25,
    yardstick_messages=300,
    reports=60,
    reports_of_a_kind=20,
    drawings=300,
    searches=60,
    listed=8_000,
    lot_uses=20_000,
    lots=40,
    exposed=300,
    exposures=30,
    answers=40_000,
)
