"""The tests on every Python of this machine with the newest versions, and with the lowest that pyproject.toml names.

    uvx nox -f tests/noxfile.py                              all of it
    uvx nox -f tests/noxfile.py -s lowest -- tests -x        one of them; what follows goes to pytest

uv finds the lowest versions, because pip cannot be asked for them. A Python that is not there is left out with a line.
"""

from pathlib import Path

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"


@nox.session(python=PYTHONS)
def newest(session):
    """The newest versions that go together."""
    test(session, "highest")


@nox.session(python=PYTHONS[0])
def lowest(session):
    """The lowest versions that pyproject.toml allows; those packages have no wheels for later Pythons."""
    test(session, "lowest-direct")


def test(session, resolution):
    session.chdir(Path(__file__).parent.parent)
    session.install("--resolution", resolution, "-e", ".[lab,test]")
    session.run("pytest", *session.posargs)
