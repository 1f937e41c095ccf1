"""The list of bugs that tests must notice stays true, and in the slow run each of them is noticed (META-1)."""

import pytest

from tests.workshop.seeding_bugs import ROOT, bugs, copied, is_noticed


@pytest.mark.parametrize("bug", bugs(), ids=lambda bug: bug.title)
def test_a_bug_still_has_a_place_and_a_test(bug):
    assert (ROOT / bug.file).read_text(encoding="utf-8").count(bug.before) == 1
    assert bug.before != bug.after
    file, _, name = bug.test.partition("::")
    assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_bug_is_noticed():
    with copied() as tree:
        missed = [bug.title for bug in sorted(bugs(), key=lambda bug: bug.in_schema) if not is_noticed(bug, tree)]
    assert missed == []
