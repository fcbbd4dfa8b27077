"""`lecture present`: what a class sees from the first second on, and a teacher behind the clicker."""

import re

import pytest
from conftest import NOTEBOOKS, panels_of
from lab import BROWSER, HALL, LONG, PLANS, SAVE_TWICE, SIZES, panels, position, run_code
from playwright.sync_api import expect
from test_browser import axe

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the presentation was not tried in a browser")

BAR = ".lecture-bar"
WHERE = ".lecture-bar-where"


@pytest.fixture(scope="module")
def show(shows):
    """Notebook 5 in front of a class."""
    page = shows(NOTEBOOKS[4])
    resume = page.get_by_role("button", name="Resume the show")
    if resume.count():  # what else is tried with this page has left it
        page.set_viewport_size(HALL)
        resume.click()
    return page


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


def test_nothing_but_the_notebook_and_the_bar_is_on_the_screen(show):
    box = show.locator(".jp-NotebookPanel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, HALL["width"], HALL["height"])
    for part in ("#jp-top-panel", "#jp-menu-panel", ".jp-SideBar", "#jp-main-statusbar", ".jp-NotebookPanel-toolbar"):
        assert not show.locator(part).locator("visible=true").count(), part
    assert axe(show, BAR, ".lecture-panel") == []


def test_it_is_saved_once_at_a_time_so_that_nothing_is_asked(show):
    show.evaluate("jupyterapp.shell.currentWidget.content.model.setMetadata('changed', 1)")
    show.evaluate(SAVE_TWICE)


def test_the_beats_are_headings_predictions_and_every_named_state(show):
    states = [state for panel in panels_of(NOTEBOOKS[4]).values() for state in panel.states]
    assert [name for name in names(show) if name in states] == states
    assert sum("Predict: " in name for name in names(show)) == show.locator(".lecture-prediction").count()
    assert names(show)[-1] == "To remember"


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
    panels(show)[0].settle()  # the beat has moved the sliders
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
