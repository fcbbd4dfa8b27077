"""The student's own copies of the notebooks: made once, never written over, and a new version is laid beside them.

A version of a notebook is the type and the source of its cells: outputs, metadata and the file's time do not count.
"""

import hashlib
import json
import os
import secrets
from contextlib import suppress
from itertools import count
from pathlib import Path

# In the folder of the copies: a line "digest name" for each version of a notebook that was ever laid there, and another
# for the bytes of its file, which tell whether anybody has worked in it.
RECORD = ".versions"


def working_folder(course, shared=False):
    """The folder for the copies: my_notebooks in the course, or ~/lecture_notebooks where that cannot be written.

    Where students share the course, it is the one in the home. Raises PermissionError with the names if none can.
    """
    folders = [course / "my_notebooks", Path(os.path.expanduser("~/lecture_notebooks"))][shared:]
    for folder in folders:
        if _can_be_written(folder):
            return folder
    raise PermissionError(f"{' and '.join(map(str, folders))} cannot be written")


def lay_out(originals, folder, today):
    """Copy each notebook that the folder lacks, and lay a new version of one beside the copy that is there.

    Returns one line for each new version, and for each original that is no notebook and so is left out. `today` is the
    date in the name of a new version. What a student has written is never touched, and whatever has become of the
    record, at most one file too many is laid.
    """
    lines, known = [], _lines(folder / RECORD)
    for original in originals:
        data = original.read_bytes()
        version = version_of(data)
        if version is None:
            lines.append(f"{original} is no whole notebook and was left out: get the course again.")
            continue
        entry = f"{version} {original.name}"
        entries = [entry, f"{_digest(data)} {original.name}"]
        if not _create(folder / original.name, data) and entry not in known:
            new = _lay_beside(folder / original.name, data, today)
            if new is not None:
                lines.append(
                    f"The course has a new version of {original.name}. Your file stays as it is; the new version lies "
                    f"beside it: {new.name}"
                )
        if not known.issuperset(entries):
            # Without its entry the version is still known by the file, for as long as no student writes in it.
            with suppress(OSError), (folder / RECORD).open("a", encoding="utf-8") as record:
                record.write("\n" + "\n".join(entries) + "\n")  # on lines of their own, even below half a line
    return lines


def last_worked_in(folder):
    """The name of the notebook in a folder that was changed last since it was laid there, or else of the first one.

    A new version beside a copy counts as soon as somebody has worked in it, and so does a notebook of the student's
    own. A run is work, even where it changes nothing but outputs. None if there is no notebook.
    """
    laid = {line.partition(" ")[0] for line in _lines(folder / RECORD)}
    changed = {}
    for path in sorted(folder.glob("[!.]*.ipynb")):
        with suppress(OSError):  # a folder, a link to nowhere, a file of someone else
            changed[path.name] = 0 if _digest(path.read_bytes()) in laid else path.stat().st_mtime_ns
    return max(changed, key=changed.get, default=None)


def _can_be_written(folder):
    """Whether files can be made in a folder, which is made if need be; only trying tells it on every system."""
    probe = folder / f".{secrets.token_hex(8)}"
    try:
        folder.mkdir(0o700, exist_ok=True)  # nobody else's business, even in a home that others may look into
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _lines(path):
    """The lines of a text file; none where it cannot be read."""
    try:
        return set(path.read_text("utf-8", errors="replace").splitlines())
    except OSError:
        return set()


def _digest(data):
    """A digest of bytes."""
    return hashlib.sha256(data).hexdigest()


def version_of(data):
    """A digest of the cells in a notebook file's bytes; None where they are no whole notebook."""
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(data)["cells"]]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return _digest(json.dumps(cells).encode())


def _holds(path, version):
    """Whether a file is a notebook of this version."""
    try:
        return version_of(path.read_bytes()) == version
    except OSError:
        return False


def _lay_beside(copy, data, today):
    """Make a file for a new version beside a student's copy, and return its path; None if a file there has it already.

    It may have it because the record was lost, or because another `lecture` was faster.
    """
    version = version_of(data)
    files = [path for path in copy.parent.iterdir() if path.name.startswith(copy.stem)]
    if any(_holds(path, version) for path in files):
        return None
    for number in count(1):
        mark = f"updated {today}" if number == 1 else f"updated {today}, {number}"
        path = copy.with_stem(f"{copy.stem} ({mark})")
        if _create(path, data):
            return path
        if _holds(path, version):
            return None


def _create(path, data):
    """Make a file with this content, and return whether it was made: never over another, and never half of it."""
    if os.path.lexists(path):
        return False
    whole = path.with_name(f".{secrets.token_hex(8)}")
    try:
        whole.write_bytes(data)
        _give_name(whole, path)
    except FileExistsError:
        return False
    finally:
        whole.unlink(missing_ok=True)
    return True


def _give_name(whole, path):
    """Let a whole file appear as path; FileExistsError if something has that name."""
    try:
        os.link(whole, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as on many a USB stick: take the name first, then fill it
        path.touch(exist_ok=False)
        os.replace(whole, path)
