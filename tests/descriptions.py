"""What a panel's figure shows, in words and numbers: one line for each artist.

A stored picture guards where a panel starts. The files in descriptions/ guard every named state, and each control at
either end: store.py writes them from the figures as they are, and git shows what a change of a figure moved, and where.
"""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.spines import Spine
from matplotlib.text import Text

FOLDER = Path(__file__).with_name("descriptions")
FEW = 10  # numbers that are written one by one


def states_of(panel):
    """The named states, and each control at either end with the others where they start: {name: state}."""
    start, found = panel.states["start"], dict(panel.states)
    for control, values in panel.positions.items():
        found |= {f"{control} = {value}": start | {control: value} for value in (values[0], values[-1])}
    return found


def numbers(values):
    """An array in words: all of a few numbers; of more their ends, their mean, and a sum that minds their order."""
    values = np.ma.filled(np.ma.asarray(values, float), np.nan).ravel()
    if len(values) <= FEW:
        return " ".join(f"{value:.5g}" for value in values + 0.0)
    values = np.nan_to_num(values, nan=-9)
    weights = np.cos(np.arange(len(values)))
    mixed = weights @ values / np.abs(weights).sum()
    return f"from {values.min():.5g} to {values.max():.5g}, mean {values.mean():.5g}, mixed {mixed:.5g}"


def places(ax, x, y):
    """Points as shares of an axes' width and height."""
    return numbers(ax.transAxes.inverted().transform(ax.transData.transform(np.column_stack([x, y]))))


def describe(artist, has_a_place=True):
    """One artist as a line. Where has_a_place is False, its place is matplotlib's choice, and is left out."""
    if isinstance(artist, Axes):
        what = f"axes {artist.get_title('left')!r}"
        for name, axis in (("x", artist.xaxis), ("y", artist.yaxis)):
            ends, ticks = axis.get_view_interval(), axis.get_transform().transform(axis.get_majorticklocs())
            low, high = axis.get_transform().transform(ends)
            words = " ".join(label.get_text() for label in axis.get_ticklabels())
            shares = numbers((ticks - low) / (high - low))
            what += f", {name} {axis.get_label_text()!r} {numbers(ends)}, {words!r} at {shares}"
        legend = artist.get_legend()
        if legend:
            frame = "with" if legend.get_frame_on() else "without"
            what += f", legend {[text.get_text() for text in legend.get_texts()]} {frame} a frame"
    elif isinstance(artist, Line2D):
        colours = f"{to_hex(artist.get_color())} {to_hex(artist.get_markerfacecolor(), True)}"
        marker = artist.get_marker()
        marker = marker if isinstance(marker, str) else f"{np.abs(marker).sum():.4g}"
        style = f"{artist.get_linewidth():g} {marker}{artist.get_markersize():g} {colours}"
        what = f"line {style}, {places(artist.axes, *artist.get_data())}"
    elif isinstance(artist, Text):
        where = numbers(artist.get_position()) if has_a_place else "a free place"
        what = f"text {artist.get_text()!r} {to_hex(artist.get_color())} at {where}"
        box = artist.get_bbox_patch()
        what += f" on {to_hex(box.get_facecolor(), True)}" if box else ""
    elif isinstance(artist, AxesImage):
        what = f"image in {numbers(artist.get_extent())}, {numbers(artist.get_array())}"
    else:
        box = artist.get_path().get_extents(artist.get_transform())
        what = f"patch {to_hex(artist.get_facecolor(), True)} {to_hex(artist.get_edgecolor(), True)} in {numbers(box)}"
    marks = [f"level {artist.get_zorder():g}"]
    marks += [] if artist.get_alpha() is None else [f"alpha {artist.get_alpha():g}"]
    marks += [name for name in ("animated", "clip_on") if getattr(artist, f"get_{name}")()]
    return ", ".join([what, *marks, *([] if artist.get_visible() else ["hidden"])])


def describe_all(figure):
    """The lines of a figure: its axes, and what stands in them."""
    for ax in figure.axes:
        yield describe(ax)
        children = ax.get_children()
        free = {label for child in children for label in getattr(child, "labelTexts", ())}  # those along contours
        for child in children:
            frame = child is ax.patch or isinstance(child, Spine)
            unused = isinstance(child, Text) and not child.get_text() and not child.get_animated()
            if isinstance(child, Line2D | Text | AxesImage | Patch) and not frame and not unused:
                yield describe(child, child not in free)
    yield from map(describe, figure.texts)


def descriptions_of(panels):
    """What a notebook's panels {name: panel} show: {"panel, state": lines}."""
    found = {}
    for name, panel in panels.items():
        for state, values in states_of(panel).items():
            panel._update(**values)
            found[f"{name}, {state}"] = list(describe_all(panel._painter.figure))
        panel.set(**panel.states["start"])
    return found


def start_of(title):
    """The title of the state that the lines of another are compared with."""
    return title.split(", ")[0] + ", start"


def write(path, descriptions):
    """Store descriptions: all lines, but of a panel's states only those that differ from its start."""
    text = []
    for title, lines in descriptions.items():
        start = start_of(title)
        before = [None] * len(lines) if start in (title, f"{title}, start") else descriptions[start]
        changes = zip(lines, before, strict=True)
        text += [title, *(f"  {number} {line}" for number, (line, other) in enumerate(changes) if line != other)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8", newline="\n")


def read(path):
    """What `write` stored."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("  "):
            title = line
            found[title] = found.get(start_of(title), {}).copy()
        else:
            number, text = line.split(maxsplit=1)
            found[title][int(number)] = text
    return {title: list(lines.values()) for title, lines in found.items()}
