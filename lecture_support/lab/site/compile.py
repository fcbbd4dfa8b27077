"""Compiles what the kernel and the course import, in the Python that will run it: compile.mjs starts that.

Each module is compiled once, as it will be kept, when it is imported.
"""

import importlib
import importlib.machinery as machinery
import os
import pkgutil
import site
import sys

ZIP = "/lib/python{}{}.zip/".format(*sys.version_info)
# Where the source lies here, and where the browser will have it.
PLACES = {"/course/packages/": f"{site.getsitepackages()[0]}/", "/course/library/": ZIP}
DOCUMENTED = "numpy/", "lecture_support/", "IPython/", "ipywidgets/"  # what help() may be asked for, or a magic reads


class Kept(machinery.SourceFileLoader):
    """Imports a module from its source, and lays bytecode that is never compared with a source beside it."""

    def source_to_code(self, source, path):
        (folder,) = (folder for folder in PLACES if path.startswith(folder))
        name = path.removeprefix(folder)
        optimize = 0 if name.startswith(DOCUMENTED) else 2
        code = compile(source, PLACES[folder] + name, "exec", dont_inherit=True, optimize=optimize)
        kept = name.startswith("lecture_support/")  # with its source
        beside = importlib.util.cache_from_source(path) if kept else f"{path}c"
        os.makedirs(os.path.dirname(beside), exist_ok=True)
        with open(beside, "wb") as file:
            file.write(importlib._bootstrap_external._code_to_hash_pyc(code, importlib.util.source_hash(source), False))
        return code


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
        path = file.replace(ZIP, "/course/library/")
        loader = Kept("", path)
        loader.source_to_code(loader.get_data(path), path)
