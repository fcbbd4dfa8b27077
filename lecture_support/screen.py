"""Pictures as fine as the screen that shows them, and as narrow as its page.

On a screen with small pixels a picture is blurred unless it has more of them than its size says, and on a phone its
words are too small to be read unless its axes go below one another. The course's JupyterLab extension
(lab/static/screen.js) tells the kernel of such a screen when a panel appears there. In every other place nobody does,
and pictures are wide and have the pixels of their size, which is quickest.
"""

from weakref import WeakSet

import comm

from lecture_support import painter

PANELS = WeakSet()  # those that `draw_at` draws again: each panel puts itself there


def draw_at(scale, narrow=False):
    """Draw every panel, now and from now on, with scale pixels for each one of its size, LECTURE_SCALE or more, and for
    a narrow page or a wide one."""
    now = max(scale, painter.LEAST), narrow
    if now != (painter.SCALE, painter.NARROW):
        painter.SCALE, painter.NARROW = now
        for panel in PANELS:
            panel.draw()


def hear(_, opened):
    """What the kernel calls with the extension's message."""
    draw_at(**opened["content"]["data"])


comm.get_comm_manager().register_target("lecture-support", hear)
