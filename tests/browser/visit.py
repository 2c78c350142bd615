"""What a visitor does in the app, in the words of the journeys."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

PAYS = "4242424242424242"
DECLINES = "4000000000000002"
AUTHENTICATES = "4000002500003155"
EXPORT_MS = 60_000
AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visit:
    """One browser and the tab in front."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.crashes: list[str] = []
        self.page = self.new_tab()

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.crashes.append(str(error)))
        return page

    def wait_until(self, expression: str, timeout_ms: int = 15_000) -> None:
        """Playwright's own wait evaluates strings in the page, which our content policy forbids."""
        for _ in range(timeout_ms // 50):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never true: {expression}")

    # Money

    def expect_balance(self, cents: int, page: Page | None = None) -> None:
        balance = (page or self.page).get_by_test_id("balance")
        expect(balance).to_have_attribute("data-cents", str(cents), timeout=15_000)

    def open_checkout(self, dollars: str) -> None:
        self.page.get_by_test_id("balance").click()
        self.page.get_by_label("Or your own amount").fill(dollars)
        self.page.get_by_role("button", name="Pay $").click()
        self.page.wait_for_url("**/pay/**")

    def choose_card(self, number: str) -> None:
        """Presses a test card on the checkout page, Stripe's or ours."""
        self.page.locator(f'button[name=test_card][value="{number}"]').click()

    def top_up(self, dollars: str, credits_text: str) -> None:
        self.open_checkout(dollars)
        self.choose_card(PAYS)
        self.page.get_by_role("heading", name=f"{credits_text} added").wait_for(timeout=20_000)

    # Clips and exports

    def upload(self, path: Path) -> None:
        """From the studio; ends in the editor."""
        self.page.get_by_test_id("file").set_input_files(path)
        self.page.wait_for_url("**/clips/**")
        self.page.get_by_role("heading", name=path.stem).wait_for()

    def start_export(self) -> None:
        self.page.get_by_test_id("start").click()
        self.page.wait_for_url("**/exports/**")

    def expect_export(self, status: str) -> None:
        self.page.locator(f'[data-testid=export][data-status="{status}"]').wait_for(timeout=EXPORT_MS)

    def history(self) -> list[tuple[str, str]]:
        """Reason and change of each line, newest first."""
        self.page.goto("/history")
        rows = self.page.get_by_test_id("ledger").locator("tbody tr")
        rows.first.wait_for()
        return [
            (row.get_attribute("data-reason") or "", row.locator("td").nth(1).inner_text())
            for row in rows.all()
        ]

    # Quality

    def expect_accessible(self) -> None:
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "(tags) => axe.run(document, {runOnly: tags}).then(({violations}) => violations.map("
            "v => `${v.id}: ${v.help} ${v.nodes.map(n => n.html).slice(0, 3).join(' ')}`))",
            RULES,
        )
        assert found == [], f"{self.page.url}: {found}"

    def expect_no_sideways_scroll(self) -> None:
        spare = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert spare <= 0, f"{self.page.url} is {spare} px too wide"
