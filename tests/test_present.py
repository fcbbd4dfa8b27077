"""`lecture present`: what a class sees from the first second on, and a teacher behind the clicker."""

import re

import pytest
from conftest import NOTEBOOKS, panels_of
from lab import BROWSER, LONG, new_page, panels, position, run_code, without_outputs
from playwright.sync_api import expect
from test_browser import axe

from lecture_support.plans import lay_plan, plans_of

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the presentation was not tried in a browser")

BAR = ".lecture-bar"
WHERE = ".lecture-bar-where"
PLANS = plans_of((NOTEBOOKS[0].parent / "README.md").read_text("utf-8"))
SIZES = [(1280, 720), (1024, 768), (1920, 1080), (3840, 2160)]
HALL = dict(zip(("width", "height"), SIZES[0], strict=True))
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
    const lines = () => {
        const found = [], walker = document.createTreeWalker(scroller, NodeFilter.SHOW_TEXT);
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
        for (const node of visible("mjx-container[display=true]")) {
            found.push({node, line: 0, box: node.getBoundingClientRect()});
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
        for (const {node, line, box} of lines()) {
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
    for (const {node, line} of lines()) {
        if (!seen.get(node)?.has(line)) faults.push(`never shown: ${node.textContent.slice(0, 50)}`);
    }
    return [...new Set(faults)];
}"""


def present(lab, browser, path, plan=None, size=SIZES[0]):
    """A notebook as `lecture present` shows it, with every address that the page has asked for."""
    lab.write(path.name, without_outputs(path))
    lay_plan(lab.folder, PLANS, plan)
    page = new_page(browser, *size)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(lab.address.format(f"lab/workspaces/present-{path.name[:2]}/tree/{path.name}"))
    return page


@pytest.fixture(scope="module")
def show(lab, browser):
    """Notebook 5 in front of a class."""
    page = present(lab, browser, NOTEBOOKS[4])
    curtain = page.locator(".lecture-curtain")
    expect(curtain).to_contain_text(re.compile(r"Getting the notebook ready: \d+ of \d+ cells"), timeout=LONG)
    expect(curtain).to_have_count(0, timeout=LONG)
    yield page
    page.close()


def names(page):
    """What the beats are called."""
    return [re.sub(r"^\d+ of \d+: ", "", name) for name in page.locator(f"{WHERE} option").all_inner_texts()]


def here(page):
    """Where the show is: the number of the beat, from 1."""
    return page.locator(WHERE).evaluate("list => list.selectedIndex + 1")


def go_to(page, name):
    """Go to the first beat whose name begins so, by its number and Enter."""
    number = next(number for number, each in enumerate(names(page), 1) if each.startswith(name))
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")
    assert here(page) == number


def test_all_that_is_shown_has_run_before_the_first_beat(show):
    counts = show.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === "code").map(cell => cell.model.executionCount)"""
    )
    assert counts == list(range(1, len(counts) + 1))
    assert here(show) == 1 and names(show)[0] == "5. Mini-batch gradient descent"


def test_nothing_but_the_notebook_and_the_bar_is_on_the_screen(show):
    box = show.locator(".jp-NotebookPanel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, HALL["width"], HALL["height"])
    for part in ("#jp-top-panel", "#jp-menu-panel", ".jp-SideBar", "#jp-main-statusbar", ".jp-NotebookPanel-toolbar"):
        assert not show.locator(part).locator("visible=true").count(), part
    assert axe(show, BAR, ".lecture-panel") == []


def test_the_beats_are_headings_predictions_and_every_named_state(show):
    states = [state for panel in panels_of(NOTEBOOKS[4]).values() for state in panel.states]
    assert [name for name in names(show) if name in states] == states
    assert sum("Predict: " in name for name in names(show)) == show.locator(".lecture-prediction").count()
    assert names(show)[-1] == "To remember"


def test_every_page_of_the_show_is_whole_and_something_to_see(show):
    assert show.evaluate(WALK) == []


@pytest.mark.parametrize(
    ("path", "size"), [*zip(NOTEBOOKS, SIZES, strict=False)], ids=[path.stem for path in NOTEBOOKS[:4]]
)
def test_the_core_of_the_other_notebooks_is_whole_as_well_at_every_size(lab, browser, path, size):
    page = present(lab, browser, path, "core", size)
    expect(page.locator(WHERE)).to_be_visible(timeout=LONG)
    expect(page.locator(".lecture-curtain")).to_have_count(0, timeout=LONG)
    assert page.evaluate(WALK) == []
    assert not [name for name in names(page) if re.match(rf"{int(path.name[:2])}\.\d+ .*\(\d+ minutes\)", name)]
    page.close()
    lab.end_kernels()


def test_a_beat_presses_its_button_and_the_page_stays_where_it_is_while_states_and_sliders_move(show):
    drawn = panels_of(NOTEBOOKS[4])["first-panel"]
    panel = panels(show)[0]
    go_to(show, "too low")
    panel.wait_for(lambda: panel.values(drawn) == drawn.states["too low"], "the state")
    expect(panel.root.locator(".lecture-states .mod-primary")).to_have_text("too low")
    panel.settle()
    place = panel.image.bounding_box()
    for _ in range(3):
        show.keyboard.press("PageDown")
        panel.settle()
        assert panel.image.bounding_box() == place
    handle = panel.lecture_slider()
    handle.focus()
    for key in ("ArrowRight", "ArrowLeft", "Home", "End"):
        show.keyboard.press(key)
        panel.settle()
        assert panel.image.bounding_box() == place, key


def test_next_stops_play_and_leaves_the_picture_where_the_beat_says(show):
    drawn, panel = next(
        (drawn, panel)
        for (cell, drawn), panel in zip(panels_of(NOTEBOOKS[4]).items(), panels(show), strict=True)
        if cell == "templates-picture"
    )
    go_to(show, "5.9")
    while not panel.root.is_visible():
        show.keyboard.press("PageDown")
    panel.button("Play").click()
    expect(panel.root.get_by_role("button", name="Pause")).to_be_visible()
    show.keyboard.press("PageDown")
    expect(panel.root.get_by_role("button", name="Pause")).to_have_count(0)
    name = show.locator(f"{WHERE} option:checked").inner_text().partition(": ")[2]
    panel.wait_for(lambda: panel.values(drawn) == drawn.states[name], name)
    panel.settle()
    assert panel.values(drawn) == drawn.states[name]


def test_arrows_scroll_or_move_a_slider_that_has_the_focus_and_a_clicker_always_turns_the_page(show):
    go_to(show, "one image a step")
    handle = panels(show)[0].lecture_slider()
    before, place = here(show), position(handle)
    handle.press("ArrowRight")
    assert (here(show), position(handle)) == (before, place + 1)
    handle.press("PageDown")
    assert here(show) != before
    handle.evaluate("handle => handle.blur()")
    show.keyboard.press("ArrowLeft")
    assert here(show) == before
    scrolled = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"
    top = show.evaluate(scrolled)
    show.keyboard.press("ArrowUp")
    assert show.evaluate(scrolled) < top
    show.keyboard.press("ArrowDown")
    assert show.evaluate(scrolled) == top


def test_what_answers_a_question_is_out_of_sight_at_every_size(show):
    question, second = (show.locator(".lecture-prediction").nth(index) for index in range(2))
    answer = show.locator("strong").get_by_text("Keep ηλ below 1")
    formula = show.locator("mjx-container[display=true]").first
    for width, height in SIZES:
        show.set_viewport_size({"width": width, "height": height})
        go_to(show, "Predict: λ = 1, all images in each batch")
        expect(question).to_be_in_viewport(ratio=1)
        expect(answer).to_be_hidden()
        show.keyboard.press("PageDown")  # the second question takes the first one's place below the formula
        expect(second).to_be_in_viewport(ratio=1)
        expect(question).to_be_hidden()
        expect(answer).to_be_hidden()
    expect(formula).to_be_in_viewport()
    show.set_viewport_size(HALL)
    state = show.locator(".lecture-states").first.get_by_role("button")
    go_to(show, state.nth(1).inner_text())
    expect(show.locator(".jp-MarkdownCell p", has_text="Left, each place is a pair of weights")).to_be_hidden()


def test_hands_are_counted_a_choice_committed_and_both_outlive_leaving_and_a_reload(show):
    go_to(show, "Predict: λ = 1, all images in each batch")
    question = show.locator(".lecture-prediction").first
    hands = question.get_by_label("Hands for 2", exact=True)
    hands.fill("31")
    question.get_by_label("Hands for 5", exact=True).fill("12")
    shares = question.locator(".lecture-share").evaluate_all("all => all.map(each => each.offsetWidth)")
    assert sorted(shares)[-1] > 2 * sorted(shares)[-2] > 0
    question.get_by_role("button", name="2", exact=True).click()
    question.get_by_role("button", name="Commit").click()
    question.get_by_role("button", name="Reveal").click()
    expect(question).to_contain_text("Yes: 2.")
    expect(question).to_be_in_viewport(ratio=1)
    at = here(show)
    show.keyboard.press("Escape")
    expect(show.locator(BAR)).to_have_count(0)
    for part in ("#jp-menu-panel", "#jp-main-statusbar", ".jp-NotebookPanel-toolbar"):
        expect(show.locator(part)).to_be_visible()
    expect(show.locator(".jp-CodeCell .jp-InputArea-editor").first).to_be_visible()
    show.get_by_role("button", name="Resume the show").click()
    expect(show.locator(BAR)).to_be_visible()
    assert here(show) == at
    run_code(show, "kept = 1")
    show.reload()
    expect(show.locator(WHERE)).to_be_visible(timeout=LONG)
    expect(show.locator(".lecture-curtain")).to_have_count(0, timeout=LONG)
    assert here(show) == at
    run_code(show, "kept")  # no cell has been run again, in no other kernel
    expect(question).to_contain_text("Yes: 2.")
    expect(question).to_be_in_viewport(ratio=1)
    expect(hands).to_have_value("31")
    kept = show.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('lecture-hands-'))")
    assert kept and all(NOTEBOOKS[4].name in key for key in kept)  # notebooks 3 and 4 have a question of one name


def test_a_second_window_says_the_plan_what_comes_next_and_the_time_and_turns_pages_too(show):
    go_to(show, "Predict: λ = 1, all images in each batch")
    with show.expect_popup() as opened:
        show.keyboard.press("s")
    speaker = opened.value
    row, then = PLANS["core"][NOTEBOOKS[4].name][1:3]
    for words in (row["notice"], names(show)[here(show)], then["ask"], "min since the start, planned up to here: 7"):
        expect(speaker.locator("body")).to_contain_text(words)
    at = here(show)
    speaker.keyboard.press("PageDown")
    expect(show.locator(WHERE)).to_have_js_property("selectedIndex", at)
    expect(speaker.locator("body")).to_contain_text(then["notice"])
    speaker.close()
    outside = [url for url in show.asked if not re.match(r"(blob:)?https?://127\.0\.0\.1|data:", url)]
    assert outside == []
