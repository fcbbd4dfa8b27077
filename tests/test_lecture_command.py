"""The `lecture` command: what it asks of JupyterLab, its errors, and one real start of the server."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import lecture_support

HELPER = Path(lecture_support.__file__).parent
COURSE = HELPER.parent
REAL = sorted(path.name for path in (COURSE / "notebooks").glob("[0-9][0-9]_*.ipynb"))

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
print(json.dumps(said), flush=True)
if sys.argv[-1] == "--wait":
    time.sleep(60)
if sys.argv[-1] == "--fail":
    sys.exit(7)
"""


@pytest.fixture
def course(tmp_path):
    """A course with the command and notebooks 3 and 12, in a path with a space and Korean letters."""
    course = tmp_path / "강의 노트 copy"
    for folder in ("lecture_support", "notebooks", "stand-in/jupyterlab"):
        (course / folder).mkdir(parents=True)
    for file in ("__init__.py", "__main__.py"):
        (course / "lecture_support" / file).write_bytes((HELPER / file).read_bytes())
    for file in ("03_softmax.ipynb", "12_later.ipynb", "sketch.ipynb"):
        (course / "notebooks" / file).touch()
    (course / "stand-in/jupyterlab/__init__.py").touch()
    (course / "stand-in/jupyterlab/__main__.py").write_text(FAKE, "utf-8")
    return course


def command(course, *arguments, before="pass"):
    """The arguments of subprocess.Popen that call the command of this course from another folder."""
    code = f"import sys; {before}; from lecture_support.__main__ import main; sys.exit(main())"
    return {
        "args": [sys.executable, "-c", code, *arguments],
        "cwd": course.parent,
        "env": {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(course), str(course / "stand-in")]),
            "PYTHONIOENCODING": "utf-8",
        },
        "encoding": "utf-8",
    }


def lecture(course, *arguments, **options):
    return subprocess.run(**command(course, *arguments, **options), capture_output=True, timeout=60)


def asked(course, *arguments):
    """The arguments that JupyterLab was started with, --allow-root apart."""
    done = lecture(course, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert Path(said["folder"]) == course.parent
    return [argument for argument in said["arguments"] if argument != "--allow-root"]


def error(done):
    """The one line that a refused call says."""
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("lecture: ") and done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize(
    ("before", "threads"), [("os.environ.pop('OMP_NUM_THREADS', 0)", "1"), ("os.environ['OMP_NUM_THREADS'] = '4'", "4")]
)
def test_the_kernels_get_one_thread_unless_told_otherwise(course, before, threads):
    assert json.loads(lecture(course, before=f"import os; {before}").stdout)["threads"] == threads


def test_opens_the_notebooks_folder_from_anywhere(course):
    assert asked(course) == [f"--ServerApp.root_dir={course / 'notebooks'}"]


@pytest.mark.parametrize(
    ("number", "name"), [("3", "03_softmax.ipynb"), ("03", "03_softmax.ipynb"), ("12", "12_later.ipynb")]
)
def test_opens_a_notebook_by_its_number(course, number, name):
    assert asked(course, number)[1:] == [f"--LabApp.default_url=/lab/tree/{name}"]


@pytest.mark.parametrize(("before", "scale"), [("pass", "2"), ("import os; os.environ['LECTURE_SCALE'] = '3'", "3")])
def test_presents_a_notebook_in_a_workspace_of_its_own_with_finer_pictures(course, before, scale):
    said = json.loads(lecture(course, "present", "3", "--port=9", before=before).stdout)
    place = "--LabApp.default_url=/lab/workspaces/present-03/tree/03_softmax.ipynb"
    assert place in said["arguments"] and said["arguments"][-1] == "--port=9"
    assert said["scale"] == scale
    assert json.loads(lecture(course, "3").stdout)["scale"] is None


@pytest.mark.parametrize("number", [(), ("7",), ("--port=9",)])
def test_presenting_needs_the_number_of_a_notebook(course, number):
    assert "there are 03_softmax.ipynb, 12_later.ipynb" in error(lecture(course, "present", *number))


def test_passes_further_arguments_on(course):
    further = ["--no-browser", "--port", "9999", "--notebook-dir=a b", "--help"]
    assert asked(course, "3", *further)[2:] == further
    assert asked(course, *further)[1:] == further


@pytest.mark.parametrize(("user", "added"), [(0, True), (1000, False)])
def test_root_is_allowed_and_only_root(course, user, added):
    done = lecture(course, before=f"import os; os.geteuid = lambda: {user}")
    assert ("--allow-root" in json.loads(done.stdout)["arguments"]) is added


def test_runs_where_the_system_knows_no_root(course):
    done = lecture(course, before="import os; vars(os).pop('geteuid', None)")
    assert done.returncode == 0 and "--allow-root" not in json.loads(done.stdout)["arguments"]


@pytest.mark.parametrize("number", ["7", "0", "120", "softmax", "3.5", "", "sk"])
def test_a_wrong_number_names_the_right_ones(course, number):
    assert f"no notebook {number!r}; there are 03_softmax.ipynb, 12_later.ipynb" in error(lecture(course, number))


def test_missing_notebooks_are_said(course):
    for file in (course / "notebooks").iterdir():
        file.unlink()
    assert str(course / "notebooks") in error(lecture(course))
    (course / "notebooks").rmdir()
    assert str(course / "notebooks") in error(lecture(course, "3"))


def test_a_missing_jupyterlab_is_said_with_the_cure(course):
    line = error(lecture(course, "3", before="sys.modules['jupyterlab'] = None"))
    assert line.endswith(f'"{sys.executable}" -m pip install -e "{course}[lab]"\n')


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_explains(course, option):
    done = lecture(course, option)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("usage: lecture") and "lecture 5" in done.stdout


def test_returns_the_exit_code_of_jupyterlab(course):
    assert lecture(course, "--fail").returncode == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a console, not to a group of processes")
@pytest.mark.parametrize("stop", ["a terminal's Ctrl-C", "SIGTERM"])
def test_stopping_it_stops_jupyterlab_without_a_traceback(course, stop):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
    with subprocess.Popen(**command(course, "--wait"), **pipes) as process:
        assert process.stdout.readline().startswith("{")
        if stop == "SIGTERM":
            process.send_signal(signal.SIGTERM)
        else:
            os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60) == ("heard\n", "")
    assert process.returncode == 3


class Server:
    """A running `lecture`, asked over HTTP as its browser would."""

    def __init__(self, folder, *arguments):
        self.runtime, self.log = folder / "runtime", folder / "log.txt"
        environment = {
            **os.environ,
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

    def get(self, path, token=True, method="GET"):
        headers = {"Authorization": f"token {self.info['token']}"} if token else {}
        request = urllib.request.Request(self.info["url"] + path, headers=headers, method=method)
        return urllib.request.urlopen(request, timeout=30)

    def stop(self):
        """End the server by its own API, as the File menu does, and return the exit code of `lecture`."""
        self.get("api/shutdown", method="POST").close()
        return self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not REAL:
        pytest.skip("no notebooks yet")
    number = str(int(REAL[-1][:2]))
    server = Server(tmp_path_factory.mktemp("다른 폴더"), number, "--no-browser", "--port=0")
    try:
        server.wait()
        yield server
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(timeout=60)


def test_server_serves_the_notebooks_folder(server):
    assert Path(server.info["root_dir"]).samefile(COURSE / "notebooks")
    with server.get("api/contents") as answer:
        served = {item["name"] for item in json.load(answer)["content"]}
    assert set(REAL) <= served


def test_server_opens_the_notebook(server):
    with server.get("") as answer:
        assert answer.url.endswith(f"/lab/tree/{REAL[-1]}")
    assert f"/lab/tree/{REAL[-1]}?token=" in server.log.read_text("utf-8")


def test_server_wants_its_token_and_listens_at_home(server):
    assert server.info["hostname"] in ("localhost", "127.0.0.1")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        server.get("api/contents", token=False)


def test_server_shows_no_news(server):
    if not (Path(sys.prefix) / "share/jupyter/lab/settings/overrides.d/lecture-support.json").exists():
        pytest.skip("the course is not installed in this environment")
    with server.get("lab/api/settings/@jupyterlab/apputils-extension:notification") as answer:
        defaults = {key: value["default"] for key, value in json.load(answer)["schema"]["properties"].items()}
    assert (defaults["fetchNews"], defaults["checkForUpdates"]) == ("false", False)
