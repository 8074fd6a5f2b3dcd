from kgpub.statistics import count
from kgpub.vocabulary import TYPE

LINES = sorted([
    f"<a:s> <{TYPE}> <a:C> <a:g> .",
    f"<a:s> <{TYPE}> <a:C> <a:h> .",
    f"<a:s> <{TYPE}> <a:C> .",
    f"<a:s> <{TYPE}> <a:D> <a:quoted> .",
    f"<a:s> <{TYPE}> _:c14n0 <a:g> .",
    '<a:t> <a:p> "see _:b" .',
    '<a:t> <a:p> "x" _:c14n1 .',
    '_:c14n0 <a:p> "x" <a:g> .',
    '<a:only-quoted> <a:p> "x" <a:quoted> .',
])  # fmt: skip
STATISTICS = count(LINES, lambda graph: graph == "a:quoted")


def test_quads_count_every_line() -> None:
    assert STATISTICS.quads == len(LINES)


def test_a_triple_of_several_graphs_counts_once_and_a_quoted_one_not() -> None:
    assert STATISTICS.triples == 5
    assert STATISTICS.subjects == 3
    assert STATISTICS.resources == 2


def test_graphs_count_what_stands_in_them_if_an_iri_names_them() -> None:
    assert STATISTICS.graphs == {"a:g": 3, "a:h": 1, "a:quoted": 2}


def test_classes_and_properties_count_asserted_triples() -> None:
    assert STATISTICS.classes == {"a:C": 1}
    assert STATISTICS.properties == {TYPE: 2, "a:p": 3}


def test_nothing_counts_nothing() -> None:
    nothing = count([], lambda _: False)
    assert (nothing.quads, nothing.triples, nothing.subjects, nothing.graphs) == (0, 0, 0, {})
