"""What everybody must be able to see and reach, checked on any page that is open.

eyes = Eyes(page)
eyes.open("/privacy/")      loads it and looks at it in every way
eyes.look()                 looks at the page that is open now
eyes.glance()               the same for another page of a kind that was looked at: all but its colours
eyes.report()               what is wrong, each line with the page and the way of looking
"""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.browsing import TAGS, accessibility_faults, foreign_requests

WIDTHS = (390, 1280)
NARROWEST = 320
# Of what a browser calls 100%; our own letters are 112.5% of it (clinic/scss/_base.scss).
TWICE_OURS = "225%"
TOO_WIDE = """() => {
    const root = document.documentElement, edge = root.clientWidth;
    if (root.scrollWidth <= edge) return [];
    const clipped = it => it !== document.body
        && (getComputedStyle(it.parentElement).overflowX !== "visible" || clipped(it.parentElement));
    const reach = it => it.getBoundingClientRect().left + Math.max(it.scrollWidth, it.offsetWidth || 0);
    const wide = [...document.body.querySelectorAll("*")].filter(it => reach(it) > edge && !clipped(it));
    return [`${root.scrollWidth} pixels of ${edge}`, ...wide.slice(-3).map(it => it.outerHTML.slice(0, 120))];
}"""
# WCAG 2.5.8: 24 by 24, but for links in a sentence; a label is part of its box.
# Patients get 44 for what they press (X3).
TOO_SMALL = """() => {
    const inSentence = it => {
        let block = it;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        return block !== it && block.innerText.trim() !== it.innerText.trim();
    };
    const size = it => {
        const boxes = [it, ...(it.labels || [])].map(part => part.getBoundingClientRect());
        return Math.min(...["width", "height"].map(side => Math.max(...boxes.map(box => box[side]))));
    };
    const pressed = ".btn, button, [type=radio], [type=checkbox]";
    const needed = it => it.matches(pressed) && !location.pathname.startsWith("/staff/") ? 44 : 24;
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter(it => it.checkVisibility() && it.type !== "hidden" && !it.matches(".skip-link, .beyond *"))
        .filter(it => size(it) < needed(it) && !inSentence(it))
        .map(it => `${size(it)} px: ${it.outerHTML.slice(0, 120)}`);
}"""
# What a browser opens in another way than a page.
FILES = (".pdf", ".rss", ".xml", ".png")


def paths(page: Page) -> list[str]:
    """The pages of this site that the links of a page lead to, in their order."""
    found = [
        urlsplit(link)
        for link in page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")
    ]
    here = urlsplit(page.url)
    ours = [link.path for link in found if (link.scheme, link.netloc) == (here.scheme, here.netloc)]
    return [path for path in ours if not path.endswith(FILES)]


class Eyes:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.noise: list[str] = []
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.on("requestfailed", lambda request: self.noise.append(f"{request.url}: {request.failure}"))
        page.on("response", self.weigh)

    def hear(self, message: ConsoleMessage) -> None:
        # The last is said of every page that is not a 200; weigh() hears of what a page asks for.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.noise.append(message.text)

    def weigh(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.noise.append(f"{response.url}: {response.status}")

    def report(self) -> str:
        return "\n".join(self.faults)

    def open(self, address: str, status: int = 200, *, glance: bool = False) -> None:
        response = self.page.goto(address)
        self.page.evaluate("document.fonts.ready.then(() => null)")
        answered = response and (urlsplit(response.url).path, response.status)
        if answered != (expected := (urlsplit(address).path, status)):
            self.faults.append(f"{answered} is not {expected}")
        self.glance() if glance else self.look()

    def look(self) -> None:
        """First what the page does by itself, before anything is done to it."""
        self.note("noise", self.noise)
        self.note("asks another host", foreign_requests(self.page))
        self.look_narrow()
        for width in WIDTHS:
            self.resize(width)
            self.note(f"{width} light", accessibility_faults(self.page))
        # Only colours change with the scheme.
        self.page.emulate_media(color_scheme="dark")
        self.note(f"{WIDTHS[-1]} dark", accessibility_faults(self.page, ["color-contrast"]))
        self.page.emulate_media(color_scheme="light")
        self.noise.clear()

    def glance(self) -> None:
        self.note("noise", self.noise)
        self.note("asks another host", foreign_requests(self.page))
        self.look_narrow()
        self.note(f"{WIDTHS[0]} light", accessibility_faults(self.page, TAGS, without=["color-contrast"]))
        self.noise.clear()

    def look_narrow(self) -> None:
        self.resize(NARROWEST)
        self.note("scrolls sideways at 320", self.page.evaluate(TOO_WIDE))
        self.note("small target at 320", self.page.evaluate(TOO_SMALL))
        self.style("letter-spacing: .12em; word-spacing: .16em; line-height: 1.5")
        self.note("scrolls sideways with spaced text", self.page.evaluate(TOO_WIDE))
        self.resize(WIDTHS[0])
        self.style("font-size: 200%")
        self.note("scrolls sideways with text at 200%", self.page.evaluate(TOO_WIDE))
        if not urlsplit(self.page.url).path.startswith("/staff/"):
            self.look_large()
        self.style("")

    def look_large(self) -> None:
        """A phone of a patient whose browser has letters of 32 pixels, not 16 (WCAG 1.4.4 and 1.4.10)."""
        self.resize(NARROWEST)
        self.style(f"font-size: {TWICE_OURS}")
        self.note("scrolls sideways at 320 with text twice as large", self.page.evaluate(TOO_WIDE))

    def style(self, text: str) -> None:
        self.page.evaluate("text => { document.documentElement.style.cssText = text }", text)

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 844})

    def note(self, way: str, faults: list[str]) -> None:
        self.faults += [f"{self.page.url} ({self.page.title()}), {way}: {fault}" for fault in faults]
