"""How a figure becomes a PNG in a few milliseconds: only what moves is drawn, and no text is laid out twice."""

import io
import math
import os
import struct
import zlib
from functools import lru_cache

import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.spines import Spine
from PIL import Image

from lecture_support.narrow import stack

DPI = 100
# Pixels drawn for each pixel of the size shown: `lecture present` asks for 2, because a hall shows figures larger, and
# so does a fine screen (screen.py), while a panel is there already.
LEAST = SCALE = int(os.environ.get("LECTURE_SCALE", "1"))
NARROW = False  # whether the page is a phone's (screen.py)
TEXTS = 1000  # remembered for each figure, some 2 kB each


class Painter:
    """Paints a figure into PNG bytes, drawing again only what moves: the artists made with `animated=True`.

    All else is drawn once and kept as a background, and again only after one of its artists was changed. What lies in
    the same axes above a moving artist is made animated too, but for titles, ticks and legends: they take the most
    time, and have a place that nothing moves to. So every picture equals a full draw, pixel for pixel. `size` is the
    width and height in pixels at which the figure is shown; it is drawn with SCALE times as many, and stacked where
    NARROW, at each draw anew.
    """

    def __init__(self, figure):
        if not isinstance(figure, Figure):
            raise ValueError(f"figure is a matplotlib Figure, such as view.figure, not {figure!r}")
        self.figure = figure
        figure.set_dpi(DPI)
        self.canvas = Canvas(figure)
        self._background = None
        # Whoever else draws the figure, as another panel's painter does, leaves it fresh and this background old.
        self.canvas.mpl_connect("draw_event", self._forget_background)

    @property
    def size(self):
        return tuple(round(DPI * inches) for inches in self.figure.get_size_inches())

    def png(self):
        """The figure as it stands now, encoded quickly."""
        return encode(self._draw())

    def small_png(self):
        """The same picture in 256 colours, and so half as large, for a stored notebook."""
        picture = Image.fromarray(np.ascontiguousarray(self._draw()[:, :, :3]))
        few = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file := io.BytesIO(), "PNG", optimize=True)
        return file.getvalue()

    def _draw(self):
        """The pixels (height, width, 4) of the figure as it stands now."""
        unstack = getattr(self.figure, "unstack", None)  # kept there, because another painter may draw it too
        if NARROW != bool(unstack):
            self.figure.set_dpi(DPI)
            self.figure.unstack = stack(self.figure) if NARROW else unstack()
        if self.figure.get_dpi() != DPI * SCALE:
            self.figure.set_dpi(DPI * SCALE)  # which makes it stale
        if self._background is None or self.figure.stale:
            self._draw_background()
        self.canvas.restore_region(self._background)
        for artist in self._moving:
            artist.draw(self.canvas.get_renderer())
        return np.asarray(self.canvas.buffer_rgba())

    def _forget_background(self, event):
        self._background = None

    def _draw_background(self):
        self._background = None  # and so it stays, to be drawn next time, where drawing raises
        self._moving = [artist for ax in in_order(self.figure.axes) for artist in moving_in(ax)]
        self._moving += [artist for artist in in_order(self.figure.get_children()) if artist.get_animated()]
        for artist in self._moving:
            artist.set_animated(True)
        images = [artist for artist in self._moving if isinstance(artist, AxesImage) and artist.get_visible()]
        for image in images:  # matplotlib 3.8 draws them with the background, animated or not
            image.set_visible(False)
        try:
            self.canvas.draw()
        finally:
            for image in images:
                image.set_visible(True)
        self._background = self.canvas.copy_from_bbox(self.figure.bbox)


def encode(pixels):
    """Pixels (height, width, 4), all opaque, as PNG bytes, quickly.

    No row is filtered before it is compressed: for flat colours that is as small, and three times as quick as a
    library that tries the filters. Source: W3C, "Portable Network Graphics", sections 5 and 11.2.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # a row begins with its filter: 0, none
    for channel in range(3):
        rows[:, 1 + channel :: 3] = pixels[:, :, channel]
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)  # 8 bits a channel, RGB, not interlaced
    parts = {b"IHDR": header, b"IDAT": zlib.compress(rows, 1), b"IEND": b""}
    chunks = (struct.pack(">I", len(data)) + name + data + checksum(name + data) for name, data in parts.items())
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def checksum(data):
    """A PNG chunk's last four bytes."""
    return struct.pack(">I", zlib.crc32(data))


def in_order(artists):
    """Artists in the order in which matplotlib draws them."""
    return sorted(artists, key=lambda artist: artist.get_zorder())


def moving_in(ax):
    """The animated artists of an axes and what lies above the lowest of them, in the order of drawing."""
    parts = [part for part in in_order(ax.get_children()) if part is not ax.patch]
    lowest = next((index for index, part in enumerate(parts) if part.get_animated()), len(parts))
    stays = (Axis, Legend) if ax.axison and ax.get_frame_on() else (Axis, Legend, Spine)
    titles = ax.title, ax._left_title, ax._right_title
    above = [part for part in parts[lowest:] if part.get_animated() or not (isinstance(part, stays) or part in titles)]
    return above if ax.get_visible() else []


class Renderer(RendererAgg):
    """Draws as matplotlib does, but each opaque text only once: it is kept as a small image, and placed again.

    A text is placed at whole pixels, so that it is the same image wherever it goes; a slanted one never is.
    """

    def __init__(self, width, height, dpi):
        super().__init__(width, height, dpi)
        self._image_of = lru_cache(TEXTS)(self._draw_apart)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        x, y = round(x), round(y)
        if gc.get_alpha() != 1 or angle % 90:
            return super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        image, left, below = self._image_of(s, prop.copy(), angle, ismath, gc.get_rgb())
        self.draw_image(gc, x + left, self.height - y - below, image[::-1])

    def _draw_apart(self, s, prop, angle, ismath, rgb):
        """A text's image, and how far from the text's place it begins: to the right and downwards, in pixels."""
        width, height, _ = self.get_text_width_height_descent(s, prop, ismath)
        middle = math.ceil(width + height)  # room enough at any angle
        apart = RendererAgg(2 * middle, 2 * middle, self.dpi)
        gc = apart.new_gc()
        gc.set_foreground(rgb, isRGBA=True)
        apart.draw_text(gc, middle, middle, s, prop, angle, ismath)
        image = np.asarray(apart.buffer_rgba())
        rows, columns = (np.flatnonzero(image[:, :, 3].any(axis=axis)) for axis in (1, 0))
        if not len(rows):  # spaces
            return image[:1, :1].copy(), 0, 0
        bottom = rows[-1] + 1
        return image[rows[0] : bottom, columns[0] : columns[-1] + 1].copy(), columns[0] - middle, bottom - middle


class Canvas(FigureCanvasAgg):
    """A canvas for that renderer."""

    _made_for = None

    def get_renderer(self):
        size = *self.figure.bbox.size, self.figure.dpi
        if size != self._made_for:
            self.renderer, self._made_for = Renderer(*size), size
        return self.renderer
