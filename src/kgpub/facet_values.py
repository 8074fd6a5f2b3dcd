"""Values that things can be chosen by: IRIs, literals that few characters write, and the years of dates."""

import re
from decimal import Decimal, InvalidOperation

from kgpub.vocabulary import XSD

#: Literals of a property that can be chosen from, at most; of one with more, none can.
LITERALS_LISTED = 1_000

_TOKEN_CHARACTERS = 160
_DATES = {f"<{XSD}{name}>" for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth")}
_NUMBERS = {
    f"<{XSD}{name}>"
    for name in (
        "integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort",
        "unsignedByte",
    )
}  # fmt: skip
_YEAR = re.compile(r'"(\d{4})(?:-|Z?"|\+)')


def choosable(token: str) -> str | None:
    """Return what a literal is listed as, None for one that is too long: a date by its year, all else as it is."""
    if len(token) > _TOKEN_CHARACTERS:
        return None
    if token[-1] == ">":
        datatype = token[token.rfind('"') + 3 :]
        if datatype in _DATES:
            year = _YEAR.match(token)
            return year[1] if year else None
    return token


def number_of(value: str) -> Decimal | None:
    """Return the number that a listed value is: a year, or a literal of a numeric datatype; None of any other."""
    if value[0] != '"':
        return Decimal(value) if value.isdecimal() else None
    text, _, datatype = value[1:].rpartition('"^^')
    if datatype not in _NUMBERS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
