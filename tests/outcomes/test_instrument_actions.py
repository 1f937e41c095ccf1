"""Instruments that a clinic brings: attested, in versions, asked and scored, and given up."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from clinic.actions import set_alerting
from outcomes import actions, instruments
from outcomes.actions import Asked, InstrumentRefused, Licence, Moment, load_instrument, publish_protocol
from outcomes.actions.scores import values_of
from outcomes.asking import askable, instruments_of, usable
from outcomes.bringing import read_file
from outcomes.catalogue import State, entry_of, why_not_asked
from outcomes.given_answers import given_to
from outcomes.licensed import known_definitions
from outcomes.models import ImportedInstrument, LoadedInstrument, Score
from outcomes.recalls import Exposure
from outcomes.reports import scope_of
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.outcomes.bringing import GARDEN, SOURCE
from treatments.actions import SessionsPlan, TimepointPlan, open_course
from treatments.models import TreatmentType

DAY = dt.timedelta(days=1)
TODAY = NOON.date()
LICENCE = Licence("Garden House", "letter of 3 March 2025")
MOMENTS = [("baseline", 0, 0, 30), ("week 6", 42, 35, 56)]


def definition(**changes):
    text = GARDEN
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return read_file(text.encode()).definition


def load(clinic, by, given=None, *, licence=LICENCE, at=NOON, **more):
    return load_instrument(
        clinic=clinic,
        definition=given or definition(),
        source=SOURCE,
        licence=licence,
        **{"is_attested": True, "at": at, "by": by, **more},
    )


@layer
def garden(clinic, manager) -> LoadedInstrument:
    return load(clinic, manager)


@layer
def planted(clinic, manager, garden, patient, clinician):
    """Ruth's course whose protocol asks the garden scale, since a week before NOON."""
    protocol = publish_protocol(
        treatment_type=TreatmentType.objects.get(clinic=clinic, code="prp"),
        name="Gardeners",
        moments=[Moment(TimepointPlan(*plan), [Asked("garden"), Asked("nrs_now")]) for plan in MOMENTS],
        plan=SessionsPlan(),
        at=NOON - 8 * DAY,
        by=manager,
    )
    where = {"icd10_code": "M17.11", "complaint": "Knee", "target": "knee_joint", "side": "right"}
    return open_course(patient=patient, protocol=protocol, on=TODAY - 7 * DAY, by=clinician, **where)


def baseline_of(course, at=NOON):
    return open_survey(course.follow_ups.get(timepoint__name="baseline"), at)


def test_who_attested_what_and_when_is_kept(garden, manager, clinic):
    assert (garden.code, garden.source, garden.attested_by, garden.attested_at) == ("garden", SOURCE, manager, NOON)
    assert garden.version.startswith("1-") and garden.definition["version"] == garden.version
    assert (garden.licence_holder, garden.licence_ref, garden.expires_on) == ("Garden House", LICENCE.reference, None)
    assert usable(clinic.pk, on=TODAY)["garden"].version == garden.version
    assert "garden" in askable(clinic.pk) and "garden" not in instruments.library()


def test_the_same_content_changes_nothing_and_other_content_is_a_version(clinic, manager, garden):
    assert load(clinic, manager, at=NOON + DAY) == garden
    assert LoadedInstrument.objects.get().attested_at == NOON
    renewed = load(clinic, manager, licence=Licence("Garden House", "2027", TODAY + 400 * DAY), at=NOON + DAY)
    assert (renewed.pk, renewed.licence_ref, renewed.attested_at) == (garden.pk, "2027", NOON + DAY)
    other = load(clinic, manager, definition(words=("rake?", "rake leaves?")))
    assert other.pk != garden.pk and other.version != garden.version
    assert usable(clinic.pk, on=TODAY)["garden"].version == other.version


def test_a_retired_version_is_not_asked_and_can_be_attested_again(clinic, manager, garden):
    newer = load(clinic, manager, definition(words=("rake?", "rake leaves?")))
    retired = actions.retire_instrument(loaded=newer, at=NOON + DAY, by=manager)
    assert (retired.retired_by, retired.retired_at) == (manager, NOON + DAY)
    assert actions.retire_instrument(loaded=newer, at=NOON + 2 * DAY, by=manager).retired_at == NOON + DAY
    assert usable(clinic.pk, on=TODAY)["garden"].version == garden.version
    actions.retire_instrument(loaded=garden, at=NOON, by=manager)
    assert "garden" not in usable(clinic.pk, on=TODAY)
    assert entry_of(clinic, "garden", on=TODAY).state is State.RETIRED
    assert load(clinic, manager, at=NOON + 3 * DAY) == garden
    assert usable(clinic.pk, on=TODAY)["garden"].version == garden.version


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"is_attested": False}, "attests", "Tick that"),
        ({"licence": Licence(" ", "x")}, "licence_holder", "Say who holds"),
        ({"licence": Licence("x", "y" * 121)}, "licence_ref", "At most 120"),
        ({"licence": Licence("x", "y", TODAY - DAY)}, "expires_on", "run out already"),
        ({"given": {"code": "garden"}}, "definition", "version: is missing"),
        ({"given": known_definitions()["koos_jr"]}, "definition", "no words to ask in yet"),
    ],
)
def test_nothing_is_kept_without_a_whole_attestation_and_a_sound_definition(clinic, manager, more, field, rule):
    with pytest.raises(InstrumentRefused, match=rule) as refused:
        load(clinic, manager, **more)
    assert refused.value.field == field
    assert not LoadedInstrument.objects.exists()


def test_managers_bring_and_retire_others_do_not(clinic, clinician, stranger, garden):
    for user in (clinician, stranger):
        with pytest.raises(PermissionDenied):
            load(clinic, user)
        with pytest.raises(PermissionDenied):
            actions.retire_instrument(loaded=garden, at=NOON, by=user)


def test_a_code_names_one_scale_at_a_clinic(clinic, manager, garden):
    other = definition(code=('code = "garden"', 'code = "meadow"'), scale=("[[scales]]", '[[scales]]\ncode = "garden"'))
    with pytest.raises(InstrumentRefused, match="taken by Garden scale"):
        load(clinic, manager, other)
    ends = {"minimum": 0, "maximum": 10, "is_higher_better": True}
    ImportedInstrument.objects.create(clinic=clinic, code="meadow", label="Meadow", **ends)
    with pytest.raises(InstrumentRefused, match="another range"):
        load(clinic, manager, definition(code=('code = "garden"', 'code = "meadow"')))


def watch(clinic, by, *, confirms_queue=True):
    """Somebody says that red flags are watched, or takes it back."""
    numbers = {"emergency_number": "911", "crisis_line": "988"}
    told = {"on_call_email": "on-call@example.org", "second_on_call_email": ""}
    return set_alerting(clinic=clinic, **numbers, **told, confirms_queue=confirms_queue, at=NOON, by=by)


def test_phq9_waits_until_somebody_watches_the_answers(clinic, manager):
    assert entry_of(clinic, "phq9", on=TODAY).words == "Waits until somebody watches the answers"
    with pytest.raises(InstrumentRefused, match=r"self-harm.*PHQ-2"):
        load(clinic, manager, known_definitions()["phq9"])
    watch(clinic, manager)
    assert entry_of(clinic, "phq9", on=TODAY).words == "Can be switched on"
    load(clinic, manager, known_definitions()["phq9"])
    assert entry_of(clinic, "phq9", on=TODAY).state is State.ON
    assert "phq9" in usable(clinic.pk, on=TODAY)
    watch(clinic, manager, confirms_queue=False)
    assert "phq9" not in usable(clinic.pk, on=TODAY)
    assert entry_of(clinic, "phq9", on=TODAY).words == "Waits until somebody watches the answers"


def test_nothing_else_asks_about_self_harm_because_no_alert_would_follow(clinic, manager):
    watch(clinic, manager)
    with pytest.raises(InstrumentRefused, match="item 9 of the PHQ-9 only"):
        load(clinic, manager, definition(item=('code = "raking"', 'code = "self_harm"')))


def test_what_a_version_says_cannot_be_changed_behind_its_back(garden):
    for change in ({"definition": {}}, {"version": "2-00000000"}, {"code": "meadow"}, {"source": "x"}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            LoadedInstrument.objects.filter(pk=garden.pk).update(**change)


def test_it_is_asked_answered_and_scored_from_end_to_end(clinic, manager, planted, garden):
    survey = baseline_of(planted)
    assert (survey.instruments, survey.versions) == (["garden", "nrs_now"], [garden.version, "1"])
    answer_all(survey, {"garden.digging": 1, "garden.raking": 3, "nrs_now.now": 7}, NOON)
    actions.submit_survey(survey=survey, at=NOON)
    score = Score.objects.get(survey=survey, instrument="garden")
    assert score.value == 4

    measures = scope_of(manager).measures([clinic.public_id])
    (measure,) = measures["garden"]
    assert (measure.label, measure.minimum, measure.maximum) == ("Garden scale", 0, 6)
    assert measure.is_higher_better and not measure.is_imported


def test_reports_know_it_at_its_own_clinic_only(clinic, garden, other_clinic, stranger, researcher):
    assert "garden" in scope_of(researcher).measures([clinic.public_id])
    assert "garden" not in scope_of(stranger).measures([other_clinic.public_id])


def test_old_answers_stay_with_the_version_they_were_given_on(clinic, manager, planted, garden):
    survey = baseline_of(planted)
    answer_all(survey, {"garden.digging": 1, "garden.raking": 3, "nrs_now.now": 7}, NOON)
    actions.submit_survey(survey=survey, at=NOON)
    percent = definition(
        method=('method = "sum"\nminimum = 0\nmaximum = 6', 'method = "percent"'), name=("well", "easily")
    )
    newer = load(clinic, manager, percent, at=NOON + DAY)

    def now(survey):
        return {scale.code: value for scale, value in values_of(survey, given_to(survey))}

    stored = {score.instrument: score.value for score in Score.objects.filter(survey=survey)}
    assert now(survey) == stored == {"garden": 4, "nrs_now": 7}
    assert [one.version for one in instruments_of(survey)] == [garden.version, "1"]
    assert "well" in instruments_of(survey)[0].items[0].wording["en"].text
    later = {"icd10_code": "M17.12", "complaint": "Knee", "target": "knee_joint", "side": "left"}
    course = open_course(patient=planted.patient, protocol=planted.protocol, on=TODAY, by=manager, **later)
    second = baseline_of(course, NOON + 2 * DAY)
    assert second.versions == [newer.version, "1"]
    answer_all(second, {"garden.digging": 1, "garden.raking": 3, "nrs_now.now": 7}, NOON + 2 * DAY)
    assert now(second)["garden"] == Decimal("66.666666666666667")


def test_after_its_licence_ran_out_it_is_left_out_and_the_pages_say_so(clinic, manager, planted):
    load(clinic, manager, licence=Licence("Garden House", "x", TODAY), at=NOON)
    survey = baseline_of(planted, NOON + DAY)
    assert survey.instruments == ["nrs_now"]
    assert why_not_asked(clinic, on=TODAY + DAY)["garden"] == f"Licence expired on {TODAY.day} {TODAY:%b %Y}: not asked"
    entry = entry_of(clinic, "garden", on=TODAY)
    assert (entry.state, entry.is_soon_over, entry.uses) == (State.ON, True, ("Gardeners",))


def test_official_words_of_a_known_instrument_switch_it_on(clinic, manager):
    assert entry_of(clinic, "koos_jr", on=TODAY).words == "Waits for its official words"
    options = ["None so", "Little", "Some", "Much", "All"]
    items = [
        {**item, "en": {"text": f"Made-up question {n}", "short": "x", "options": options}}
        for n, item in enumerate(known_definitions()["koos_jr"]["items"])
    ]
    load(clinic, manager, {**known_definitions()["koos_jr"], "needs_official_text": False, "items": items})
    assert entry_of(clinic, "koos_jr", on=TODAY).state is State.ON
    assert usable(clinic.pk, on=TODAY)["koos_jr"].is_ready


def test_the_newest_score_names_its_scale_and_band(garden):
    scale = instruments.instrument_of(garden.definition).scales[0]
    score = Score(instrument="garden", value=Decimal("4.00"))
    assert Exposure(None, score, 0, "", scale).score_words == "4, Garden scale"
    severe = instruments.instrument_of(known_definitions()["phq9"]).scales[0]
    assert (
        Exposure(None, Score(instrument="phq9", value=Decimal(10)), 0, "", severe).score_words == "10 (moderate), PHQ-9"
    )
    assert Exposure(None, score, 0, "").score_words == "4, garden"
