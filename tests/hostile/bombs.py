"""Queries that are meant to break a server, each with the outcomes that are right.

An outcome is the status, the kind of problem and the broken budget; ``200 broken off`` is an answer that grew beyond
its budget after its first bytes had left. Where a query meets two budgets at about the same time, both are right.
"""

# ruff: noqa: E501 (queries stand on a line each)

from dataclasses import dataclass

DEPTH = 10_000
TIME = "422 query-over-budget time"
ANSWER = "422 query-over-budget answer"
TOO_COMPLEX = "422 query-too-complex"
BROKEN_OFF = "200 broken off"
MALFORMED = "400 malformed-query"
WHOLE = "200"

_TWO = "?a ?b ?c . ?d ?e ?f"
_THREE = f"{_TWO} . ?g ?h ?i"
_ANY_STEP = "(!<a:a>|^!<a:a>)"
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Bomb:
    """A hostile query."""

    name: str
    query: str
    outcomes: frozenset[str]


def _bomb(name: str, query: str, *outcomes: str) -> Bomb:
    """Return a bomb; where memory ends it, a busy machine may let the deadline come first."""
    return Bomb(name, query, frozenset((*outcomes, TIME) if TOO_COMPLEX in outcomes else outcomes))


def nested(opening: str, middle: str, closing: str, depth: int = DEPTH) -> str:
    """Return something nested."""
    return opening * depth + middle + closing * depth


def repeated(expression: str, times: int, start: str = "'0123456789'", result: str = "STRLEN(@)") -> str:
    """Return a query that applies an expression to ``@`` again and again."""
    steps = (f"BIND({expression.replace('@', f'?v{n}')} AS ?v{n + 1})" for n in range(times))
    return f"SELECT ({result.replace('@', f'?v{times}')} AS ?n) {{ BIND({start} AS ?v0) {' '.join(steps)} }}"


def _deep(name: str, query: str, *outcomes: str) -> Bomb:
    return _bomb(name, query, *(outcomes or (TOO_COMPLEX,)))


#: Every kind of nesting that SPARQL has; a parser that recurses ends its process, and only that.
NESTINGS = (
    _deep("braces", "SELECT * " + nested("{", "", "}")),
    _deep("OPTIONAL", "SELECT * {" + nested("OPTIONAL{", "?s ?p ?o", "}") + "}"),
    _deep("UNION nested", "SELECT * {" + nested("{}UNION{", "", "}") + "}"),
    _deep("UNION chained", "SELECT * {" + "{?s ?p ?o}UNION" * DEPTH + "{}}"),
    _deep("MINUS", "SELECT * {" + nested("?s ?p ?o MINUS{", "?s ?p ?o", "}") + "}"),
    _deep("GRAPH", "SELECT * {" + nested("GRAPH ?g{", "?s ?p ?o", "}") + "}"),
    _deep("GRAPH and subselects", "SELECT * {" + nested("GRAPH ?g{SELECT * {", "?s ?p ?o", "}}") + "}"),
    _deep("LATERAL", "SELECT * {" + nested("LATERAL{", "?s ?p ?o", "}") + "}"),
    _deep("subselects", "SELECT * {" + nested("{SELECT * {", "?s ?p ?o", "}}") + "}"),
    _deep("EXISTS", "SELECT * {" + nested("FILTER EXISTS{", "?s ?p ?o", "}") + "}"),
    _deep("NOT EXISTS", "SELECT * {" + nested("FILTER NOT EXISTS{", "?s ?p ?o", "}") + "}"),
    _deep("FILTERs side by side", "SELECT * {" + "FILTER(1=1)" * DEPTH + "}"),
    _deep("parentheses", "SELECT * {FILTER(" + nested("(", "1", ")") + ")}"),
    _deep("negations", "SELECT * {FILTER(" + "!" * DEPTH + "true)}"),
    _deep("signs", "SELECT ((" + "- " * DEPTH + "1) AS ?x) {}", MALFORMED),
    _deep("AND", "SELECT * {FILTER(" + "true&&" * DEPTH + "true)}"),
    _deep("OR", "SELECT * {FILTER(" + "false||" * DEPTH + "true)}"),
    _deep("sums", "SELECT ((" + "1+" * DEPTH + "1) AS ?x) {}"),
    _deep("products", "SELECT ((" + "1*" * DEPTH + "1) AS ?x) {}"),
    _deep("functions", "SELECT (" + nested("STR(", "1", ")") + " AS ?x) {}"),
    _deep("IF", "SELECT (" + nested("IF(true,", "1", ",2)") + " AS ?x) {}"),
    _deep("CONCAT", "SELECT (" + nested("CONCAT('a',", "'b'", ")") + " AS ?x) {}"),
    _deep("IN", "SELECT (1 IN (" + nested("(1 IN(", "1", "))") + ") AS ?x) {}"),
    _deep("aggregates", "SELECT (" + nested("SUM(", "?x", ")") + " AS ?s) {VALUES ?x {1}}", MALFORMED),
    _deep("BINDs that build on each other", repeated("@ + 1", 5_000, "1", "@")),
    _deep("path in parentheses", "SELECT * {?s " + nested("(", "<a:b>", ")") + " ?o}", WHOLE),
    _deep("path of stars", "SELECT * {?s " + nested("(", "<a:b>", ")*") + " ?o}", TOO_COMPLEX, WHOLE),
    _deep("path of inverses", "SELECT * {?s " + nested("^(", "<a:b>", ")") + " ?o}", WHOLE),
    _deep("path of alternatives", "SELECT * {?s " + "<a:b>|" * DEPTH + "<a:b> ?o}", TIME, TOO_COMPLEX, WHOLE),
    _deep("path of steps", "SELECT * {?s " + "<a:b>/" * DEPTH + "<a:b> ?o}", TIME, TOO_COMPLEX),
    _deep("brackets", "SELECT * {" + nested("[<a:b> ", "1", "]") + "}"),
    _deep("brackets in a template", "CONSTRUCT {" + nested("[<a:b> ", "1", "]") + "} WHERE {}"),
    _deep("collections", "SELECT * {?s ?p " + nested("(", "1", ")") + "}"),
    _deep("a long collection", "SELECT * {?s ?p (" + "1 " * DEPTH + ")}"),
    _deep("triple terms", "SELECT * {?s ?p " + nested("<<(<a:b> <a:c> ", "1", ")>>") + "}"),
    _deep("reified triples", "SELECT * {" + nested("<<", "?s ?p ?o", " ?p ?o>>") + " ?p ?o}"),
    _deep("annotations", "SELECT * {?s ?p ?o " + nested("{|<a:b> ?x ", "", "|}") + "}"),
    _deep("calls of TRIPLE", "SELECT (" + nested("TRIPLE(<a:b>,<a:c>,", "1", ")") + " AS ?x) {}"),
    _deep("braces that nobody closes", "SELECT * " + "{" * DEPTH),
    _deep("parentheses that nobody closes", "SELECT * {FILTER" + "(" * DEPTH),
    _deep("brackets that nobody closes", "SELECT * {" + "[" * DEPTH, MALFORMED, TOO_COMPLEX),
    _deep("braces that nobody opened", "SELECT * " + "}" * DEPTH, MALFORMED),
)

#: Explosions: what takes all time, all memory or all bytes there are.
EXPLOSIONS = (
    _bomb("a cross product, counted", f"SELECT (COUNT(*) AS ?n) {{{_THREE} FILTER(?c != ?f && ?f != ?i)}}", TIME),
    _bomb("a cross product, listed", f"SELECT * {{{_THREE}}}", BROKEN_OFF),
    _bomb("a cross product, DISTINCT", f"SELECT DISTINCT * {{{_THREE}}}", BROKEN_OFF),
    _bomb("a cross product, sorted", f"SELECT * {{{_THREE}}} ORDER BY ?c ?f", TOO_COMPLEX),
    _bomb("a cross product, sorted, LIMIT 1", f"SELECT * {{{_THREE}}} ORDER BY ?c ?f LIMIT 1", TOO_COMPLEX),
    _bomb("a cross product, far OFFSET", f"SELECT * {{{_THREE}}} OFFSET 1000000000000 LIMIT 1", TIME),
    _bomb("nine tables of VALUES", "SELECT (COUNT(*) AS ?n) {"
          + " ".join(f"VALUES ?v{n} {{{'0 1 2 3 4 5 6 7 8 9 ' * 10}}}" for n in range(9)) + "}", TIME, TOO_COMPLEX),
    _bomb("two long tables of VALUES", f"SELECT (COUNT(*) AS ?n) {{VALUES ?x {{{'1 ' * 60_000}}} VALUES ?y {{{'1 ' * 60_000}}}}}",
          TIME, TOO_COMPLEX),
    _bomb("a huge table of VALUES", f"SELECT * {{VALUES ?x {{{'1 ' * 100_000}}}}}", BROKEN_OFF),
    _bomb("a path without bounds, counted", f"SELECT (COUNT(*) AS ?n) {{?a {_ANY_STEP}* ?b}}", TIME, TOO_COMPLEX),
    _bomb("paths in sequence", f"SELECT (COUNT(*) AS ?n) {{?a {_ANY_STEP}*/{_ANY_STEP}*/{_ANY_STEP}* ?b}}", TIME, TOO_COMPLEX),
    _bomb("a path without bounds, sorted", f"SELECT * {{?a {_ANY_STEP}+ ?b}} ORDER BY ?b", TIME, TOO_COMPLEX),
    _bomb("REGEX, catastrophic elsewhere", f"SELECT (REGEX('{'a' * 40}!', '^(a+)+$') AS ?x) {{}}", WHOLE),
    _bomb("REGEX, huge repetitions", f"SELECT (REGEX('{'a' * 50}', '((((a{{1,99}}){{1,99}}){{1,99}}){{1,99}})') AS ?x) {{}}", WHOLE),
    _bomb("REGEX, nested deep", f"SELECT (REGEX('a', '{'(a|b|' * 5_000}c{')' * 5_000}') AS ?x) {{}}", WHOLE),
    _bomb("REGEX, another for each pair of rows",
          f"SELECT * {{{_TWO} FILTER REGEX(STR(?c), CONCAT('(', STR(?f), '|', STR(?c), ')*x{{50}}'))}}", TIME, TOO_COMPLEX),
    _bomb("REPLACE by something long", f"SELECT (STRLEN(REPLACE('{'a' * 50_000}', 'a', '{'b' * 100_000}')) AS ?x) {{}}", TOO_COMPLEX),
    _bomb("CONCAT doubles", repeated("CONCAT(@, @)", 40), TOO_COMPLEX),
    _bomb("CONCAT, STR and UCASE double", repeated("STR(CONCAT(STR(@), UCASE(@)))", 40), TOO_COMPLEX),
    _bomb("REPLACE doubles", repeated("REPLACE(@, '(.+)', '$1$1')", 40), TIME, TOO_COMPLEX),
    _bomb("REPLACE makes ten of one", repeated("REPLACE(@, '.', '$0$0$0$0$0$0$0$0$0$0')", 12), TIME, TOO_COMPLEX),
    _bomb("ENCODE_FOR_URI triples", repeated("ENCODE_FOR_URI(@)", 30, "'" + "é" * 1_000 + "'"), WHOLE),
    _bomb("triple terms around each other", repeated("TRIPLE(<a:b>, <a:c>, @)", 3_000, result="@"), TOO_COMPLEX, TIME),
    _bomb("triple terms double", repeated("TRIPLE(TRIPLE(<a:a>, <a:b>, @), <a:c>, @)", 40, result="@"), TOO_COMPLEX, TIME, WHOLE),
    _bomb("SHA-512 of everything", f"SELECT * {{{_THREE} FILTER(SHA512(CONCAT(STR(?a), STR(?d), STR(?g))) = 'x')}}", TIME),
    _bomb("GROUP_CONCAT of everything", f"SELECT (GROUP_CONCAT(STR(?c)) AS ?x) {{{_THREE}}}", TIME, TOO_COMPLEX),
    _bomb("GROUP_CONCAT, DISTINCT",
          f"SELECT (GROUP_CONCAT(DISTINCT CONCAT(STR(?a), STR(?d)); separator='{'x' * 100}') AS ?x) {{{_THREE}}}", TIME, TOO_COMPLEX),
    _bomb("COUNT, DISTINCT", f"SELECT (COUNT(DISTINCT ?k) AS ?n) {{{_THREE} BIND(CONCAT(STR(?c), STR(?f)) AS ?k)}}", TIME, TOO_COMPLEX),
    _bomb("GROUP BY of a cross product", f"SELECT ?a ?d (COUNT(*) AS ?n) {{{_THREE}}} GROUP BY ?a ?d ?g", TIME, TOO_COMPLEX),
    _bomb("ORDER BY ten thousand keys", "SELECT * {?s ?p ?o} ORDER BY " + "?s " * DEPTH, TIME, TOO_COMPLEX),
    _bomb("ORDER BY chance", f"SELECT * {{{_THREE}}} ORDER BY RAND()", TIME, TOO_COMPLEX),
    _bomb("MINUS of cross products", "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f MINUS {?g ?h ?i . ?j ?k ?l FILTER(?i != ?l)}}",
          TOO_COMPLEX, TIME),
    _bomb("NOT EXISTS in a loop", "SELECT (COUNT(*) AS ?n) {?a ?b ?c FILTER NOT EXISTS "
          "{?d ?e ?f . ?g ?h ?i FILTER(STR(?f) = CONCAT(STR(?i), STR(?c)))}}", TIME),
    _bomb("all graphs crossed", "SELECT (COUNT(*) AS ?n) {GRAPH ?g {?a ?b ?c} GRAPH ?h {?d ?e ?f} GRAPH ?i {?j ?k ?l}}", TIME),
    _bomb("all graphs in all graphs", "SELECT * {" + nested("GRAPH ?g{{SELECT * {", "?s ?p ?o", "}}}", 4) + "} LIMIT 1", WHOLE),
    _bomb("all graphs crossed, one by one", "SELECT (COUNT(*) AS ?n) {"
          + "".join(f"GRAPH ?g{n}{{SELECT ?s{n} {{?s{n} ?p ?o}}}}" for n in range(40)) + "}", TIME, TOO_COMPLEX),
    _bomb("thousands of FROM", "SELECT * " + "".join(f"FROM <a:{n}> FROM NAMED <a:{n}> " for n in range(3_000)) + "{?s ?p ?o}", WHOLE),
    _bomb("thousands of paths without length", "SELECT (COUNT(*) AS ?n) {" + "<a:b> <a:c>* ?x . " * 5_000 + "}", WHOLE, TIME, TOO_COMPLEX),
    _bomb("a BNODE for each of a cross product", f"SELECT * {{{_THREE} BIND(BNODE(STR(?a)) AS ?x)}}", BROKEN_OFF),
    _bomb("CONSTRUCT of a cross product", f"CONSTRUCT {{?a ?b ?f . ?d ?e ?i . [] ?h ?c}} WHERE {{{_THREE}}}", BROKEN_OFF),
    _bomb("CONSTRUCT, a huge template", f"CONSTRUCT {{{'?a ?b ?c . [] ?b ?c . ' * 8_000}}} WHERE {{?a ?b ?c}}", BROKEN_OFF),
    _bomb("DESCRIBE of a cross product", f"DESCRIBE * {{{_THREE}}}", BROKEN_OFF, TIME),
)  # fmt: skip

_DOUBLE, _DATE_TIME = f"<{_XSD}double>", f"<{_XSD}dateTime>"

#: What looks like a mistake of arithmetic waiting to happen, and a part of the right answer.
CURIOSITIES = {
    "division by zero": ("SELECT (COALESCE(1/0, 'none') AS ?x) {}", b"none"),
    "infinity": (f"SELECT (1e308 * 10 AS ?x) ('NaN'^^{_DOUBLE} + 1 AS ?y) {{}}", b"INF"),
    "infinity minus infinity": (f"SELECT (SUM(?x) AS ?s) {{VALUES ?x {{'INF'^^{_DOUBLE} '-INF'^^{_DOUBLE}}}}}", b"NaN"),
    "sorting NaN": (f"SELECT ?x {{VALUES ?x {{'NaN'^^{_DOUBLE} 1 'INF'^^{_DOUBLE} 'NaN'^^{_DOUBLE}}}}} ORDER BY ?x", b"INF"),
    "the largest integer plus one": ("SELECT (COALESCE(9223372036854775807 + 1, 'none') AS ?x) {}", b"none"),
    "the least integer, made positive": ("SELECT (COALESCE(ABS(-9223372036854775807 - 1), 'none') AS ?x) {}", b"none"),
    "a number of 100,000 digits": (f"SELECT (COALESCE({'9' * 100_000} + 1, 'none') AS ?x) {{}}", b"none"),
    "a far year": (f"SELECT (YEAR('999999999999-01-01T00:00:00Z'^^{_DATE_TIME}) AS ?x) {{}}", b"999999999999"),
    "a year beyond counting": (f"SELECT (COALESCE(YEAR('{'9' * 50}-01-01T00:00:00Z'^^{_DATE_TIME}), 'none') AS ?x) {{}}", b"none"),
    "the largest LIMIT and OFFSET": ("SELECT ?s {?s ?p ?o} LIMIT 18446744073709551615 OFFSET 18446744073709551615", b"[]"),
    "SUBSTR far out": ("SELECT (CONCAT('<', SUBSTR('abc', 9223372036854775807), '>') AS ?x) {}", b"bindings"),
    "NUL in a string": ("SELECT ('a\\u0000b' AS ?x) {}", b"a\\u0000b"),
    "the last code point": ("SELECT ('\\U0010FFFF' AS ?x) {}", "\U0010ffff".encode()),
    "a language tag of 100,000 letters": (f"SELECT (COALESCE(STRLANG('a', '{'x' * 100_000}'), 'none') AS ?x) {{}}", b"none"),
    "an IRI of 200,000 characters": (f"SELECT * {{<http://example.org/{'x' * 200_000}> ?p ?o}}", b"[]"),
    "a comment of 200,000 characters": (f"ASK {{}} #{'x' * 200_000}", b"true"),
    "nine thousand prefixes": ("".join(f"PREFIX p{n}: <a:{n}>\n" for n in range(9_000)) + "ASK {}", b"true"),
}  # fmt: skip

#: What no parser should accept, however long it is.
NONSENSE = {
    "a LIMIT beyond counting": "SELECT * {?s ?p ?o} LIMIT 99999999999999999999999",
    "half a surrogate pair": "SELECT ('\\uD800' AS ?x) {}",
    "quotation marks": "SELECT " + "'" * 200_000,
    "a string without end": 'SELECT ("""' + '\\"' * 80_000 + " AS ?x) {}",
    "comparisons": "SELECT * {FILTER(" + "?a<" * 60_000,
    "white space": "SELECT" + " \n" * 100_000,
    "NUL": "SELECT * {?s \0 ?o}",
    "NULs": "\0" * 10_000,
}
