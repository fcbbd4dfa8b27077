"""Figures for a narrow page, such as a phone's: their axes go below one another, and words can still be read."""

import math
from copy import copy
from functools import partial
from itertools import combinations

import numpy as np
from matplotlib.transforms import Bbox

WIDTH = 480  # pixels: words of 15.3 are 11 high where a phone shows the picture 350 wide
EDGE = 6  # pixels that stay free all around
GAP = 16  # pixels between two axes with all that is written around them
BESIDE = 110  # pixels that words to the right of an axes take


def stack(figure):
    """Let a figure's axes flow into lines of WIDTH, as words do; return a function that makes it as it was.

    An axes keeps its size, unless it is too wide even alone. Only what stays is measured: the layout is the same
    wherever the sliders stand.
    """
    undo = []

    def change(setter, before, now):
        undo.append(partial(setter, before))
        setter(now)

    renderer, before = figure.canvas.get_renderer(), figure.get_size_inches()
    # By columns, because what stands above something else belongs to it.
    axes = sorted(figure.axes, key=lambda ax: (round(ax.get_position().x0, 2), -ax.get_position().y1))
    blocks = [Block(ax, renderer, change) for ax in axes]
    left = EDGE + max(block.left for block in blocks)
    lines, x = [[]], 0
    for block in blocks:
        needed = left + block.fit(WIDTH - EDGE - left)
        if lines[-1] and x + needed > WIDTH - EDGE:
            lines.append([])
            x = 0
        block.x = x + left
        lines[-1].append(block)
        x += needed + GAP
    top = EDGE
    for line in lines:
        top += max(block.above for block in line)
        for block in line:
            block.top = top
        top += max(block.height + block.below for block in line) + GAP
    foot = max((text.get_window_extent(renderer).y1 for text in figure.texts), default=EDGE - GAP)
    size = np.array([WIDTH, math.ceil(top + foot)]) / figure.dpi + 1e-9  # matplotlib takes 434.9999 pixels for 434
    for text in figure.texts:  # they stay at the foot
        place = left / WIDTH, text.get_position()[1] * before[1] / size[1]
        change(text.set_position, text.get_position(), place)
    change(figure.set_size_inches, before, size)
    for block in blocks:
        block.place(renderer, change)

    def unstack():
        for step in undo:
            step()

    return unstack


class Block:
    """An axes, and in pixels its size and what is written to its left and right, above and below."""

    def __init__(self, ax, renderer, change):
        self.ax = ax
        frame = ax.get_position().transformed(ax.figure.transSubfigure)
        numbers = [axis.get_tightbbox(renderer) for axis in (ax.xaxis, ax.yaxis) if ax.axison]
        sides = Bbox.union([frame, *filter(None, numbers)])
        legend = ax.get_legend()
        if legend:
            columns = legend._legend_handle_box
            change(partial(setattr, columns, "_children"), columns._children, columns._children)
            narrow(legend, WIDTH - 2 * EDGE - (frame.x0 - sides.x0), renderer)
        ax._update_title_position(renderer)
        over = [part.get_window_extent(renderer) for part in (ax.title, ax._left_title, legend) if part]
        anchors = [(text, *text.get_transform().transform(text.get_position())) for text in ax.texts]
        under = [text.get_window_extent(renderer) for text, _, y in anchors if y < frame.y0]
        whole = Bbox.union([sides, *over, *under])
        self.left, self.right = frame.x0 - sides.x0, sides.x1 - frame.x1
        self.above, self.below = whole.y1 - frame.y1, frame.y0 - whole.y0
        self.width, self.height, self.widest = frame.width, frame.height, max(box.width for box in over)
        # Where words beside the axes begin, as a multiple of its width.
        self.beside = max(((x - frame.x0) / frame.width for _, x, _ in anchors if x > frame.x1 + 1), default=0)

    def fit(self, room):
        """Become no wider than room, and return how much of it is needed."""
        width = min(self.width, room - self.right)
        if self.beside:
            width = min(width, (room - BESIDE) / self.beside)
        if self.ax.get_aspect() != "auto":
            self.height *= width / self.width
        self.is_narrower, self.width = width < self.width, width
        return min(room, max(width + self.right, self.widest, self.beside * width + BESIDE * bool(self.beside)))

    def place(self, renderer, change):
        """Go to its place in the picture, with a title that ends there."""
        _, height = self.ax.figure.bbox.size
        bottom = height - self.top - self.height
        place = Bbox.from_bounds(self.x / WIDTH, bottom / height, self.width / WIDTH, self.height / height)
        change(self.ax.set_position, self.ax.get_position(original=True), place)
        title = self.ax._left_title
        x = min(0, WIDTH - EDGE - self.x - title.get_window_extent(renderer).width) / self.width
        change(title.set_position, title.get_position(), (x, title.get_position()[1]))
        still = [text for text in self.ax.texts if self.is_narrower and not text.get_animated()]
        for one, other in combinations(still, 2):
            upper, lower = one.get_window_extent(renderer), other.get_window_extent(renderer)
            if upper.overlaps(lower):
                to_pixels = other.get_transform()
                below = to_pixels.transform(other.get_position()) - (0, lower.y1 - upper.y0 + 3)
                change(other.set_position, other.get_position(), to_pixels.inverted().transform(below))


def narrow(legend, width, renderer):
    """Give a legend as few columns as it takes to be no wider than this."""
    box = legend._legend_handle_box
    columns = box.get_children()
    entries = [entry for column in columns for entry in column.get_children()]
    for number in range(len(columns) - 1, 0, -1):
        if legend.get_window_extent(renderer).width <= width:
            break
        rows = math.ceil(len(entries) / number)
        box._children = [copy(columns[0]) for _ in range(0, len(entries), rows)]
        for index, column in enumerate(box._children):
            column._children = entries[rows * index : rows * (index + 1)]
