"""Pictures as fine as the screen: what the extension tells of it, and every panel that follows, in a browser too."""

import io
import subprocess
import sys
from pathlib import Path
from weakref import WeakSet

import comm
import nbformat.v4 as nb
import pytest
from conftest import START, Line
from lab import BROWSER, leave, panels, run_all
from matplotlib.image import imread
from playwright.sync_api import expect
from test_hand import NOTEBOOK

from lecture_support import painter
from lecture_support.narrow import WIDTH
from lecture_support.panel import Panel


def tell(scale, narrow=False):
    """What the kernel does with the message of the extension."""
    data = {"scale": scale, "narrow": narrow}
    message = {"content": {"comm_id": "a", "target_name": "lecture-support", "data": data}}
    comm.get_comm_manager().comm_open(None, None, message)
    comm.get_comm_manager().comm_close(None, None, message)


@pytest.fixture(autouse=True)
def few_panels(monkeypatch):
    """Only this file's panels follow the screen, not all those that other files have left."""
    few = WeakSet()
    for module in ("screen", "panel"):
        monkeypatch.setattr(f"lecture_support.{module}.PANELS", few)


@pytest.fixture
def told():
    """The function `tell`; afterwards all is as it was."""
    yield tell
    tell(painter.LEAST)


def width(panel):
    """How many pixels a panel's picture has from left to right."""
    return imread(io.BytesIO(panel.image.value), format="png").shape[1]


def test_every_panel_follows_the_screen_those_to_come_too_and_keeps_its_size(panel, view, told):
    once, size = panel.image.value, panel.image.width
    assert width(panel) == 300
    told(2)
    assert width(panel) == width(Panel(Line().figure, view.update, **START)) == 600
    assert panel.image.width == size
    told(1)
    assert panel.image.value == once


def test_on_a_narrow_page_every_panel_has_another_size_and_on_a_wide_one_the_same_again(panel, view, told):
    once, size = panel.image.value, (panel.image.width, panel.image.height)
    script = Path(painter.__file__).parent / "lab" / "static" / "screen.js"
    assert f'STACKED = "{WIDTH}"' in script.read_text("utf-8")  # by which a page knows what its kernel draws
    told(2, narrow=True)
    assert (width(panel), panel.image.width) == (2 * WIDTH, str(WIDTH))
    assert width(Panel(view.figure, view.update, **START)) == 2 * WIDTH  # a second painter of the figure
    told(1)
    assert (panel.image.value, panel.image.width, panel.image.height) == (once, *size)


def test_nothing_is_computed_or_drawn_again_unless_the_screen_is_another(panel, view, told, monkeypatch):
    told(2)
    monkeypatch.setattr(panel, "draw", lambda: pytest.fail("drawn again"))
    told(2)
    monkeypatch.undo()
    told(1)
    assert len(view.calls) == 1


def test_a_panel_that_is_out_of_date_keeps_its_picture_until_the_next_move(panel, view, told, monkeypatch):
    picture = panel.image.value
    monkeypatch.setattr(panel, "_update", lambda **values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        panel.set(reg=1.0)
    told(2)
    assert panel.image.value == picture
    monkeypatch.undo()
    panel.set(reg=0.1)
    assert width(panel) == 600


def test_what_the_environment_asks_for_is_the_least():
    """In a process of its own, because the environment is asked once."""
    code = (
        "import os; os.environ['LECTURE_SCALE'] = '2'\n"
        "from lecture_support import painter; from lecture_support.screen import draw_at\n"
        "for scale in (1, 3, 1): draw_at(scale); print(painter.SCALE)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["2", "3", "2"]


@pytest.mark.skipif(BROWSER is None, reason="no chromium here: no fine screen was tried")
def test_on_a_fine_screen_each_picture_has_two_pixels_for_one_and_goes_with_the_window(lab, tab):
    screen = tab.context.new_cdp_session(tab)

    def show_on(factor, page_width):
        size = {"width": page_width, "height": 900, "mobile": False}
        screen.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": factor})

    def expect_pictures(pixels):
        for panel in panels(tab):
            expect(panel.image).to_have_js_property("naturalWidth", pixels)
            expect(panel.image).to_have_js_property("clientWidth", WIDTH if pixels == WIDTH else 900)

    show_on(1.5, 1366)
    lab.open(tab, lab.write("screen.ipynb", nb.writes(NOTEBOOK)).name)
    run_all(tab)
    assert len(panels(tab)) == 2
    expect_pictures(1800)
    # Each with another width: Chromium tells a page of nothing where its screen alone is another in an emulation.
    for factor, page_width, pixels in ((1, 1360, 900), (2, 1366, 1800), (1, 950, WIDTH), (1, 1366, 900)):
        show_on(factor, page_width)
        expect_pictures(pixels)
    leave(tab, lab)
