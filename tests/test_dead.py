"""A panel that no kernel answers says so, whatever the cause, and its button cures it; one that answers never sleeps.

A stored panel shows its picture and its sentence, and its button brings the sliders.
"""

import json
import os
import signal

import nbformat
import pytest
from lab import ALL_RAN, BROWSER, FIREFOX, KERNEL, LONG, firefox, leave, new_page, panels, run_code
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import expect
from store import METADATA, WIDGET_VIEW

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: no panel was tried without a kernel")

CELLS = [
    """import time
import ipywidgets as widgets
from matplotlib.figure import Figure
from lecture_support.panel import Panel
from lecture_support.predictions import Question, ask

delay = 0
figure = Figure(figsize=(3, 2))
(line,) = figure.add_subplot(xlim=(0, 1), ylim=(0, 12)).plot([0, 1], [0, 0])

def update(reg, **others):
    time.sleep(delay)
    line.set_ydata([0, reg])
    return f"λ is {reg:g} & no more."

question = Question("Is 1 < 2?", lambda: "yes", "Because.", "the panel", choices=("yes", "no"))""",
    'one = Panel(figure, update, name="The <first> line", reg=0.1, states={"large": {"reg": 10.0}})\none',
    "ask(question)",
    'two = Panel(figure, update, name="The second line", reg=1.0, step=widgets.IntSlider(0, 0, 9), play="step")\ntwo',
]
NAMES = ["Panel: The <first> line", "Panel: The second line"]
SENTENCES = ["λ is 0.1 & no more.", "λ is 1 & no more."]
FAR = [nbformat.v4.new_markdown_cell("\n\n".join("far below" for _ in range(80)))]  # so that nothing after is on screen
OURS = ".lecture-panel, .lecture-prediction"
NOTEBOOK = '[...jupyterapp.shell.widgets("main")].find(each => each.sessionContext)'
CONTEXT = f"{NOTEBOOK}.sessionContext"
ANSWERED = """number => [...document.querySelectorAll(".lecture-pulse")].slice(0, number).every(
    pulse => asked.has(pulse)) && [...document.querySelectorAll(".lecture-pulse")].every(
    ({classList}) => classList.contains("mod-active") === classList.contains("lecture-answered"))"""
# From now on the page keeps the hidden buttons that are pressed or answered, and the parts that sleep, however shortly.
WATCH = """() => {
    [window.asked, window.slept] = [new Set(), new Set()];
    window.watching ??= new MutationObserver(records => records.forEach(
        ({attributeName, target}) => (attributeName === "inert" ? slept : asked).add(target)));
    watching.observe(document.body, {subtree: true, attributeFilter: ["class", "inert"]});
}"""


@pytest.fixture(scope="module")
def stored():
    """The notebook as it is handed out: run, and stored with its outputs."""
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=[*cells[:3], *FAR, *cells[3:]], metadata=METADATA)
    return NotebookClient(notebook, timeout=LONG / 1000, kernel_name="python3").execute()


FRONTS = ["JupyterLab", "Notebook 7", *(["Firefox"] if FIREFOX else [])]  # the last is JupyterLab in another browser


@pytest.fixture(scope="module", params=FRONTS)
def page(request, lab, tab, playwright, stored):
    """The notebook as it is handed out, before anything has run, with everybody's settings."""
    other = firefox(playwright) if request.param == "Firefox" else None
    page = new_page(other) if other else tab
    page.set_viewport_size({"width": 1366, "height": 700})
    nbformat.write(stored, lab.folder / "dead.ipynb")
    lab.open(page, "dead.ipynb", "notebooks" * (request.param == "Notebook 7"))
    yield page
    leave(page, lab)
    if other:
        other.close()


@pytest.fixture
def running(page):
    """The notebook, run."""
    if not page.locator(".lecture-pulse").count():
        press_the_button_of_the_note(page)
    return page


def test_nbconvert_shows_what_is_stored_though_the_widgets_state_is_stored_too(stored):
    assert stored.metadata.widgets and WIDGET_VIEW not in json.dumps(stored.cells)
    page, _ = HTMLExporter().from_notebook_node(stored)
    for words in SENTENCES:
        assert page.count(f'alt="{words.replace("&", "&amp;")}"') == 1
        assert page.count(f">{words.replace('&', '&amp;')}</p>") == 1
    assert page.count('src="data:image/png;base64,') == 2
    assert "Is 1 &lt; 2?" in page and "yes / no" in page


def test_a_cell_that_was_out_of_the_page_when_its_widget_was_found_lost_shows_what_is_stored(page):
    """JupyterLab takes cells that are far from the screen out of the page, and goes on writing in them."""
    expect(page.locator(".lecture-asleep-note")).to_have_count(3)
    page.evaluate("""() => {
        const [first, second] = document.querySelectorAll(".jp-CodeCell:has(.lecture-stored)");
        const [place, rendered] = [first.nextSibling, first.querySelector(".lecture-stored").parentElement];
        first.remove();
        rendered.textContent = "Error displaying widget: model not found";
        rendered.classList.add("jupyter-widgets");
        place.before(first);
        const after = second.nextSibling;
        second.remove();
        after.before(second);
    }""")
    expect(page.locator(".lecture-stored")).to_have_count(3)
    expect(page.locator(".lecture-asleep-note")).to_have_count(3)


def test_a_widget_that_is_there_after_all_is_not_taken_away_by_what_is_stored(page):
    """JupyterLab says that a widget is lost, and then finds it in the notebook: at a slow machine's reopening."""
    said = page.evaluate("""async () => {
        const rendered = document.querySelector(".lecture-stored").parentElement;
        rendered.textContent = "Error displaying widget: model not found";
        await null;  // it has been seen
        rendered.textContent = "the widget";
        await new Promise(requestAnimationFrame);
        const words = rendered.textContent;
        rendered.textContent = "Error displaying widget: model not found";
        return words;
    }""")
    assert said == "the widget"
    expect(page.locator(".lecture-stored")).to_have_count(3)


def test_as_handed_out_it_shows_pictures_alt_and_sentences_and_start_brings_the_sliders(page):
    shown = page.locator(".lecture-stored")
    expect(shown).to_have_count(3)
    assert [each.get_attribute("alt") for each in shown.locator("img").all()] == SENTENCES
    assert [shown.nth(index).locator("p").last.text_content() for index in (0, 2)] == SENTENCES
    expect(page.locator(".lecture-asleep-note button")).to_have_text(["Start"] * 3)
    press_the_button_of_the_note(page)
    expect_every_part_to_answer(page)


def test_names_and_words_are_there_for_what_is_not_on_the_screen(running):
    page = running
    for index, panel in enumerate(panels(page)):
        expect(panel.root).to_have_attribute("aria-label", NAMES[index])
        expect(panel.image).to_have_attribute("alt", panel.sentence)
        assert panel.sentence


def test_a_widget_that_is_said_to_be_lost_is_shown_again_where_the_kernel_has_it(running):
    """On a slow machine ipywidgets may give a widget up in the moment in which it comes."""
    running.evaluate("""() => {
        const rendered = document.querySelector(".lecture-panel").closest(".jp-OutputArea-output");
        rendered.textContent = "Error displaying widget: model not found";
    }""")
    expect(running.locator(".lecture-stored")).to_have_count(0)
    expect(running.locator(".lecture-pulse")).to_have_count(3)
    expect_every_part_to_answer(running)


def press_the_button_of_the_note(page, root=None, parts=3):
    """Run all, from the first note in root: what was asleep or stored is live again, all of it."""
    (root or page).locator(".lecture-asleep-note button").first.click()
    expect(page.locator(".lecture-pulse")).to_have_count(parts)
    page.wait_for_function(ALL_RAN, polling=100)
    expect(page.locator(".lecture-asleep-note, .lecture-stored")).to_have_count(0)


def expect_every_part_to_answer(page):
    """After a move each part has been asked whether a kernel is there, and none sleeps."""
    page.evaluate(WATCH)
    for panel in panels(page):
        sentence = panel.sentence
        panel.handles.first.press("End")
        panel.wait_for(lambda panel=panel, sentence=sentence: panel.sentence != sentence, "another sentence")
        panel.handles.first.press("Home")
    page.locator(".lecture-prediction").dispatch_event("click")
    expect_answers(page, 3)


def expect_answers(page, number):
    """The first parts, so many, have been asked since WATCH, all have answered, and none has slept meanwhile."""
    page.wait_for_function(ANSWERED, arg=number, polling=100)
    assert page.evaluate("slept.size") == 0


def end_here(page, lab):
    page.evaluate(f"{CONTEXT}.restartKernel()")


def end_elsewhere(page, lab):
    """As another browser does it, or another notebook on the same kernel: this page hears nothing of it by itself."""
    kernel = page.evaluate(f"{CONTEXT}.session.kernel.id")
    lab.ask(f"api/kernels/{kernel}/restart", "POST").close()


def change(page, lab):
    page.evaluate(f"{CONTEXT}.changeKernel({{name: 'python3'}})")


def shut_down(page, lab):
    page.evaluate(f"{CONTEXT}.shutdown()")


def shut_down_and_reload(page, lab):
    save(page)
    shut_down(page, lab)
    page.evaluate(f"{NOTEBOOK}.context.revert()")


def reopen_with_widget_state(page, lab):
    toggle = "jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')"
    page.evaluate(toggle)
    save(page)
    assert "widget-state" in (lab.folder / "dead.ipynb").read_text("utf-8")
    page.evaluate(toggle)
    lab.end_kernels()
    for _ in range(5):  # a machine may be so busy that ipywidgets gives a widget up before it has read its state
        page.reload()
        page.wait_for_function(f"{KERNEL} === 'idle'", polling=100)
        expect(page.locator(f"{OURS}, .lecture-stored")).to_have_count(3)
        if not page.locator(".lecture-stored").count():
            break


def save(page):
    page.evaluate(f"{NOTEBOOK}.context.save()")


IN_JUPYTERLAB = pytest.mark.parametrize("page", FRONTS[:1], indirect=True)


def expect_sleep_and_a_button_that_wakes(page):
    expect(page.locator(".lecture-asleep-note")).to_have_count(3)
    assert all(part.evaluate("part => part.inert") for part in page.locator(OURS).all())
    press_the_button_of_the_note(page)
    expect_every_part_to_answer(page)


def test_a_question_that_no_kernel_answers_says_so_for_all_and_the_button_wakes_them(running, lab):
    """A slider's move asks as a question's button does: expect_every_part_to_answer sees that in each front."""
    end_elsewhere(running, lab)
    running.locator(".lecture-prediction").get_by_text("Commit").click()
    expect_sleep_and_a_button_that_wakes(running)


# Two decorators: a page that is one parameter of several would be opened anew for each of them.
@IN_JUPYTERLAB
@pytest.mark.parametrize("end", [end_here, change, shut_down, shut_down_and_reload, reopen_with_widget_state])
def test_a_panel_that_no_kernel_answers_says_so_and_its_button_wakes_it(running, lab, end):
    end(running, lab)
    expect(running.locator(OURS)).to_have_count(3)
    panels(running)[0].handles.first.press("End")
    expect_sleep_and_a_button_that_wakes(running)


@IN_JUPYTERLAB  # Notebook 7 has no such copies
def test_a_copy_of_an_output_and_a_question_say_so_too_and_the_copy_s_button_wakes_both(running, lab):
    page = running
    page.evaluate("""() => {
        const notebook = jupyterapp.shell.currentWidget.content;
        notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.node.querySelector(".lecture-panel"));
    }""")
    page.evaluate("jupyterapp.commands.execute('notebook:create-output-view')")
    copy = page.locator(".jp-LinkedOutputView")
    expect(copy.locator(".lecture-pulse")).to_have_count(1)
    end_elsewhere(page, lab)
    copy.locator(".noUi-handle").first.press("End")
    expect(copy.locator(".lecture-asleep-note")).to_have_count(1)
    expect(page.locator(".lecture-asleep-note")).to_have_count(4)
    press_the_button_of_the_note(page, copy, parts=4)
    page.evaluate("[...jupyterapp.shell.widgets('main')].find(each => !each.sessionContext).dispose()")
    expect(copy).to_have_count(0)
    expect_every_part_to_answer(page)


@IN_JUPYTERLAB
def test_a_panel_that_answers_never_sleeps(running, tmp_path):
    """Not while update is slow, nor the kernel busy, nor so starved that it does not even say that it is busy.

    One front stands for all: they differ in where a notebook's kernel is found, and a part that finds none falls asleep
    at its first move, which expect_every_part_to_answer sees in each of them.
    """
    page = running
    run_code(page, f"import os; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))")
    pid = int((tmp_path / "pid").read_text("utf-8"))
    for trouble in ("delay = 2", "delay = 0; time.sleep(4)", "starved"):
        if trouble == "starved":
            os.kill(pid, signal.SIGSTOP)
        else:
            run_code(page, trouble, wait=trouble == "delay = 2")
        page.evaluate(WATCH)
        for key in ("End", "Home"):
            panels(page)[0].handles.first.press(key)
        page.wait_for_timeout(2500)  # more than the page waits before it asks: no fault would be seen before
        os.kill(pid, signal.SIGCONT)
        expect_answers(page, 1)
