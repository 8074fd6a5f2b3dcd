"""What a check found: the rule, the request that shows it, and what came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kgpub.check.exchange import Answer, Ask
from kgpub.check.rules import NOTE, RULES, SEVERITIES, Rule

_CHARACTERS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a site does not do what a rule expects."""

    rule: Rule
    ask: Ask
    came: str

    @property
    def rank(self) -> tuple[int, int]:
        """Return the key that sorts findings: errors first, then in the order of the rules."""
        return SEVERITIES.index(self.rule.severity), list(RULES).index(self.rule.id)


@dataclass(slots=True)
class Findings:
    """Findings as they are made; the same one is kept once."""

    _made: dict[Finding, None] = field(default_factory=dict)

    def add(self, rule: str, about: Answer | Ask, came: str) -> None:
        """Add a finding; *about* is the request that shows it, or its answer."""
        ask = about.ask if isinstance(about, Answer) else about
        self._made[Finding(RULES[rule], ask, came[:_CHARACTERS_SHOWN])] = None

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._made, key=lambda finding: finding.rank))


def has_as_grave(findings: Iterable[Finding], least: str = NOTE) -> bool:
    """Tell whether there is a finding as grave as a severity."""
    return any(SEVERITIES.index(finding.rule.severity) <= SEVERITIES.index(least) for finding in findings)
