"""The `lecture` command: opens the student's notebooks in JupyterLab, wherever it is called from."""

import argparse
import importlib.util
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from lecture_support.plans import choose, lay_plan, plans_of
from lecture_support.working_copy import last_worked_in, lay_out, working_folder

COURSE = Path(__file__).resolve().parents[1]

HELP = """\
usage: lecture [present | hub] [number] [JupyterLab's own options]

  lecture                             open the notebook that you worked in last, at first notebook 1
  lecture 5                           open your notebook 5
  lecture present 5                   show notebook 5 to a class, every cell run before the first picture
  lecture present 5 --minutes 45      only what fits: the fullest plan of notebooks/README.md with no more minutes
  lecture present --plan one          a plan of notebooks/README.md, from its first notebook or the one you number
  lecture hub                         what JupyterHub's spawner calls for each student
  lecture site FOLDER                 build the course as a folder of web pages, with Python in the browser
  lecture site FOLDER --pyodide PATH  the same with all of Python in the folder: it asks for nothing outside
  lecture 5 --no-browser --port 9999  what follows the number goes to JupyterLab unchanged

Your notebooks are copies of the course's, in my_notebooks. An update of the course changes none of them: the new
version is laid beside yours. To start one over, delete it or give it another name, and call lecture again.
`lecture present` shows a fresh copy of the course's notebook instead, and keeps nothing that you change in it.

`jupyter lab --help` lists JupyterLab's options. Stop it with Ctrl-C."""


def main():
    """Start JupyterLab as the command line asks, wait for its end, and return its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] in (["-h"], ["--help"]):
        print(HELP)
        return 0

    originals = sorted((COURSE / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    notebooks = {path.name[:2]: path.name for path in originals}
    if not notebooks:
        where = f'{COURSE / "notebooks"}: clone the course and run pip install -e ".[lab]" inside it'
        sys.exit(f"lecture: no notebooks in {where}")

    if arguments[:1] == ["site"]:
        return make_site(originals, arguments[1:])
    way = arguments.pop(0) if arguments[:1] in (["present"], ["hub"]) else ""
    present = way == "present"
    name = None
    if present:
        page = COURSE / "notebooks" / "README.md"
        plans = plans_of(page.read_text("utf-8")) if page.exists() else {}
        wish, arguments = wished(arguments)
        if wish.plan in plans and (not arguments or arguments[0].startswith("-")):
            arguments.insert(0, min(plans[wish.plan])[:2])  # the first notebook of the plan
    if present or (arguments and not arguments[0].startswith("-")):
        number = arguments.pop(0) if arguments else "(none)"
        if number.zfill(2) not in notebooks:
            sys.exit(f"lecture: there is no notebook {number!r}; there are {', '.join(notebooks.values())}")
        name = notebooks[number.zfill(2)]
    if present:
        try:
            plan = choose(plans, name, wish.plan, wish.minutes)
            if wish.minutes is not None:
                plans = {plan: {name: plans[plan][name]}}  # the minutes are for this notebook alone
        except ValueError as error:
            sys.exit(f"lecture: {error}")
    if importlib.util.find_spec("jupyterlab") is None:
        sys.exit(f'lecture: JupyterLab is missing: run "{sys.executable}" -m pip install -e "{COURSE}[lab]"')

    try:
        if not present:
            folder = working_folder(COURSE, shared=way == "hub")
            why = "" if way or folder.parent == COURSE else f" (they cannot be written in {COURSE})"
            return serve(folder, originals, name, f"Your notebooks: {folder}{why}", arguments, way)
        with TemporaryDirectory(prefix="lecture-", ignore_cleanup_errors=True) as folder:
            lay_plan(folder, plans, plan)
            said = "This is a fresh copy of the course's notebook: nothing that you change in it is kept."
            return serve(Path(folder), originals, name, said, arguments, way)
    except OSError as error:
        sys.exit(f"lecture: cannot open the notebooks: {error}")


def make_site(originals, arguments):
    """Build the site as the command line asks; return the exit code."""
    from lecture_support import site  # which no other way of the command has to wait for

    match arguments:
        case [folder] if not folder.startswith("-"):
            pyodide = None
        case [folder, "--pyodide", path]:
            pyodide = Path(path)
        case _:
            sys.exit("usage: lecture site FOLDER [--pyodide PATH]")
    try:
        site.build(Path(folder), originals, pyodide)
    except (OSError, LookupError) as error:
        sys.exit(f"lecture site: {error}")
    return 0


def wished(arguments):
    """What plan `lecture present` is asked for, and the other arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.error = lambda message: sys.exit(f"lecture: {message}")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--plan")
    one.add_argument("--minutes", type=int)
    return parser.parse_known_args(arguments)


def serve(folder, originals, name, said, arguments, way):
    """Lay the notebooks out in a folder, say what is to be said, and run JupyterLab there; return its exit code.

    It opens the notebook of this name, or else the one that was last worked in. way is "", "present" or "hub".
    """
    lines = [said, *lay_out(originals, folder, date.today())]
    print("", *lines, "", sep="\n", file=sys.stderr)  # between blank lines: JupyterLab's log follows
    name = name or last_worked_in(folder)
    if name is None or not (folder / name).exists():
        sys.exit(f"lecture: there is no {name or 'notebook'} to open")

    module, app = ("jupyterhub.singleuser", "ServerApp") if way == "hub" else ("jupyterlab", "LabApp")
    command = [sys.executable, "-m", module, f"--ServerApp.root_dir={folder}"]
    environment = {
        # The matrices are small: a second thread only gets in the way, most of all where students share a machine.
        "OMP_NUM_THREADS": "1",
        # A kernel that another course has left in the home folder knows nothing of this one, but Jupyter would take it.
        "JUPYTER_PREFER_ENV_PATH": "1",
        **os.environ,
    }
    place = (folder / name).as_uri().rpartition("/")[2]  # as an address: the name of an update has blanks in it
    if way == "present":
        # A workspace of its own, which the extension knows by its name. (A query in this address would break the one
        # that Jupyter prints, with its token behind it.)
        command.append(f"--LabApp.default_url=/lab/workspaces/present-{name[:2]}/tree/{place}")
        environment = {"LECTURE_SCALE": "2", **environment}
    else:
        command.append(f"--{app}.default_url=/lab/tree/{place}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if way == "hub":  # the spawner's signals are for the server, and a student need not pay for a second process
        os.execve(sys.executable, command + arguments, environment)
    return wait(subprocess.Popen(command + arguments, env=environment))


def wait(server):
    """Wait for the end of a process and return its exit code; Ctrl-C is left to the process, which hears it as well."""
    signal.signal(signal.SIGINT, lambda *_: None)  # no KeyboardInterrupt: it could break off `wait` as it hears the end
    for name in ("SIGTERM", "SIGHUP"):  # SIGHUP: the terminal's window was closed; Windows has none, nohup ignores it
        stop = getattr(signal, name, None)
        if stop and signal.getsignal(stop) != signal.SIG_IGN:
            signal.signal(stop, lambda *_: server.terminate())
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
