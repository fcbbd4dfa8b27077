"""Every notebook once in a real browser: run it in JupyterLab, move its controls, and see the pixels change."""

import re

import pytest
from conftest import NOTEBOOKS
from lab import BROWSER, LONG, Lab, chromium, panels, position, run_all, without_outputs
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the notebooks were not tried in a browser")

CONTROLS = ":is(button, select, input, .noUi-handle):not(.widget-play *)"
FOCUSED = "(root, controls) => [...root.querySelectorAll(controls)].indexOf(document.activeElement)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("home")) as lab:
        for path in NOTEBOOKS:
            (lab.folder / path.name).write_text(without_outputs(path), "utf-8")
        yield lab


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def page(request, browser, lab):
    """A notebook after Run All."""
    expect.set_options(timeout=LONG / 3)
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.set_default_timeout(LONG)
    try:
        lab.open(page, request.param.name)
        run_all(page)
        yield page
    finally:
        page.close()
    lab.end_kernels()


def test_every_cell_runs_and_shows_no_error(page):
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    shown = page.locator(".jp-Notebook").inner_text()
    assert not re.search(r"Traceback|Error displaying widget|model not found|out of date", shown)


def test_every_panel_shows_a_picture_and_a_sentence(page):
    assert panels(page)
    for panel in panels(page):
        panel.wait_for(lambda panel=panel: panel.state[0] != 0, "a picture")
        assert panel.image.evaluate("image => [image.naturalWidth, image.clientWidth]") == [900, 900]
        assert len(panel.sentence) > 20


def drag(panel, handle):
    """Drag a handle to the farther end of its slider; where the picture lay on the way, and the state at the end."""
    start, box = panel.settle(), handle.bounding_box()
    track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    end = track["x"] - 20 if x > track["x"] + track["width"] / 2 else track["x"] + track["width"] + 20
    mouse, places = panel.page.mouse, [panel.place()]
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 7):
        mouse.move(x + step / 6 * (end - x), y)
        panel.page.wait_for_timeout(30)
        places.append(panel.place())
    panel.wait_for(lambda: panel.state[0] != start[0] and panel.sentence != start[1], "a change, the mouse still down,")
    mouse.up()
    return places, panel.settle()


def test_a_drag_changes_pixels_and_sentence_and_the_way_back_brings_them_back(page):
    panel = panels(page)[0]
    panel.root.evaluate("root => root.scrollIntoView({block: 'start'})")
    handle = panel.lecture_slider()
    start, begun = panel.settle(), position(handle)
    places, dragged = drag(panel, handle)
    assert dragged != start
    assert all(place == places[0] for place in places), "the picture moved on the page"
    far = position(handle)
    assert far != begun
    handle.press("Home")
    for _ in range(int(begun)):
        handle.press("ArrowRight")
    panel.wait_for(lambda: panel.state == start, "the first picture")
    assert position(handle) == begun
    handle.press("End" if far > begun else "Home")
    panel.wait_for(lambda: panel.state == dragged, "the picture of the drag's end")
    panel.button("start").click()
    panel.wait_for(lambda: panel.state == start, "the start's picture")


def test_every_panel_repaints_and_its_start_button_brings_the_first_picture_back(page):
    for panel in panels(page):
        handle = panel.lecture_slider()
        start, begun = panel.state, position(handle)
        handle.press("Home" if begun else "End")
        panel.wait_for(
            lambda panel=panel, start=start: panel.state[0] != start[0] and panel.sentence != start[1], "a new picture"
        )
        panel.button("start").click()
        panel.wait_for(lambda panel=panel, start=start: panel.state == start, "the first picture")
        assert position(handle) == begun


def test_tab_reaches_every_control(page):
    for panel in panels(page):
        controls = panel.root.locator(CONTROLS)
        controls.first.focus()
        reached, presses = set(), 0
        while len(reached) < controls.count() and presses < 3 * controls.count():
            reached |= {panel.root.evaluate(FOCUSED, CONTROLS)} - {-1}
            page.keyboard.press("Tab")
            presses += 1
        assert len(reached) == controls.count()


def test_play_pauses_step_steps_and_restart_goes_back(page):
    with_play = [panel for panel in panels(page) if panel.button("Play").count()]
    if not with_play:
        assert "05_minibatch_gd" not in page.url
        return
    panel = with_play[0]
    start = panel.settle()
    panel.button("Restart").click()
    panel.wait_for(lambda: panel.state != start, "the first place")
    first = panel.settle()
    panel.button("Step").click()
    panel.wait_for(lambda: panel.state[0] != first[0], "a step")
    second = panel.settle()
    panel.button("Play").click()
    panel.wait_for(lambda: panel.state[0] != second[0], "a moving picture")
    panel.button("Pause").click()
    expect(panel.button("Play")).to_be_visible()
    paused = panel.settle()
    page.wait_for_timeout(300)
    assert panel.state == paused
    panel.button("Restart").click()
    panel.wait_for(lambda: panel.state == first, "the first place again")
    panel.button("start").click()
    panel.wait_for(lambda: panel.state == start, "the start")


def test_a_narrow_page_keeps_the_pictures_shape(page):
    page.set_viewport_size({"width": 900, "height": 900})
    try:
        for panel in panels(page):
            width, height, full_width, full_height = panel.image.evaluate(
                "image => [image.clientWidth, image.clientHeight, image.naturalWidth, image.naturalHeight]"
            )
            assert width < 900
            assert abs(height - width * full_height / full_width) <= 1
    finally:
        page.set_viewport_size({"width": 1366, "height": 900})
