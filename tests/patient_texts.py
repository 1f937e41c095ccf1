"""What patients' pages say, as the templates and the code hold it: every text to translate, and every text that is not."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from django.template import Template
from django.template.base import Node, TextNode
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
BASE = "patient_base.html"
CALLS = {"gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}
READ_ALOUD = {"title", "alt", "aria-label", "placeholder"}
HOLE = "\0"  # where a template puts something in


class Message(NamedTuple):
    """One text as it is written in English; ``plural`` is empty where nothing is counted."""

    singular: str
    plural: str = ""


def nodes_in(nodelist) -> Iterator[Node]:
    """Every node below, in the order of the page."""
    for node in nodelist:
        yield node
        for name in node.child_nodelists:
            yield from nodes_in(getattr(node, name, None) or ())


def compiled(name: str) -> Template:
    return get_template(name).template


def _parents_and_parts(name: str) -> tuple[set[str], set[str]]:
    found = list(nodes_in(compiled(name).nodelist))
    parents = {node.parent_name.var for node in found if isinstance(node, ExtendsNode)}
    return parents, {node.template.var for node in found if isinstance(node, IncludeNode)}


def patient_templates() -> list[str]:
    """The base of patients' pages, everything that extends it, and whatever those include."""
    names = [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*.html"))]
    links = {name: _parents_and_parts(name) for name in names}
    found, grown = {BASE}, set()
    while found != grown:
        grown = set(found)
        found |= {name for name, (parents, _) in links.items() if parents & grown}
        found |= {part for name in grown for part in links[name][1]}
    return sorted(found)


def messages_of_template(name: str) -> Iterator[Message]:
    for node in nodes_in(compiled(name).nodelist):
        if isinstance(node, TranslateNode):
            yield Message(node.filter_expression.var.literal)
        elif isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            plural, _ = node.render_token_list(node.plural) if node.plural else ("", [])
            yield Message(_tidy(node, singular), _tidy(node, plural))


def _tidy(node: BlockTranslateNode, text: str) -> str:
    return " ".join(text.split()) if node.trimmed else text


def messages_of_code() -> Iterator[Message]:
    """Every text in our modules that is handed to gettext."""
    for app in ("clinic", "patients", "treatments", "outcomes"):
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    yield Message(*(text.value for text in node.args[: CALLS[node.func.id]]))


def all_messages() -> set[Message]:
    return set(messages_of_code()).union(*(messages_of_template(name) for name in patient_templates()))


class _Literals(HTMLParser):
    """The words of a page that stand between tags or are read aloud, holes cut out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += [text for text in data.split(HOLE) if re.search(r"[^\W\d_]", text)]

    def handle_starttag(self, tag: str, attrs: list) -> None:
        for name, value in attrs:
            if name in READ_ALOUD:
                self.handle_data(value or "")


def literals_of_template(name: str) -> list[str]:
    """Words that only English has, because they stand outside of every translation tag."""
    return literals_of(compiled(name))


def literals_of(template: Template) -> list[str]:
    """The same of a template that is at hand."""
    pieces = []
    for node in nodes_in(template.nodelist):
        pieces.append(node.s if isinstance(node, TextNode) else HOLE)
    parser = _Literals()
    parser.feed("".join(pieces))
    parser.close()
    return [text.strip() for text in parser.found]
