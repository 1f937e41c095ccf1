"""The headache trial as models see it. Rows come from the imported clinic; one model needs the published file."""

from collections.abc import Iterator, Mapping, Sequence

from outcomes.management.checks.models import Variables, record
from outcomes.management.checks.trial import Episode, Trial
from outcomes.statistics.mmrm import Record

HEADACHE = "headache_acupuncture"
TREATED, USUAL = "acupuncture", "usual care"
VISITS = ("month 3", "month 12")
CODES = ("m3", "m12")
CENTRED = "base_c"


def follow_ups(trial: Trial, names: Sequence[str], centred: Mapping[str, float] | None = None) -> Iterator[Record]:
    """Both follow-ups of each patient who has one, with the baseline as it is (pk1) or less the mean given."""
    for episode in trial.episodes:
        seen = [(visit, name) for visit, name in enumerate(VISITS) if name in episode.scores]
        if seen:
            yield record(
                names,
                (
                    (visit, _variables(trial, episode, visit, centred), float(episode.scores[name]))
                    for visit, name in seen
                ),
            )


def _variables(trial: Trial, episode: Episode, visit: int, centred: Mapping[str, float] | None) -> Variables:
    is_treated = episode.treatment == trial.label(TREATED)
    before = float(episode.baseline or 0)
    shared: dict[str, float | str] = {"pk1": before, "visit": CODES[visit], "m12": float(visit)}
    shared |= {"group": float(is_treated), "arm": "acupuncture" if is_treated else "control"}
    return shared | {name: before - mean for name, mean in (centred or {}).items()}
