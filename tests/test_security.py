"""Nothing asks for what is beyond this machine, no text becomes code, and words stay words on the page.

That nothing listens beyond it is in test_lecture_command.py, where the server is.
"""

import ast
import html
import re
import subprocess
import sys
from pathlib import Path

import ipywidgets as widgets
import nbformat
import pytest
from conftest import NOTEBOOKS
from lab import BROWSER, leave, run_all
from playwright.sync_api import expect
from store import METADATA
from test_imports import MODULES, code_of, imported, tree_of
from test_panel import parts

from lecture_support.exercises import check

# What the code may not do


BUILT_IN = {"eval", "exec", "compile", "__import__"}
IMPORTED = {
    *("pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"),
    *("socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "asyncio", "ftplib", "smtplib", "xmlrpc"),
    *("subprocess", "ctypes", "multiprocessing", "pty", "webbrowser", "socketserver"),
}
OF_OS = re.compile(r"os\.(system|popen|exec\w+|spawn\w+|fork\w*)")
# The command starts JupyterLab as a program of its own, and JupyterLite's builder: from lists of arguments, so that no
# shell reads them.
# Of the checks, one compiles the course's own solutions with a change in them, one works out a piece of the student's
# own line once more, to say what stood there, and one works in a copy of the process that can be ended.
ALLOWED = {
    "__main__": {"import subprocess", "os.execve"},
    "checks": {"exec", "compile"},
    "errors": {"eval", "compile"},
    "calls": {"os.fork"},
    "site": {"import subprocess"},
}


def dangers(tree):
    """What a piece of code does, or could do, that no part of the course may."""
    found = {f"import {name}" for module in imported(tree) for name in {module.split(".")[0]} & IMPORTED}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in BUILT_IN:
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and OF_OS.fullmatch(ast.unparse(node)):
            found.add(ast.unparse(node))
        elif isinstance(node, ast.Call):
            said = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            if said.get("shell", "False") != "False":
                found.add("a shell")
            if ast.unparse(node.func).endswith(("np.load", "numpy.load")) and said.get("allow_pickle") != "False":
                found.add("np.load that may unpickle")
    return found


@pytest.mark.parametrize(
    ("code", "danger"),
    [
        ("eval('1')", "eval"),
        ("run = exec", "exec"),
        ("compile(source, 'x', 'exec')", "compile"),
        ("__import__('os')", "__import__"),
        ("import pickle", "import pickle"),
        ("from urllib.request import urlopen", "import urllib"),
        ("import http.client as c", "import http"),
        ("def f():\n    import socket", "import socket"),
        ("os.system('ls')", "os.system"),
        ("subprocess.run('ls', shell=True)", "a shell"),
        ("np.load(file)", "np.load that may unpickle"),
        ("np.load(file, allow_pickle=True)", "np.load that may unpickle"),
    ],
)
def test_each_danger_would_be_found(code, danger):
    assert dangers(ast.parse(code)) == {danger}


@pytest.mark.parametrize("name", MODULES)
def test_the_helper_turns_no_text_into_code_and_knows_no_network(name):
    assert dangers(tree_of(MODULES[name])) == ALLOWED.get(name, set())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_turns_no_text_into_code_and_knows_no_network(path):
    assert dangers(code_of(path)) == set()


# No network at run time


GUARD = """
import socket, sys

HOME = {None, "", "localhost", "127.0.0.1", "::1", b"localhost"}

class Outside(Exception):
    pass

def guard(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in HOME - {None, ""}:
            raise Outside(f"{event} {address}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        if arguments[0] not in HOME:
            raise Outside(f"{event} {arguments[0]}")

sys.addaudithook(guard)
"""
SHOW_THAT_IT_HOLDS = """
def refused(call, *arguments):
    try:
        call(*arguments)
    except Outside:
        return True

with socket.socket() as outside, socket.socket(type=socket.SOCK_DGRAM) as packet, socket.socket() as everywhere:
    assert refused(outside.connect, ("192.0.2.1", 80))
    assert refused(packet.sendto, b"hello", ("192.0.2.1", 53))
    assert refused(everywhere.bind, ("0.0.0.0", 0))
assert refused(socket.getaddrinfo, "example.org", 80)
with socket.socket() as server, socket.socket() as client:
    server.bind(("127.0.0.1", 0))
    server.listen()
    client.connect(server.getsockname())
"""


def run_guarded(code):
    """Run code in a process that can reach nothing but this machine; return what it wrote to stderr."""
    here = Path(__file__).parent
    done = subprocess.run([sys.executable, "-c", GUARD + code], cwd=here, capture_output=True, text=True, timeout=300)
    return done.stderr if done.returncode else ""


def test_the_guard_refuses_what_is_outside_and_lets_pass_what_is_at_home():
    assert run_guarded(SHOW_THAT_IT_HOLDS) == ""
    assert "Outside: socket.connect ('192.0.2.1', 80)" in run_guarded("socket.socket().connect(('192.0.2.1', 80))")


def test_a_notebook_runs_where_nothing_outside_can_be_reached():
    code = "sys.path.insert(0, '.')\nfrom conftest import NOTEBOOKS, variables\n"
    assert run_guarded(f"{code}assert 'learn' in variables(NOTEBOOKS[4])") == ""


# The extension, and words on the page


SCRIPTS = sorted((MODULES["panel"].parent / "lab" / "static").glob("*.js"))
OF_JAVASCRIPT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|\beval\b|\bFunction\(|"
    r"set(?:Timeout|Interval)\(\s*[\"'`]|fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|https?:|"
    r"from [\"'](?!\./)|import\([\"']"
)


@pytest.mark.parametrize(
    "code",
    [
        "element.innerHTML = words",
        "element.insertAdjacentHTML('beforeend', words)",
        "eval(words)",
        "new Function(words)",
        "setTimeout('go()', 100)",
        "fetch(address)",
        "import { a } from 'https://cdn.example.org/a.js'",
        "import { a } from 'lodash'",
    ],
)
def test_each_danger_of_javascript_would_be_found(code):
    assert OF_JAVASCRIPT.search(code)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_extension_writes_no_html_runs_no_text_and_asks_nobody(path):
    of_the_folder = ["fetch("] if path.name == "site.js" else []  # a new version of a notebook, from the site itself
    assert OF_JAVASCRIPT.findall(path.read_text("utf-8")) == of_the_folder


EVIL = "<img src=x onerror=\"document.title='HACKED'\"><script>document.title='HACKED'</script> & <b>bold</b>"
HOSTILE = f"""
import ipywidgets as widgets
from matplotlib.figure import Figure
from lecture_support.exercises import check
from lecture_support.panel import Panel
from lecture_support.predictions import Question, ask

evil = {EVIL!r}

def update(reg, loss):
    if reg == 10:
        raise ValueError(evil)
    return f"{{loss}} {{evil}} {{reg}}"

panel = Panel(Figure(figsize=(4, 2)), update, reg=0.1, loss=widgets.ToggleButtons(options=["SVM " + evil, "softmax"]),
              states={{evil: {{"reg": 1.0}}, "fails": {{"reg": 10.0}}}})
question = ask(Question("Why " + evil, lambda: "no", evil, evil, choices=("yes " + evil, "no")))
amount = ask(Question("How many " + evil, lambda: 3, evil, evil, unit="of " + evil))
question.commit("yes " + evil)
amount.commit(4)

def my_accuracy(W, X, y):
    raise ValueError(evil)
"""


def test_every_word_that_a_widget_shows_as_html_is_escaped(capsys):
    notebook = {}
    exec(HOSTILE, notebook)
    panel, shown = notebook["panel"], []
    panel._state_buttons[EVIL].click()
    for part in (panel, notebook["question"], notebook["amount"]):
        for button in parts(part.widget):
            if isinstance(button, widgets.Button):
                button.click()
        shown += [each.value for each in parts(part.widget) if isinstance(each, widgets.HTML)]
    assert len(shown) == 7
    tags = {tag for words in shown for tag in re.findall(r"<(\w+)", words)}
    assert tags <= {"div", "b"}
    assert sum(html.escape(EVIL) in words for words in shown) >= 5
    stored = [panel._repr_mimebundle_()[0], notebook["question"]._repr_mimebundle_()]
    assert all(set(re.findall(r"<(\w+)", each["text/html"])) <= {"div", "img", "p"} for each in stored)
    assert all(html.escape(EVIL) in each["text/html"] for each in stored)
    check(notebook["my_accuracy"])
    assert EVIL in capsys.readouterr().out


@pytest.mark.skipif(BROWSER is None, reason="no chromium here: the words were not tried on a page")
def test_hostile_words_are_words_on_the_page(lab, tab):
    shown = "panel", "question", "amount", "check(my_accuracy)"
    cells = [HOSTILE, *shown]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata=METADATA)
    lab.write("security/hostile.ipynb", nbformat.writes(notebook))
    lab.open(tab, "security/hostile.ipynb")
    run_all(tab)
    for name in ("fails", EVIL, "start"):
        tab.locator(".lecture-states button").get_by_text(name, exact=True).click()
    for reveal in tab.get_by_role("button", name="Reveal").all():
        reveal.click()
    expect(tab.locator(".lecture-sentence")).to_contain_text(EVIL)
    expect(tab.locator(".lecture-panel img")).to_have_attribute("alt", re.compile(re.escape(EVIL)))
    for each in tab.locator(".lecture-prediction").all():
        expect(each).to_contain_text(EVIL)
    expect(tab.locator(".widget-toggle-buttons button").first).to_contain_text(EVIL)
    outputs = tab.locator(".jp-OutputArea-output")
    expect(outputs.last).to_contain_text(EVIL)
    assert outputs.locator('script, img[src="x"]').count() == 0
    assert "HACKED" not in tab.title()
    leave(tab, lab)
