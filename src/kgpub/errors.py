"""What can go wrong, each class with the sentence a user reads.

Every error carries two codes: ``exit_code`` for the command line and ``status`` for HTTP. The text given to
the constructor is safe to show to a client: it never holds a path of the server, an address or a traceback.
"""

from pathlib import Path


class KgpubError(Exception):
    """Something kgpub can explain in a sentence."""

    exit_code = 1
    status = 500
    slug = "internal-error"
    title = "Internal error"

    @property
    def sentence(self) -> str:
        """Return the sentence a user reads."""
        return str(self)


# --- build and command line ------------------------------------------------------------------------------


class ShapeViolations(KgpubError):
    """The data does not conform to the shapes, so nothing is published."""

    exit_code = 2

    def __init__(self, violations: int) -> None:
        noun = "violation" if violations == 1 else "violations"
        super().__init__(f"The data has {violations} SHACL {noun}; nothing was published.")


class RdfSyntaxError(KgpubError):
    """An RDF file cannot be parsed."""

    exit_code = 3

    def __init__(self, path: Path | str, line: int | None, column: int | None, reason: str) -> None:
        where = str(path) + (f", line {line}" if line else "") + (f", column {column}" if column else "")
        super().__init__(f"{where}: {reason}.")


class SourceUnreadable(KgpubError):
    """A file is missing, or may not be read, or is of no known RDF syntax."""

    exit_code = 4


class SourceNotUtf8(KgpubError):
    """A file is not encoded in UTF-8."""

    exit_code = 5

    def __init__(self, path: Path | str, line: int, column: int, *, is_declared: bool = False) -> None:
        told = "the XML declares another encoding than UTF-8" if is_declared else "the file is not UTF-8"
        then = ", and take the declaration out" if is_declared else ""
        super().__init__(f"{path}, line {line}, column {column}: {told}; convert it, for example with iconv{then}.")


class SourceEmpty(KgpubError):
    """A source of a project holds no statement, which is never meant."""

    exit_code = 6


class ShapesInvalid(KgpubError):
    """The shapes graph is not valid SHACL."""

    exit_code = 7


class SettingsInvalid(KgpubError):
    """The settings hold an unknown key or a value of the wrong type."""

    exit_code = 8


class IriOutsideBase(KgpubError):
    """The data describes an IRI that this publisher could never dereference."""

    exit_code = 9


class RuleInvalid(KgpubError):
    """An inference rule is not a CONSTRUCT query that kgpub can run."""

    exit_code = 10


class ProcessLost(KgpubError):
    """A process that did a part of a build ended without a word."""


class DiskFull(KgpubError):
    """There is no room to write a release."""

    exit_code = 11


class PortInUse(KgpubError):
    """Another program listens on the address."""

    exit_code = 12


class ReleaseMissing(KgpubError):
    """There is no release to serve, or the folder is not a release."""

    exit_code = 13


class BuildRunning(KgpubError):
    """Another build writes to the same releases folder."""

    exit_code = 14


class NotWritable(KgpubError):
    """A folder may not be written to."""

    exit_code = 15


class StoredQueryInvalid(KgpubError):
    """A file of the folder of queries is not a stored query."""

    exit_code = 18

    def __init__(self, path: Path | str, line: int | None, reason: str) -> None:
        super().__init__(f"{path}" + (f", line {line}" if line else "") + f": {reason}.")


# --- query -----------------------------------------------------------------------------------------------


class QueryMalformed(KgpubError):
    """The query is not SPARQL (SPARQL 1.1 Protocol, section 2.1.6: MalformedQuery)."""

    status, slug, title = 400, "malformed-query", "Malformed query"

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(reason)


class QueryRefused(KgpubError):
    """The request is understood and not allowed here (update, SERVICE, an unknown graph)."""

    status, slug, title = 403, "query-refused", "Query refused"


class QueryOverBudget(KgpubError):
    """The query was stopped because it exceeded one of its budgets."""

    status, slug, title = 422, "query-over-budget", "Query over budget"

    def __init__(self, budget: str, limit: str) -> None:
        self.budget, self.limit = budget, limit
        super().__init__(f"The query was stopped: it used more than its {budget} budget of {limit}.")


class QueryCrashed(KgpubError):
    """The query ended its worker: too deeply nested, or out of memory."""

    status, slug, title = 422, "query-too-complex", "Query too complex"

    def __init__(self, memory_mb: int) -> None:
        super().__init__(
            f"The query was stopped: it is nested too deeply or needs more than its memory budget of {memory_mb} MB."
        )


class EngineBusy(KgpubError):
    """Every query worker is taken and the queue is full."""

    status, slug, title = 503, "engine-busy", "Engine busy"
    retry_after_seconds = 2

    def __init__(self) -> None:
        super().__init__("All query workers are busy; try again in a moment.")


class TooManyQueries(EngineBusy):
    """A client asks more of the engine than one client may."""

    status, slug, title = 429, "too-many-queries", "Too many queries"

    def __init__(self, limit: str, retry_after_seconds: int) -> None:
        super().__init__()
        self.limit = limit
        self.retry_after_seconds = retry_after_seconds
        self.args = (f"One client may have {limit}; try again in {retry_after_seconds} s.",)


class EngineUnavailable(KgpubError):
    """The query engine cannot be reached."""

    status, slug, title = 502, "engine-unavailable", "Engine unavailable"


# --- HTTP ------------------------------------------------------------------------------------------------


class BadRequest(KgpubError):
    """The request breaks its protocol."""

    status, slug, title = 400, "bad-request", "Bad request"


class ParameterInvalid(BadRequest):
    """A parameter of a stored query is unknown, or its value is not of its kind."""

    slug, title = "bad-parameter", "Bad parameter"


class UnsupportedMediaType(KgpubError):
    """The request's body is of a media type or charset that the protocol does not know."""

    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"


class PayloadTooLarge(KgpubError):
    """The request's body is larger than the server reads."""

    status, slug, title = 413, "payload-too-large", "Payload too large"


class NotDescribed(KgpubError):
    """The data describes nothing under this IRI."""

    status, slug, title = 404, "not-found", "Not found"

    def __init__(self, sentence: str, iri: str = "", near_misses: tuple[str, ...] = ()) -> None:
        self.iri, self.near_misses = iri, near_misses
        super().__init__(sentence)


class Gone(KgpubError):
    """An earlier release described this IRI, or the data says that the thing is gone (RFC 9110, section 15.5.11)."""

    status, slug, title = 410, "gone", "Gone"

    def __init__(self, iri: str, release: str, replaced_by: tuple[str, ...]) -> None:
        self.iri, self.release, self.replaced_by = iri, release, replaced_by
        last = f"; the release {release} was the last that did" if release else ""
        instead = f" It is replaced by {', '.join(f'<{each}>' for each in replaced_by)}." if replaced_by else ""
        super().__init__(f"<{iri}> is not described any more{last}.{instead}")


class NotAcceptable(KgpubError):
    """None of the representations has a media type that the client accepts (RFC 9110, section 15.5.7)."""

    status, slug, title = 406, "not-acceptable", "Not acceptable"

    def __init__(self, sentence: str, offered: tuple[str, ...] = ()) -> None:
        self.offered = offered
        super().__init__(sentence)


# --- downloads and sources -------------------------------------------------------------------------------


class ExportQueryInvalid(KgpubError):
    """A query that a download or a view is made with is missing, or gives something else than that needs."""

    exit_code = 16


class NothingToVerify(KgpubError):
    """A release names no span of a text by offsets and SHA-256, or the spans of several texts and none was chosen."""

    exit_code = 17


# --- remote engine ---------------------------------------------------------------------------------------


class AnswerIncomplete(KgpubError):
    """The query engine stopped a query at a limit of its own, or gave only a part of the answer."""

    status, slug, title = 422, "query-over-budget", "Query over budget"

    def __init__(self) -> None:
        super().__init__("The query engine stopped at a limit of its own before its answer was complete.")


# --- check -----------------------------------------------------------------------------------------------


class SiteUnreachable(KgpubError):
    """The site that is to be checked does not answer at the address given."""

    exit_code = 19
