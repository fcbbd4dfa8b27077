"""A real JupyterLab and a real Chromium for tests and benchmarks, and the panels as a page shows them."""

import hashlib
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
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import ipywidgets as widgets
from playwright.sync_api import expect

from lecture_support.plans import lay_plan, plans_of

PLANS = plans_of((Path(__file__).parent.parent / "notebooks" / "README.md").read_text("utf-8"))
SIZES = [(1280, 720), (1024, 768), (1920, 1080), (3840, 2160)]
HALL = dict(zip(("width", "height"), SIZES[0], strict=True))

# The first one draws no window of its own beside the page, which takes a quarter of the others' time.
CHROMES = "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"
BROWSER = next(filter(None, map(shutil.which, CHROMES)), None)
FIREFOX = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # as on a machine without a network
]
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
LONG = 180_000  # ms: only a fault takes as long, however busy the machine is
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
ALL_RAN = f"""() => {{
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(e => e.textContent);
    return {KERNEL} === "idle" && prompts.some(t => t) && prompts.every(t => !t || /^\\[\\d+\\]:$/.test(t));
}}"""
TOO_LATE = f"new Promise((_, fail) => setTimeout(fail, {LONG}, 'no answer'))"  # an evaluation has no time-out
# Save the notebook, and once more while that is under way.
SAVE_TWICE = f"""async () => {{
    const {{ context }} = jupyterapp.shell.currentWidget;
    let other;
    jupyterapp.serviceManager.contents.fileChanged.connect(() => (other ??= context.save()));
    await Promise.race([context.save().then(() => other), {TOO_LATE}]);
}}"""
# The picture that the browser shows, as one word for the bytes of its PNG; "" while it has none that is decoded.
PICTURE = """async image => {
    if (!image.complete || !image.naturalWidth) return "";
    try {
        const bytes = await (await fetch(image.src)).arrayBuffer();
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        return [...hash].map(byte => byte.toString(16).padStart(2, "0")).join("");
    } catch {
        return "";  // another picture has just taken its place
    }
}"""


# What makes every panel of a kernel fail at its next move, and what cures them.
PLANT = """from lecture_support.screen import PANELS
def _fails(**values): raise RuntimeError('planted')
for _panel in PANELS: _panel._kept, _panel._update = _panel._update, _fails"""
CURE = "for _panel in PANELS: _panel._update = _panel._kept"


def without_outputs(path):
    """A notebook as text, as if no cell had been run."""
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook)


class Lab:
    """A JupyterLab over a folder of its own, `folder`, that touches nothing of the user's; `address` takes a path."""

    def __init__(self, home):
        self.home, self.folder = home, home / "notebooks"
        self.folder.mkdir()
        for name, setting in SETTINGS.items():
            file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(setting), "utf-8")
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        self._environment |= {
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        }
        # JupyterLite's kernel, which a site is built with, leaves an error in the console of every other JupyterLab.
        self._extensions = home / "labextensions"
        installed, not_for_lab = Path(sys.prefix, "share", "jupyter", "labextensions"), "pyodide-kernel-extension"
        shutil.copytree(installed, self._extensions, ignore=shutil.ignore_patterns(not_for_lab))

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        token = secrets.token_hex()
        self.address = f"http://127.0.0.1:{port}/{{}}?token={token}"
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--port={port}"]
        command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={self.folder}"]
        for app in ("LabApp", "JupyterNotebookApp"):  # JupyterLab and Notebook 7; run_code needs the first
            command += [f"--{app}.expose_app_in_browser=True", f"--{app}.labextensions_path={self._extensions}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        log = self.home / "log"
        with log.open("wb") as file:
            streams = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": file}
            self._server = subprocess.Popen(command, env=self._environment, **streams)
        try:
            for _ in range(900):
                try:
                    self.ask("api").close()
                    return self
                except urllib.error.URLError:
                    assert self._server.poll() is None, log.read_text("utf-8")
                    time.sleep(0.2)
            raise AssertionError(f"no answer:\n{log.read_text('utf-8')}")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self._server.terminate()
        self._server.wait(timeout=LONG / 1000)

    def ask(self, path, method="GET"):
        return urllib.request.urlopen(urllib.request.Request(self.address.format(path), method=method), timeout=60)

    def write(self, name, content):
        """Lay a file, bytes or text, into `folder`, which is served, and return its path."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def open(self, page, name, folder=""):
        """Open a notebook in a page, in a workspace of its own, and wait for its kernel; "notebooks" is Notebook 7."""
        page.goto(self.address.format(f"{folder or f'lab/workspaces/{secrets.token_hex(4)}/tree'}/{name}"))
        page.wait_for_function(f"{KERNEL} === 'idle'", timeout=LONG, polling=100)
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=LONG)

    def end_kernels(self):
        """End every kernel, so that the next notebook gets the machine to itself."""
        with self.ask("api/sessions") as answer:
            for session in json.load(answer):
                self.ask(f"api/sessions/{session['id']}", "DELETE").close()


def chromium(playwright):
    """A headless Chromium, of the one Playwright that a process can have."""
    return playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)


def firefox(playwright):
    """A headless Firefox, as Debian has it: Playwright speaks to it by WebDriver BiDi."""
    return playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)


def new_page(browser, width=1366, height=900, **kind):
    """A page that is as patient as a machine with other work needs it, of a kind: has_touch, is_mobile."""
    page = browser.new_page(viewport={"width": width, "height": height}, **kind)
    page.set_default_timeout(LONG)
    return page


def choose(page, menu, item):
    """Choose an item of JupyterLab's menu."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=re.compile(f"^{item}")).first.click()


def show_theme(page, theme):
    """Change to one of JupyterLab's themes."""
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str("Light" in theme).lower())
    page.wait_for_function("!document.querySelector('#jupyterlab-splash')")  # JupyterLab 4.2 covers the page meanwhile


def run_all(page):
    """Run All Cells from the menu, to the end of the last one."""
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(ALL_RAN, timeout=LONG, polling=100)


def run_code(page, code, wait=True):
    """Run code in the notebook's kernel, beside its cells; raise where it does."""
    answer = page.evaluate(
        """async ([code, wait]) => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({code, silent: true});
            return wait ? (await future.done).content : {status: "ok"};
        }""",
        [code, wait],
    )
    assert answer["status"] == "ok", answer


@contextmanager
def busy(page, folder):
    """Keep the notebook's kernel busy to the end of the block: it waits for a file in folder."""
    over = folder / secrets.token_hex(4)
    run_code(page, f"import os, time\nwhile not os.path.exists({str(over)!r}): time.sleep(0.02)", wait=False)
    page.wait_for_function(f"{KERNEL} === 'busy'")
    try:
        yield
    finally:
        over.touch()


def frames(page, count=1):
    """Wait until the page has been drawn so many times; a page on a busy machine takes as long as it needs."""
    page.evaluate(
        """count => new Promise(done => {
            const next = () => count-- ? requestAnimationFrame(next) : done();
            next();
        })""",
        count,
    )


def leave(page, lab):
    """Leave a notebook, and end every kernel; the page has its first size again."""
    page.goto("about:blank")
    page.set_viewport_size({"width": 1366, "height": 900})
    lab.end_kernels()


def present(lab, page, path, plan=None, size=SIZES[0]):
    """Open a notebook in a page as `lecture present` shows it, and wait until all is ready."""
    lab.write(path.name, without_outputs(path))
    lay_plan(lab.folder, PLANS, plan)
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.asked.clear()
    page.goto(lab.address.format(f"lab/workspaces/present-{path.name[:2]}/tree/{path.name}"))
    curtain = page.locator(".lecture-curtain")
    expect(curtain).to_contain_text(re.compile(r"Getting the notebook ready: \d+ of \d+ cells"), timeout=LONG)
    expect(curtain).to_have_count(0, timeout=LONG)


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
        return self.root.locator(".lecture-sentence .widget-html-content").text_content()  # even out of sight

    def values(self, panel):
        """Where the page's controls stand, as `panel.values` says it: panel is the same one in this process."""
        controls = self.root.locator("> .widget-hbox").first.locator("> *")
        found = controls.evaluate_all(
            """controls => controls.map(control => {
                const [handle, select, box] = [".noUi-handle", "select", "input"].map(s => control.querySelector(s));
                if (handle) return Number(handle.getAttribute("aria-valuenow"));
                if (select) return select.selectedIndex;
                if (box) return Number(box.checked);
                const buttons = [...control.querySelectorAll("button")];
                return buttons.length ? buttons.findIndex(each => each.classList.contains("mod-active"))
                                      : Number(control.classList.contains("mod-active"));
            })"""
        )
        assert len(found) == len(panel.sliders)
        counted = widgets.IntSlider, widgets.FloatSlider  # these say their value, all others its index
        return {
            name: min(positions, key=lambda position, value=value: abs(position - value))
            if isinstance(panel.sliders[name], counted)
            else positions[int(value)]
            for value, (name, positions) in zip(found, panel.positions.items(), strict=True)
        }

    def agrees(self, panel):
        """Whether picture and sentence are those of where the page's controls stand."""
        return self.state == state_at(panel, *self.values(panel).items())

    def expect_agreement(self, panel, what):
        """Wait until picture, sentence and controls agree."""
        self.wait_for(lambda: self.agrees(panel), f"agreement after {what}")

    @property
    def state(self):
        """The picture and the sentence."""
        return self.image.evaluate(PICTURE), self.sentence

    def place(self):
        """Where the picture lies in the panel, how large it is, and how high the panel is."""
        return self.root.evaluate("""root => {
            const [panel, image] = [root, root.querySelector("img")].map(e => e.getBoundingClientRect());
            return [image.x - panel.x, image.y - panel.y, image.width, image.height, panel.height];
        }""")

    def lecture_slider(self):
        """The handle of the first of the lecture's sliders, or else of any."""
        theirs = self.root.locator(".widget-slider").filter(has_text=re.compile("λ|step size η|batch size"))
        return (theirs.locator(".noUi-handle") if theirs.count() else self.handles).first

    def grasp(self, handle):
        """Take a slider's handle with the mouse, and return where: what JupyterLab lays out late moves it meanwhile."""
        mouse = self.page.mouse

        def held():
            mouse.up()
            handle.hover()
            mouse.down()
            return "noUi-active" in handle.get_attribute("class")

        self.wait_for(held, "a hold of the handle")
        box = handle.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, handle, here, what):
        """Drag a handle to the farther end of its slider: the picture follows, stays in its place, and ends right."""
        self.root.evaluate("root => root.scrollIntoView({block: 'start'})")
        start, begun, mouse, places = self.settle(), position(handle), self.page.mouse, [self.place()]
        x, y = self.grasp(handle)
        track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
        end = track["x"] - 20 if x > track["x"] + track["width"] / 2 else track["x"] + track["width"] + 20
        for step in range(1, 7):
            mouse.move(x + step / 6 * (end - x), y)
            frames(self.page)
            places.append(self.place())
        self.wait_for(
            lambda: self.state[0] != start[0] and self.sentence != start[1], f"{what}: a change before release"
        )
        mouse.up()
        self.expect_agreement(here, what)
        assert position(handle) != begun, what
        assert all(place == places[0] for place in places), f"{what}: the page moved"

    def move_every_control(self):
        """Move each control to another place by a hand, a slider by an arrow key."""
        for slider in self.root.locator(".widget-slider").all():
            handle, label = slider.locator(".noUi-handle"), slider.locator(".widget-label").inner_text()
            before = position(handle)
            handle.press("ArrowRight" if before == float(handle.get_attribute("aria-valuemin")) else "ArrowLeft")
            assert position(handle) != before, label
            assert handle.get_attribute("aria-label").startswith(label)
            expect(handle).to_have_attribute("aria-valuetext", slider.locator(".widget-readout").inner_text())
        for buttons in self.root.locator(".widget-toggle-buttons").all():
            other = buttons.locator("button:not(.mod-active)").last.element_handle()
            other.click()
            self.wait_for(lambda other=other: other.get_attribute("aria-pressed") == "true", "a button that is pressed")
            expect(buttons.locator('[aria-pressed="true"]')).to_have_count(1)
        for select in self.root.locator("select").all():
            last = select.locator("option").count() - 1
            select.select_option(index=last if select.evaluate("select => select.selectedIndex") != last else 0)
        for box in self.root.locator("input[type=checkbox]").all():
            box.click()

    def wait_for(self, true, what):
        """Ask again until true() is so."""
        end = time.monotonic() + LONG / 3000
        while not true():
            assert time.monotonic() < end, f"{what} did not come; the panel says: {self.sentence}"
            self.page.wait_for_timeout(30)

    def settle(self):
        """The state that stays when the kernel has answered everything, so that after the last picture of a move.

        The first answer lets the page send the position that it kept meanwhile, the second comes after that one's.
        """
        before = None
        while before != (now := self.state) or not now[0]:
            before = now
            for _ in range(2):
                run_code(self.page, "pass")
        return now


@cache
def state_at(panel, *values):
    """The picture and the sentence of a panel in this process, with its controls at values."""
    panel.set(**dict(values))
    return hashlib.sha256(panel.image.value).hexdigest(), panel.sentence


def panels(page):
    """The panels of a page, from top to bottom; one that waits for a student's function has no picture."""
    # "light": nothing of JupyterLab's page is in a shadow, where Playwright would look in each of its elements.
    picture = page.locator("css:light=img:not([style*='display: none'])")
    roots = page.locator("css:light=.lecture-panel").filter(has=picture)
    return [Shown(page, roots.nth(index)) for index in range(roots.count())]


def position(handle):
    """Where a slider's handle stands: the index of its position."""
    return float(handle.get_attribute("aria-valuenow"))
