import io

import pytest
from rich.console import Console

from kgpub.progress import ConsoleProgress, Silence


def shown(*, terminal: bool, width: int = 80) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=width, legacy_windows=False)
    with ConsoleProgress(console).step("reading [3] sources"):
        pass
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [20, 80])
def test_elsewhere_than_on_a_terminal_a_step_is_one_plain_line(width: int) -> None:
    line = shown(terminal=False, width=width)
    assert line.count("\n") == 1
    assert line.split() == ["reading", "[3]", "sources", "0.0", "s"]
    assert "\x1b" not in line


def test_on_a_terminal_a_step_is_live_while_it_runs() -> None:
    assert "\x1b" in shown(terminal=True)


def test_a_step_that_fails_is_not_shown_as_done() -> None:
    console = Console(file=io.StringIO())
    with pytest.raises(ValueError, match="no"), ConsoleProgress(console).step("reading"):
        raise ValueError("no")
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


def test_silence_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Silence().step("reading"):
        pass
    assert capsys.readouterr() == ("", "")
