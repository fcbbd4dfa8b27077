"""Re-run notebooks and store their outputs, the references that nbval compares with, and what their figures show.

    .venv/bin/python tests/store.py            every notebook
    .venv/bin/python tests/store.py 05         those whose name begins with 05

A second run changes no byte: what differs from run to run or from machine to machine (widget ids, widget state,
timings, versions) is not stored. A notebook that raises or writes to stderr is not stored at all.
"""

import re
import sys
from pathlib import Path

import descriptions
import nbformat
from conftest import LESSONS, lesson_panels
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # nowhere in what is stored
NAMELESS = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")  # the id of a new cell
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # What `nbconvert --to script` and an editor without a kernel go by.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def execute(path):
    """The notebook at path, run from top to bottom in its own folder, with the outputs that are worth storing."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if NAMELESS.fullmatch(cell.id):
            cell.id = name_of(cell, [each.id for each in notebook.cells])
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise RuntimeError(f"{path.name}, cell {cell.id}, wrote to stderr: {output.text}")
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def name_of(cell, taken):
    """A name for a cell that JupyterLab has given a random id: its first words, with a number where that is taken."""
    words = re.findall("[a-z][a-z0-9]*", cell.source.lower())
    name = "-".join(words[:3]) or "empty"
    return next(f"{name}{end}" for end in ("", *range(2, len(taken) + 2)) if f"{name}{end}" not in taken)


def main(prefixes):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if path.name.startswith(tuple(prefixes) or ""):
            notebook = execute(path)
            before = path.read_text(encoding="utf-8")
            after = nbformat.writes(notebook) + "\n"
            path.write_text(after, encoding="utf-8", newline="\n")
            number = int(path.name[:2])
            if number <= len(LESSONS):  # another notebook has no lesson of its own
                lesson = LESSONS[number - 1]
                described = descriptions.FOLDER / f"{lesson}.txt"
                before += described.read_text("utf-8") if described.exists() else ""
                descriptions.write(described, descriptions.descriptions_of(lesson_panels(lesson)))
                after += described.read_text("utf-8")
            print(f"{path.name}: {'unchanged' if after == before else 'stored'}")


if __name__ == "__main__":
    main(sys.argv[1:])
