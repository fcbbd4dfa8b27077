"""How long the site takes from its link to a moving slider, and what comes over the wire, in a real Chromium.

    .venv/bin/python tests/benchmarks/site.py            notebook 1
    .venv/bin/python tests/benchmarks/site.py 05 --files     notebook 5, and what was sent, file by file

The site is built anew and served as `python -m http.server` does. "cold" is a browser that has nothing of it, "warm"
one that is started again on the profile of the first, as on the next day; "slow" is a cold one with a processor four
times as slow, but for Python's own thread, which Chromium does not slow down. A time is the median of three. "pressed"
is the time of the click on Start Python: "at once" as soon as its button is there, "later" when Python has been loaded
in the background, as by somebody who reads first.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from conftest import NOTEBOOKS  # noqa: E402
from lab import ALL_RAN, BROWSER, FLAGS, LONG, panels, position  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402
from test_site import distribution, lecture, served  # noqa: E402

# The targets: seconds to what is stored, and from the click to a moving slider, cold and warm; bytes for one notebook.
STORED, MOVING, BYTES = 4, {"cold": 15, "warm": 8}, 25e6
SLOW, ROUNDS = 4, 3


def visit(playwright, profile, address, name, at_once, slow):
    """The seconds to what is stored, and from the click to the first panel, to a moved slider, to the last cell."""
    kind = {"executable_path": BROWSER, "args": FLAGS, "viewport": {"width": 1366, "height": 900}}
    context = playwright.chromium.launch_persistent_context(profile, **kind)
    (page,) = context.pages
    page.set_default_timeout(LONG)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    began = time.monotonic()
    page.goto(f"{address}lab/index.html?path={name}", wait_until="commit")
    expect(page.locator(".lecture-stored img").first).to_be_visible(timeout=LONG)
    stored = time.monotonic() - began
    if not at_once:
        expect(page.locator(".lecture-asleep-note").first).to_contain_text("Python is there", timeout=LONG)
    there = time.monotonic() - began
    page.get_by_role("button", name="Start Python").first.click()
    clicked, times = time.monotonic(), []
    expect(page.locator(".lecture-panel img").first).to_be_visible(timeout=LONG)
    times.append(time.monotonic() - clicked)
    panel = panels(page)[0]
    handle, state = panel.lecture_slider(), panel.state
    handle.press("Home" if position(handle) > float(handle.get_attribute("aria-valuemin")) else "End")
    panel.wait_for(lambda: panel.state != state, "another picture")
    times.append(time.monotonic() - clicked)
    page.wait_for_function(ALL_RAN, timeout=LONG)
    times.append(time.monotonic() - clicked)
    context.close()
    return stored, there, *times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", nargs="?", default="01", help="how the notebook's name begins")
    parser.add_argument("--files", action="store_true", help="say the size of each file that was sent")
    options = parser.parse_args()
    if BROWSER is None:
        sys.exit("no chromium here: nothing can be measured")
    (name,) = (path.name for path in NOTEBOOKS if path.name.startswith(options.number))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder, "site")
        print(lecture(site, "--pyodide", distribution()))
        print(
            name,
            "pressed   stored   Python there   click to panel   to moved slider   to last cell, s",
            sep="\n" + 11 * " ",
        )
        with served(site) as (address, sent):
            for at_once in (True, False):
                times = {"cold": [], "warm": [], "slow": []}
                for _ in range(ROUNDS):
                    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
                        for words, profile, slow in (("cold", first, 1), ("warm", first, 1), ("slow", second, SLOW)):
                            sent.clear()
                            times[words].append(visit(playwright, profile, address, name, at_once, slow))
                            if words == "cold":
                                files = dict(sent)
                for words, rounds in times.items():
                    report(words, at_once, map(statistics.median, zip(*rounds, strict=True)))
        total = sum(files.values())
        print(f"bytes of {len(files)} files: {total / 1e6:.1f} MB {'' if total < BYTES else 'TOO MUCH'}")
        for file, size in sorted(files.items(), key=lambda item: -item[1]) if options.files else ():
            print(f"    {size:9,} {file}")


def report(words, at_once, times):
    stored, there, panel, moved, ran = times
    late = stored > STORED or moved > MOVING.get(words, MOVING["cold"])
    numbers = f"{stored:6.1f} {there:14.1f} {panel:16.1f} {moved:17.1f} {ran:14.1f}"
    print(f"    {words}   {'at once' if at_once else 'later  '} {numbers} {'LATE' if late and words != 'slow' else ''}")


if __name__ == "__main__":
    main()
