"""How a panel and a question are shown: live where a kernel is behind them, as a picture and words where none is."""

import html
import os

import ipywidgets as widgets
from IPython import get_ipython


def pulse(name=""):
    """A hidden button, marked as it was last pressed: by it a page hears whether a kernel answers.

    Its description is the name of what it is part of; the course's JupyterLab extension (lab/) reads both.
    """
    hidden = widgets.ToggleButton(description=name, layout=widgets.Layout(display="none"))
    hidden.add_class("lecture-pulse")

    def answer(change):
        (hidden.add_class if change["new"] else hidden.remove_class)("lecture-answered")

    hidden.observe(answer, names="value")
    return hidden


def bundle(widget, words, markup=""):
    """What a notebook shows and stores of a widget: {mime type: data}; markup, else words, stands where no widget can.

    nbconvert, nbclient and nbval get no live widget: a page that is read later would show nothing in its place.
    """
    live = widget._repr_mimebundle_ if somebody_is_there() else None  # None where the widget was closed, too
    stored = {"text/html": f'<div class="lecture-stored">{markup}</div>'} if markup else {}
    return {**(live or dict)(), "text/plain": words, **stored}


def somebody_is_there():
    """Whether what runs the cell has somebody at its keyboard, or is Voilà, which shows the page at once."""
    request = getattr(get_ipython(), "get_parent", dict)() or {}
    voila = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return voila or request.get("content", {}).get("allow_stdin", True)


def paragraph(words, style=""):
    """Words as a paragraph, whatever stands in them."""
    return f'<p style="{style}">{html.escape(words)}</p>'
