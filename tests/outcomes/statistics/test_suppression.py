"""Small cells: the rules one by one, and an attacker who solves for what is hidden."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from outcomes.statistics.suppression import (
    is_small,
    may_show_both,
    may_show_public_statistics,
    may_show_share,
    may_show_statistics,
    public_count,
    safe_table,
)


@pytest.mark.parametrize(("n", "small"), [(0, False), (1, True), (10, True), (11, False)])
def test_counts_from_one_to_ten_are_small(n, small):
    assert is_small(n) is small


@pytest.mark.parametrize(
    ("k", "n", "may_show"),
    [(20, 40, True), (0, 40, True), (10, 40, False), (11, 22, True), (30, 40, False), (40, 40, False), (0, 10, False)],
)
def test_shares_that_give_people_away_are_hidden(k, n, may_show):
    assert may_show_share(k, n) is may_show


@pytest.mark.parametrize("n", [4, 7, 10, 11])
def test_statistics_need_eleven_people(n):
    assert may_show_statistics(n) is (n >= 11)


@pytest.mark.parametrize(
    ("counts", "may_show"),
    [((50, 47, 47), False), ((50, 39, 39), True), ((50, 50, 50), True), ((50, 50, 45), False), ((30, 30, 0), True)],
)
def test_filters_that_differ_by_a_few_people_are_not_both_answered(counts, may_show):
    assert may_show_both(*counts) is may_show


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (101, 100)])
def test_public_counts_are_rounded(n, shown):
    assert public_count(n) == shown
    assert may_show_public_statistics(n) is (n >= 8)


def test_one_small_cell_takes_the_next_smallest_with_it():
    table = safe_table([[4, 20, 30], [40, 50, 60], [70, 80, 90]])
    assert table.cells == ((None, None, 30), (None, None, 60), (70, 80, 90))
    assert (table.row_totals, table.column_totals, table.total) == ((54, 150, 240), (114, 150, 180), 444)


def test_small_cells_that_add_up_to_few_take_another():
    """Three and four beside a shown total would tell that seven people are there."""
    table = safe_table([[3, 4, 30, 40], [20, 30, 40, 50]])
    assert table.cells[0] == (None, None, None, 40)


def test_safe_tables_are_shown_whole():
    table = safe_table([[11, 0], [25, 30]])
    assert table.cells == ((11, 0), (25, 30))
    assert (table.row_totals, table.total) == ((11, 55), 66)


def test_a_lone_small_cell_hides_its_totals():
    table = safe_table([[5, 0], [0, 20]])
    assert table.cells[0] == (None, 0)
    assert table.row_totals[0] is None
    assert_nothing_can_be_worked_out([[5, 0], [0, 20]], table)


def assert_nothing_can_be_worked_out(counts, table):
    """An attacker knows what is shown, that counts are not negative, and how totals come about."""
    full = with_totals(np.array(counts))
    shown = [[*row, total] for row, total in zip(table.cells, table.row_totals, strict=True)]
    shown.append([*table.column_totals, table.total])
    rows, columns = full.shape
    sums, known = [], []
    for row in range(rows):
        sums.append([(1 if c < columns - 1 else -1) * (r == row) for r in range(rows) for c in range(columns)])
    for column in range(columns):
        sums.append([(1 if r < rows - 1 else -1) * (c == column) for r in range(rows) for c in range(columns)])
    bounds = [(0, None) if value is None else (value, value) for row in shown for value in row]
    for place, value in enumerate(full.flat):
        if bounds[place] != (0, None):
            assert not is_small(value)
            assert bounds[place][0] == value
        elif is_small(value):
            aim = np.eye(full.size)[place]
            known = [
                optimize.linprog(sign * aim, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds) for sign in (1, -1)
            ]
            assert known[1].status == 3 or -known[1].fun - known[0].fun > 1e-6


def with_totals(counts):
    rows = np.column_stack([counts, counts.sum(axis=1)])
    return np.vstack([rows, rows.sum(axis=0)])


sizes = st.one_of(st.integers(0, 12), st.integers(0, 200))


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(sizes, min_size=width, max_size=width), min_size=1, max_size=4)
    )
)
@settings(max_examples=25, deadline=None)
def test_no_small_count_can_be_worked_out(counts):
    assert_nothing_can_be_worked_out(counts, safe_table(counts))


def test_two_blocks_joined_by_one_cell_do_not_give_it_away():
    """Every row and column hides at least two, and still the joining cell follows from sums over a block."""
    counts = [[6, 6, 6, 90], [6, 6, 90, 90], [90, 90, 6, 6], [90, 90, 6, 6]]
    assert sum(value is None for row in safe_table(counts).cells for value in row) > 9
    assert_nothing_can_be_worked_out(counts, safe_table(counts))
