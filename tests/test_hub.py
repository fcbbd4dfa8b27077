"""JupyterHub on loopback with two students: `lecture hub` gives each one copies that the other cannot read."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from conftest import NOTEBOOKS
from lab import LONG

from lecture_support.working_copy import lay_out

TOKENS = {name: secrets.token_hex() for name in ("ada", "blaise")}
FIRST, *OTHERS = (path.name for path in NOTEBOOKS)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no JupyterHub on Windows")


class Hub:
    """A JupyterHub that runs in a folder, asked over HTTP as its students would; they share a course."""

    def __init__(self, folder, course):
        self._log = folder / "log"
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
        addresses = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets]
        self.address = addresses[0]
        proxy = str(Path(sys.executable).with_name("configurable-http-proxy"))
        config = f"""
c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url, c.ConfigurableHTTPProxy.api_url = {addresses!r}
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.api_tokens = { {token: name for name, token in TOKENS.items()}!r}
c.Authenticator.allowed_users = {set(TOKENS)!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {str(folder / "homes" / "{username}")!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = {LONG // 1000}
c.LocalProcessSpawner.interrupt_timeout = c.LocalProcessSpawner.term_timeout = 1
c.Spawner.environment = {{"PYTHONPATH": {str(course)!r}}}
c.Spawner.cmd = [{sys.executable!r}, "-m", "lecture_support", "hub"]
"""
        (folder / "jupyterhub_config.py").write_text(config, "utf-8")
        for each in sockets:
            each.close()
        with self._log.open("wb") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen([sys.executable, "-m", "jupyterhub"], cwd=folder, **streams)

    @contextmanager
    def ask(self, student, path, data=None):
        """What the hub, or a student's server behind it, answers to a student."""
        headers = {"Authorization": f"token {TOKENS[student]}"}
        request = urllib.request.Request(f"{self.address}/{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=LONG / 1000) as answer:
                yield answer
        except urllib.error.HTTPError as refused:
            refused.close()
            raise

    def wait(self, student, path):
        """Wait until something answers there."""
        end = time.monotonic() + LONG / 1000
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with self.ask(student, path):
                    return
            except urllib.error.URLError:
                time.sleep(0.2)
        raise AssertionError(f"no answer:\n{self._log.read_text('utf-8')}")

    def contents(self, student, name="", owner=None):
        with self.ask(student, f"user/{owner or student}/api/contents/{name}") as answer:
            return json.load(answer)["content"]


@pytest.fixture(scope="module")
def hub(tmp_path_factory, real_course):
    """Ada has worked in her first notebook, and the course has changed it since."""
    folder = tmp_path_factory.mktemp("hub")
    copies = folder / "homes" / "ada" / "lecture_notebooks"
    copies.mkdir(parents=True)
    originals = sorted((real_course / "notebooks").glob("*.ipynb"))
    lay_out(originals, copies, date.today())
    for path, words in ((copies / FIRST, b"**1 Ada's work**"), (originals[0], b"**1 The SVM margin**")):
        path.write_bytes(path.read_bytes().replace(b"**1 SVM margin**", words))
    hub = Hub(folder, real_course)
    try:
        hub.wait("ada", "hub/api")
        for student in TOKENS:
            with hub.ask(student, f"hub/api/users/{student}/server", b""):
                pass
        for student in TOKENS:
            hub.wait(student, f"user/{student}/api/contents")
        yield hub
    finally:
        hub.process.terminate()  # it ends the students' servers as well
        hub.process.wait(timeout=LONG / 1000)


def test_each_student_opens_the_first_notebook_in_a_copy_that_nobody_else_reads(hub, real_course):
    for student, other, said in (("ada", "blaise", "Ada's work"), ("blaise", "ada", "The SVM margin")):
        with hub.ask(student, f"user/{student}/") as page:
            assert page.url == f"{hub.address}/user/{student}/lab/tree/{FIRST}"
        words = json.dumps(hub.contents(student, FIRST)["cells"])
        assert f"**1 {said}**" in words and words.count("**1 ") == 1
        with pytest.raises(urllib.error.HTTPError, match="403"):
            hub.contents(other, FIRST, owner=student)
    assert not (real_course / "my_notebooks").exists()


def test_an_update_of_the_course_lies_beside_what_a_student_has_written(hub):
    names = {student: {item["name"] for item in hub.contents(student)} for student in TOKENS}
    assert names["blaise"] == {FIRST, *OTHERS}
    (new,) = names["ada"] - names["blaise"]
    assert new.startswith(f"{Path(FIRST).stem} (updated ")
