"""Compiles what the kernel and the course import, in the Python that will run it: compile.mjs starts that.

Each module is compiled once, as it will be kept, when it is imported.
"""

import importlib
import importlib.machinery as machinery
import pkgutil
import py_compile
import site
import sys

ZIP = "/lib/python{}{}.zip/".format(*sys.version_info)
# Where the source lies here, and where the browser will have it.
PLACES = {"/course/packages/": f"{site.getsitepackages()[0]}/", "/course/library/": ZIP}
DOCUMENTED = "numpy/", "lecture_support/", "IPython/", "ipywidgets/"  # what help() may be asked for, or a magic reads
NEVER_COMPARED = py_compile.PycInvalidationMode.UNCHECKED_HASH  # with the source, which is not there


class Kept(machinery.SourceFileLoader):
    """Imports a module from its source, and lays its bytecode beside it, as it will be kept."""

    def get_code(self, fullname):
        (folder,) = (folder for folder in PLACES if self.path.startswith(folder))
        name = self.path.removeprefix(folder)
        kept = name.startswith("lecture_support/")  # with its source
        beside = importlib.util.cache_from_source(self.path) if kept else f"{self.path}c"
        py_compile.compile(
            self.path,
            beside,
            PLACES[folder] + name,
            doraise=True,
            optimize=0 if name.startswith(DOCUMENTED) else 2,
            invalidation_mode=NEVER_COMPARED,
        )
        return machinery.SourcelessFileLoader(fullname, beside).get_code(fullname)


sys.path[:0] = PLACES
kinds = (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES), (Kept, machinery.SOURCE_SUFFIXES)
sys.path_hooks.insert(0, machinery.FileFinder.path_hook(*kinds))
course = importlib.import_module("lecture_support")
ours = [name for _, name, _ in pkgutil.walk_packages(course.__path__, "lecture_support.")]
for name in ("pyodide_kernel", "piplite", "matplotlib.backends.backend_agg", *ours):
    if not name.endswith(".__main__"):
        importlib.import_module(name)
for file in sorted({getattr(module, "__file__", None) or "" for module in sys.modules.values()}):
    if file.startswith(ZIP):  # Python had it before, or what it is a part of
        Kept("", file.replace(ZIP, "/course/library/")).get_code("")
