"""The conditions and the range of a request: those that mean nothing are as good as not sent (RFC 9110, 13.1, 14.2)."""

import re

_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}"
_MONTH = "[A-Z][a-z]{2}"
#: RFC 9110, section 5.6.7: the usual form, and two that are obsolete.
_HTTP_DATE = re.compile(
    rf"[A-Z][a-z]{{2}}, [0-9]{{2}} {_MONTH} [0-9]{{4}} {_TIME} GMT"
    rf"|[A-Z][a-z]+, [0-9]{{2}}-{_MONTH}-[0-9]{{2}} {_TIME} GMT"
    rf"|[A-Z][a-z]{{2}} {_MONTH} [ 0-9][0-9] {_TIME} [0-9]{{4}}"
)
#: Of several ranges Werkzeug (3.1) says that none can be had; the whole is a right answer.
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:[0-9]+-[0-9]*|-[0-9]+)[ \t]*", re.IGNORECASE)
_SINCE = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
_RANGE, _IF_RANGE = "HTTP_RANGE", "HTTP_IF_RANGE"


def leave_out_what_means_nothing(environment: dict[str, object]) -> None:
    """Take dates that are none and ranges that are not understood out of a WSGI environment.

    Python's reader of dates breaks on some of them.
    """
    for name in _SINCE:
        if name in environment and not _is_date(environment[name]):
            del environment[name]
    if _RANGE not in environment:
        return
    condition = str(environment.get(_IF_RANGE, '"'))
    is_condition = condition.startswith(('"', "W/")) or _is_date(condition)
    if not is_condition or not _ONE_RANGE.fullmatch(str(environment[_RANGE])):
        del environment[_RANGE]


def _is_date(value: object) -> bool:
    return _HTTP_DATE.fullmatch(str(value)) is not None
