from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgpub.distinct_objects import DistinctObjects

OBJECTS = st.sampled_from(['"1"', '"1 1"', '"1"@en', "<a:o>", '"<a:p>"', "_:c14n0", '"\u2028"'])
PREDICATES = st.sampled_from(["<a:p>", "<a:p1>", "<a:q>"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(pairs=st.lists(st.tuples(OBJECTS, PREDICATES), max_size=30), limit=st.sampled_from([1, 3, 100]))
def test_each_object_counts_once_in_all_and_once_for_a_predicate(
    tmp_path: Path, pairs: list[tuple[str, str]], limit: int
) -> None:
    with closing(DistinctObjects(tmp_path, limit)) as objects:
        for at in range(0, len(pairs), 4):
            objects.extend(" ".join(pair) for pair in pairs[at : at + 4])
        found = objects.count()
    assert found == (len({object_ for object_, _ in pairs}), Counter(predicate for _, predicate in set(pairs)))


@pytest.mark.parametrize("limit", [1, 100])
def test_nothing_is_left_on_disk(tmp_path: Path, limit: int) -> None:
    with closing(DistinctObjects(tmp_path, limit)) as objects:
        objects.extend(['"1" <a:p>'])
    assert list(tmp_path.iterdir()) == []
