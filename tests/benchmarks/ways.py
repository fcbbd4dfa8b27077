"""One panel shown in three ways, for sliders.py: kernels import this beside the notebook, and call `show(panel, way)`.

Every way gets the panel's own sliders, figure and update. `interact` and `ipympl` know no moving artists, so for them
the figure is drawn in full; `interact` shows it as the inline backend shows every figure, cut by bbox_inches="tight".
"""

import html
import json
import os
from pathlib import Path
from time import perf_counter

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg


def show(panel, way):
    """Show the panel in this way, in a widget of the class benchmark, with its sliders named by class too."""
    Path("kernel").write_text(str(os.getpid()), "utf-8")
    for name, slider in panel.sliders.items():
        slider.add_class(f"control-{name}")
    root = {"Panel": as_it_is, "interact": with_interact, "ipympl": with_ipympl}[way](panel)
    root.add_class("benchmark")


def as_it_is(panel):
    """The Panel; how long its updates and its pictures take goes into the file `times`, one move a line."""
    file = Path("times").open("w", encoding="utf-8")
    update, png, seconds = panel._update, panel._painter.png, []

    def timed_update(**values):
        before = perf_counter()
        sentence = update(**values)
        seconds[:] = [perf_counter() - before]
        return sentence

    def timed_png():
        before = perf_counter()
        picture = png()
        print(json.dumps([*seconds, perf_counter() - before]), file=file, flush=True)
        return picture

    panel._update, panel._painter.png = timed_update, timed_png
    display(panel)
    return panel.widget


def with_interact(panel):
    get_ipython().run_line_magic("matplotlib", "inline")
    figure, update = everything_still(panel)

    def move(**values):
        sentence = update(**values)
        display(figure)
        print(sentence)

    return widgets.interact(move, **panel.sliders).widget


def with_ipympl(panel):
    from ipympl.backend_nbagg import Canvas, FigureManager

    figure, update = everything_still(panel)
    canvas = Canvas(figure)
    FigureManager(canvas, 1)
    canvas.header_visible = canvas.footer_visible = canvas.toolbar_visible = canvas.resizable = False
    text = widgets.HTML()

    def move(change=None):
        text.value = html.escape(update(**panel.values))
        canvas.draw_idle()

    for slider in panel.sliders.values():
        slider.observe(move, names="value")
    move()
    root = widgets.VBox([*panel.sliders.values(), canvas, text])
    display(root)
    return root


def everything_still(panel):
    """The panel's figure, with no artist that an ordinary draw would leave out, and its update; the panel lets go."""
    for slider in panel.sliders.values():
        slider.unobserve(panel._on_move, names="value")
    figure = panel._painter.figure
    FigureCanvasAgg(figure)  # instead of the panel's canvas, which remembers texts
    for artist in figure.findobj():
        artist.set_animated(False)
    return figure, panel._update
