"""One request and its answer: what was asked, as a command that anybody can repeat, and what came."""

import shlex
from dataclasses import dataclass
from functools import cached_property

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    url: str
    accept: str | None = None
    method: str = "GET"
    fields: Fields = ()
    body: str | None = None

    @property
    def headers(self) -> Fields:
        """Return the header fields to send beside those that every request has."""
        return self.fields if self.accept is None else (("Accept", self.accept), *self.fields)

    @property
    def curl(self) -> str:
        """Return the request as a command line; an empty ``Accept:`` keeps curl from sending one of its own."""
        words = ["curl", "-sI" if self.method == "HEAD" else "-si"]
        if self.method not in ("GET", "HEAD"):
            words += ["-X", self.method]
        words += [word for name, value in self.headers for word in ("-H", f"{name}: {value}")]
        if self.accept is None:
            words += ["-H", "Accept:"]
        if self.body is not None:
            words += ["--data-binary", self.body]
        return shlex.join([*words, self.url])


@dataclass(frozen=True)
class Answer:
    """A response; *is_cut* where its body is longer than what was read of it. Names of fields are in lower case."""

    ask: Ask
    status: int
    fields: Fields
    body: bytes = b""
    is_cut: bool = False

    def field(self, name: str) -> str | None:
        """Return a header field, None where there is none; the values of several are joined (RFC 9110, 5.2)."""
        values = [value.strip() for other, value in self.fields if other == name]
        return ", ".join(values) if values else None

    def listed(self, name: str) -> frozenset[str]:
        """Return the members of a field that is a list of names, in lower case."""
        return frozenset(member.strip().lower() for member in (self.field(name) or "").split(",") if member.strip())

    @property
    def is_ok(self) -> bool:
        """Tell whether the status is one of success."""
        return 200 <= self.status < 300  # noqa: PLR2004 (the class of success, RFC 9110, section 15.3)

    @property
    def is_redirect(self) -> bool:
        """Tell whether the answer leads elsewhere."""
        return self.status in (301, 302, 303, 307, 308) and self.field("location") is not None

    @property
    def is_refusal(self) -> bool:
        """Tell whether the status says that the client is wrong."""
        return 400 <= self.status < 500  # noqa: PLR2004 (RFC 9110, section 15.5)

    @property
    def media_type(self) -> str:
        """Return the type of the body in lower case, without parameters; empty where none is told."""
        return (self.field("content-type") or "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """Return the charset that the type names."""
        for parameter in (self.field("content-type") or "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip('"').lower()
        return None

    @cached_property
    def brief(self) -> str:
        """Return status and type, as a table shows them."""
        return f"{self.status} {self.media_type}".strip()


@dataclass(frozen=True, slots=True)
class Chain:
    """The answers on the way from an address to where its redirects end."""

    answers: tuple[Answer, ...]

    @property
    def last(self) -> Answer:
        """Return the answer at the end."""
        return self.answers[-1]

    @property
    def url(self) -> str:
        """Return the address at the end."""
        return self.last.ask.url
