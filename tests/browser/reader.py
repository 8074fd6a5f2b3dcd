"""A browser window that notes what a page must not do, and what it took to show it."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

#: Told on the console, which is watched; and every shift of the layout is added up (web.dev, "CLS").
_WATCH = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`the policy forbids ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass
class Reader:
    """A page of a browser, and everything wrong that it saw; who expects something wrong takes it from *troubles*."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def visit(self, path: str, status: int = 200) -> Page:
        """Open a page of the server and wait until it is shown."""
        self.answers.clear()
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, path
        if status != 200:
            self.expect_trouble(f"the server responded with a status of {status}")
        return self.page

    def expect_trouble(self, words: str) -> None:
        """Take back what was noted once: a browser reports every answer that is an error on its console."""
        found = next((trouble for trouble in self.troubles if words in trouble), None)
        assert found is not None, f"{words}: not among {self.troubles}"
        self.troubles.remove(found)

    def transferred_bytes(self) -> int:
        """Return what was sent for the page visited last, as it was compressed."""
        return sum(answer.request.sizes()["responseBodySize"] for answer in self.answers)

    def shift(self) -> float:
        """Return how much of the layout has moved under the reader's eyes, as browsers score it."""
        score: float = self.page.evaluate(
            "new Promise((tell) => requestAnimationFrame(() => setTimeout(() => tell(window.shifted))))"
        )
        return score


def open_reader(context: BrowserContext, address: str) -> Reader:
    """Open a window whose page is watched."""
    context.add_init_script(_WATCH)
    reader = Reader(context.new_page(), address)

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            reader.troubles.append(f"console: {message.text}")

    def see(request: Request) -> None:
        if not request.url.startswith((f"{address}/", "blob:")):
            reader.troubles.append(f"request to {request.url}")

    reader.page.on("console", hear)
    reader.page.on("pageerror", lambda error: reader.troubles.append(f"error: {error}"))
    reader.page.on("request", see)
    reader.page.on("response", lambda answer: reader.answers.append(answer))  # noqa: PLW0108  # Playwright marks it
    return reader
