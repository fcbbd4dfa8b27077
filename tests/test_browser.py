"""Every notebook once in a real browser: run it in JupyterLab, move its controls, and see the pixels change."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from conftest import NOTEBOOKS
from playwright.sync_api import expect, sync_playwright

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the notebooks were not tried in a browser")

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SETTINGS = {
    # Cells out of sight are in the page as well, and no window but the notebook opens.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
LONG = 90_000  # ms: a machine that runs other tests at the same time
ALL_RAN = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(e => e.textContent);
    const kernel = document.querySelector(".jp-Notebook-ExecutionIndicator").dataset.status;
    return kernel === "idle" && prompts.some(t => t) && prompts.every(t => !t || /^\\[\\d+\\]:$/.test(t));
}"""
# The pixels that the browser shows, as one number; 0 until it has them.
PIXELS = """image => {
    if (!image.complete || !image.naturalWidth) return 0;
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const data = new Uint32Array(canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data.buffer);
    return data.reduce((sum, pixel) => Math.imul(sum, 31) + pixel | 0, 7);
}"""

CONTROLS = ":is(button, select, input, .noUi-handle):not(.widget-play *)"
FOCUSED = "(root, controls) => [...root.querySelectorAll(controls)].indexOf(document.activeElement)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on a copy of the notebooks, without outputs, that touches nothing of the user's."""
    home = tmp_path_factory.mktemp("home")
    (home / "notebooks").mkdir()
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
        (home / "notebooks" / path.name).write_text(json.dumps(notebook), "utf-8")
    for name, setting in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(setting), "utf-8")

    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment |= {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--port={port}"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home / 'notebooks'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/{{}}?token={token}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address.format("api"), timeout=30).close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, (home / "log").read_text("utf-8")
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def page(request, browser, lab):
    """A notebook after Run All."""
    path = request.param
    expect.set_options(timeout=LONG / 3)
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.set_default_timeout(LONG)
    try:
        page.goto(lab.format(f"lab/workspaces/{path.stem}/tree/{path.name}"))
        expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=LONG)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function(ALL_RAN)
        yield page
    finally:
        page.close()
    with urllib.request.urlopen(lab.format("api/sessions")) as answer:
        for session in json.load(answer):  # the next notebook gets the machine to itself
            end = urllib.request.Request(lab.format(f"api/sessions/{session['id']}"), method="DELETE")
            urllib.request.urlopen(end).close()


class Shown:
    """One panel as the page shows it."""

    def __init__(self, page, root):
        self.page, self.root = page, root
        self.image = root.locator("img.widget-image")
        self.handles = root.locator(".noUi-handle")

    def button(self, name):
        return self.root.locator(f'button.widget-button[title="{name}"]')

    @property
    def sentence(self):
        return self.root.locator(".lecture-sentence .widget-html-content").inner_text()

    @property
    def state(self):
        """The pixels and the sentence."""
        return self.image.evaluate(PIXELS), self.sentence

    def place(self):
        """Where the picture lies in the panel, and how large it is."""
        return self.root.evaluate("""root => {
            const [panel, image] = [root, root.querySelector("img")].map(e => e.getBoundingClientRect());
            return [image.x - panel.x, image.y - panel.y, image.width, image.height];
        }""")

    def lecture_slider(self):
        """The handle of the first of the lecture's sliders, or else of any."""
        theirs = self.root.locator(".widget-slider").filter(has_text=re.compile("λ|step size η|batch size"))
        return (theirs.locator(".noUi-handle") if theirs.count() else self.handles).first

    def wait_for(self, true, what):
        """Ask again until true() is so."""
        end = time.monotonic() + LONG / 3000
        while not true():
            assert time.monotonic() < end, f"{what} did not come; the panel says: {self.sentence}"
            self.page.wait_for_timeout(30)

    def settle(self):
        """The state that stays while the kernel has nothing to do, so that after the last picture of a move."""
        before, since = self.state, time.monotonic()
        while time.monotonic() - since < 0.25:
            self.page.wait_for_timeout(40)
            now, kernel = self.state, self.page.locator("#jp-main-statusbar").inner_text()
            if now != before or "| Idle" not in kernel:
                before, since = now, time.monotonic()
        return before


def panels(page):
    roots = page.locator(".widget-vbox").filter(has=page.locator(".lecture-sentence"))
    return [Shown(page, roots.nth(index)) for index in range(roots.count())]


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


def position(handle):
    return float(handle.get_attribute("aria-valuenow"))


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
