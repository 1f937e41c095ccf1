"""The dashboard and the outcome report as pages."""

import re

import pytest
from django.urls import reverse

from clinic.permissions import Role
from tests.conftest import member
from tests.layers import layer
from tests.population import add_check_in, add_course, add_imported_instrument, work_out

DASHBOARD, REPORT = "/reports/", "/reports/outcomes/"


@layer
def scored(clinic):
    """Eight PRP courses and six stem-cell courses, answered before and at 3 months; half the check-ins of PRP."""
    for number in range(8):
        course = add_course(clinic, "prp", baseline=8, month_3=number % 5)
        add_check_in(course, "month 3", answered=number % 2 == 0, ended=True)
    for number in range(6):
        add_course(clinic, "cell", "hip", baseline=7, month_3=5 + number % 2)
    work_out()


@pytest.fixture
def page(client, researcher, scored):
    client.force_login(researcher)
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_who_is_missing_stands_before_how_it_went(page):
    answer = page.get(REPORT)
    assert answer.status_code == 200
    words = text_of(answer)
    who = "3 months: 4 of 8 due are missing. 10 courses have a score before and after."
    finding = "Among 10 courses answered both before and at 3 months"
    assert 0 < words.index(who) < words.index(finding)
    assert "Read with care where few of those due answered: 3 months 50 % (4 of 8)" in words
    assert "How this was made" in words
    assert "Dworkin 2008" in words
    tables = re.findall(r'id="t-([^"]*)"', answer.content.decode())
    assert tables == ["flow", "missing", "means", "bands", "thresholds"]


def test_spread_curve_and_small_multiples_stand_beside_it_for_the_same_question(page):
    html = page.get(REPORT, {"region": "knee", "modality": "prp"}).content.decode()
    beside = re.findall(r'id="beside-([^"]*)" hx-get="([^"]*)"', html)
    assert [name for name, _ in beside] == ["change", "responders", "breakdown"]
    ways = re.findall(r'hx-get="([^"]*)" hx-target="#beside-breakdown"', html)
    assert [re.search(r"by=(\w+)", way)[1] for way in ways] == ["treatment", "region", "side", "dose", "leukocytes"]
    for address in (*(address for _, address in beside), *ways):
        assert "region=knee" in address
        found = page.get(address.replace("&amp;", "&")).content.decode()
        assert '<figure class="card"' in found[found.index('id="answer"') :]


def test_figures_are_the_apis_own_answers(page):
    html = page.get(REPORT, {"modality": "prp"}).content.decode()
    addresses = {address.replace("&amp;", "&") for address in re.findall(r'(?:src|srcset)="(/api/[^"]*)"', html)}
    assert len(addresses) == 12
    for address in addresses:
        answer = page.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
        width = re.search(r"width=(\d+)", address)[1]
        size = re.search(r'width="(\d+)" height="(\d+)"', answer.content.decode()).groups()
        assert f'srcset="{address}"'.replace("&", "&amp;") in html or "src=" in html
        assert size[0] == width
        assert f'width="{width}" height="{size[1]}"' in html


def test_every_link_under_a_figure_works(page):
    html = page.get(REPORT).content.decode()
    links = re.findall(r'href="(/api/[^"]*)"', html)
    assert len(links) == 5 * 2 + 3 + 1, "CSV and JSON of each table, PNG of each figure, PDF"
    assert {page.get(link.replace("&amp;", "&")).status_code for link in links} == {200}
    targets = re.findall(r'<footer class="tools"><a href="#([^"]*)"', html)
    assert all(f'id="{target}"' in html for target in targets)


def test_few_scores_show_no_interval(client, researcher, clinic):
    for _ in range(4):
        add_course(clinic, baseline=8, month_3=2)
    work_out()
    client.force_login(researcher)
    words = text_of(client.get(REPORT))
    assert "– (too few)" in words
    assert "Only 4 courses have a score" in words


def test_filter_lives_in_the_address(page):
    query = {"modality": "cell", "region": "hip", "last_timepoint": "month 3", "opened_from": "2026-01-01"}
    answer = page.get(REPORT, query)
    html, words = answer.content.decode(), text_of(answer)
    assert 'value="cell" id="id_modality_1" checked' in html
    assert 'name="opened_from" value="2026-01-01"' in html
    assert "Among 6 courses" in words
    chips = re.findall(r'<a href="(/reports/outcomes/[^"]*)">([^<]*)<span', html)
    assert [words for _, words in chips] == ["Stem cell", "Hip", "to 3 months", "opened from 2026-01-01"]
    assert "region=hip" not in chips[1][0]
    without = page.get(chips[1][0].replace("&amp;", "&")).context["report"].filter
    assert (without.region, [one.value for one in without.modality]) == ((), ["cell"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"opened_from": "2026-13-01"}, "Opened from: Give a day like 2026-03-02."),
        ({"opened_from": "2026-02-01", "opened_to": "2026-01-01"}, "Opened to: The last day of opening"),
        ({"region": "moon"}, "Region: Choose one of: head"),
        ({"colour": "red"}, "colour: Not known here."),
        ({"instrument": "nps"}, "Measure: Choose one of: hoos_jr"),
    ],
)
def test_bad_filter_is_explained_and_can_be_corrected(page, query, message):
    answer = page.get(REPORT, query)
    assert answer.status_code == 400
    words = text_of(answer)
    assert "There is a problem" in words
    assert message in words
    assert "Change filter" in words


def test_empty_report_says_why(client, researcher, clinic):
    client.force_login(researcher)
    assert "Widen the filter" in text_of(client.get(REPORT))
    add_check_in(add_course(clinic), "month 3")
    assert "None of the 1 check-ins planned in this selection is answered yet" in text_of(client.get(REPORT))
    assert "None of the 1 check-ins" in text_of(client.get(DASHBOARD))


def test_page_is_about_the_active_clinic_unless_told_otherwise(client, clinic, other_clinic, scored):
    both = member(clinic, Role.MANAGER, "Ada Both")
    other_clinic.memberships.create(user=both, role=Role.RESEARCHER)
    add_course(other_clinic, baseline=1)
    work_out()
    client.force_login(both)
    client.post(reverse("switch-clinic"), {"clinic": str(clinic.public_id)})
    assert client.get(REPORT).context["report"].drawn.total("baseline").n == 14
    every = client.get(REPORT, {"clinic": [str(clinic.public_id), str(other_clinic.public_id)]})
    assert every.context["report"].drawn.total("baseline").n == 15
    assert "Lakeview" in text_of(every)


def test_dashboard_shows_key_numbers_with_their_denominators(page):
    words = text_of(page.get(DASHBOARD))
    assert "Better by 2 points at 3 months" in words
    assert "Among 10 courses answered both before and at 3 months" in words
    assert "This is change after treatment, not because of it" in words


def test_each_key_number_has_its_line_and_opens_the_report_that_says_the_same(page):
    html = page.get(DASHBOARD).content.decode()
    cards = re.findall(
        r'<h2 class="small"><a href="([^"]*)">.*?<p class="hint small">(\d+ of \d+) .*?srcset="([^"]*)".*?src="([^"]*)"[^>]*alt="([^"]*)"',
        html,
        re.S,
    )
    assert len(cards) == 2
    for url, value, dark, light, alt in cards:
        for address in (dark, light):
            answer = page.get(address.replace("&amp;", "&"))
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
        assert re.search(r"20\d\d-\d\d \d+ % of \d", alt)
        behind = page.get(url.replace("&amp;", "&"))
        assert behind.status_code == 200
        assert value in text_of(behind)


def test_dashboard_answers_the_filter_in_its_address(page):
    answer = page.get(DASHBOARD, {"modality": "cell"})
    assert "stem cell, all regions" in text_of(answer)
    assert "6 courses" in text_of(answer)
    assert "14 courses" not in text_of(answer)
    assert "modality=cell" in answer.context["numbers"][0].url
    assert page.get(DASHBOARD, {"modality": "salt"}).status_code == 400


def test_dashboard_says_too_few_in_place_of_a_share(client, researcher, clinic):
    for _ in range(3):
        add_course(clinic, baseline=8, month_3=2)
    work_out()
    client.force_login(researcher)
    answer = client.get(DASHBOARD)
    assert "3 of 3 courses: too few for a share" in text_of(answer)
    assert "No month has 5 courses yet." in answer.content.decode()


def test_dashboard_leads_to_imported_measures(client, researcher, clinic):
    add_imported_instrument(clinic)
    client.force_login(researcher)
    html = client.get(DASHBOARD).content.decode()
    assert f'href="{REPORT}?instrument=headache_severity"' in html
    assert client.get(REPORT, {"instrument": "headache_severity"}).status_code == 200


@pytest.mark.parametrize("address", [DASHBOARD, REPORT])
def test_who_may_look(client, clinic, clinician, stranger, address):
    assert client.get(address)["Location"].startswith(reverse("login"))
    client.force_login(stranger)
    assert client.get(address, {}).status_code == 200
    assert client.post(address).status_code == 405
    clinician.memberships.all().delete()
    client.force_login(clinician)
    assert client.get(address).status_code == 403


def test_another_clinic_cannot_be_named(client, stranger, clinic, scored):
    client.force_login(stranger)
    answer = client.get(REPORT, {"clinic": str(clinic.public_id)})
    assert answer.status_code == 400
    assert "Northside" not in text_of(answer)


@pytest.mark.parametrize("address", [DASHBOARD, REPORT])
def test_queries_do_not_grow(page, django_assert_max_num_queries, address):
    with django_assert_max_num_queries(12):
        page.get(address)
