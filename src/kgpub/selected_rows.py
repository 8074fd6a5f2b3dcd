"""Rows of a project's own SELECT queries, from which a build makes downloads and views: their columns are checked."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgpub.content import Content, Table
from kgpub.errors import ExportQueryInvalid

Term = NamedNode | BlankNode | Literal | Triple
Row = Mapping[str, Term]


def selected_rows(
    content: Content, file: str, required: Sequence[str], optional: Collection[str], reference: str
) -> Iterator[Row]:
    """Yield the rows of the query in a file below the folder of queries, without their unbound values.

    Raises ``ExportQueryInvalid`` where the file is missing or holds no SELECT query, where the query has other columns
    than those, or a row leaves a required one unbound. *reference* names the page that says what is needed.
    """
    table = _table(content, file, reference)
    try:
        columns = table.columns
        wanted = ", ".join(f"?{column}" for column in required)
        if missing := [column for column in required if column not in columns]:
            raise ExportQueryInvalid(f"{file}: the column ?{missing[0]} is missing; needed are {wanted} ({reference}).")
        if unknown := [column for column in columns if column not in required and column not in optional]:
            known = ", ".join(f"?{column}" for column in (*required, *sorted(optional)))
            raise ExportQueryInvalid(
                f"{file}: nothing is known of the column ?{unknown[0]}, only of {known} ({reference})."
            )
        for solution in table.rows:
            row = {column: value for column, value in zip(columns, solution, strict=True) if value is not None}
            if unbound := [column for column in required if column not in row]:
                raise ExportQueryInvalid(f"{file}: a row has no ?{unbound[0]}; each needs {wanted} ({reference}).")
            yield row
    finally:
        del table  # pyoxigraph lets no other thread drop it, and the traceback of an error keeps this frame


def _table(content: Content, file: str, reference: str) -> Table:
    path = dict(content.plan.query_files()).get(file)
    if path is None:
        raise ExportQueryInvalid(f"There is no {file} in the folder of queries; the settings ask for it ({reference}).")
    try:
        return content.select(path.read_text("utf-8"))
    except SyntaxError as error:
        raise ExportQueryInvalid(f"{file}: {error.msg}.") from error
    except TypeError as error:
        raise ExportQueryInvalid(f"{file}: the query must be a SELECT query.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ExportQueryInvalid(f"{file} cannot be read as UTF-8 text.") from error
