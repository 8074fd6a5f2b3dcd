"""Values made lately."""

from kgpub.recent import Recent


def test_what_was_used_last_is_kept_and_what_was_not_is_forgotten() -> None:
    recent = Recent[int](10)
    recent.keep("old", 0)
    recent.keep("used", 1)
    for number in range(100):
        assert recent.get("used") == 1
        recent.keep(number, number)
    assert recent.get("old") is None
    assert [recent.get(number) for number in range(91, 100)] == list(range(91, 100))


def test_at_most_twice_the_number_is_kept() -> None:
    recent = Recent[int](10)
    for number in range(1_000):
        recent.keep(number, number)
    assert sum(recent.get(number) is not None for number in range(1_000)) <= 20
