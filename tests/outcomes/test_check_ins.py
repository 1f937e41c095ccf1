"""What a link opens is read in one statement, which enters the link's clinic itself."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from outcomes.check_ins import check_in_behind
from outcomes.models import Survey
from tests.check_in import invitation_link
from tests.days import NOON


@pytest.fixture
def nobody_is_known(db):
    """As a web process begins a request: nothing is in scope yet."""

    def leave() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('mendline.clinics', '', true)")

    return leave


def test_a_link_enters_its_clinic_before_it_reads_and_for_all_that_is_read_after(baseline, nobody_is_known):
    token = invitation_link(baseline, NOON).rstrip("/").rpartition("/")[2]
    # Planned anew for these values at first, in general later: the order has to hold in both.
    for _visit in range(8):
        nobody_is_known()
        found = check_in_behind(token, at=NOON)
        assert found is not None and found.survey == baseline
    assert Survey.objects.get() == baseline


def test_a_link_that_opens_nothing_enters_nothing(baseline, nobody_is_known):
    nobody_is_known()
    with pytest.raises(DatabaseError, match="no clinic is in scope"), transaction.atomic():
        Survey.objects.exists()
    assert check_in_behind("x" * 22, at=NOON) is None
    assert not Survey.objects.exists()
