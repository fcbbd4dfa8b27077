"""The extension is a quiet guest: the browser's console stays empty, and it touches nothing that is not the course's.

In JupyterLab and in Notebook 7, with everybody's settings, over a notebook that holds ours beside a student's own.
"""

import json
import re
import secrets
from types import SimpleNamespace

import nbformat.v4 as nb
import pytest
from lab import ALL_RAN, BROWSER, KERNEL, LONG, Shown, leave, position, run_code
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: no console was read")

NAMES = "panel", "states", "positions", "sentence", "live", "prediction", "pulse"
OURS = """\
from matplotlib.figure import Figure
from IPython.display import HTML, display
import ipywidgets as widgets
from lecture_support.panel import Panel
from lecture_support.predictions import Question, ask

figure = Figure(figsize=(9, 3))
(line,) = figure.add_subplot(xlim=(0, 1), ylim=(0, 20)).plot([0, 1], [0, 0])

def update(reg, **choices):
    line.set_ydata([0, reg])
    return f"The line ends at {reg:g}, and that is {len(choices)} choice."

panel = Panel(figure, update, reg=0.1, kind=widgets.ToggleButtons(options=["a", "b"]), states={"high": {"reg": 10.0}})
display(panel, ask(Question("Which way?", lambda: "up", "It is.", "the panel", choices=("up", "down"))))"""
# A student's own: widgets as they are, then our class names on widgets of every kind, and on markup that is none.
THEIRS = f"""\
made = [widgets.IntSlider(description="n"), widgets.ToggleButtons(options=["a", "b"]), widgets.FloatText()]
made += [widgets.SelectionSlider(options=["a", "b"]), widgets.Image(), widgets.HTML("words")]
for name in {NAMES}:
    for kind in (widgets.IntSlider, widgets.ToggleButtons, widgets.HTML, widgets.Button, widgets.Image):
        for part in (kind(), widgets.VBox([kind(), kind()])):
            made.append(part.add_class("lecture-" + name))
both = [widgets.HTML("words").add_class("lecture-live"), widgets.IntSlider(description="m")]
made.append(widgets.VBox(both).add_class("lecture-panel"))
markup = "".join(f'<div class="lecture-{{name}}"><b class="widget-slider">x</b></div>' for name in {NAMES})
made.append(widgets.HTML(f'<div class="lecture-panel widget-vbox">{{markup}}</div>'))
theirs = widgets.VBox(made).add_class("a-students-own")
display(theirs, HTML(markup))
widgets.interact(lambda x: x, x=3);"""
MARKDOWN = "".join(f'<div class="lecture-{name}"><i class="widget-toggle-buttons">y</i></div>' for name in NAMES)
# What an element is to hand, ear and eye, without the ids that are new in each page.
SEEN = """cells => cells.map(cell => [...cell.querySelectorAll(".jp-OutputArea-output, .jp-RenderedMarkdown")].map(
    output => [output, ...output.querySelectorAll("*")].map(element => {
        const {position, color, fontWeight, outlineStyle, textDecorationLine} = getComputedStyle(element);
        const attributes = [...element.attributes].map(({name, value}) => `${name}=${value}`).sort();
        const style = [position, color, fontWeight, outlineStyle, textDecorationLine];
        return [element.tagName, element.isContentEditable, ...attributes, ...style].join(" ")
            .replace(/[0-9a-f-]{36}|(?<=blob:)\\S+/g, "");
    })))"""
# Not ours: what ipywidgets says of each widget whose kernel has ended, and JupyterLab of a machine that is slow.
STALE, SLOW = "Error: widget model not found", re.compile(r"Plugin \S+ .*(took [\d.]+ms|too long) to activate")


class Front:
    """A notebook of its own, open in a page of JupyterLab or of Notebook 7."""

    def __init__(self, lab, page, path):
        cells = [nb.new_code_cell(OURS), nb.new_code_cell(THEIRS), nb.new_markdown_cell(MARKDOWN)]
        word = secrets.token_hex(4)  # for the notebook, and for JupyterLab's workspace
        name = f"{word}.ipynb"
        notebook = nb.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        )
        (lab.folder / name).write_text(json.dumps(notebook), "utf-8")
        self.lab, self.page, self.address = lab, page, lab.address.format(f"{path.format(word)}/{name}")
        page.on("console", lambda message: self.note(message.type, message.text))
        page.on("pageerror", lambda error: self.note("error", str(error)))

    def note(self, kind, words):
        if kind in ("error", "warning") and not words.startswith(STALE) and not SLOW.match(words):
            self.said.add((kind, re.sub(r"\d+", "N", words)))

    def open(self):
        """Begin a day: what the console says, what cells with nothing of ours show, and what the picture says."""
        self.said = set()
        self.page.goto(self.address)
        self.page.wait_for_function(f"{KERNEL} === 'idle'", polling=100)
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=LONG)
        self.run_all()
        self.panel.settle()
        theirs = self.page.locator(".jp-Notebook .jp-Cell").evaluate_all(SEEN)[1:]
        return SimpleNamespace(said=self.said, theirs=theirs, alt=self.panel.image.get_attribute("alt"))

    def run_all(self):
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(ALL_RAN, polling=100)
        expect(self.page.locator(".widget-interact .noUi-handle")).to_be_visible()

    def restart(self):
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:restart-kernel'); }")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)
        self.page.wait_for_function(f"{KERNEL} === 'idle'", polling=100)

    def spend_days(self):
        """A day without the extension; then, on the notebook that it has saved and a new kernel, one with it.

        JupyterLab's own words come with the page, and with a restart: the day without the extension has no more.
        """
        blocking = self.page.context.new_cdp_session(self.page)  # with a route the page would have no cache
        blocking.send("Network.enable")
        blocking.send("Network.setBlockedURLs", {"urls": ["*/lecture-support/*"]})
        self.without = self.open()
        self.restart()
        self.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        self.lab.end_kernels()
        blocking.detach()
        self.with_it = self.open()
        drag(self.panel, self.panel.lecture_slider())
        self.restart()
        self.run_all()
        drag(self.panel, self.panel.lecture_slider())

    @property
    def panel(self):
        return Shown(self.page, self.page.locator(".jp-CodeCell").first.locator(".lecture-panel"))


@pytest.fixture(scope="module", params=["lab/workspaces/{}/tree", "notebooks"], ids=["JupyterLab", "Notebook 7"])
def front(request, lab, tab):
    """A day without the extension, and one with it; the page is still alive."""
    try:
        front = Front(lab, tab, request.param)
        front.spend_days()
        yield front
    finally:
        leave(tab, lab)


def drag(panel, handle):
    before = panel.settle()
    x, y = panel.grasp(handle)
    panel.page.mouse.move(x + 60, y, steps=6)
    panel.page.mouse.up()
    panel.wait_for(lambda: panel.state != before, "another picture")
    panel.settle()


def test_the_console_says_no_error_and_nothing_that_it_does_not_say_without_the_extension(front):
    assert front.with_it.said - front.without.said == set()
    # What the course's settings break would break without the extension too. (Notebook 7 has an error of its own.)
    assert "/notebooks/" in front.address or [words for kind, words in front.with_it.said if kind == "error"] == []


def test_what_is_not_ours_is_as_it_is_without_the_extension(front):
    assert front.without.alt in (None, "")
    assert front.with_it.alt == "The line ends at 0.1, and that is 1 choice."  # the extension is there
    assert len(front.with_it.theirs[0][0]) > 400
    assert front.with_it.theirs == front.without.theirs


def test_only_a_hand_on_a_panel_of_ours_lets_the_signs_of_a_busy_kernel_wait(front):
    """They come at once for everybody else's sliders, and for ours where the kernel is busy for long."""
    page = front.page
    page.evaluate("""() => {
        window.heard = [];
        jupyterapp.shell.currentWidget.sessionContext.statusChanged.connect((_, status) => heard.push(status));
    }""")

    def move(handle):
        page.evaluate("() => { heard.length = 0; }")
        handle.press("Home" if position(handle) else "End")

    def a_move_of_ours_is_not_told():
        before = front.panel.state
        move(front.panel.lecture_slider())
        front.panel.wait_for(lambda: front.panel.state != before, "another picture")
        front.panel.settle()
        return page.evaluate("!heard.includes('busy')")

    front.panel.wait_for(a_move_of_ours_is_not_told, "a move of ours that takes less than half a second")
    move(page.locator(".widget-interact .noUi-handle"))
    page.wait_for_function("heard.includes('busy') && heard.at(-1) === 'idle'")
    front.panel.lecture_slider().press("Home")
    for code, status in (("import time; time.sleep(2)", "busy"), ("import os; os._exit(1)", "autorestarting")):
        page.evaluate("() => { heard.length = 0; }")
        run_code(page, code, wait=False)
        page.wait_for_function("status => heard.includes(status) && heard.at(-1) === 'idle'", arg=status)
