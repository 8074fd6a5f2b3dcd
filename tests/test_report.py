import json
from dataclasses import replace

from kgpub.report import Finding, Message, Report, as_json, as_text, as_turtle

SHACL = "http://www.w3.org/ns/shacl#"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def finding(
    focus_node: str,
    *,
    value: str | None = None,
    severity: str = "Violation",
    messages: tuple[str, ...] = ("Wrong.",),
    details: tuple[Finding, ...] = (),
) -> Finding:
    return Finding(
        shape="<https://example.org/Person>",
        focus_node=f"<https://example.org/{focus_node}>",
        path="<https://example.org/knows>/<https://example.org/age>*",
        value=value,
        component=f"<{SHACL}DatatypeConstraintComponent>",
        severity=severity,
        messages=tuple(map(Message, messages)),
        details=details,
    )


def of_age(found: Finding) -> Finding:
    return replace(found, shape="<https://example.org/Age>")


def report(*findings: Finding) -> Report:
    return Report(not findings, tuple(sorted(findings, key=lambda found: found.rank)), b"")


def test_a_report_without_findings_says_so() -> None:
    assert as_text(report()) == "No findings: the data conforms to the shapes.\n"


def test_the_text_is_grouped_by_shape_and_focus_node_with_violations_first() -> None:
    text = as_text(
        report(
            of_age(finding("eve", severity="Warning")),
            finding("eve", value=f'"x"^^<{INTEGER}>'),
            finding("ada", value="<https://example.org/eve>"),
            of_age(finding("eve", severity="Info", messages=())),
            finding("ada", value='"<https://example.org/kept>"', messages=("One", "Two\nlines")),
        )
    )
    assert (
        text
        == """3 violations, 1 warning, 1 info in 2 shapes

Person
  ada
    Violation knows/age* = "<https://example.org/kept>"
      One
      Two
      lines
    Violation knows/age* = eve
      Wrong.
  eve
    Violation knows/age* = "x"^^integer
      Wrong.

Age
  eve
    Warning knows/age*
      Wrong.
    Info knows/age*
      DatatypeConstraintComponent
"""
    )


def test_the_text_counts_one_of_a_kind_in_the_singular() -> None:
    assert as_text(report(finding("ada"))).startswith("1 violation in 1 shape\n")
    own = as_text(report(finding("ada", severity="<https://example.org/Grave>"), finding("ada", severity="Info")))
    assert own.startswith("1 info, 1 Grave in 1 shape\n")


def test_the_text_uses_the_short_names_it_is_given_in_messages_too() -> None:
    found = report(finding("ada", messages=("Less than 1 values on <https://example.org/ada> where a < b > c.",)))
    text = as_text(found, lambda iri: iri.replace("https://example.org/", "ex:"))
    assert "  ex:ada\n" in text
    assert "Less than 1 values on ex:ada where a < b > c." in text


def test_the_text_leaves_the_value_out_where_it_is_the_focus_node() -> None:
    assert "=" not in as_text(report(finding("ada", value="<https://example.org/ada>")))


def test_the_text_shows_details_below_their_finding() -> None:
    text = as_text(report(finding("ada", details=(finding("n", messages=("Because.",)),))))
    assert "      Wrong.\n      Violation knows/age*\n        Because.\n" in text


def test_the_text_keeps_control_characters_from_the_terminal() -> None:
    assert "\x1b" not in as_text(report(finding("ada", messages=("red: \x1b[31m",))))


def test_the_text_holds_every_finding() -> None:
    findings = [finding(f"p{number}") for number in range(1000)]
    assert as_text(report(*findings)).count("Violation ") == 1000


def test_the_json_has_the_documented_keys_and_terms() -> None:
    document = json.loads(as_json(report(finding("ada", value=f'"x"^^<{INTEGER}>', details=(finding("n"),)))))
    assert list(document) == ["conforms", "counts", "findings"]
    assert (document["conforms"], document["counts"]) == (False, {"Violation": 1})
    (found,) = document["findings"]
    (detail,) = found.pop("details")
    assert detail["focusNode"] == "<https://example.org/n>"
    assert found == {
        "shape": "<https://example.org/Person>",
        "focusNode": "<https://example.org/ada>",
        "path": "<https://example.org/knows>/<https://example.org/age>*",
        "value": f'"x"^^<{INTEGER}>',
        "component": f"<{SHACL}DatatypeConstraintComponent>",
        "severity": "Violation",
        "messages": [{"text": "Wrong.", "language": ""}],
    }


def test_the_turtle_is_handed_on_as_it_came() -> None:
    assert as_turtle(Report(conforms=True, findings=(), turtle=b"[] .")) == b"[] ."


def test_a_report_tells_how_grave_its_findings_are() -> None:
    warned = report(finding("ada", severity="Warning"))
    assert [warned.has(least) for least in ("info", "warning", "violation")] == [True, True, False]
    assert report(finding("ada", severity="<https://example.org/Odd>")).has("info")
    assert not report(finding("ada", severity="<https://example.org/Odd>")).has("warning")
    assert not Report(conforms=True, findings=(), turtle=b"").has("info")
