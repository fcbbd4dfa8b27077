"""The student's copies of the notebooks: what they write survives every update of the course."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from lecture_support import working_copy
from lecture_support.working_copy import last_worked_in, lay_out, working_folder

NAME = "01_svm_margin.ipynb"
DAY, NEXT_DAY = date(2026, 11, 24), date(2026, 11, 25)
UPDATED = "01_svm_margin (updated 2026-11-24).ipynb"
TWICE = "01_svm_margin (updated 2026-11-24, 2).ipynb"
LATER = "01_svm_margin (updated 2026-11-25).ipynb"


def notebook(*sources, output="1"):
    """A notebook with these code cells, each with the same output."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": [output]}]
    cells = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "outputs": outputs, "source": source.splitlines(True)}
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


class Course:
    """A course with one notebook and the folder of a student's copies, in a path with a space and Korean letters."""

    def __init__(self, place):
        self.original, self.folder = place / "강의 노트" / "notebooks" / NAME, place / "강의 노트" / "my_notebooks"
        self.copy = self.folder / NAME
        self.original.parent.mkdir(parents=True)
        self.folder.mkdir()
        self.publish("x = 1", "x + 1\n")

    def publish(self, *sources, **options):
        self.original.write_bytes(notebook(*sources, **options))

    def start(self, day=DAY):
        """What one start of `lecture` does; returns its lines."""
        return lay_out([self.original], self.folder, day)

    @property
    def files(self):
        """Everything in the folder, hidden files too, with its bytes."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    @property
    def notebooks(self):
        """The names of the notebooks in the folder; besides them there is nothing but the record."""
        assert self.files.keys() - {working_copy.RECORD} == {name for name in self.files if name.endswith(".ipynb")}
        return sorted(self.files.keys() - {working_copy.RECORD})


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def written(course):
    """The bytes of a copy that was made at the first start, and in which a student has written since."""
    course.start()
    course.copy.write_bytes(notebook("x = 1", "x + 1\n", "my_answer = 42"))
    return course.copy.read_bytes()


def test_a_second_start_changes_no_byte(course, written):
    before = course.files
    times = {path.name: path.stat().st_mtime_ns for path in course.folder.iterdir()}
    assert course.start(NEXT_DAY) == []
    assert course.files == before
    assert {path.name: path.stat().st_mtime_ns for path in course.folder.iterdir()} == times


@pytest.mark.parametrize("sources", [("x = 2", "x + 1\n"), ("x = 1",), ("x = 1", "x + 1\n", "")])
def test_a_changed_original_is_laid_beside_what_the_student_wrote_and_said_once(course, written, sources):
    course.publish(*sources)
    (line,) = course.start()
    assert line.startswith(f"The course has a new version of {NAME}. Your file stays as it is")
    assert line.endswith(UPDATED)
    assert course.notebooks == [UPDATED, NAME]
    assert (course.folder / UPDATED).read_bytes() == course.original.read_bytes()
    assert course.start() == course.start(NEXT_DAY) == []
    assert course.notebooks == [UPDATED, NAME] and course.copy.read_bytes() == written


def test_a_cell_that_became_text_is_a_new_version(course, written):
    changed = json.loads(course.original.read_bytes())
    changed["cells"][0]["cell_type"] = "markdown"
    course.original.write_text(json.dumps(changed), "utf-8")
    assert len(course.start()) == 1


def test_outputs_metadata_and_layout_of_the_file_are_no_new_version(course, written):
    course.publish("x = 1", "x + 1\n", output="2")
    changed = json.loads(course.original.read_bytes())
    changed["metadata"] = {"kernelspec": {"name": "other"}}
    for cell in changed["cells"]:
        cell |= {"execution_count": 7, "metadata": {"trusted": True}, "source": "".join(cell["source"])}
    course.original.write_text(json.dumps(changed), "utf-8", newline="\r\n")
    os.utime(course.original, (0, 0))
    assert course.start() == []
    assert course.notebooks == [NAME] and course.copy.read_bytes() == written


def test_each_further_version_gets_a_name_of_its_own_and_a_known_one_none(course, written):
    for sources, day, name in [
        (("x = 2",), DAY, UPDATED),
        (("x = 3",), DAY, TWICE),
        (("x = 4",), NEXT_DAY, LATER),
    ]:
        course.publish(*sources)
        (line,) = course.start(day)
        assert line.endswith(f": {name}") and (course.folder / name).read_bytes() == notebook(*sources)
    (course.folder / UPDATED).unlink()  # what the student throws away does not come back
    for sources in [("x = 2",), ("x = 1", "x + 1\n"), ("x = 3",)]:
        course.publish(*sources)
        assert course.start(NEXT_DAY) == []
    assert course.notebooks == [TWICE, LATER, NAME] and course.copy.read_bytes() == written


def test_a_folder_of_the_student_s_beside_the_copies_does_no_harm(course, written):
    (course.folder / "01_svm_margin.ipynb backup").mkdir()
    course.publish("x = 2")
    assert len(course.start()) == 1 and (course.folder / UPDATED).exists()


def test_a_copy_that_has_gone_or_got_another_name_comes_back_from_the_newest_original(course, written):
    course.publish("x = 2")
    course.start()
    mine = course.copy.rename(course.copy.with_stem("01_mine"))
    assert course.start(NEXT_DAY) == []
    assert mine.read_bytes() == written and course.copy.read_bytes() == course.original.read_bytes()
    assert course.notebooks == [mine.name, UPDATED, NAME]


RECORDS = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "no text": lambda path: path.write_bytes(bytes(range(256))),
    "of another course": lambda path: path.write_text("0 01_svm_margin.ipynb\n1 02_other.ipynb"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("spoil", RECORDS.values(), ids=RECORDS)
def test_without_a_good_record_no_work_is_lost_and_at_most_one_file_is_too_many(course, written, spoil):
    spoil(course.folder / working_copy.RECORD)
    assert len(course.start()) == 1
    if (course.folder / working_copy.RECORD).is_file():
        (course.folder / UPDATED).write_bytes(written)  # so that the file does not tell its version any more
    assert course.start(NEXT_DAY) == []
    assert sorted(path.name for path in course.folder.glob("*.ipynb")) == [UPDATED, NAME]
    assert course.copy.read_bytes() == written


@pytest.mark.parametrize("spoil", RECORDS.values(), ids=RECORDS)
def test_without_a_good_record_an_unwritten_copy_tells_its_version(course, spoil):
    course.start()
    course.copy.write_bytes(notebook("x = 1", "x + 1\n", output="run again"))
    spoil(course.folder / working_copy.RECORD)
    assert course.start() == []
    assert [path.name for path in course.folder.glob("*.ipynb")] == [NAME]


BROKEN = [
    b"",
    b"{",
    b"null",
    b"[1]",
    b'{"cells": 3}',
    b'{"cells": [{"cell_type": "code"}]}',
    b"\xff\xfe",
    b"[" * 100_000,
]
half_merged = notebook("x = 1").replace(b'"x', b'\n<<<<<<< HEAD\n"x')


@pytest.mark.parametrize("data", [*BROKEN, half_merged], ids=lambda data: repr(data[:12]))
def test_a_copy_that_is_no_notebook_is_left_as_it_is(course, written, data):
    course.copy.write_bytes(data)
    assert course.start() == []
    course.publish("x = 2")
    assert len(course.start()) == 1
    (course.folder / working_copy.RECORD).unlink()
    assert course.start() == []
    assert course.copy.read_bytes() == data and course.notebooks == [UPDATED, NAME]


@pytest.mark.parametrize("data", [*BROKEN, half_merged], ids=lambda data: repr(data[:12]))
def test_an_original_that_is_no_notebook_is_left_out_and_said(course, data):
    good = course.original.with_name("02_good.ipynb")
    good.write_bytes(notebook("y"))
    course.original.write_bytes(data)
    (line,) = lay_out([course.original, good], course.folder, DAY)
    assert str(course.original) in line and "left out" in line
    assert course.notebooks == [good.name]
    course.publish("x = 1")
    assert course.start() == [] and course.notebooks == [NAME, good.name]


@pytest.mark.skipif(os.name == "nt", reason="only an administrator makes links on Windows")
def test_a_link_that_leads_nowhere_is_not_written_through(course):
    course.copy.symlink_to(course.folder / "elsewhere.ipynb")
    course.start()
    assert course.copy.is_symlink() and not course.copy.exists()


def no_links(source, target):
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("link", [os.link, no_links], ids=["links", "no links"])
def test_many_starts_at_once_lay_each_version_once_and_never_over_another(course, monkeypatch, link):
    monkeypatch.setattr(os, "link", link)
    links = link is not no_links  # without them there may be a file too many
    together = Barrier(8)

    def start(_):
        together.wait()
        return course.start()

    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            for path in course.folder.iterdir():
                path.unlink()
            course.publish(f"x = {number}")
            lines = [line for lines in pool.map(start, range(8)) for line in lines]
            if links:
                assert (course.notebooks, lines) == ([NAME], [])
            assert course.copy.read_bytes() == course.original.read_bytes()
            course.copy.write_bytes(b"a student's")
            course.publish(f"y = {number}")
            lines = [line for lines in pool.map(start, range(8)) for line in lines]
            if links:
                assert course.notebooks == [UPDATED, NAME] and len(lines) == 1
            assert course.copy.read_bytes() == b"a student's"


@pytest.mark.parametrize("link", [os.link, no_links], ids=["links", "no links"])
def test_a_name_that_another_start_has_just_taken_is_left_to_it(course, monkeypatch, link):
    """The copy appears, and a student writes in it, after this start has seen that there was none."""

    def too_late(path):
        course.copy.write_bytes(b"a student's")
        return False

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(os.path, "lexists", too_late)
    course.start()
    assert course.copy.read_bytes() == b"a student's"


@pytest.mark.parametrize("link", [os.link, no_links], ids=["links", "no links"])
def test_files_are_made_on_every_file_system(course, monkeypatch, link):
    monkeypatch.setattr(os, "link", link)
    first = course.original.read_bytes()
    assert course.start() == []
    course.publish("x = 2")
    assert len(course.start()) == 1
    assert course.notebooks == [UPDATED, NAME] and course.copy.read_bytes() == first
    assert (course.folder / UPDATED).read_bytes() == course.original.read_bytes()


@pytest.mark.parametrize("blow", ["os._exit(9)", "raise KeyboardInterrupt"])
@pytest.mark.parametrize("moment", ["half a file", "before the name"])
def test_an_interrupted_start_leaves_no_half_notebook_and_the_next_one_makes_it_whole(course, moment, blow):
    """In a process of its own, which dies, or hears Ctrl-C, in the midst of writing."""
    patch = {
        "half a file": "Path.write_bytes = lambda path, data: (open(path, 'wb').write(data[:99]), blow())",
        "before the name": "os.link = lambda *paths: blow()",
    }
    code = f"""
import os, sys
from datetime import date
from pathlib import Path
from lecture_support.working_copy import lay_out
def blow():
    {blow}
{patch[moment]}
lay_out([Path(sys.argv[1])], Path(sys.argv[2]), date.today())"""
    done = subprocess.run([sys.executable, "-c", code, course.original, course.folder], stderr=subprocess.DEVNULL)
    assert done.returncode != 0
    assert not list(course.folder.glob("*.ipynb"))
    assert course.start() == []
    assert course.copy.read_bytes() == course.original.read_bytes()
    if "Keyboard" in blow:
        assert course.notebooks == [NAME]


OTHER = "02_l2_l1_regularization.ipynb"


@pytest.fixture
def two(course):
    """A course with a second notebook, and both laid out."""
    course.second = course.original.with_name(OTHER)
    course.second.write_bytes(notebook("y"))
    lay_out([course.original, course.second], course.folder, DAY)
    return course


def write(path, time, data=b"written"):
    """Leave data in a file, at this time in seconds."""
    path.write_bytes(data)
    os.utime(path, (time, time))


def test_at_first_the_first_notebook_is_the_one_last_worked_in_whatever_the_files_times(two):
    for time, name in ((1, NAME), (2, OTHER)):
        os.utime(two.folder / name, (time, time))
        assert last_worked_in(two.folder) == NAME
    os.utime(two.folder / NAME, (3, 3))
    assert last_worked_in(two.folder) == NAME


def test_the_one_last_worked_in_is_the_one_written_last_if_only_by_a_run(two):
    write(two.folder / OTHER, 5, notebook("y", output="2"))
    assert last_worked_in(two.folder) == OTHER
    write(two.folder / NAME, 6)
    assert last_worked_in(two.folder) == NAME
    write(two.folder / "01 mine.ipynb", 7)
    assert last_worked_in(two.folder) == "01 mine.ipynb"


def test_an_update_is_worked_in_only_when_the_student_writes_in_it(two):
    write(two.copy, 5)
    for sources in (["z"], ["z", "z"]):  # the second lies beside the first, which nobody has opened either
        two.second.write_bytes(notebook(*sources))
        assert len(lay_out([two.original, two.second], two.folder, DAY)) == 1
        assert last_worked_in(two.folder) == NAME
    update = two.folder / "02_l2_l1_regularization (updated 2026-11-24).ipynb"
    write(update, 6)
    assert last_worked_in(two.folder) == update.name


def test_what_is_no_notebook_of_the_student_s_is_not_opened(two):
    write(two.folder / ".hidden.ipynb", 7)
    write(two.folder / "notes.txt", 8)
    (two.folder / "folder.ipynb").mkdir()
    (two.folder / ".ipynb_checkpoints").mkdir()
    write(two.folder / ".ipynb_checkpoints" / "02-checkpoint.ipynb", 9)
    if os.name != "nt":
        (two.folder / "nowhere.ipynb").symlink_to("elsewhere.ipynb")
    assert last_worked_in(two.folder) == NAME
    assert last_worked_in(two.folder / "folder.ipynb") is None


def test_without_a_good_record_what_was_written_last_is_still_the_one(two):
    (two.folder / working_copy.RECORD).unlink()
    write(two.folder / OTHER, 1 << 40)
    lay_out([two.original, two.second], two.folder, DAY)
    assert last_worked_in(two.folder) == OTHER


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "my_notebooks").write_text("mine")
    assert working_folder(tmp_path) == tmp_path / "lecture_notebooks"
    (tmp_path / "lecture_notebooks").rmdir()
    (tmp_path / "lecture_notebooks").write_text("mine too")
    with pytest.raises(PermissionError, match=r"my_notebooks and .*lecture_notebooks cannot be written"):
        working_folder(tmp_path)
