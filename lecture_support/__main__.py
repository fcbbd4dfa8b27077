"""The `lecture` command: opens the course's notebooks in JupyterLab, wherever it is called from."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]

HELP = """\
usage: lecture [present] [number] [JupyterLab's own options]

  lecture                             open the notebooks in JupyterLab
  lecture 5                           open notebook 5
  lecture present 5                   show notebook 5 to a class, every cell run before the first picture
  lecture 5 --no-browser --port 9999  what follows the number goes to JupyterLab unchanged

`jupyter lab --help` lists JupyterLab's options. Stop it with Ctrl-C."""


def main():
    """Start JupyterLab as the command line asks, wait for its end, and return its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] in (["-h"], ["--help"]):
        print(HELP)
        return 0

    folder = COURSE / "notebooks"
    notebooks = {path.name[:2]: path.name for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}
    if not notebooks:
        sys.exit(f'lecture: no notebooks in {folder}: clone the course and run pip install -e ".[lab]" inside it')

    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    # The matrices are small: a second thread only gets in the way, most of all where students share a machine.
    environment = {"OMP_NUM_THREADS": "1", **os.environ}
    present = arguments[:1] == ["present"]
    if present:
        arguments.pop(0)
        environment = {"LECTURE_SCALE": "2", **environment}
    if present or (arguments and not arguments[0].startswith("-")):
        number = arguments.pop(0) if arguments else "(none)"
        if number.zfill(2) not in notebooks:
            sys.exit(f"lecture: there is no notebook {number!r}; there are {', '.join(notebooks.values())}")
        place = f"tree/{notebooks[number.zfill(2)]}"
        # A workspace of its own, which the extension knows by its name. (A query in this address would break the one
        # that Jupyter prints, with its token behind it.)
        place = f"workspaces/present-{number.zfill(2)}/{place}" if present else place
        command.append(f"--LabApp.default_url=/lab/{place}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")

    if importlib.util.find_spec("jupyterlab") is None:
        sys.exit(f'lecture: JupyterLab is missing: run "{sys.executable}" -m pip install -e "{COURSE}[lab]"')
    return wait(subprocess.Popen(command + arguments, env=environment))


def wait(server):
    """Wait for the end of a process and return its exit code; Ctrl-C is left to the process, which hears it as well."""
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    sys.exit(main())
