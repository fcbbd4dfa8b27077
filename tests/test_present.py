"""`lecture present`: what a class sees from the first second on, and panels under a heavy hand."""

import re

import pytest
from conftest import NOTEBOOKS, panels_of
from lab import BROWSER, LONG, Lab, new_page, panels, position, without_outputs
from playwright.sync_api import expect
from test_browser import axe

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the presentation was not tried in a browser")

BAR = ".lecture-bar"
HALL = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def show(tmp_path_factory, browser):
    """Notebook 5 as `lecture present 5` opens it, with every address that the page has asked for."""
    path = NOTEBOOKS[4]
    with Lab(tmp_path_factory.mktemp("home"), LECTURE_SCALE="2") as lab:
        lab.write(path.name, without_outputs(path))
        page = new_page(browser, **HALL)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(lab.address.format(f"lab/workspaces/present-05/tree/{path.name}"))
        curtain = page.locator(".lecture-curtain")
        expect(curtain).to_contain_text(re.compile(r"Getting the notebook ready: \d+ of \d+ cells"), timeout=LONG)
        expect(page.locator(BAR)).to_be_visible(timeout=LONG)
        assert curtain.count() == 0
        yield page
        page.close()


@pytest.fixture
def beats(show):
    """A function that goes to the beat of this name, by its key, and the names of all beats in their order."""
    where = show.locator(".lecture-bar-where")

    def now():
        return re.fullmatch(r"(\d+) of (\d+): (.*)", where.inner_text(), re.DOTALL)

    def go_to(name):
        while int(now()[1]) > 1:
            show.keyboard.press("PageUp")
        names = [now()[3]]
        while name not in names[-1] and int(now()[1]) < int(now()[2]):
            show.keyboard.press("PageDown")
            names.append(now()[3])
        return names

    return go_to


def test_everything_has_run_before_the_first_beat(show):
    counts = show.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === "code").map(cell => cell.model.executionCount)"""
    )
    assert counts == list(range(1, len(counts) + 1))
    expect(show.locator(".lecture-bar-where")).to_have_text(re.compile("^1 of .*Mini-batch gradient descent"))


def test_nothing_but_the_notebook_and_the_bar_is_on_the_screen(show):
    box = show.locator(".jp-NotebookPanel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, HALL["width"], HALL["height"])
    for part in ("#jp-top-panel", "#jp-menu-panel", ".jp-SideBar", "#jp-main-statusbar", ".jp-NotebookPanel-toolbar"):
        assert not show.locator(part).locator("visible=true").count(), part
    assert not show.locator(".jp-CodeCell .jp-InputArea-editor").locator("visible=true").count()


def test_the_beats_are_headings_predictions_and_every_named_state(show, beats):
    names = beats("no beat has this name")
    states = [state for panel in panels_of(NOTEBOOKS[4]).values() for state in panel.states]
    assert [name for name in names if name in states] == states
    assert sum(name.startswith("Predict: ") for name in names) == show.locator(".lecture-prediction").count()
    assert names[0] == "5. Mini-batch gradient descent" and names[-1] == "Next"
    expect(show.locator(BAR).get_by_text("The end")).to_be_disabled()


def test_a_beat_presses_its_button_and_fits_on_the_screen(show, beats):
    here = panels_of(NOTEBOOKS[4])["first-panel"]
    panel = panels(show)[0]
    beats("too high")
    panel.wait_for(lambda: panel.values(here) == here.states["too high"], "the state")
    expect(panel.root.locator(".lecture-states .mod-primary")).to_have_text("too high")
    size = panel.image.bounding_box()
    bar = show.locator(BAR).bounding_box()
    assert size["y"] + size["height"] <= bar["y"] and size["width"] > 800
    assert panel.image.evaluate("image => image.naturalWidth") == 1800
    words = panel.root.locator(".lecture-sentence").bounding_box()
    assert words["y"] + words["height"] <= bar["y"] and words["x"] > size["x"] + size["width"]
    sizes = panel.root.locator(".lecture-sentence, .widget-label, button:visible").evaluate_all(
        "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) >= 18


def test_the_page_stays_where_it_is_while_states_and_sliders_move(show, beats):
    panel = panels(show)[0]
    beats("too low")
    panel.settle()
    place = panel.image.bounding_box()
    for _ in range(3):
        show.keyboard.press("PageDown")
        panel.settle()
        assert panel.image.bounding_box() == place
    panel.lecture_slider().focus()
    for key in ("ArrowRight", "ArrowLeft", "Home", "End"):
        show.keyboard.press(key)
        panel.settle()
        assert panel.image.bounding_box() == place, key
    beats("too low")


def test_an_arrow_moves_a_slider_that_has_the_focus_and_a_clicker_the_beat(show, beats):
    panel = panels(show)[0]
    beats("one image a step")
    where, handle = show.locator(".lecture-bar-where"), panel.lecture_slider()
    panel.settle()
    before, place = where.inner_text(), position(handle)
    handle.press("ArrowRight")
    assert (where.inner_text(), position(handle)) == (before, place + 1)
    handle.press("PageDown")
    assert where.inner_text() != before
    panel.settle()
    handle.evaluate("handle => handle.blur()")
    show.keyboard.press("ArrowLeft")
    assert where.inner_text() == before


def test_what_stands_below_a_prediction_is_left_out_until_its_answer_is_revealed(show, beats):
    beats("Predict: λ = 1, all images in each batch")
    answer = show.locator("strong").get_by_text("Keep ηλ below 1")
    question = show.locator(".lecture-prediction").first
    expect(question).to_be_visible()
    expect(answer).to_be_hidden()
    show.keyboard.press("PageDown")
    expect(answer).to_be_hidden()  # the second question is open as well
    show.keyboard.press("PageDown")
    expect(answer).to_be_visible()
    for each, choice in ((question, "2"), (show.locator(".lecture-prediction").nth(1), "hovers around it")):
        each.get_by_role("button", name=choice, exact=True).click()
        each.get_by_role("button", name="Commit").click()
        expect(each.get_by_role("button", name="Reveal")).to_be_enabled()
        each.get_by_role("button", name="Reveal").click()
        expect(each).to_contain_text(f"Yes: {choice}.")
    beats("Predict: λ = 1, all images in each batch")
    expect(answer).to_be_visible()


def test_the_code_is_one_click_away_and_leaving_brings_jupyterlab_back_and_all_was_at_home(show, beats):
    beats("one image a step")
    editors = show.locator(".jp-CodeCell .jp-InputArea-editor").locator("visible=true")
    show.get_by_role("button", name="Show code").click()
    expect(editors.first).to_be_visible()
    show.get_by_role("button", name="Hide code").click()
    expect(editors).to_have_count(0)
    assert axe(show, BAR, ".lecture-panel") == []
    show.keyboard.press("Escape")
    expect(show.locator(BAR)).to_have_count(0)
    for part in ("#jp-menu-panel", "#jp-main-statusbar", ".jp-NotebookPanel-toolbar"):
        expect(show.locator(part)).to_be_visible()
    expect(editors.first).to_be_visible()
    outside = [url for url in show.asked if not re.match(r"(blob:)?https?://127\.0\.0\.1|data:", url)]
    assert outside == []
