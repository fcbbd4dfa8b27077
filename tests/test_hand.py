"""What a hand, an eye and a bad day do to a panel in JupyterLab: the same in every panel, and so tried in one notebook.

It is a small one, with each kind of control that a panel can have. As in tests/test_browser.py, what the page shows has
to be what this process, without a browser, gets for where the controls stand.
"""

import nbformat.v4 as nb
import pytest
from conftest import run
from lab import (
    ALL_RAN,
    BROWSER,
    CURE,
    PLANT,
    busy,
    choose,
    frames,
    leave,
    panels,
    position,
    run_all,
    run_code,
    show_theme,
)
from playwright.sync_api import expect
from store import METADATA
from test_browser import ALARMS, CONTROLS, OURS, axe, test_every_cell_runs_and_shows_no_error

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: no panel was tried in a browser")

CELLS = [
    """import ipywidgets as widgets
from matplotlib.figure import Figure
from lecture_support.panel import Panel
from lecture_support.predictions import Question, ask

def bars(name, **arguments):
    figure = Figure(figsize=(9, 3))
    drawn = figure.add_subplot(ylim=(0, 20)).bar(range(7), [0] * 7, animated=True)

    def update(**values):
        for bar, (control, value) in zip(drawn, values.items()):
            bar.set_height(panel.positions[control].index(value) + 1 if panel else 1)
        return f"{name}: " + ", ".join(f"{control} is {value}" for control, value in values.items())

    panel = None
    panel = Panel(figure, update, name=name, **arguments)
    panel.set(**panel.values)
    return panel""",
    """one = bars(
    "every kind of control", reg=0.1, step_size=0.2, batch_size=32, play="iteration",
    iteration=widgets.IntSlider(5, 0, 9), kind=widgets.ToggleButtons(options=["a", "b", "c"]),
    choice=widgets.Dropdown(options=["left", "right"], description="side"), box=widgets.Checkbox(description="all"),
    states={"high": {"reg": 10.0}, "last": {"iteration": 9, "kind": "b"}, "no penalty": {"reg": 0.0, "box": True}},
)
one""",
    'ask(Question("Which way?", lambda: "up", "It is.", "the panel", choices=("up", "down")))',
    'two = bars("the second", reg=1.0, states={"high": {"reg": 10.0}})\ntwo',
]
NOTEBOOK = nb.new_notebook(cells=[nb.new_code_cell(cell) for cell in CELLS], metadata=METADATA)
FOCUSED = """(root, controls) => {
    const focused = document.activeElement;
    const index = [...root.querySelectorAll(controls)].indexOf(focused);
    return [index, root.contains(focused), getComputedStyle(focused).outlineStyle, focused.outerHTML];
}"""
WRITTEN = "# what I think: a large λ hides the data"


@pytest.fixture(scope="module")
def here():
    """The panels in this process."""
    variables = {}
    for cell in CELLS:
        run(cell, "cell", variables)
    return [variables["one"], variables["two"]]


@pytest.fixture(scope="module")
def file(lab):
    return lab.write("hand.ipynb", nb.writes(NOTEBOOK))


@pytest.fixture(scope="module")
def page(lab, tab, file):
    """The notebook after Run All."""
    lab.open(tab, file.name)
    run_all(tab)
    yield tab
    leave(tab, lab)


@pytest.fixture
def both(page, here):
    """Each panel as the page shows it, and the same panel in this process; each begins and ends at its start."""
    shown = list(zip(panels(page), here, strict=True))
    yield shown
    for panel, same in shown:
        same.set(**same.states["start"])
        panel.button("start").click()
        panel.expect_agreement(same, "start")


def test_a_slider_follows_the_mouse_and_every_control_a_hand(both):
    for panel, same in both:
        panel.drag(panel.lecture_slider(), same, "a drag")
        panel.move_every_control()
        panel.expect_agreement(same, "every control moved")
        assert all(value != same.states["start"][name] for name, value in panel.values(same).items())


def test_every_place_of_a_choice_moves_the_picture(both):
    panel, same = both[0]
    for index in (1, 2, 0):
        panel.root.locator(".widget-toggle-buttons button").nth(index).click()
        panel.expect_agreement(same, f"toggle button {index}")
    for move in (
        lambda: panel.root.locator("select").select_option(index=1),
        lambda: panel.root.locator("input[type=checkbox]").click(),
    ):
        before = panel.settle()
        move()
        panel.wait_for(lambda before=before: panel.state[0] != before[0], "another picture")
        panel.expect_agreement(same, "a choice")


def test_every_state_button_leads_there_and_is_marked(both):
    panel, same = both[0]
    marked = panel.root.locator(".lecture-states .mod-primary")
    for state in [*reversed(same.states), "start"]:
        panel.button(state).click()
        expect(marked).to_have_text([state])
        panel.expect_agreement(same, state)
        assert panel.values(same) == same.states[state]


def test_play_pauses_step_steps_and_restart_goes_back(both):
    panel, same = both[0]
    panel.button("Restart").click()
    panel.wait_for(lambda: panel.values(same)["iteration"] == 0, "the first place")
    panel.expect_agreement(same, "Restart")
    panel.button("Step").click()
    panel.wait_for(lambda: panel.values(same)["iteration"] == 1, "a step")
    panel.expect_agreement(same, "Step")
    second = panel.settle()
    panel.button("Play").click()
    panel.wait_for(lambda: panel.state[0] != second[0], "a moving picture")
    panel.button("Pause").click()
    expect(panel.button("Play")).to_be_visible()
    paused = panel.settle()
    panel.expect_agreement(same, "Pause")
    frames(panel.page, 15)
    assert panel.state == paused


def test_an_error_in_update_shows_in_both_themes_and_the_next_move_clears_it(page, both):
    pictures = [panel.settle()[0] for panel, _ in both]
    run_code(page, PLANT)
    for (panel, _), picture in zip(both, pictures, strict=True):
        panel.handles.first.press("Home")
        panel.wait_for(lambda panel=panel: "out of date. RuntimeError: planted" in panel.sentence, "the error")
        assert panel.root.locator(".lecture-sentence b").count() == 1
        assert panel.state[0] == picture
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        show_theme(page, theme)
        assert axe(page, *OURS.split(", ")) == [], theme
    run_code(page, CURE)
    for panel, same in both:
        panel.button("start").click()
        panel.expect_agreement(same, "cured")
        assert panel.root.locator(".lecture-sentence b").count() == 0
    assert "Traceback" not in page.locator(".jp-Notebook").inner_text()


def test_axe_finds_nothing_serious_in_the_dark(page):
    show_theme(page, "JupyterLab Dark")
    assert axe(page, *OURS.split(", ")) == []
    show_theme(page, "JupyterLab Light")


def test_a_panel_is_a_group_and_its_sentence_is_said_when_it_changes(both):
    for panel, same in both:
        expect(panel.root).to_have_attribute("role", "group")
        expect(panel.root).to_have_attribute("aria-label", f"Panel: {same.name}")
        expect(panel.root.locator('.lecture-sentence [role="status"]')).to_have_text(panel.sentence)


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


def test_two_panels_moved_in_turn_before_a_busy_kernel_end_where_the_hand_ended(page, both, tmp_path):
    hands = [panel.lecture_slider() for panel, _ in both]
    with busy(page, tmp_path):
        for move in range(20):
            hands[move % 2].press("ArrowLeft" if move % 12 > 5 else "ArrowRight")
        for hand in hands:
            hand.press("Home")
    for panel, same in both:
        panel.expect_agreement(same, "the last of many moves")
        assert panel.values(same)["reg"] == 0


def test_cells_out_of_order_leave_a_panel_that_agrees(page, both):
    page.evaluate(  # the last panel's cell, then the cell that makes all
        """async () => {
            const notebook = jupyterapp.shell.currentWidget.content;
            for (const index of [3, 0]) {
                notebook.activeCellIndex = index;
                notebook.deselectAll();
                await jupyterapp.commands.execute("notebook:run-cell");
            }
        }"""
    )
    panel, same = both[1]
    panel.root.locator(".noUi-handle").first.press("End")
    panel.expect_agreement(same, "cells out of order")


def test_a_move_changes_nothing_in_the_page_but_its_panel(page, both):
    """Each change elsewhere, such as a sign that the kernel is busy, redraws the page in the middle of the move. (The
    list of files at the left looks at the disk now and then, whether anything moves or not. JupyterLab's own signs of a
    busy kernel are there, and wait: tests/test_console.py.)
    """
    panel, same = both[0]
    page.evaluate("""() => {
        window.changed = [];
        const elsewhere = element => !element.closest(".lecture-panel, .lecture-busy, #jp-left-stack");
        const note = records => changed.push(...records.map(({target}) => target.parentElement ?? target)
            .filter(elsewhere).map(element => element.outerHTML.slice(0, 200)));
        window.noting = new MutationObserver(note);
        noting.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    }""")
    handle = panel.lecture_slider()
    handle.evaluate("handle => handle.focus({preventScroll: true})")

    def a_move_changes_nothing_else():
        page.evaluate("() => { changed.length = 0; }")
        page.keyboard.press("ArrowLeft" if position(handle) else "ArrowRight")
        panel.expect_agreement(same, "a move")
        panel.settle()
        return page.evaluate("changed") == []

    panel.wait_for(a_move_changes_nothing_else, "a move without a change elsewhere")  # at first the focus changes much
    page.evaluate("noting.disconnect()")


def test_run_all_again_in_the_same_kernel(page, here):
    run_all(page)
    for panel, same in zip(panels(page), here, strict=True):
        panel.expect_agreement(same, "the second Run All")
    test_every_cell_runs_and_shows_no_error(page)


def test_after_a_restart_the_panels_say_that_they_sleep_and_running_again_wakes_them(page, here):
    choose(page, "Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    notes = page.locator(".lecture-asleep-note")
    expect(notes).to_have_count(3)
    expect(page.locator(OURS).and_(page.locator("[inert]"))).to_have_count(3)
    expect(notes.first).to_contain_text("No kernel answers this")
    notes.first.locator("button").click()
    expect(notes).to_have_count(0)
    page.wait_for_function(ALL_RAN, polling=100)
    for panel, same in zip(panels(page), here, strict=True):
        panel.expect_agreement(same, "the Run All after a restart")


def test_a_kernel_killed_in_the_middle_of_a_drag_takes_nothing_with_it(page, here, file):
    """JupyterLab starts the kernel again by itself: what is on the page and in the cells stays, Run All wakes it."""
    editor = page.locator(".jp-CodeCell .cm-content").last
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(f"\n{WRITTEN}")
    panel, handle = panels(page)[0], panels(page)[0].lecture_slider()
    panel.root.evaluate("root => root.scrollIntoView({block: 'start'})")
    mouse, picture = page.mouse, panel.image.get_attribute("src")
    x, y = panel.grasp(handle)
    mouse.move(x - 15, y)
    run_code(page, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", wait=False)
    for step in range(30):
        mouse.move(x - 15 + 5 * step, y)
        frames(page)
    mouse.up()
    notes = page.locator(".lecture-asleep-note")
    expect(notes).to_have_count(3)
    assert picture and panel.image.evaluate("image => image.naturalWidth") == 900
    assert not ALARMS.search(page.locator(".jp-Notebook").inner_text())
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("appears to have died. It will restart automatically.")
    dialog.locator("button").click()
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    assert WRITTEN in file.read_text("utf-8")
    run_all(page)
    expect(notes).to_have_count(0)
    for panel, same in zip(panels(page), here, strict=True):
        panel.expect_agreement(same, "the Run All after the kernel was killed")
    test_every_cell_runs_and_shows_no_error(page)
