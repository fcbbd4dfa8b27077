"""Every notebook in a real browser: as it is handed out, then run in JupyterLab, with every control moved by a hand.

After the moves the picture, byte for byte, and the sentence have to be those that this process, without a browser, gets
for where the controls on the page stand. What is the same in every panel is tried once: tests/test_hand.py.
"""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import NOTEBOOKS, panels_of
from lab import BROWSER, new_page, panels, run_all
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the notebooks were not tried in a browser")

CONTROLS = ":is(button, select, input, .noUi-handle):not(.widget-play *, .lecture-pulse)"
OURS = ".lecture-panel, .lecture-prediction"
ALARMS = re.compile(r"Traceback|Error displaying widget|model not found|Loading widget|out of date")


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def opened(path, browser, lab):
    """A notebook as it is handed out, before anything has run."""
    page = new_page(browser)
    lab.write(f"browser/{path.name}", path.read_bytes())
    lab.open(page, f"browser/{path.name}")
    yield page
    page.close()
    lab.end_kernels()


@pytest.fixture(scope="module")
def page(opened):
    """The notebook after Run All."""
    run_all(opened)
    return opened


@pytest.fixture
def both(page, path):
    """Each panel as the page shows it, its cell in the notebook, and the same panel in this process."""
    here = panels_of(path)
    shown = panels(page)
    assert len(shown) == len(here)
    yield [(panel, cell, here[cell]) for panel, cell in zip(shown, here, strict=True)]
    for panel in here.values():
        panel.set(**panel.states["start"])


def test_as_handed_out_it_shows_a_picture_for_every_panel(opened, path):
    pictures = opened.locator(".lecture-stored img")
    expect(pictures).to_have_count(len(panels_of(path)))
    assert pictures.evaluate_all("all => all.map(each => each.naturalWidth)") == [900] * len(panels_of(path))
    assert not ALARMS.search(opened.locator(".jp-Notebook").inner_text())


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
    """Of the panels that one function makes the first: what a hand can do with one it can do with all of them."""
    for panel, cell, here in {
        here.name: each for *each, here in [(*each, each[2]) for each in reversed(both)]
    }.values():
        panel.drag(panel.lecture_slider(), here, f"{cell} dragged")
        panel.move_every_control()
        panel.expect_agreement(here, f"{cell}, every control moved")
        for state in [*reversed(here.states), "start"]:
            panel.button(state).click()
            panel.wait_for(lambda panel=panel, here=here, state=state: panel.values(here) == here.states[state], state)
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
