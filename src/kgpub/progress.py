"""Show how far a long piece of work has come: live on a terminal, a plain line a step elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console


class Progress(Protocol):
    """Something that shows steps."""

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show one step while it runs, and how long it took."""
        ...


class Silence:
    """Shows nothing."""

    @contextmanager
    def step(self, what: str) -> Iterator[None]:  # noqa: ARG002 (the protocol's argument)
        """Run the step."""
        yield


class ConsoleProgress:
    """Shows steps on a console: a spinner while one runs if that is a terminal, a line when it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show one step while it runs, and how long it took."""
        started = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(what):
                yield
        else:
            yield
        self._console.print(f"{what:<44} {time.monotonic() - started:6.1f} s", highlight=False, soft_wrap=True)
