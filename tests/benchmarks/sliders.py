"""How soon a moved slider shows new pixels: `interact`, ipympl and our Panel, in a real JupyterLab and Chromium.

    .venv/bin/python tests/benchmarks/sliders.py            every notebook, three minutes or more each
    .venv/bin/python tests/benchmarks/sliders.py 05         those whose name begins with 05

The three ways show the same figure, with the same sliders and the same update: the panel of each notebook that takes
longest. They take turns, row of moves by row of moves, so a busy machine slows all of them: trust the ratios and not
one absolute time, and count the pictures of a drag where nothing else runs. A time is taken in the page, from the DOM
event on the slider to the animation frame that shows the new picture, decoded. pip install ipympl to see its column.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from conftest import LESSONS, NOTEBOOKS  # noqa: E402
from lab import BROWSER, KERNEL, LONG, Lab, chromium, new_page, position, run_all, without_outputs  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

# The panel of each notebook with the longest update and paint, by the kernel's own times (the last line of each table
# has them), the slider that the moves walk along, and the one that a row of moves ends with: no position comes twice.
HEAVIEST = {
    "01": ("plane_panel", "reg", "step_size"),  # 200 updates of a 3-class SVM, and a map of 180 x 180 places
    "02": ("zeros_panel", "step_size", "batch_size"),  # 300 proximal steps on digits
    "03": ("classifiers_panel", "reg", "step_size"),  # two classifiers are trained, and two maps coloured
    "04": ("sweep_panel", "reg", "batch_size"),  # gradient checks with 13 h in 2 ways
    "05": ("templates_panel", "reg", "step_size"),  # 400 updates on real digits, four axes
}
WAYS = ("interact", "ipympl", "Panel") if find_spec("ipympl") else ("interact", "Panel")
ROWS, DRAGS, MOUSE_EVENTS, MEMORY_MOVES = 1, 3, 60, 500
# The targets: times as fast as `interact`, pictures in a drag, redraws after the release.
FASTER, PICTURES, LATE = 4, 12, 1.5
GROWTH = {"kernel": 2.0, "page": 1.0}  # MB in MEMORY_MOVES moves that are noise

# In the page: when each key or mouse event came and when each new picture was shown, and, while frames are watched,
# whether each frame had a picture of full size and where the cell below lay.
PROBE = """root => {
    const cell = root.closest(".jp-Cell"), below = cell.nextElementSibling;
    const probe = window.probe = {events: [], pictures: [], blank: 0, frames: 0, tops: [], shift: 0, watching: false};
    const pictures = () => [...root.querySelectorAll("img, canvas")].filter(e => (e.naturalWidth || e.width) > 100);
    probe.picture = () => pictures()[0];
    const size = probe.picture().getBoundingClientRect();
    const shown = () => requestAnimationFrame(() => {
        const now = performance.now();
        if (now - probe.pictures.at(-1) < 1) return;  // two in one frame are one
        probe.pictures.push(now);
        probe.next?.(now - probe.events.at(-1));
    });
    for (const type of ["keydown", "pointermove", "pointerup"])
        addEventListener(type, event => probe.events.push(event.timeStamp), true);
    root.addEventListener("load", event => event.target.decode().then(shown, () => {}), true);
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
        if (root.contains(this.canvas)) shown();
        return draw.apply(this, all);
    };
    new PerformanceObserver(list => {
        if (probe.watching) for (const entry of list.getEntries()) probe.shift += entry.value;
    }).observe({type: "layout-shift"});
    probe.watch = () => {
        Object.assign(probe, {watching: true, blank: 0, frames: 0, tops: [], shift: 0});
        const frame = () => {
            if (!probe.watching) return;
            const full = pictures().some(picture => {
                const box = picture.getBoundingClientRect();
                return box.width > 0.95 * size.width && box.height > 0.95 * size.height;
            });
            probe.frames += 1;
            probe.blank += !full;
            probe.tops.push(below.getBoundingClientRect().top - cell.getBoundingClientRect().top);
            requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    };
}"""
# The milliseconds from the key press that comes next to its picture; null where none comes.
AWAIT = """() => {
    const wait = new Promise(done => setTimeout(done, 10000, null));
    window.answer = Promise.race([wait, new Promise(done => window.probe.next = done)]);
}"""
# The picture as a text, the same for the same pixels.
PICTURE = """() => {
    const picture = window.probe.picture();
    if (!picture || picture.tagName === "CANVAS") return picture?.toDataURL();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL();
}"""


class Way:
    """A notebook open in a page of its own, one of its panels shown in one way; everything that was measured there."""

    def __init__(self, lab, browser, path, way):
        self.name = way
        panel, self.slider, self.other = HEAVIEST[path.name[:2]]
        self.folder = folder_with(lab, path, panel, way)
        self.page = open_page(lab, browser, self.folder / path.name)
        self.root = self.page.locator(".benchmark")
        for _ in range(2):  # the cells above get their true heights only as they come into sight
            self.root.evaluate("root => root.scrollIntoView({block: 'start'})")
            self.page.wait_for_timeout(1000)
        self.root.evaluate(PROBE)
        self.new, self.seen, self.drags, self.kernel = [], [], [], {"new": [], "seen": []}
        self.press(self.other, "Home")
        self.press(self.slider, "Home")

    def handle(self, name):
        return self.root.locator(f".control-{name} .noUi-handle")

    def press(self, name, key):
        """Press a key on a slider; the milliseconds to the new picture, or None where it is the same picture."""
        handle = self.handle(name)
        handle.evaluate("handle => handle.focus({preventScroll: true})")
        self.page.evaluate(AWAIT)
        before = position(handle)
        self.page.keyboard.press(key)
        moved = position(handle) != before
        milliseconds = self.page.evaluate("() => window.answer") if moved else None
        self.rest(100)
        return milliseconds

    def rest(self, milliseconds):
        """Wait until the kernel is idle and no new picture has come for so long."""
        end, before, idle = time.monotonic() + LONG / 1000, None, False
        while (pictures := self.page.evaluate("() => window.probe.pictures.length")) != before or not idle:
            assert time.monotonic() < end, f"{self.name}: the pictures do not end"
            self.page.wait_for_timeout(milliseconds)
            before, idle = pictures, self.page.evaluate(KERNEL) == "idle"

    def next_row(self):
        """Go on to the other slider's next position, where the kernel has seen only the first of this slider's."""
        self.press(self.slider, "Home")
        self.press(self.other, "ArrowRight")

    def row(self):
        """Some 50 moves along the whole slider, back, and along it again: first new to the kernel, then seen before."""
        self.page.bring_to_front()  # the pages of the other ways rest meanwhile
        last = int(float(self.handle(self.slider).get_attribute("aria-valuemax")))
        self.positions = last + 1
        for key, times in (("ArrowRight", self.new), ("ArrowLeft", self.seen), ("ArrowRight", self.seen)):
            before = len(self.kernel_times())
            pressed = [self.press(self.slider, key) for _ in range(last)]
            times += [milliseconds for milliseconds in pressed if milliseconds is not None]
            self.kernel["new" if times is self.new else "seen"] += self.kernel_times()[before:]
        self.next_row()

    def kernel_times(self):
        """The seconds of update and of paint of every move so far; the Panel alone writes them."""
        times = self.folder / "times"
        return [json.loads(line) for line in times.read_text("utf-8").splitlines()] if times.exists() else []

    def drag(self):
        """Drag the handle in one second from the first position to the last, and see what is shown on the way."""
        self.page.bring_to_front()
        handle = self.handle(self.slider)
        box = handle.bounding_box()
        track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        end = track["x"] + track["width"] + 5
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        self.page.evaluate("() => window.probe.watch()")
        begun = self.page.evaluate("() => performance.now()")
        start = time.monotonic()
        for event in range(1, MOUSE_EVENTS + 1):
            mouse.move(x + event / MOUSE_EVENTS * (end - x), y)
            self.page.wait_for_timeout(max(0, 1000 * (start + event / MOUSE_EVENTS - time.monotonic())))
        mouse.up()
        seconds = time.monotonic() - start
        self.rest(500)
        seen = self.page.evaluate("() => { window.probe.watching = false; return window.probe; }")
        release = seen["events"][-1]
        shown = [picture for picture in seen["pictures"] if picture > begun]
        self.drags.append(
            {
                "pictures": sum(picture <= release for picture in shown),
                "seconds": seconds,  # more than one where the machine has no time for the mouse
                "late": max(0, shown[-1] - release),
                "blank": seen["blank"],
                "frames": seen["frames"],
                "jump": max(seen["tops"]) - min(seen["tops"]),
                "shift": seen["shift"],
            }
        )
        dragged = self.page.evaluate(PICTURE)
        self.press(self.slider, "Home")
        self.press(self.slider, "End")
        self.drags[-1]["right"] = dragged == self.page.evaluate(PICTURE)
        self.next_row()

    def memory(self):
        """MB: the kernel's resident memory, and the page's JavaScript heap after its garbage is collected."""
        kernel = (self.folder / "kernel").read_text("utf-8")
        resident = subprocess.run(["ps", "-o", "rss=", "-p", kernel], capture_output=True, text=True, check=True).stdout
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return {"kernel": int(resident) / 1024, "page": heap / 2**20}

    def growth(self):
        """MB gained in MEMORY_MOVES moves between two positions, after a tenth as many to warm up."""
        self.handle(self.slider).focus()
        for moves in (MEMORY_MOVES // 10, MEMORY_MOVES):
            before = self.memory()
            for move in range(moves):
                self.page.evaluate(AWAIT)
                self.page.keyboard.press("ArrowLeft" if move % 2 else "ArrowRight")
                self.page.evaluate("() => window.answer")
            self.rest(500)
        return {name: size - before[name] for name, size in self.memory().items()}


def folder_with(lab, path, panel, way):
    """A folder with the notebook where the cell of a panel shows it in this way."""
    folder = lab.folder / f"{path.stem}-{way}"
    folder.mkdir()
    shutil.copy(HERE / "ways.py", folder)
    notebook = json.loads(without_outputs(path))
    cell = next(cell for cell in notebook["cells"] if f"{panel}(" in "".join(cell["source"]))
    module = f"lecture_support.lessons.{LESSONS[int(path.name[:2]) - 1]}.panels"
    cell["source"] = f'import ways\nfrom {module} import {panel}\n\nways.show({panel}(), "{way}")'
    (folder / path.name).write_text(json.dumps(notebook), "utf-8")
    return folder


def open_page(lab, browser, path):
    """The notebook after Run All, in a window of its own."""
    page = new_page(browser)
    lab.open(page, path.relative_to(lab.folder))
    run_all(page)
    return page


def compare(lab, browser, path):
    """Measure every way on one notebook, in turn, and print the table."""
    ways = [Way(lab, browser, path, way) for way in WAYS]
    for _ in range(ROWS):
        for way in ways:
            way.row()
    for _ in range(DRAGS):
        for way in ways:
            way.drag()
    growth = ways[-1].growth()
    for way in ways:
        way.page.close()
    lab.end_kernels()
    print_table(path, ways, growth)


def print_table(path, ways, growth):
    def line(words, cells, met=None):
        verdict = "" if met is None else "   met" if met else "   MISSED"
        print(f"{words:<64}" + "".join(f"{cell:>16}" for cell in cells) + verdict, flush=True)

    def of_drags(name, which=statistics.median):
        return [which(drag[name] for drag in way.drags) for way in ways]

    panel, slider, other = HEAVIEST[path.name[:2]]
    print(f"\n{path.stem}: {panel}, {slider} along each of {ROWS} positions of {other}, then {DRAGS} drags of a second")
    line("", [way.name for way in ways])
    for words, times in (
        ("", [way.new + way.seen for way in ways]),
        (", new to the kernel", [way.new for way in ways]),
        (", seen before", [way.seen for way in ways]),
    ):
        line(f"slider to new pixels{words}: median / p95, ms", map(median_and_p95, times))
        ratios = [statistics.median(times[0]) / statistics.median(of_way) for of_way in times]
        goal, met = ("", None) if words else (f" (target {FASTER})", ratios[-1] >= FASTER)
        line(f"    times as fast as interact{goal}", (f"{r:.1f}" for r in ratios), met)
    pictures = of_drags("pictures")
    cells = (f"{number:.0f} in {s:.1f} s" for number, s in zip(pictures, of_drags("seconds"), strict=True))
    words = f"pictures in a drag along {ways[-1].positions} positions (target {PICTURES})"
    line(words, cells, pictures[-1] >= PICTURES)
    late = of_drags("late")
    redraws = [ms / statistics.median(way.new) for ms, way in zip(late, ways, strict=True)]
    cells = (f"{ms:.0f} = {r:.1f} x" for ms, r in zip(late, redraws, strict=True))
    line(f"release to the last picture, ms, in redraws (target {LATE})", cells, redraws[-1] <= LATE)
    right = of_drags("right", all)
    line("the last picture is the right one", ("yes" if r else "NO" for r in right), right[-1])
    blank, frames = of_drags("blank", sum), of_drags("frames", sum)
    line("blank frames", (f"{b} of {f}" for b, f in zip(blank, frames, strict=True)), blank[-1] == 0)
    jump, shift = of_drags("jump", max), of_drags("shift", max)
    cells = (f"{j:.0f} / {s:.3f}" for j, s in zip(jump, shift, strict=True))
    line("the page below jumps, px / layout shift", cells, jump[-1] == shift[-1] == 0)
    cells = [""] * (len(ways) - 1) + [" / ".join(f"{size:+.1f}" for size in growth.values())]
    grows = any(size > GROWTH[name] for name, size in growth.items())
    line(f"MB gained in {MEMORY_MOVES} moves, {' / '.join(growth)}", cells, not grows)
    for words, times in ways[-1].kernel.items():
        update, paint = (1000 * statistics.median(column) for column in zip(*times, strict=True))
        rest = statistics.median(getattr(ways[-1], words)) - update - paint
        parts = f"update {update:.0f}, paint {paint:.0f}, socket and browser {rest:.0f} ms"
        print(f"    of the Panel's median, values {words}: {parts}")


def median_and_p95(times):
    return f"{statistics.median(times):.0f} / {statistics.quantiles(times, n=20)[-1]:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", nargs="*", help="how the notebooks' names begin")
    prefixes = parser.parse_args().prefix
    if BROWSER is None:
        sys.exit("no chromium here: nothing can be measured")
    if "ipympl" not in WAYS:
        print("ipympl is not installed (pip install ipympl): its column is left out")
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit("ended")
    )  # and so the server, its kernels and the browser end too
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the `lecture` command sets it
    with tempfile.TemporaryDirectory() as home, Lab(Path(home)) as lab, sync_playwright() as playwright:
        browser = chromium(playwright)
        for path in NOTEBOOKS:
            if path.name.startswith(tuple(prefixes) or ""):
                compare(lab, browser, path)


if __name__ == "__main__":
    main()
