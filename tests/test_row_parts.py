from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgpub.row_parts import RowParts

TERMS = st.sampled_from(["<http://e/p>", "<http://e/p1>", "<http://e/é>"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(TERMS, st.text("a\u00e9", max_size=3)), max_size=30), limit=st.integers(1, 8))
def test_rows_come_back_by_their_terms_in_the_order_in_which_they_came(
    tmp_path: Path, rows: list[tuple[str, str]], limit: int
) -> None:
    with closing(RowParts(tmp_path, limit)) as parts:
        for at in range(0, len(rows), 4):
            some: dict[str, list[str]] = {}
            for term, rest in rows[at : at + 4]:
                some.setdefault(term, []).append(f"{term}\t{rest}")
            parts.extend(some)
        found = [row for block in parts.blocks() for row in block]
    assert found == [f"{term}\t{rest}" for term, rest in sorted(rows, key=lambda row: row[0])]


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    with closing(RowParts(tmp_path, 1)) as parts:
        parts.extend({"<http://e/p>": ["<http://e/p>\ta"]})
    assert list(tmp_path.iterdir()) == []
