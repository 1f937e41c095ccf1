"""Publishing protocols: what makes a plan, what is refused in words, and that a used version never changes."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from clinic.rules import RuleBroken
from outcomes.actions import Asked, Moment, publish_protocol
from outcomes.models import AssignedInstrument
from outcomes.starter import install_starter_set
from tests.conftest import NOON
from tests.layers import layer
from treatments import actions, technique
from treatments.actions import SessionsPlan, TimepointPlan
from treatments.models import Protocol, Timepoint, TreatmentType

BASELINE = TimepointPlan("baseline", 0, 0, 30)
WEEK_6 = TimepointPlan("week 6", 42, 35, 56)
KNEE_SERIES = SessionsPlan(region="knee", series_length=3, series_interval_days=7)


@layer
def prp(clinic) -> TreatmentType:
    return TreatmentType.objects.get(clinic=clinic, code="prp")


def publish(treatment_type, by, **changes):
    details = {"name": "Knee, PRP", "timepoints": [BASELINE, WEEK_6], "plan": KNEE_SERIES, "at": NOON, "by": by}
    return actions.create_protocol(treatment_type=treatment_type, **{**details, **changes})


def test_a_protocol_is_published_by_somebody_at_some_time(prp, clinician):
    protocol = publish(prp, clinician)
    assert (protocol.version, protocol.series_length, protocol.region) == (1, 3, "knee")
    assert (protocol.published_at, protocol.published_by) == (NOON, clinician)
    assert [one.name for one in protocol.timepoints.all()] == ["baseline", "week 6"]


def test_only_clinicians_and_managers_publish(prp, front_desk, stranger):
    for person in (front_desk, stranger):
        with pytest.raises(PermissionDenied):
            publish(prp, person)


def test_a_change_is_the_next_version_and_retires_the_one_before(prp, clinician):
    first = publish(prp, clinician)
    second = publish(prp, clinician, plan=SessionsPlan(region="knee"))
    first.refresh_from_db()
    assert (first.version, first.is_retired, second.version, second.is_retired) == (1, True, 2, False)
    with pytest.raises(RuleBroken, match="Version 2 is offered already"):
        actions.offer_protocol(protocol=first, by=clinician)
    actions.retire_protocol(protocol=second, by=clinician)
    actions.offer_protocol(protocol=first, by=clinician)
    first.refresh_from_db()
    assert not first.is_retired


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": "  "}, "name", "at most 120 characters"),
        ({"plan": SessionsPlan(region="tail")}, "region", "from the list"),
        ({"plan": SessionsPlan(anchor="middle")}, "anchor", "first or from the last"),
        ({"plan": SessionsPlan(series_length=0)}, "series_length", "from 1 to 20"),
        ({"plan": SessionsPlan(series_length=3)}, "series_interval_days", "needs its days"),
        ({"plan": SessionsPlan(series_interval_days=7)}, "series_interval_days", "single session"),
        ({"plan": SessionsPlan(required_consents=["a_handshake"])}, "required_consents", "from the list"),
        ({"plan": SessionsPlan(needs_ind=True)}, "required_consents", "investigational product"),
        ({"timepoints": [WEEK_6]}, "timepoints", "baseline"),
        ({"timepoints": [BASELINE, WEEK_6, WEEK_6]}, "timepoints.2.name", "there twice"),
        ({"timepoints": [BASELINE, TimepointPlan("visit 2", 42, 35, 56)]}, "timepoints.1.name", "day 3"),
        ({"timepoints": [BASELINE, TimepointPlan("week 6", 42, 43, 56)]}, "timepoints.1.opens_day", "not after"),
        ({"timepoints": [BASELINE, TimepointPlan("week 6", 42, 35, 41)]}, "timepoints.1.closes_day", "or later"),
        ({"timepoints": [BASELINE, TimepointPlan("week 6", 42, 35, 9999)]}, "timepoints.1.closes_day", "3650"),
        ({"timepoints": [BASELINE, TimepointPlan("week 6", 91, 77, 119)]}, "timepoints.1.name", "means day 42"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(prp, clinician, changes, field, said):
    with pytest.raises(RuleBroken, match=said) as refused:
        publish(prp, clinician, **changes)
    assert refused.value.field == field
    assert not Protocol.objects.filter(name="Knee, PRP").exists()


def test_windows_that_overlap_are_refused_naming_both(prp, clinician):
    weeks = [BASELINE, TimepointPlan("week 2", 14, 10, 18), TimepointPlan("week 1", 7, 5, 10)]
    with pytest.raises(RuleBroken) as refused:
        publish(prp, clinician, timepoints=weeks)
    assert refused.value.message == (
        "week 1 (days 5 to 10) and week 2 (days 10 to 18) overlap: a day may belong to one window only."
    )
    assert refused.value.field == "timepoints.1.opens_day"


def test_the_database_refuses_overlapping_windows_by_itself(prp, clinician, clinic):
    protocol = publish(prp, clinician)
    with pytest.raises(IntegrityError, match="timepoint_windows_do_not_overlap"), transaction.atomic():
        Timepoint.objects.create(
            clinic=clinic, protocol=protocol, name="week 7", target_day=49, opens_day=49, closes_day=49
        )
    # The baseline counts from another day.
    Timepoint.objects.create(clinic=clinic, protocol=protocol, name="day 1", target_day=1, opens_day=1, closes_day=2)


def test_another_treatment_needs_another_name(prp, clinician, clinic):
    publish(prp, clinician)
    cell = TreatmentType.objects.get(clinic=clinic, code="cell")
    with pytest.raises(RuleBroken, match="choose another name"):
        publish(cell, clinician)


class TestTechnique:
    def test_it_is_kept_as_plain_values(self):
        given = {
            "injection": {"guidance": "ultrasound", "volume_ml": "5.50", "needle_gauge": "22", "approach": ""},
            "preparation": {"anticoagulant": "acd_a", "spins": [{"rcf_g": 1500, "minutes": "10"}]},
            "holds": {"nsaid_days": 7},
            "aftercare": {"rest_days": 2, "may_use_ice": True, "avoid_nsaid_days": 14},
        }
        assert technique.checked("prp", given) == {
            "injection": {"guidance": "ultrasound", "volume_ml": "5.50", "needle_gauge": 22},
            "preparation": {"anticoagulant": "acd_a", "spins": [{"rcf_g": "1500", "minutes": "10"}]},
            "holds": {"nsaid_days": 7},
            "aftercare": {"rest_days": 2, "may_use_ice": True, "avoid_nsaid_days": 14},
        }

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"magic": {}}, "technique.magic"),
            ({"injection": "ultrasound"}, "technique.injection"),
            ({"injection": {"side": "left"}}, "technique.injection.side"),
            ({"injection": {"guidance": "stars"}}, "technique.injection.guidance"),
            ({"injection": {"volume_ml": "0"}}, "technique.injection.volume_ml"),
            ({"injection": {"needle_gauge": 99}}, "technique.injection.needle_gauge"),
            ({"preparation": {"prp_platelets": "1000"}}, "technique.preparation.prp_platelets"),
            ({"preparation": {"blood_volume_ml": "-1"}}, "technique.preparation.blood_volume_ml"),
            ({"preparation": {"product_type": "bmac"}}, "technique.preparation.product_type"),
            ({"preparation": {"spins": [{"speed": 3}]}}, "technique.preparation.spins.0.speed"),
            ({"preparation": {"spins": "two"}}, "technique.preparation.spins"),
            ({"holds": {"nsaid_days": "soon"}}, "technique.holds.nsaid_days"),
            ({"holds": {"nsaid_days": True}}, "technique.holds.nsaid_days"),
            ({"holds": {"coffee_days": 7}}, "technique.holds.coffee_days"),
            ({"aftercare": {"rest_days": 1000}}, "technique.aftercare.rest_days"),
            ({"aftercare": {"avoid_nsaid_until": "2026-03-01"}}, "technique.aftercare.avoid_nsaid_until"),
        ],
    )
    def test_what_cannot_be_planned_is_refused_by_name(self, given, field):
        with pytest.raises(RuleBroken) as refused:
            technique.checked("prp", given)
        assert refused.value.field == field

    def test_days_after_the_session_become_dates(self):
        planned = technique.planned_aftercare(
            {"aftercare": {"rest_days": 2, "avoid_nsaid_days": 14}}, treated_on=dt.date(2026, 3, 2)
        )
        assert planned == {"rest_days": 2, "avoid_nsaid_until": dt.date(2026, 3, 16)}


class TestInstruments:
    def moments(self, *asks):
        return [Moment(BASELINE, [Asked("nrs_now")]), Moment(WEEK_6, asks)]

    def publish(self, prp, by, moments):
        return publish_protocol(treatment_type=prp, name="Knee, PRP", moments=moments, plan=KNEE_SERIES, at=NOON, by=by)

    def test_they_are_assigned_in_order(self, prp, clinician):
        protocol = self.publish(prp, clinician, self.moments(Asked("peg"), Asked("nrs_now", "knee")))
        asked = AssignedInstrument.objects.filter(timepoint__protocol=protocol, timepoint__name="week 6")
        assert list(asked.values_list("instrument", "region")) == [("peg", ""), ("nrs_now", "knee")]

    @pytest.mark.parametrize(
        ("asks", "said"),
        [
            ([], "at least one instrument"),
            ([Asked("iq")], "no instrument iq"),
            ([Asked("peg"), Asked("peg")], "there twice"),
            ([Asked("peg"), Asked("peg", "knee")], "there twice"),
            ([Asked("peg", "shoulder")], "never asked"),
            ([Asked("peg", "tail")], "from the list"),
            ([Asked(one) for one in ("koos_jr", "hoos_jr", "peg")], "ask 16 questions; 15 are the most"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, prp, clinician, asks, said):
        with pytest.raises(RuleBroken, match=said) as refused:
            self.publish(prp, clinician, self.moments(*asks))
        assert refused.value.field == "timepoints.1.instruments"
        assert not Protocol.objects.filter(name="Knee, PRP").exists(), "all or nothing"

    def test_what_other_regions_are_asked_does_not_count_against_the_most(self, prp, clinician):
        asks = [Asked("koos_jr", "knee"), Asked("hoos_jr", "hip"), Asked("safety")]
        moments = self.moments(*asks)
        plan = SessionsPlan()
        protocol = publish_protocol(
            treatment_type=prp, name="Any joint", moments=moments, plan=plan, at=NOON, by=clinician
        )
        with pytest.raises(RuleBroken, match="ask 16 questions"):
            more = self.moments(*asks, Asked("peg", "knee"))
            publish_protocol(treatment_type=prp, name="Any joint", moments=more, plan=plan, at=NOON, by=clinician)
        assert protocol.timepoints.count() == 2

    def test_change_is_not_asked_before_treatment(self, prp, clinician):
        with pytest.raises(RuleBroken, match="after treatment only"):
            self.publish(prp, clinician, [Moment(BASELINE, [Asked("pgic")])])


class TestAUsedVersion:
    @pytest.mark.parametrize(
        "change",
        [
            lambda protocol: Protocol.objects.filter(pk=protocol.pk).update(series_length=2, series_interval_days=7),
            lambda protocol: Protocol.objects.filter(pk=protocol.pk).update(technique={"holds": {"nsaid_days": 1}}),
            lambda protocol: protocol.timepoints.filter(name="week 6").update(closes_day=57),
            lambda protocol: Timepoint.objects.create(
                clinic=protocol.clinic, protocol=protocol, name="day 1", target_day=1, opens_day=1, closes_day=2
            ),
            lambda protocol: AssignedInstrument.objects.filter(timepoint__protocol=protocol).delete(),
            lambda protocol: AssignedInstrument.objects.filter(timepoint__protocol=protocol).update(region="knee"),
        ],
    )
    def test_cannot_be_changed_by_anybody(self, course, protocol, change):
        with pytest.raises(IntegrityError, match="followed by a course"), transaction.atomic():
            change(protocol)

    def test_can_be_retired(self, course, protocol, clinician):
        actions.retire_protocol(protocol=protocol, by=clinician)
        assert Protocol.objects.get(pk=protocol.pk).is_retired


def test_a_retired_version_and_a_wrong_region_open_no_course(patient, prp, clinician):
    protocol = publish(prp, clinician)

    def opened(target, **changes):
        details = {"icd10_code": "M17.11", "complaint": "Pain", "side": "right", "on": NOON.date(), "by": clinician}
        return actions.open_course(patient=patient, protocol=protocol, target=target, **{**details, **changes})

    with pytest.raises(RuleBroken, match="is for knee, and supraspinatus tendon belongs to shoulder") as refused:
        opened("supraspinatus")
    assert refused.value.field == "protocol"
    with pytest.raises(RuleBroken, match="future") as refused:
        opened("knee_joint", on=NOON.date() + dt.timedelta(days=1), at=NOON)
    assert refused.value.field == "opened_on"
    actions.retire_protocol(protocol=protocol, by=clinician)
    protocol.refresh_from_db()
    with pytest.raises(RuleBroken, match="is retired"):
        opened("knee_joint")


def test_the_starter_set_is_installed_once(clinic, clinician):
    assert install_starter_set(clinic=clinic, at=NOON, by=clinician) == 9
    assert install_starter_set(clinic=clinic, at=NOON, by=clinician) == 0
    exosome = Protocol.objects.get(clinic=clinic, name__contains="exosomes (")
    assert exosome.needs_ind
    assert exosome.required_consents == ["investigational_product"]
    assert [one.name for one in exosome.timepoints.all()][:4] == ["baseline", "day 1", "day 3", "week 1"]
    weekly = Protocol.objects.get(clinic=clinic, name__contains="three weekly")
    assert (weekly.series_length, weekly.series_interval_days, weekly.anchor) == (3, 7, "last")


def test_the_starter_set_needs_the_right_to_publish(clinic, front_desk):
    with pytest.raises(PermissionDenied):
        install_starter_set(clinic=clinic, at=NOON, by=front_desk)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_get_one_version_after_the_other(clinic, clinician):
    prp = TreatmentType.objects.get(clinic=clinic, code="prp")
    start = threading.Barrier(2)

    def publish_now(_):
        try:
            start.wait(5)
            return publish(prp, clinician).version
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish_now, range(2))) == [1, 2]
    assert Protocol.objects.filter(name="Knee, PRP", is_retired=False).count() == 1
