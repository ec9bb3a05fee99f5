"""Who sits in front of the browser, and what can be said of the page that they see."""

from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from tests.journeys.stage import ROOT, Stage

PASSWORD = "followthrough-demo"
HEAD = "head@ochilvale.example"
CLERK = "clerk@ochilvale.example"
COORDINATOR = "coordinator@ochilvale.example"
VERIFIER = "verifier@ochilvale.example"
CHAIR = "chair@ochilvale.example"
MEMBER = "member@ochilvale.example"
INSPECTOR = "inspector@scrutiny.example"
OUTSIDER = "head@clydemuir.example"
ADMINISTRATOR = "admin@followthrough.example"

AXE = ROOT / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Console:
    """What a page complains of in the browser's console, but for the answer to an address that a person opened."""

    def __init__(self, page: Page) -> None:
        self.messages: list[ConsoleMessage] = []
        self.errors: list[str] = []
        self.opened: set[str] = set()
        page.on("console", lambda message: self.messages.append(message))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._note)

    def complaints(self) -> list[str]:
        """Since this was asked last."""
        wrong = [each for each in self.messages if each.type in {"error", "warning"} and not self._is_answer(each)]
        found = [*(f"{each.text} ({each.location['url']})" for each in wrong), *self.errors]
        self.messages.clear()
        self.errors.clear()
        return found

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.opened.add(urldefrag(response.url).url)

    def _is_answer(self, message: ConsoleMessage) -> bool:
        return (
            message.text.startswith("Failed to load resource") and urldefrag(message.location["url"]).url in self.opened
        )


def sign_in(browser: Browser, stage: Stage, email: str) -> Any:
    """Signs somebody in through the form; gives what the browser keeps of it."""
    context = browser.new_context(base_url=stage.url)
    page = context.new_page()
    page.goto("/")
    fill_in_sign_in(page, email)
    assert "/accounts/login/" not in page.url, f"{email} could not sign in"
    kept = context.storage_state()
    context.close()
    return kept


def fill_in_sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def accessibility_violations(page: Page) -> list[str]:
    """What axe finds wrong: rule, how bad, and where. The script goes past the page's security policy, as a tool's."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate(
        """tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
            .then(result => result.violations)""",
        TAGS,
    )
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    ]


def wider_than_the_window(page: Page) -> list[str]:
    """The elements because of which the page scrolls sideways; none when it does not."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.body.querySelectorAll('*')]
                .filter(each => each.getBoundingClientRect().right > width + 0.5)
                .map(each => each.tagName + '.' + each.className + ' ' + each.textContent.trim().slice(0, 60));
        }"""
    )


def focused(page: Page) -> str:
    """The id, name or class of what has the focus."""
    return page.evaluate(
        "() => { const it = document.activeElement; return it.id || it.getAttribute('name') || it.className }"
    )


def spilling(page: Page) -> list[str]:
    """The pieces of text that run over the edge of the card, the sheet of paper or the cell that they stand in."""
    return page.evaluate(
        """() => {
            const boxes = '.ft-card, .ft-panel, .ft-paper, .ft-figures__item, tr, td, th, dd';
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
            for (let text = texts.nextNode(); text; text = texts.nextNode()) {
                const box = text.parentElement.closest(boxes), range = document.createRange();
                if (!box || !text.textContent.trim()) continue;
                if (text.parentElement.closest('svg, .govuk-visually-hidden, .ft-layout label, thead')) continue;
                range.selectNodeContents(text);
                const own = range.getBoundingClientRect(), sheet = box.closest('.ft-paper') || box;
                const edge = Math.min(...[box, sheet].map(each => each.getBoundingClientRect().right));
                if (own.width && own.right > edge + 1) found.push(text.textContent.trim().slice(0, 60));
            }
            return found;
        }"""
    )


def controls(page: Page) -> set[str]:
    """What can be done on a page: where links lead, the names of fields, the words on buttons that send a form."""
    return set(
        page.evaluate(
            """() => [...document.querySelectorAll('a[href], [name]:not([type=hidden], meta), button[type=submit]')]
                .filter(each => each.checkVisibility())
                .map(each => each.getAttribute('href') || each.name || each.textContent.trim())"""
        )
    )


def not_for_keys(page: Page) -> list[str]:
    """What can be clicked, but not with the keyboard, or where it cannot be seen that the focus is on it."""
    return page.evaluate(
        """() => {
            const kinds = 'a[href], button, input:not([type=hidden]), textarea, select, summary';
            const look = each => {
                const shown = each.type === 'radio' || each.type === 'checkbox' ? each.nextElementSibling : each;
                return [getComputedStyle(shown), getComputedStyle(shown, '::before')]
                    .map(style => [style.outlineStyle === 'none' || style.outline, style.boxShadow,
                        style.backgroundColor]).join();
            };
            return [...document.querySelectorAll(`${kinds}, [tabindex="0"]`)]
                .filter(each => each.checkVisibility() && !each.disabled)
                .filter(each => {
                    document.activeElement.blur();
                    const before = look(each);
                    each.focus({focusVisible: true});
                    return each.tabIndex !== 0 || document.activeElement !== each || look(each) === before;
                })
                .map(each => each.outerHTML.slice(0, 120));
        }"""
    )
