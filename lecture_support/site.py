"""`lecture site`: the course as a folder of static files, with Python in the browser.

JupyterLite makes the pages, and gets the course's extension, settings and notebooks. Python is Pyodide: what is compiled
(NumPy, matplotlib, Pillow) comes from its distribution, what is pure Python from the environment that builds the site,
so that the widgets' two halves, Python and JavaScript, are of one version. `lab/site/start.mjs` loads all of it at once.
"""

import hashlib
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from importlib.metadata import PackageNotFoundError, PathDistribution, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = Path(__file__).resolve().parent
OURS = "lecture-support"
CORE = "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"
# What the kernel would install by itself where it is not told that it is there.
KERNEL = "comm", "ipykernel", "ipython", "jedi", "micropip", "piplite", "pyodide-kernel"
# What the packages ask for and nothing here imports; the widgets' JavaScript is in the pages.
LEFT_OUT = {"fonttools", "jedi", "jupyterlab-widgets", "pytz", "tzdata", "wcwidth", "widgetsnbextension"}
UNUSED = re.compile(
    r"(^\.\.|^lecture_support/lab|(^|/)(tests?|_examples|include|sample_data|f2py|afm|pdfcorefonts|__pycache__))/"
    r"|/ttf/(DejaVuSansMono|DejaVuSerif|Humor|cm)|/_(webp|imagingft|imagingtk)\."
    r"|\.(pth|pyc|pyi|pxd|h|c|a)$|/(RECORD|INSTALLER|REQUESTED|direct_url.json)$"
)


def build(folder, originals, pyodide=None):
    """Build the site of these notebooks in a folder, with the Pyodide distribution in another, else with its address.

    What did not change is not written again. Raises OSError or LookupError, in words, for what is missing.
    """
    for module in ("jupyterlite_core", "jupyterlite_pyodide_kernel"):
        if importlib.util.find_spec(module) is None:
            raise LookupError(f'{module} is missing: run "{sys.executable}" -m pip install -e "{PACKAGE.parent}[site]"')
    if folder.exists() and any(folder.iterdir()) and not (folder / "jupyter-lite.json").exists():
        raise FileExistsError(f"{folder} holds something else than a site: name a new folder or an empty one")
    with TemporaryDirectory(prefix="lecture-site-") as work:
        site = Path(work, "site")
        say("the pages and the notebooks")
        lay_pages(Path(work, "lite"), site, originals)
        say("Python and its packages")
        lay_python(site / "pyodide", pyodide)
        changed = sync(site, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    say(f"{folder}: {len(files)} files, {size:.0f} MB, {changed} of them new or changed")


def say(words):
    print(f"lecture site: {words}", flush=True)


def labextensions():
    """The folders of the extensions that a site needs: the kernel, the widgets and the course's own."""
    share = Path(sys.prefix, "share", "jupyter", "labextensions")
    return [
        share / "@jupyterlite" / "pyodide-kernel-extension",
        share / "@jupyter-widgets" / "jupyterlab-manager",
        PACKAGE / "lab",
    ]


def lay_pages(lite, site, originals):
    """Lay JupyterLite, its extensions and the notebooks into a folder, as `jupyter lite build` does."""
    for extension in labextensions():
        if not (extension / "package.json").is_file():
            raise FileNotFoundError(f"the extension {extension} is missing: install the course again")
    (lite / "files").mkdir(parents=True)
    for original in originals:
        shutil.copy(original, lite / "files")
    config = {
        "apps": ["lab", "notebooks"],
        "federated_extensions": [str(extension) for extension in labextensions()],
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(site),
        "source_date_epoch": 315532800,  # 1980: the same in each build
    }
    (lite / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": config}), "utf-8")
    settings = {
        "pyodideUrl": "./pyodide/start.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(KERNEL)},
    }
    plugins = {"@jupyterlite/pyodide-kernel-extension:kernel": settings}
    ours = {"litePluginSettings": plugins, "exposeAppInBrowser": True, "appName": "Loss functions and optimization"}
    (lite / "jupyter-lite.json").write_text(
        json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": ours}), "utf-8"
    )
    shutil.copy(PACKAGE / "lab" / "site" / "overrides.json", lite)
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build"], cwd=lite, capture_output=True, text=True
    )
    if done.returncode:
        raise OSError(f"JupyterLite could not be built:\n{done.stdout}{done.stderr}")
    shutil.copy(PACKAGE / "lab" / "site" / "index.html", site)


def lay_python(target, pyodide):
    """Lay Pyodide and the packages into a folder, with the module that loads them."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

    target.mkdir()
    if pyodide is None:
        say(f"Pyodide itself stays where it is, and the site asks for it there: {PYODIDE_CDN_URL}")
        with urllib.request.urlopen(f"{PYODIDE_CDN_URL}/pyodide-lock.json") as answer:
            lock = json.load(answer)
    else:
        for name in ("pyodide-lock.json", *CORE):
            if not (pyodide / name).is_file():
                raise FileNotFoundError(f"{pyodide} is no Pyodide distribution: it has no {name}")
        lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
        for name in CORE:
            shutil.copy(pyodide / name, target)
    known, packages, waiting = lock["packages"], {}, [OURS, *KERNEL]
    while waiting:
        name = waiting.pop()
        if name in packages or name in LEFT_OUT:
            continue
        compiled = name in known and not known[name]["file_name"].endswith("-none-any.whl")
        if compiled and pyodide is None:
            address = f"{PYODIDE_CDN_URL}/{known[name]['file_name']}"
            packages[name] = {**known[name], "file_name": address}
            waiting += known[name]["depends"]
        else:
            wheel = pyodide / known[name]["file_name"] if pyodide and name in known else None
            found = opened(wheel) if compiled else source(name, wheel)
            packages[name] = repack(found, name, target)
            waiting += requirements(found, lock["info"]["python"])
    lock["packages"] = {name: {**package, "depends": []} for name, package in sorted(packages.items())}
    sizes = {path.name: path.stat().st_size for path in sorted(target.iterdir())}
    values = {"FROM": PYODIDE_CDN_URL if pyodide is None else ".", "LOCK": lock, "SIZES": sizes}
    script = (PACKAGE / "lab" / "site" / "start.mjs").read_text("utf-8")
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in values.items()]
    (target / "start.mjs").write_text("".join(lines) + script, "utf-8")


def source(name, wheel):
    """What a package is packed from: a wheel that comes with the kernel, what is installed here, or else a given wheel."""
    wheels = sorted(labextensions()[0].glob(f"static/pypi/{name.replace('-', '_')}-*.whl"))
    if not wheels:
        try:
            return distribution(name)
        except PackageNotFoundError:
            if wheel is None:
                raise LookupError(f"the package {name} is missing: install the course again, with [site]") from None
    return opened(wheels[0] if wheels else wheel)


def opened(wheel):
    """A wheel as if it were installed."""
    if not wheel.is_file():
        raise FileNotFoundError(f"the Pyodide distribution has no {wheel.name}: take the whole of it")
    return PathDistribution(next(part for part in zipfile.Path(wheel).iterdir() if part.name.endswith(".dist-info")))


def requirements(found, python):
    """The names of what a package asks for in a browser."""
    from packaging.requirements import Requirement

    browser = {"sys_platform": "emscripten", "python_version": python.rpartition(".")[0], "extra": ""}
    asked = [requirement for requirement in map(Requirement, found.requires or ())]
    return [
        re.sub(r"[-_.]+", "-", each.name).lower()
        for each in asked
        if each.marker is None or each.marker.evaluate(browser)
    ]


def repack(found, name, target):
    """Pack a wheel with what is used of a package, the same bytes for the same files; return its entry in the lock."""
    content = {str(path): found.locate_file(path) for path in found.files or ()}
    if name == OURS:  # where it was installed with -e, there is only a link to it
        parts = [path for path in PACKAGE.rglob("*") if path.is_file()]
        content |= {path.relative_to(PACKAGE.parent).as_posix(): path for path in parts}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        for path in sorted(content):
            if not UNUSED.search(path):
                wheel.writestr(zipfile.ZipInfo(path), content[path].read_bytes(), zipfile.ZIP_DEFLATED, 9)
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    # Browsers keep what they have got: other content has another address. (A tag that is true would change nothing.)
    file = f"{name.replace('-', '_')}-{found.version}-0{digest[:8]}-py3-none-any.whl"
    (target / file).write_bytes(packed.getvalue())
    fixed = {"imports": [], "install_dir": "site", "package_type": "package"}
    return {"name": name, "version": found.version, "file_name": file, "sha256": digest, **fixed}


def sync(made, folder):
    """Make a folder what another is, as far as that reaches: in its subfolders nothing else is left. Count the changes."""
    changed = 0
    for path in [path for path in made.rglob("*") if path.is_file()]:
        target = folder / path.relative_to(made)
        if not (target.is_file() and target.read_bytes() == path.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            changed += 1
    for part in made.iterdir():
        for path in (folder / part.name).rglob("*"):
            if path.is_file() and not (made / path.relative_to(folder)).exists():
                path.unlink()
                changed += 1
    return changed
