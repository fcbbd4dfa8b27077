"""One notebook through a day in JupyterLab: opened, run, run again, broken, restarted, killed, saved, opened again."""

import pytest
from conftest import NOTEBOOKS, panels_of
from lab import ALL_RAN, BROWSER, PLANT, choose, frames, new_page, panels, position, run_all, run_code, show_theme
from playwright.sync_api import expect
from test_browser import ALARMS, OURS, axe, test_every_cell_runs_and_shows_no_error

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: no day in JupyterLab was tried")

PATH = NOTEBOOKS[2]  # the one that runs in the least time
WRITTEN = "# what I think: a large λ hides the data"


@pytest.fixture(scope="module")
def file(lab):
    """The notebook as it is handed out."""
    return lab.write(f"day/{PATH.name}", PATH.read_bytes())


@pytest.fixture(scope="module")
def page(lab, browser, file):
    """The notebook before anything has run."""
    page = new_page(browser)
    lab.open(page, f"day/{file.name}")
    yield page
    page.close()
    lab.end_kernels()


@pytest.fixture
def both(page):
    """Each panel as the page shows it, and the same panel in this process."""
    here = panels_of(PATH)
    yield list(zip(panels(page), here.values(), strict=True))
    for panel in here.values():
        panel.set(**panel.states["start"])


def agree(both, when):
    for panel, here in both:
        panel.expect_agreement(here, when)


def test_as_handed_out_it_shows_a_picture_for_every_panel_before_anything_runs(page):
    pictures = page.locator(".jp-OutputArea-output img")
    expect(pictures).to_have_count(len(panels_of(PATH)))
    assert pictures.evaluate_all("all => all.map(each => each.naturalWidth)") == [900] * len(panels_of(PATH))
    assert not ALARMS.search(page.locator(".jp-Notebook").inner_text())


def test_run_all_and_again_in_the_same_kernel(page):
    for when in ("Run All", "the second Run All"):
        run_all(page)
        agree(list(zip(panels(page), panels_of(PATH).values(), strict=True)), when)
        test_every_cell_runs_and_shows_no_error(page)


def test_a_move_changes_nothing_in_the_page_but_its_panel(page, both):
    """Each change elsewhere, such as a sign that the kernel is busy, redraws the page in the middle of the move. (The
    list of files at the left looks at the disk now and then, whether anything moves or not. JupyterLab's own signs of a
    busy kernel are there, and wait: tests/test_console.py.)
    """
    panel, here = both[0]
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
        panel.expect_agreement(here, "a move")
        panel.settle()
        return page.evaluate("changed") == []

    panel.wait_for(a_move_changes_nothing_else, "a move without a change elsewhere")  # at first the focus changes much
    page.evaluate("noting.disconnect()")


def test_the_words_of_an_error_can_be_read_in_light_and_dark(page, both):
    panel = both[0][0]
    run_code(page, PLANT)
    panel.handles.first.press("Home" if position(panel.handles.first) else "End")
    panel.wait_for(lambda: "out of date. RuntimeError: planted" in panel.sentence, "the error")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        show_theme(page, theme)
        assert axe(page, ".lecture-panel") == [], theme


def test_after_a_restart_the_panels_say_that_they_sleep_and_running_again_wakes_them(page):
    choose(page, "Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(page.locator(OURS).and_(page.locator("[inert]"))).to_have_count(page.locator(OURS).count())
    notes = page.locator(".lecture-asleep-note")
    expect(notes.first).to_contain_text("No kernel answers this")
    assert notes.count() == page.locator(OURS).count()
    notes.first.locator("button").click()
    expect(notes).to_have_count(0)
    page.wait_for_function(ALL_RAN, polling=100)
    agree(list(zip(panels(page), panels_of(PATH).values(), strict=True)), "the Run All after a restart")
    test_every_cell_runs_and_shows_no_error(page)


def test_a_kernel_killed_in_the_middle_of_a_drag_takes_nothing_with_it(page, file):
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
    expect(page.locator(OURS).and_(page.locator("[inert]"))).to_have_count(page.locator(OURS).count())
    notes = page.locator(".lecture-asleep-note")
    expect(notes.first).to_contain_text("No kernel answers this")
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
    agree(list(zip(panels(page), panels_of(PATH).values(), strict=True)), "the Run All after the kernel was killed")
    test_every_cell_runs_and_shows_no_error(page)


def test_saved_and_opened_again_it_shows_pictures_and_no_lost_widget(page, lab, file):
    count, sentences = page.locator(OURS).count(), [panel.sentence for panel in panels(page)]
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    assert "widget-view" in file.read_text("utf-8")  # what JupyterLab alone would not show
    lab.end_kernels()
    lab.open(page, f"day/{file.name}")
    expect(page.locator(".jp-Notebook")).to_contain_text(WRITTEN)
    notes = page.locator(".lecture-asleep-note")
    expect(notes).to_have_count(count)
    pictures = page.locator(".lecture-stored img")
    assert pictures.evaluate_all("all => all.map(each => each.naturalWidth)") == [900] * len(sentences)
    assert pictures.evaluate_all("all => all.map(each => each.alt)") == sentences
    assert not ALARMS.search(page.locator(".jp-Notebook").inner_text())
    run_all(page)
    expect(notes).to_have_count(0)
    assert len(panels(page)) == len(sentences)
