"""Every notebook in a real browser: run in JupyterLab, with every control of every panel moved as a hand would.

After each move the picture, byte for byte, and the sentence have to be those that this process, without a browser, gets
for where the controls on the page stand.
"""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import NOTEBOOKS, panels_of
from lab import (
    BROWSER,
    CURE,
    PLANT,
    busy,
    frames,
    new_page,
    panels,
    position,
    run_all,
    run_code,
    show_theme,
    without_outputs,
)
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the notebooks were not tried in a browser")

CONTROLS = ":is(button, select, input, .noUi-handle):not(.widget-play *, .lecture-pulse)"
FOCUSED = """(root, controls) => {
    const focused = document.activeElement;
    const index = [...root.querySelectorAll(controls)].indexOf(focused);
    return [index, root.contains(focused), getComputedStyle(focused).outlineStyle, focused.outerHTML];
}"""
OURS = ".lecture-panel, .lecture-prediction"
ALARMS = re.compile(r"Traceback|Error displaying widget|model not found|Loading widget|out of date")


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def page(path, browser, lab):
    """A notebook after Run All."""
    page, name = new_page(browser), f"browser/{path.name}"
    lab.write(name, without_outputs(path))
    try:
        lab.open(page, name)
        run_all(page)
        yield page
    finally:
        page.close()
    lab.end_kernels()


@pytest.fixture
def both(page, path):
    """Each panel as the page shows it, its name in the notebook, and the same panel in this process."""
    here = panels_of(path)
    shown = panels(page)
    assert len(shown) == len(here)
    yield [(panel, name, here[name]) for panel, name in zip(shown, here, strict=True)]
    for panel in here.values():
        panel.set(**panel.states["start"])


@pytest.fixture
def kinds(both):
    """Of the panels that one function makes the first: what a hand can do with one it can do with all of them."""
    first = {}
    for panel, name, here in both:
        first.setdefault(here.name, (panel, name, here))
    return list(first.values())


def test_every_cell_runs_and_shows_no_error(page):
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert not ALARMS.search(page.locator(".jp-Notebook").inner_text())


def test_every_panel_shows_its_picture_at_full_size_and_its_sentence(both):
    for panel, name, here in both:
        panel.expect_agreement(here, f"Run All, {name}")
        assert panel.image.evaluate("image => [image.naturalWidth, image.clientWidth]") == [900, 900]
        assert len(panel.sentence) > 20


def drag(panel, handle, here, what):
    """Drag a handle to the farther end of its slider: the picture follows, stays in its place, and ends right."""
    panel.root.evaluate("root => root.scrollIntoView({block: 'start'})")
    start, begun, mouse, places = panel.settle(), position(handle), panel.page.mouse, [panel.place()]
    x, y = panel.grasp(handle)
    track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    end = track["x"] - 20 if x > track["x"] + track["width"] / 2 else track["x"] + track["width"] + 20
    for step in range(1, 7):
        mouse.move(x + step / 6 * (end - x), y)
        frames(panel.page)
        places.append(panel.place())
    panel.wait_for(
        lambda: panel.state[0] != start[0] and panel.sentence != start[1], f"{what}: a change before release"
    )
    mouse.up()
    panel.expect_agreement(here, what)
    assert position(handle) != begun, what
    assert all(place == places[0] for place in places), f"{what}: the page moved"


def test_a_slider_of_each_panel_follows_the_mouse_and_every_slider_the_arrow_keys(kinds):
    for panel, name, here in kinds:
        drag(panel, panel.lecture_slider(), here, f"{name} dragged")
        for slider in panel.root.locator(".widget-slider").all():
            handle, label = slider.locator(".noUi-handle"), slider.locator(".widget-label").inner_text()
            before, at_start = position(handle), handle.get_attribute("aria-valuemin")
            handle.press("ArrowRight" if before == float(at_start) else "ArrowLeft")
            assert position(handle) != before, f"{name}, {label}"
            assert handle.get_attribute("aria-label").startswith(label), name
            expect(handle).to_have_attribute("aria-valuetext", slider.locator(".widget-readout").inner_text())
        panel.expect_agreement(here, f"{name}, every slider by an arrow")
        back_to_start(panel, name, here)


def back_to_start(panel, name, here):
    """Press the panel's first button and see every control where it was at first."""
    panel.button("start").click()
    panel.wait_for(lambda: panel.values(here) == here.states["start"], f"{name}: the start's controls")


def test_every_state_button_leads_there_and_is_marked(kinds):
    for panel, name, here in kinds:
        for state in [*reversed(here.states), "start"]:
            panel.button(state).click()
            wanted = here.states[state]
            same = [each for each, values in here.states.items() if values == wanted]
            marked = panel.root.locator(".lecture-states .mod-primary")
            panel.wait_for(
                lambda here=here, panel=panel, wanted=wanted, marked=marked, same=same: (
                    panel.values(here) == wanted and marked.all_inner_texts() == same
                ),
                f"{name}, {state}",
            )
        panel.expect_agreement(here, f"{name}, the start after every other state")


def test_every_other_control_moves_the_picture(kinds):
    for panel, name, here in kinds:
        for buttons in panel.root.locator(".widget-toggle-buttons").all():
            for index in reversed(range(buttons.locator("button").count())):
                buttons.locator("button").nth(index).click()
                panel.expect_agreement(here, f"{name}, toggle button {index}")
        for select in panel.root.locator("select").all():
            select.select_option(index=select.locator("option").count() - 1)
            panel.expect_agreement(here, f"{name}, last choice")
        for box in panel.root.locator("input[type=checkbox]").all():
            before = panel.settle()
            box.click()
            panel.wait_for(lambda panel=panel, before=before: panel.state != before, f"{name}, a change by the box")
            panel.expect_agreement(here, f"{name}, box")
        back_to_start(panel, name, here)


def test_play_pauses_step_steps_and_restart_goes_back(kinds):
    playing = [(panel, name, here) for panel, name, here in kinds if panel.button("Play").count()]
    assert [here for _, _, here in playing] == [here for _, _, here in kinds if hasattr(here, "_link")]
    for panel, name, here in playing:
        start = panel.state
        panel.button("Restart").click()
        panel.wait_for(lambda panel=panel, start=start: panel.state != start, f"{name}: the first place")
        panel.expect_agreement(here, f"{name}: Restart")
        first = panel.settle()
        panel.button("Step").click()
        panel.wait_for(lambda panel=panel, first=first: panel.state[0] != first[0], f"{name}: a step")
        panel.expect_agreement(here, f"{name}: Step")
        second = panel.settle()
        panel.button("Play").click()
        panel.wait_for(lambda panel=panel, second=second: panel.state[0] != second[0], f"{name}: a moving picture")
        panel.button("Pause").click()
        expect(panel.button("Play")).to_be_visible()
        paused = panel.settle()
        panel.expect_agreement(here, f"{name}: Pause")
        frames(panel.page, 15)
        assert panel.state == paused, name
        back_to_start(panel, name, here)


def test_an_error_in_update_shows_in_the_panel_and_the_next_move_clears_it(page, kinds):
    pictures = [panel.settle()[0] for panel, _, _ in kinds]
    run_code(page, PLANT)
    for (panel, name, _), picture in zip(kinds, pictures, strict=True):
        handle = panel.handles.first
        handle.press("Home" if position(handle) else "End")
        panel.wait_for(lambda panel=panel: "out of date. RuntimeError: planted" in panel.sentence, f"{name}: the error")
        assert panel.root.locator(".lecture-sentence b").count() == 1
        assert panel.state[0] == picture
    run_code(page, CURE)
    for panel, name, here in kinds:
        panel.button("start").click()
        panel.expect_agreement(here, f"{name}, cured")
        assert panel.root.locator(".lecture-sentence b").count() == 0
    assert "Traceback" not in page.locator(".jp-Notebook").inner_text()


def axe(page, *roots):
    """What axe-core finds in these parts of the page that is serious or critical, or that it cannot decide."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    results = page.evaluate("include => axe.run({include})", [[root] for root in roots])
    serious = [each for each in results["violations"] if each["impact"] in ("serious", "critical")]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in serious + results["incomplete"]]


def test_axe_finds_nothing_serious_in_light_and_dark(page):
    assert axe(page, *OURS.split(", ")) == []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        show_theme(page, theme)
        assert axe(page, *OURS.split(", ")) == [], theme


def test_panels_and_toggle_buttons_have_names_and_the_sentence_is_live_and_the_pictures_text(both):
    for panel, name, here in both:
        expect(panel.root).to_have_attribute("role", "group")
        assert here.name
        expect(panel.root).to_have_attribute("aria-label", f"Panel: {here.name}")
        for buttons in panel.root.locator(".widget-toggle-buttons").all():
            pressed = buttons.locator("button").evaluate_all("all => all.map(each => each.ariaPressed)")
            assert sorted(pressed) == ["false"] * (len(pressed) - 1) + ["true"], name
        expect(panel.root.locator('.lecture-sentence [role="status"]')).to_have_text(panel.sentence)
        expect(panel.image).to_have_attribute("alt", panel.sentence)


def test_tab_reaches_every_control_and_the_focus_is_seen(page):
    for panel in panels(page):
        controls = panel.root.locator(CONTROLS)
        controls.first.focus()
        reached, presses = {0}, 0
        while len(reached) < controls.count() and presses < 3 * controls.count():
            page.keyboard.press("Tab")
            index, inside, outline, element = panel.root.evaluate(FOCUSED, CONTROLS)
            assert outline != "none" or not inside, element
            reached |= {index} - {-1}
            presses += 1
        assert len(reached) == controls.count()


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
            for part in panel.root.locator(f"{CONTROLS}, .lecture-sentence, .widget-readout").all():
                box = part.bounding_box()
                assert box["x"] >= 0 and box["x"] + box["width"] <= 683
    finally:
        page.set_viewport_size({"width": 1366, "height": 900})


def test_two_panels_moved_in_turn_before_a_busy_kernel_end_where_the_hand_ended(page, both, tmp_path):
    hands = [panel.lecture_slider() for panel, _, _ in both[:2]]
    ends = ["Home" if position(hand) > float(hand.get_attribute("aria-valuemin")) else "End" for hand in hands]
    with busy(page, tmp_path):
        for move in range(20):
            hands[move % 2].press("ArrowLeft" if move % 12 > 5 else "ArrowRight")
        for hand, end in zip(hands, ends, strict=True):
            hand.press(end)
    for panel, name, here in both[:2]:
        panel.expect_agreement(here, f"{name}, the last of many moves")
        assert panel.values(here) != here.states["start"], name
        back_to_start(panel, name, here)


def test_cells_out_of_order_leave_a_panel_that_agrees(page, both):
    page.evaluate(  # the cells of the first panel again, from the last to the first
        """async () => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const last = notebook.widgets.findIndex(cell => cell.node.querySelector(".lecture-panel"));
            for (let index = last; index > last - 3; index--) {
                notebook.activeCellIndex = index;
                notebook.deselectAll();
                await jupyterapp.commands.execute("notebook:run-cell");
            }
        }"""
    )
    panel, name, here = both[0]
    panel.root.locator(".noUi-handle").first.press("End")
    panel.expect_agreement(here, f"{name}, cells out of order")
    back_to_start(panel, name, here)
