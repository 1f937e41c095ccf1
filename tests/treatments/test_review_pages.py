"""Pages: what was done against the plan or a rule, and saying what came of it."""

import pytest
from django.urls import reverse

from tests.treatments.session_pages import logged
from treatments.models import ReviewItem


@pytest.fixture
def item(desk, prp):
    """Maya logged the left knee against the plan, with her reason."""
    logged(desk, prp, **{"injections-0-side": "left", "reason-side_not_planned": "the plan was wrong"})
    return ReviewItem.objects.get()


def page_of(item):
    return reverse("review", args=[item.public_id])


def test_the_list_shows_what_nobody_has_looked_at(client, item, clinician, patient):
    client.force_login(clinician)
    text = client.get(reverse("reviews")).text
    for words in ("Another side than planned", str(patient), "the plan was wrong", "Maya Okafor", page_of(item)):
        assert words in text
    assert page_of(item) not in client.get(reverse("reviews"), {"show": "settled"}).text


def test_settling_moves_it_to_the_settled(client, item, clinician):
    client.force_login(clinician)
    answer = client.post(page_of(item), {"settlement": "The plan is corrected."}, follow=True)
    assert "Settled." in answer.text
    assert "Nothing to look at" in answer.text
    assert page_of(item) in client.get(reverse("reviews"), {"show": "settled"}).text
    text = client.get(page_of(item)).text
    assert "The plan is corrected." in text
    assert "Hana Lee" in text
    assert "<textarea" not in text


def test_settling_needs_words(client, item, clinician):
    client.force_login(clinician)
    answer = client.post(page_of(item), {"settlement": " "})
    assert answer.status_code == 422
    assert "What came of it is missing." in answer.text
    assert ReviewItem.objects.get().settled_at is None


def test_it_is_settled_once(client, item, clinician):
    client.force_login(clinician)
    client.post(page_of(item), {"settlement": "Fine."})
    answer = client.post(page_of(item), {"settlement": "Not fine."})
    assert answer.status_code == 422
    assert "Somebody has settled this already." in answer.text
    assert ReviewItem.objects.get().settlement == "Fine."


def test_nobody_settles_their_own(staff, prp, manager):
    logged(staff, prp, **{"injections-0-side": "left", "reason-side_not_planned": "the plan was wrong"})
    answer = staff.post(page_of(ReviewItem.objects.get()), {"settlement": "Fine."})
    assert answer.status_code == 422
    assert "You gave the reason yourself: somebody else has to look at it." in answer.text


def test_the_front_desk_reads_but_does_not_settle(desk, item):
    assert "A clinician or a manager settles review items." in desk.get(page_of(item)).text
    assert desk.post(page_of(item), {"settlement": "Fine."}).status_code == 403
    assert ReviewItem.objects.get().settled_at is None


def test_items_of_another_clinic_do_not_exist(client, item, stranger, researcher):
    client.force_login(stranger)
    assert client.get(page_of(item)).status_code == 404
    assert client.post(page_of(item), {"settlement": "Fine."}).status_code == 404
    assert page_of(item) not in client.get(reverse("reviews")).text
    client.force_login(researcher)
    assert client.get(reverse("reviews")).status_code == 403


def test_empty_lists_say_what_comes_there(staff):
    assert "Nothing to look at" in staff.get(reverse("reviews")).text
    assert "Nothing settled yet" in staff.get(reverse("reviews"), {"show": "settled"}).text


def test_the_pages_take_no_other_method(staff, item):
    assert staff.post(reverse("reviews")).status_code == 405
    assert staff.put(page_of(item)).status_code == 405
    assert staff.get(reverse("reviews"), {"page": "x", "show": "nonsense"}).status_code == 200


def test_the_list_costs_the_same_at_any_length(staff, item, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        staff.get(reverse("reviews"))
