"""Compiles what the kernel and the course import, in the Python that will run it: compile.mjs starts that.

matplotlib's list of its fonts is made as well.
"""

import importlib
import os
import pkgutil
import py_compile
import site
import sys

PACKAGES, LIBRARY = "/course/packages/", "/lib/python{}{}.zip/".format(*sys.version_info)
# What lies where now, a copy of it to write beside, and where it will lie.
PLACES = (PACKAGES, PACKAGES, f"{site.getsitepackages()[0]}/"), (LIBRARY, "/course/library/", LIBRARY)
DOCUMENTED = "numpy/", "lecture_support/", "IPython/", "ipywidgets/"  # what help() may be asked for, or a magic reads
NEVER_COMPARED = py_compile.PycInvalidationMode.UNCHECKED_HASH  # with the source, which is not there

os.environ["MPLCONFIGDIR"] = f"{PACKAGES}matplotlib-fonts"
sys.path.insert(0, PACKAGES)
course = importlib.import_module("lecture_support")
ours = [name for _, name, _ in pkgutil.walk_packages(course.__path__, "lecture_support.")]
for name in ("pyodide_kernel", "piplite", "matplotlib.backends.backend_agg", *ours):
    if not name.endswith(".__main__"):
        importlib.import_module(name)
for file in sorted({getattr(module, "__file__", None) or "" for module in sys.modules.values()}):
    for now, copy, later in PLACES:
        if file.startswith(now) and file.endswith(".py"):
            name = file.removeprefix(now)
            kept = name.startswith("lecture_support/")  # with its source
            beside = importlib.util.cache_from_source(copy + name) if kept else f"{copy}{name}c"
            py_compile.compile(
                copy + name,
                beside,
                later + name,
                doraise=True,
                optimize=0 if name.startswith(DOCUMENTED) else 2,
                invalidation_mode=NEVER_COMPARED,
            )
