"""Pictures as fine as the screen that shows them.

On a screen with small pixels a picture is blurred unless it has more of them than its size says. The course's
JupyterLab extension (lab/static/screen.js) tells the kernel of such a screen when a panel appears there. In every other
place nobody does, and pictures have the pixels of their size, which is quickest.
"""

from weakref import WeakSet

import comm

from lecture_support import painter

PANELS = WeakSet()  # those that `draw_at` draws again: each panel puts itself there


def draw_at(scale):
    """Draw every panel, now and from now on, with scale pixels for each one of its size: LECTURE_SCALE or more."""
    scale = max(scale, painter.LEAST)
    if scale != painter.SCALE:
        painter.SCALE = scale
        for panel in PANELS:
            panel.draw()


def hear(_, opened):
    """What the kernel calls with the extension's message."""
    draw_at(opened["content"]["data"]["scale"])


comm.get_comm_manager().register_target("lecture-support", hear)
