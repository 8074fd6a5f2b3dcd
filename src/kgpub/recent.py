"""Keep what was made lately, up to a number, at the price of a look-up in a dict."""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Values by key in two generations: when the younger is full it becomes the older, and the older is forgotten.

    So at least the *number* of values used last are kept and at most twice as many, without a list of who came when.
    Threads may use it together: the worst that can happen is that a value is made twice.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._younger: dict[Hashable, T] = {}
        self._older: dict[Hashable, T] = {}

    def get(self, key: Hashable) -> T | None:
        """Return a kept value, or None."""
        value = self._younger.get(key)
        if value is None and (value := self._older.get(key)) is not None:
            self.keep(key, value)
        return value

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value."""
        if len(self._younger) >= self._number:
            self._older, self._younger = self._younger, {}
        self._younger[key] = value
