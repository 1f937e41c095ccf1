"""The page of parts: only in a demo, showing every part; and a stylesheet without a dead class."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from clinic.demo_style import ICONS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
APPS = ("clinic", "patients", "treatments", "outcomes")
CODE = "\n".join(path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py"))
STYLES = (ROOT / "clinic/static/clinic/app.css").read_text(encoding="utf-8")
in_a_demo = pytest.mark.urls("tests.clinic.demo_urls")


def classes(css: str) -> set[str]:
    """The classes that selectors name, not what is between braces or in a comment."""
    bare = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", css, flags=re.S)
    return set(re.findall(r"\.([a-z][a-z0-9-]*)", bare))


def parts() -> str:
    return STYLES.split("/* parts */")[1].split("/* end of parts */")[0]


def test_outside_a_demo_there_is_no_such_page(client, db):
    assert client.get("/style/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("style")


@in_a_demo
def test_page_shows_every_component_and_every_part(client, db):
    response = client.get(reverse("style"))
    assert client.post(reverse("style")).status_code == 405
    included = {template.name for template in response.templates}
    components = {f"_components/{path.name}" for path in (ROOT / "templates/_components").iterdir()}
    assert components - included == set()
    shown = {name for found in re.findall(r'class="([^"]*)"', response.text) for name in found.split()}
    assert classes(parts()) - shown == set()
    sprite = (ROOT / "clinic/static/clinic/sprite.svg").read_text(encoding="utf-8")
    assert list(ICONS) == re.findall(r'<symbol[^>]* id="([a-z]+)"', sprite)


def test_no_class_of_the_stylesheet_is_dead():
    """A class is used where a template says ``class``, gives one to a block or a part, or code puts it into a string."""
    given = re.findall(
        r"""class(?:es)?=(?:"([^"]*)"|'([^']*)')|page %}([^{]*){|size="(\w+)"|icon "\w+" "([^"]*)\"""", TEMPLATES
    )
    given += re.findall(r'"([\w -]+)"|class="([^"]*)"', CODE)
    used = {word for found in given for text in found for word in re.findall(r"[a-z][a-z0-9-]*", text)}
    assert classes(STYLES) - used == set()
