"""Reading changes nothing (ASVS 3.5.3, SCAN-2, F-43): PostgreSQL counts what GET, HEAD and OPTIONS write."""

import pytest

from outcomes.models import Survey
from patients.models import Consent
from tests.routes import PAGES, PROGRAMS, address, routes
from tests.web.judges import SAFE, no_counted_writing, no_writing
from tests.world import Visitor, digest, undone

TABLE = {**PAGES, **PROGRAMS}


@pytest.mark.parametrize("who", ["manager", "anonymous"])
def test_reading_what_is_open_writes_nothing(worlds, people, who):
    """What needs a permission is asked in test_route_matrix.py, by every role, and judged there."""
    for name, pattern in routes():
        if name not in TABLE:
            path = address(pattern, worlds[0])
            for method in SAFE:
                with undone(), no_writing(f"{method} {path}"):
                    people[who].send(method, path)


def test_the_counting_sees_a_write(worlds, people):
    with undone():
        with pytest.raises(AssertionError), no_writing("here"):
            worlds[0].clinic.save()
        with pytest.raises(AssertionError, match="here"), no_counted_writing("here"):
            worlds[0].clinic.save()


# A mail scanner opens links hundreds of times before the patient does (F-43, SCAN-5)


def test_a_storm_of_scanners_changes_nothing_and_locks_nobody_out(worlds):
    world = worlds[0]
    links = [world.survey_link, f"{world.survey_link}1/", world.consent_link, f"{world.consent_link}done/"]
    with undone():
        before = digest(world.clinic)
        scanners = [Visitor() for _ in range(10)]
        for number in range(300):
            scanner = scanners[number % len(scanners)]
            answer = scanner.send(
                ("GET", "HEAD")[number % 2], links[number // 2 % len(links)], REMOTE_ADDR=f"198.51.100.{number % 50}"
            )
            assert answer.status_code in (200, 303)
        assert digest(world.clinic) == before
        started = Visitor().send("POST", world.survey_link)
        assert (started.status_code, started.url) == (303, f"{world.survey_link}1/")
        assert Survey.objects.get(clinic=world.clinic, started_at__isnull=False, completed_at=None)


def test_a_scanner_that_sends_an_empty_form_signs_and_answers_nothing(worlds):
    """Some post what they find (portier-broker #1005): starting is harmless, nothing is answered or signed."""
    world = worlds[0]
    with undone():
        scanner = Visitor()
        for path in (f"{world.survey_link}1/", f"{world.survey_link}check/", world.consent_link):
            scanner.send("POST", path)
        survey = Survey.objects.get(clinic=world.clinic, links__isnull=False)
        assert not survey.answers.exists()
        assert survey.completed_at is None
        assert not Consent.objects.filter(clinic=world.clinic, document__kind="research_sharing").exists()
