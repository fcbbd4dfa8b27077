"""Every notebook in a real browser: run in front of a class, page after page, and then every control moved by a hand.

After the moves the picture, byte for byte, and the sentence have to be those that this process, without a browser, gets
for where the controls on the page stand. What is the same in every panel is tried once: tests/test_hand.py.
"""

import json
import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import NOTEBOOKS, panels_of
from lab import BROWSER, SIZES, panels
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the notebooks were not tried in a browser")

CONTROLS = ":is(button, select, input, .noUi-handle):not(.widget-play *, .lecture-pulse)"
OURS = ".lecture-panel, .lecture-prediction"
ALARMS = re.compile(r"Traceback|Error displaying widget|model not found|Loading widget|out of date")


# Go through the show with the button Next and name what is wrong on each page once the kernel has answered: what is cut
# off, covered, touching or too small, what is no business of a class, two beats in a row with nothing to look at, and
# at the end each line that no page has shown.
WALK = r"""async () => {
    const where = document.querySelector(".lecture-bar-where");
    const next = document.querySelectorAll(".lecture-bar button")[1];
    const bar = document.querySelector(".lecture-bar");
    const scroller = document.querySelector(".jp-WindowedPanel-outer");
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const visible = (selector, root = scroller) =>
        [...root.querySelectorAll(selector)].filter(each => each.checkVisibility());
    const drawn = async count => { while (count--) await new Promise(requestAnimationFrame); };
    const faults = [], seen = new Map(), looks = [];
    const lines = cells => {
        const found = [];
        for (const cell of cells) {
            const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
            for (let node; (node = walker.nextNode());) {
                const text = node.parentElement;
                const folded = text.closest("details:not([open])") && !text.closest("summary");
                const inWidget = text.closest(".lecture-panel, .lecture-prediction, mjx-container");
                if (node.data.trim() && text.checkVisibility() && !folded && !inWidget) {
                    const range = document.createRange();
                    range.selectNodeContents(node);
                    [...range.getClientRects()].forEach((box, line) => found.push({node, line, box}));
                }
            }
            for (const node of visible("mjx-container[display=true]", cell)) {
                found.push({node, line: 0, box: node.getBoundingClientRect()});
            }
        }
        return found.filter(({box}) => box.height);
    };
    const sights = "img, table, mjx-container[display=true], .lecture-prediction, .jp-CodeMirrorEditor";
    const read = "button, input, .widget-readout, .lecture-prediction .widget-html-content > div";
    const parts = `${read}, img, .widget-label, .lecture-sentence`;
    where.selectedIndex = 0;
    where.dispatchEvent(new Event("change"));
    for (let beat = -1; ; next.click()) {
        await drawn(2);
        await kernel.requestCommInfo({});
        await drawn(3);
        const fault = (what, part) => faults.push(`${where.value}: ${what}: ${part?.textContent.slice(0, 50)}`);
        const view = scroller.getBoundingClientRect();
        const [above, , below = 0] = scroller.style.clipPath.match(/[\d.]+(?=px)/g).map(Number);
        const [top, foot] = [view.top + above, view.bottom - below];
        const inView = part => {
            const box = part.getBoundingClientRect();
            return box.height && box.top < foot && box.bottom > top;
        };
        if (Math.abs(view.bottom - bar.getBoundingClientRect().top) > 1) fault("the bar covers something", bar);
        for (const {node, line, box} of lines(visible(".jp-Cell").filter(inView))) {
            if (box.top >= top - 2 && box.bottom <= foot + 2) {
                seen.set(node, (seen.get(node) ?? new Set()).add(line));
            } else if (box.top < foot - 4 && box.bottom > top + 4) {
                fault("a line is cut", node);
            }
        }
        const widget = visible(".lecture-panel, .lecture-prediction").filter(inView).at(-1);
        for (const part of widget ? visible(parts, widget) : []) {
            const box = part.getBoundingClientRect();
            if (box.top < top - 2 || box.bottom > foot + 2 || box.right > innerWidth + 1) fault("cut off", part);
            if (!part.matches("img") && part.scrollWidth > part.clientWidth + 2) fault("too long", part);
        }
        const small = part => parseFloat(getComputedStyle(part).fontSize) < innerHeight / 30;
        const larger = [...(widget ? visible(read, widget) : []), ...visible("*", bar)];
        larger.filter(small).forEach(part => fault("small", part));
        for (const panel of visible(".lecture-panel")) {
            const [image, words] = ["img", ".lecture-sentence"].map(part => panel.querySelector(part));
            const [left, right] = [image, words].map(part => part.getBoundingClientRect());
            if (right.left - left.right < 8 && right.top - left.bottom < 8) fault("touches the picture", words);
        }
        const said = scroller.innerText.match(/not written yet|Hint \d|next cell|How this works|your code here/i);
        if (said || visible("input[type=text]").some(each => each.value)) fault(`no business of a class, ${said}`);
        if (where.selectedIndex !== beat) looks.push(false);
        beat = where.selectedIndex;
        looks.push(looks.pop() || visible(sights).some(inView));
        if (!looks.at(-1) && looks.at(-2) === false) fault("nothing to look at, twice in a row");
        const last = where.selectedIndex === where.length - 1 && !next.textContent.startsWith("Next page");
        if (last) break;
    }
    for (const {node, line} of lines(visible(".jp-Cell"))) {
        if (!seen.get(node)?.has(line)) faults.push(`never shown: ${node.textContent.slice(0, 50)}`);
    }
    return [...new Set(faults)];
}"""


HOW = dict(zip(NOTEBOOKS, [*(("core", size) for size in SIZES), ()], strict=True))  # the core, or all at 1280 × 720


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def show(path, shows):
    """A notebook in front of a class."""
    return shows(path, *HOW[path])


@pytest.fixture(scope="module")
def page(show):
    """The same page when the show has been left: the notebook in JupyterLab, after Run All."""
    show.keyboard.press("Escape")
    show.set_viewport_size({"width": 1366, "height": 900})
    return show


@pytest.fixture
def both(page, path):
    """Each panel as the page shows it, its cell in the notebook, and the same panel in this process."""
    here = panels_of(path)
    shown = panels(page)
    assert len(shown) == len(here)
    yield [(panel, cell, here[cell]) for panel, cell in zip(shown, here, strict=True)]
    for panel in here.values():
        panel.set(**panel.states["start"])


def test_every_page_of_the_show_is_whole_and_something_to_see_and_all_of_it_has_run_before(show, path):
    counts = show.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === "code").map(cell => cell.model.executionCount)"""
    )
    assert counts == list(range(1, len(counts) + 1))
    names = show.locator(".lecture-bar-where option").all_inner_texts()
    title = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"]).splitlines()[0].strip("# ")
    assert names[0] == f"1 of {len(names)}: {title}"
    assert show.evaluate(WALK) == []
    if HOW[path]:
        further = [name for name in names if re.search(rf": {int(path.name[:2])}\.\d+ .*\(\d+ minutes\)$", name)]
        assert not further


def test_every_cell_runs_and_shows_no_error(page):
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert not ALARMS.search(page.locator(".jp-Notebook").inner_text())


def test_every_panel_shows_its_picture_at_full_size_and_its_sentence_and_has_its_names(both):
    for panel, cell, here in both:
        panel.expect_agreement(here, f"Run All, {cell}")
        assert panel.image.evaluate("image => [image.naturalWidth, image.clientWidth]") == [900, 900]
        assert len(panel.sentence) > 20
        assert here.name
        expect(panel.root).to_have_attribute("aria-label", f"Panel: {here.name}")
        expect(panel.image).to_have_attribute("alt", panel.sentence)


def test_a_hand_moves_every_control_of_each_panel_and_every_button_leads_to_its_state(both):
    """Of the panels that one function makes the first: what a hand can do with one it can do with all of them.

    The first panel is dragged as well; what a mouse does to a slider and a button is the rest of test_hand.py.
    """
    both[0][0].drag(both[0][0].lecture_slider(), both[0][2], "the first panel dragged")
    for panel, cell, here in {
        here.name: each for *each, here in [(*each, each[2]) for each in reversed(both)]
    }.values():
        place = panel.place()
        panel.move_every_control()
        panel.expect_agreement(here, f"{cell}, every control moved")
        for state in [*reversed(here.states), "start"]:
            panel.button(state).dispatch_event("click")
            panel.wait_for(lambda panel=panel, here=here, state=state: panel.values(here) == here.states[state], state)
            assert panel.place() == place, f"{cell}, {state}: the page moved"
        panel.expect_agreement(here, f"{cell}, the start after every other state")


def axe(page, *roots):
    """What axe-core finds in these parts of the page that is serious or critical, or that it cannot decide."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    results = page.evaluate("include => axe.run({include})", [[root] for root in roots])
    serious = [each for each in results["violations"] if each["impact"] in ("serious", "critical")]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in serious + results["incomplete"]]


def test_axe_finds_nothing_serious(page):
    assert axe(page, *OURS.split(", ")) == []


def test_at_200_percent_zoom_every_picture_and_control_fits(page):
    page.set_viewport_size({"width": 683, "height": 450})
    page.evaluate("jupyterapp.shell.collapseLeft()")
    try:
        for panel in panels(page):
            width, height, full_width, full_height = panel.image.evaluate(
                "image => [image.clientWidth, image.clientHeight, image.naturalWidth, image.naturalHeight]"
            )
            assert 450 < width < 683
            assert abs(height - width * full_height / full_width) <= 1
            parts = panel.root.locator(f"{CONTROLS}, .lecture-sentence, .widget-readout")
            boxes = parts.evaluate_all("all => all.map(e => e.getBoundingClientRect()).map(b => [b.left, b.right])")
            assert all(0 <= left and right <= 683 for left, right in boxes), boxes
    finally:
        page.set_viewport_size({"width": 1366, "height": 900})
