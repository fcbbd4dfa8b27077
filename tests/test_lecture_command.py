"""The `lecture` command: what it asks of JupyterLab, where it lays the notebooks, its errors, and real servers."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

import lecture_support

HELPER = Path(lecture_support.__file__).parent
COURSE = HELPER.parent
WHOLE = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
REAL = sorted(path.name for path in (COURSE / "notebooks").glob("[0-9][0-9]_*.ipynb"))

NO_PROXY_THERE = "http://127.0.0.1:9"

# Stands in for JupyterLab: says what it was asked, then does what its last argument tells.
FAKE = """
import json, os, signal, sys, time

def heard(*_):
    print("heard", flush=True)
    sys.exit(3)

signal.signal(signal.SIGINT, heard)
signal.signal(signal.SIGTERM, heard)
said = {"arguments": sys.argv[1:], "folder": os.getcwd(), "threads": os.environ["OMP_NUM_THREADS"]}
said["scale"] = os.environ.get("LECTURE_SCALE")
said["pid"] = os.getpid()
said["prefer"] = os.environ.get("JUPYTER_PREFER_ENV_PATH")
(folder,) = [argument[21:] for argument in sys.argv if argument.startswith("--ServerApp.root_dir=")]
said["notebooks"] = {}
for name in sorted(os.listdir(folder)):
    if name.endswith(".ipynb"):
        with open(os.path.join(folder, name), "r+") as file:
            said["notebooks"][name] = file.read()
            file.write(" ")  # as a student does, or a cell that has run
print(json.dumps(said), flush=True)
if sys.argv[-1] == "--wait":
    for _ in range(600):  # a signal that comes just before a sleep is heard after it only
        time.sleep(0.1)
if sys.argv[-1] == "--fail":
    sys.exit(7)
"""


@pytest.fixture
def course(tmp_path):
    """A course with the command and notebooks 3 and 12, in a path with a space and Korean letters."""
    course = tmp_path / "강의 노트 copy"
    for folder in ("lecture_support", "notebooks", "stand-in/jupyterlab"):
        (course / folder).mkdir(parents=True)
    for file in ("__init__.py", "__main__.py", "plans.py", "working_copy.py"):
        (course / "lecture_support" / file).write_bytes((HELPER / file).read_bytes())
    for file in ("03_softmax.ipynb", "12_later.ipynb", "sketch.ipynb"):
        (course / "notebooks" / file).write_bytes(WHOLE)
    (course / "stand-in/jupyterlab/__init__.py").touch()
    (course / "stand-in/jupyterlab/__main__.py").write_text(FAKE, "utf-8")
    return course


def command(course, *arguments, before="pass", prefix=(), **environment):
    """The arguments of subprocess.Popen that call the command of this course from another folder."""
    code = f"import sys; {before}; from lecture_support.__main__ import main; sys.exit(main())"
    return {
        "args": [*prefix, sys.executable, "-c", code, *arguments],
        "cwd": course.parent,
        "env": {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(course), str(course / "stand-in")]),
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        "encoding": "utf-8",
    }


def lecture(course, *arguments, **options):
    return subprocess.run(**command(course, *arguments, **options), capture_output=True, timeout=60)


def asked(course, *arguments):
    """The arguments that JupyterLab was started with, --allow-root apart."""
    done = lecture(course, *arguments)
    assert (done.returncode, done.stderr) == (0, f"\nYour notebooks: {course / 'my_notebooks'}\n\n")
    said = json.loads(done.stdout)
    assert Path(said["folder"]) == course.parent
    return [argument for argument in said["arguments"] if argument != "--allow-root"]


def error(done):
    """The one line that a refused call says; it starts nothing."""
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("lecture: ") and done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("given", [{}, {"OMP_NUM_THREADS": "4", "JUPYTER_PREFER_ENV_PATH": "0"}])
def test_the_kernels_get_one_thread_and_the_environment_s_own_unless_told_otherwise(course, given):
    names = ["OMP_NUM_THREADS", "JUPYTER_PREFER_ENV_PATH"]
    before = f"import os; [os.environ.pop(name, 0) for name in {names}]; os.environ.update({given})"
    said = json.loads(lecture(course, before=before).stdout)
    assert [said["threads"], said["prefer"]] == [given.get(name, "1") for name in names]


@pytest.mark.parametrize("prefers, found", [("0", "foreign"), (os.environ["JUPYTER_PREFER_ENV_PATH"], "ours")])
def test_a_foreign_kernel_in_the_home_folder_is_not_taken_in_a_python_that_is_no_environment(tmp_path, prefers, found):
    """Jupyter takes an environment of someone else for such a Python as well. The tests set what `lecture` sets."""
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"argv": ["foreign"], "display_name": "foreign", "language": "python"}')
    code = (
        "import sys; sys.base_prefix = sys.prefix; from jupyter_client.kernelspec import get_kernel_spec; "
        "print('foreign' if get_kernel_spec('python3').argv == ['foreign'] else 'ours')"
    )
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(tmp_path), "JUPYTER_PREFER_ENV_PATH": prefers}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == (found, 0)


def test_opens_the_student_s_copies_from_anywhere(course):
    first = "--LabApp.default_url=/lab/tree/03_softmax.ipynb"
    assert asked(course) == [f"--ServerApp.root_dir={course / 'my_notebooks'}", first]
    assert {path.name for path in (course / "my_notebooks").glob("*")} == {
        ".versions",
        "03_softmax.ipynb",
        "12_later.ipynb",
    }
    assert all(path.read_bytes() == WHOLE for path in (course / "notebooks").iterdir())


@pytest.mark.parametrize(
    ("number", "name"), [("3", "03_softmax.ipynb"), ("03", "03_softmax.ipynb"), ("12", "12_later.ipynb")]
)
def test_opens_a_notebook_by_its_number(course, number, name):
    assert asked(course, number)[1:] == [f"--LabApp.default_url=/lab/tree/{name}"]


def test_without_a_number_it_opens_what_was_last_worked_in(course):
    asked(course)  # the stand-in writes in every notebook
    for name, place in (("12_later.ipynb", "12_later.ipynb"), ("내 것 #1 50%.ipynb", None)):
        path = course / "my_notebooks" / name
        path.write_bytes(WHOLE + b"my work")
        os.utime(path, (1 << 32, 1 << 32))
        place = place or "%EB%82%B4%20%EA%B2%83%20%231%2050%25.ipynb"
        assert asked(course)[1] == f"--LabApp.default_url=/lab/tree/{place}"
        path.unlink()


@pytest.mark.parametrize(("before", "scale"), [("pass", "2"), ("import os; os.environ['LECTURE_SCALE'] = '3'", "3")])
def test_presents_a_notebook_in_a_workspace_of_its_own_with_finer_pictures(course, before, scale):
    said = json.loads(lecture(course, "present", "3", "--port=9", before=before).stdout)
    place = "--LabApp.default_url=/lab/workspaces/present-03/tree/03_softmax.ipynb"
    assert place in said["arguments"] and said["arguments"][-1] == "--port=9"
    assert said["scale"] == scale and not (course / "my_notebooks").exists()
    assert json.loads(lecture(course, "3").stdout)["scale"] is None


def test_presents_the_course_s_notebook_in_a_fresh_copy_that_is_gone_afterwards(course):
    lecture(course)  # which leaves a copy with something in it
    before = {path: path.read_bytes() for path in course.rglob("*.ipynb")}
    done = lecture(course, "present", "3")
    said = json.loads(done.stdout)
    folder = Path(said["arguments"][0].partition("=")[2])
    assert said["notebooks"] == dict.fromkeys(["03_softmax.ipynb", "12_later.ipynb"], WHOLE.decode())
    assert not folder.exists() and course not in folder.parents
    assert {path: path.read_bytes() for path in course.rglob("*.ipynb")} == before
    assert "nothing that you change in it is kept" in done.stderr and "Your notebooks" not in done.stderr


PLANS = """# The page
## [3. Softmax](03_softmax.ipynb)

| core | one | ask | go to | notice | you may hear |
|---|---|---|---|---|---|
| 5 | 3 | Why? | `first-panel`: **start** | “0.5” | *No.* |
| 6 | | How? | *3.1 From `scores`* | “1” | *Yes.* |

## [12. Later](12_later.ipynb)

| core | one | ask | go to | notice | you may hear |
|---|---|---|---|---|---|
| 7 | | Who? | `ask-who`: **you** | “2” | *Me.* |
"""


@pytest.mark.parametrize(
    ("arguments", "name", "only", "beats"),
    [
        (["3"], "03_softmax.ipynb", False, ["first-panel: start", "3.1 From scores"]),
        (["3", "--minutes", "45"], "03_softmax.ipynb", True, ["first-panel: start", "3.1 From scores"]),
        (["3", "--minutes=10"], "03_softmax.ipynb", True, ["first-panel: start"]),
        (["--plan", "one"], "03_softmax.ipynb", True, ["first-panel: start"]),
        (["12", "--plan", "core"], "12_later.ipynb", True, ["first-panel: start", "3.1 From scores"]),
    ],
)
def test_a_show_is_given_its_plan_from_the_teacher_s_page(course, arguments, name, only, beats):
    (course / "notebooks" / "README.md").write_text(PLANS, "utf-8")
    read = "import pathlib, sys; folder = pathlib.Path(sys.argv[1].partition('=')[2]);"
    (course / "stand-in/jupyterlab/__main__.py").write_text(
        f"{read} print((folder / 'plan.json').read_text('utf-8')); print(sys.argv[2:])", "utf-8"
    )
    plan, said = lecture(course, "present", *arguments, "--port=9").stdout.splitlines()
    plan = json.loads(plan)
    assert f"/lab/workspaces/present-{name[:2]}/tree/{name}" in said and "--port=9" in said and "--plan" not in said
    assert plan["only"] == only
    assert [row["beat"] for row in plan["notebooks"][0]["rows"]] == beats
    assert plan["notebooks"][0]["path"] == "03_softmax.ipynb"
    assert plan["notebooks"][0]["rows"][0].items() >= {"ask": "Why?", "notice": "“0.5”", "hear": "*No.*"}.items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["3", "--minutes", "2"], "no plan shows 03_softmax.ipynb in 2 minutes"),
        (["3", "--plan", "two"], "no plan 'two' shows 03_softmax.ipynb; there are core, one"),
        (["12", "--plan", "one"], "no plan 'one' shows 12_later.ipynb; there are core, one"),
        (["3", "--minutes", "long"], "invalid int value: 'long'"),
        (["3", "--minutes", "9", "--plan", "one"], "not allowed with"),
    ],
)
def test_a_plan_that_there_is_not_is_said(course, arguments, words):
    (course / "notebooks" / "README.md").write_text(PLANS, "utf-8")
    assert words in error(lecture(course, "present", *arguments))


@pytest.mark.skipif(os.name == "nt", reason="there is no JupyterHub on Windows")
def test_on_a_hub_what_the_spawner_starts_and_stops_serves_copies_in_the_student_s_home(course, tmp_path):
    (course / "stand-in/jupyterhub").mkdir()
    (course / "stand-in/jupyterhub/__init__.py").touch()
    (course / "stand-in/jupyterhub/singleuser.py").write_text(FAKE, "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(**command(course, "hub", "12", "--debug", "--wait", HOME=str(home)), **pipes) as process:
        said = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == ("heard\n", f"\nYour notebooks: {home / 'lecture_notebooks'}\n\n")
    given = [argument for argument in said["arguments"] if argument != "--allow-root"]
    place = "--ServerApp.default_url=/lab/tree/12_later.ipynb"
    assert given == [f"--ServerApp.root_dir={home / 'lecture_notebooks'}", place, "--debug", "--wait"]
    assert (home / "lecture_notebooks").stat().st_mode & 0o077 == 0  # others may look into many a home
    assert (said["pid"], process.returncode, said["threads"], said["prefer"]) == (process.pid, 3, "1", "1")
    assert not (course / "my_notebooks").exists()


def test_an_original_that_is_no_notebook_is_said_and_keeps_nobody_from_the_others(course):
    original = course / "notebooks" / "03_softmax.ipynb"
    original.write_bytes(WHOLE[:20])
    done = lecture(course, "12")
    assert done.returncode == 0 and f"{original} is no whole notebook" in done.stderr
    assert list(json.loads(done.stdout)["notebooks"]) == ["12_later.ipynb"]
    for arguments in (["3"], ["present", "3"]):
        done = lecture(course, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith("\nlecture: there is no 03_softmax.ipynb to open\n")


@pytest.mark.parametrize("number", [(), ("7",), ("--port=9",)])
def test_presenting_needs_the_number_of_a_notebook(course, number):
    assert "there are 03_softmax.ipynb, 12_later.ipynb" in error(lecture(course, "present", *number))


def test_passes_further_arguments_on(course):
    further = ["--no-browser", "--port", "9999", "--notebook-dir=a b", "--help"]
    assert asked(course, "3", *further)[2:] == further
    assert asked(course, *further)[2:] == further


NO_ROOT_THERE = "vars(os).pop('geteuid', None)"


@pytest.mark.parametrize(
    ("user", "added"), [("os.geteuid = lambda: 0", True), ("os.geteuid = lambda: 1000", False), (NO_ROOT_THERE, False)]
)
def test_root_is_allowed_and_only_root(course, user, added):
    done = lecture(course, before=f"import os; {user}")
    assert ("--allow-root" in json.loads(done.stdout)["arguments"]) is added


@pytest.mark.parametrize("number", ["7", "120", "softmax", "", "sk"])
def test_a_wrong_number_names_the_right_ones(course, number):
    assert f"no notebook {number!r}; there are 03_softmax.ipynb, 12_later.ipynb" in error(lecture(course, number))
    assert not (course / "my_notebooks").exists()


def test_missing_notebooks_are_said(course):
    for file in (course / "notebooks").iterdir():
        file.unlink()
    assert str(course / "notebooks") in error(lecture(course))
    (course / "notebooks").rmdir()
    assert str(course / "notebooks") in error(lecture(course, "3"))


def test_a_missing_jupyterlab_is_said_with_the_cure(course):
    line = error(lecture(course, "3", before="sys.modules['jupyterlab'] = None"))
    assert line.endswith(f'"{sys.executable}" -m pip install -e "{course}[lab]"\n')
    assert not (course / "my_notebooks").exists()


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_explains(course, option):
    done = lecture(course, option)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("usage: lecture") and "lecture 5" in done.stdout


def test_returns_the_exit_code_of_jupyterlab(course):
    assert lecture(course, "--fail").returncode == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a console, not to a group of processes")
@pytest.mark.parametrize("arguments", [[], ["present", "3"]], ids=" ".join)
@pytest.mark.parametrize("stop", ["a terminal's Ctrl-C", "SIGTERM", "SIGHUP"])
def test_stopping_it_stops_jupyterlab_without_a_traceback(course, stop, arguments):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
    heard = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # even where the tests run under nohup
    with subprocess.Popen(**command(course, *arguments, "--wait", before=heard), **pipes) as process:
        folder = Path(json.loads(process.stdout.readline())["arguments"][0].partition("=")[2])
        assert folder.exists()
        if stop.startswith("SIG"):
            process.send_signal(getattr(signal, stop))
        else:
            os.killpg(process.pid, signal.SIGINT)
        out, said = process.communicate(timeout=60)
    assert (out, said.strip("\n").count("\n"), process.returncode) == ("heard\n", 0, 3)
    assert folder.exists() is not bool(arguments)


@pytest.mark.skipif(os.name == "nt", reason="os.kill ends a process on Windows")
def test_a_ctrl_c_that_comes_as_jupyterlab_ends_does_not_lose_its_exit_code():
    """Popen.wait that is broken off just after it has heard of the end knows nothing of it when it is asked again."""
    server = (
        "type('Server', (), {'codes': [3, 0], 'wait': lambda self: (self.codes.pop(0), os.kill(os.getpid(), 2))[0]})"
    )
    code = f"import os, sys; from lecture_support.__main__ import wait; sys.exit(wait({server}()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=COURSE, timeout=60).returncode == 3


@pytest.mark.skipif(os.name == "nt", reason="there is no nohup on Windows")
def test_it_lives_on_under_nohup_when_its_terminal_is_closed(course):
    ignored = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    with subprocess.Popen(**command(course, "--wait", before=ignored), stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.terminate()
        assert process.wait(timeout=60) == 3


@pytest.fixture
def bound():
    """What to put before a command so that folders' permissions bind it, for root too: root is freed from them."""
    if os.name == "nt":
        pytest.skip("Windows has no permission bits")
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv") or pytest.skip("root, and no setpriv: permissions bind nothing here")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


@pytest.fixture
def read_only(course):
    """A function that takes the right to write in a folder away, to the end of the test."""
    changed = []

    def lock(folder):
        changed.append(folder)
        folder.chmod(0o555)

    yield lock
    for folder in changed:
        folder.chmod(0o755)


@pytest.mark.parametrize("theirs", [False, True], ids=["no copies in the course", "someone else's copies in it"])
def test_the_copies_of_a_read_only_course_are_in_the_user_s_home(course, bound, read_only, tmp_path, theirs):
    if theirs:
        asked(course)
        read_only(course / "my_notebooks")
    home = tmp_path / "학생 home"
    home.mkdir()
    (course / "notebooks" / "03_softmax.ipynb").chmod(0o444)
    read_only(course / "notebooks")
    read_only(course)
    why = f"they cannot be written in {course}"
    for _ in range(2):
        done = lecture(course, "3", prefix=bound, HOME=str(home))
        assert (done.returncode, done.stderr) == (0, f"\nYour notebooks: {home / 'lecture_notebooks'} ({why})\n\n")
    assert (course / "my_notebooks").exists() is theirs
    # The stand-in has written in it twice.
    assert (home / "lecture_notebooks" / "03_softmax.ipynb").read_bytes() == WHOLE + b"  "


UNKNOWN = "import os, pwd; del os.environ['HOME']; pwd.getpwuid = {}.__getitem__"


@pytest.mark.parametrize("before", ["pass", UNKNOWN], ids=["a home that is missing", "no home"])
def test_without_any_folder_for_the_copies_it_says_so_and_stops(course, bound, read_only, tmp_path, before):
    read_only(course)
    how = {"prefix": bound, "before": before, "HOME": str(tmp_path / "home")}
    line = error(lecture(course, **how))
    assert f": {course / 'my_notebooks'} and " in line and "lecture_notebooks cannot be written" in line
    assert lecture(course, "present", "3", **how).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit to try it with")
def test_a_full_disk_is_said_in_one_line(course):
    (course / "notebooks" / "03_softmax.ipynb").write_bytes(WHOLE + b" " * 10_000)
    full = (
        "import resource, sys; sys.dont_write_bytecode = True; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    )
    assert "File too large" in error(lecture(course, before=full))
    assert list((course / "my_notebooks").iterdir()) == []


class Server:
    """A running `lecture`, asked over HTTP as its browser would."""

    def __init__(self, course, folder, *arguments):
        self.runtime, self.log = folder / "runtime", folder / "log.txt"
        environment = {
            **os.environ,
            "PYTHONPATH": str(course),
            "http_proxy": NO_PROXY_THERE,  # which a server of this machine and its kernels never ask
            "no_proxy": "",
            "NO_PROXY": "",
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        }
        call = [sys.executable, "-m", "lecture_support", *arguments]
        with self.log.open("wb") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen(call, cwd=folder, env=environment, **streams)

    def wait(self, seconds=60):
        """Wait until the server answers, and return what it says of itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.info = json.loads(next(self.runtime.glob("jpserver-*.json")).read_text("utf-8"))
                self.get("api/status").close()
                return self.info
            except (StopIteration, ValueError, urllib.error.URLError):
                time.sleep(0.1)
        raise AssertionError(f"no answer:\n{self.log.read_text('utf-8')}")

    def get(self, path, token=True, method="GET", data=None):
        headers = {"Authorization": f"token {self.info['token']}"} if token else {}
        request = urllib.request.Request(self.info["url"] + path, data, headers, method=method)
        return urllib.request.urlopen(request, timeout=30)

    def stop(self):
        """End the server by its own API, as the File menu does, and return the exit code of `lecture`."""
        self.get("api/shutdown", method="POST").close()
        return self.process.wait(timeout=60)


@contextmanager
def serving(course, folder, *arguments):
    """A running `lecture` of a course, which ends well."""
    folder.mkdir()
    server = Server(course, folder, *arguments, "--no-browser", "--port=0")
    try:
        server.wait()
        yield server
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(timeout=60)


@pytest.fixture(scope="module")
def server(real_course):
    """`lecture 5` as a student starts it, and one kernel."""
    with serving(real_course, real_course.parent / "first", str(int(REAL[-1][:2]))) as server:
        server.get("api/kernels", method="POST").close()
        yield server


def test_server_serves_the_student_s_copies_and_opens_the_notebook(server, real_course):
    folder = real_course / "my_notebooks"
    assert Path(server.info["root_dir"]).samefile(folder)
    with server.get("api/contents") as answer:
        assert sorted(item["name"] for item in json.load(answer)["content"]) == REAL
    assert f"\n\nYour notebooks: {folder}\n\n" in "\n" + server.log.read_text("utf-8")
    with server.get("") as answer:
        assert answer.url.endswith(f"/lab/tree/{REAL[-1]}")
    assert f"/lab/tree/{REAL[-1]}?token=" in server.log.read_text("utf-8")


def test_no_proxy_is_asked_for_a_server_of_this_machine(server, monkeypatch):
    monkeypatch.setenv("http_proxy", NO_PROXY_THERE)
    urllib.request.build_opener().open(server.info["url"] + "api").close()  # an opener asks for proxies when it is made


def test_server_shows_no_news(server):
    if not (Path(sys.prefix) / "share/jupyter/lab/settings/overrides.d/lecture-support.json").exists():
        pytest.skip("the course is not installed in this environment")
    with server.get("lab/api/settings/@jupyterlab/apputils-extension:notification") as answer:
        defaults = {key: value["default"] for key, value in json.load(answer)["schema"]["properties"].items()}
    assert (defaults["fetchNews"], defaults["checkForUpdates"]) == ("false", False)


# Who may ask the server


LISTENS = "0A"  # the state of a socket in /proc/net/tcp
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def family(pid):
    """A process, its children and theirs."""
    parents = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has just ended
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening(pids):
    """The addresses, in hexadecimal, at which these processes listen, one for each port."""
    links = [link for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {link.readlink().name for link in links if link.is_symlink()}
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return [
        local.split(":")[0]
        for _, local, _, state, *rest in lines
        if state == LISTENS and f"socket:[{rest[5]}]" in sockets
    ]


linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="who listens is read from Linux's /proc")


@linux
def test_the_check_sees_a_port_that_is_open_to_others():
    with socket.socket() as everywhere:
        everywhere.bind(("0.0.0.0", 0))
        everywhere.listen()
        assert "00000000" in listening({os.getpid()})
    assert "00000000" not in listening({os.getpid()})


@linux
def test_the_server_and_its_kernel_listen_on_this_machine_alone(server):
    end = time.monotonic() + 60
    while len(addresses := listening(family(server.process.pid))) < 6:  # one of the server's, five of the kernel's
        assert time.monotonic() < end, f"no kernel came: {addresses}"
        time.sleep(0.2)
    assert set(addresses) <= LOOPBACK


# No id below names a notebook: conftest.py would send the test to a worker that has no server yet.
@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong"])
@pytest.mark.parametrize(
    "path", ["api/kernels", f"api/contents/{REAL[0]}", "api/terminals"], ids=["kernels", "a file", "terminals"]
)
def test_nothing_is_given_or_started_without_the_right_token(server, path, query):
    for method in ("GET", "POST", "DELETE"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.get(path + query, token=False, method=method).close()
        with refused.value as error:
            assert error.code in (401, 403, 405)
    with server.get("api/kernels") as answer:
        assert len(json.load(answer)) == 1


@pytest.mark.parametrize("query", ["", "?token=wrong"])
@pytest.mark.parametrize("path", ["lab", f"files/{REAL[0]}"], ids=["a page", "a file"])
def test_a_page_leads_to_the_login_without_the_right_token(server, path, query):
    with server.get(path + query, token=False) as answer:
        assert "/login?next=" in answer.url
    with server.get(path) as answer:
        assert path in answer.url and "/login" not in answer.url


def test_what_a_student_saves_in_jupyterlab_survives_a_changed_original(server, real_course):
    """A save by JupyterLab itself, an update of the course, and a second `lecture` beside the first."""
    name = REAL[0]
    with server.get(f"api/contents/{name}") as answer:
        model = json.load(answer)
    cell = next(cell for cell in model["content"]["cells"] if cell["cell_type"] == "code")
    cell["source"] = "my_answer = '그래디언트'"
    server.get(f"api/contents/{name}", method="PUT", data=json.dumps(model).encode()).close()
    mine, original = real_course / "my_notebooks" / name, real_course / "notebooks" / name
    written, published = mine.read_bytes(), original.read_bytes()
    assert "그래디언트" in written.decode() and published == (COURSE / "notebooks" / name).read_bytes()
    original.write_bytes(published.replace(b"**1 SVM margin**", b"**1 The SVM margin**"))
    assert original.read_bytes() != published
    with serving(real_course, real_course.parent / "second", "1") as second:
        with second.get("api/contents") as answer:
            (new,) = {item["name"] for item in json.load(answer)["content"]} - set(REAL)
        assert new.startswith(f"{mine.stem} (updated ")
        assert second.log.read_text("utf-8").count(f"beside it: {new}\n") == 1
        with second.get(f"api/contents/{name}") as answer:
            assert json.load(answer)["content"]["cells"] == model["content"]["cells"]
    assert mine.read_bytes() == written
    assert mine.with_name(new).read_bytes() == original.read_bytes()
