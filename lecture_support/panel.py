"""The lecture's sliders, and the panel that ties them to one figure and one sentence.

A panel calls `update(**values)` on every move of a control. `update` sets the figure's artists and returns the sentence
that says in words what the picture shows. The callback is synchronous: the browser then holds back all but the newest
position until the picture is there, so a drag never queues and always ends right.
"""

import base64
import html

import ipywidgets as widgets

from lecture_support.figures import Painter

SLIDERS = {
    "reg": (0.0, *(m * 10.0**e for e in (-4, -3, -2, -1, 0) for m in (1, 2, 5)), 10.0),
    "step_size": (*(m * 10.0**e for e in (-3, -2, -1, 0) for m in (1, 2, 5)), 10.0),
    "batch_size": (1, 2, 4, 8, 16, 32, 64, 128, 256),
}
DESCRIPTIONS = {"reg": "λ (reg)", "step_size": "step size η", "batch_size": "batch size"}


class Panel:
    """Controls, one matplotlib figure and one sentence, kept together: `Panel(view.figure, update, reg=0.1, ...)`.

    A keyword that names one of SLIDERS gives its start; any other keyword is an ipywidget of the notebook's own, whose
    name `update` receives. num_examples, where given, cuts the batch sizes at N and makes N, the whole data set, the
    last. states {name: values} become buttons; play names an int slider that Play, Step and Restart walk along.

    `.sliders` {name: widget}, `.values` {name: value}, `.sentence`, `.image` (widgets.Image) and `.error` (None, or
    what `update` raised at the last move) can be read. Raises ValueError for a start that is no position of its slider.
    """

    def __init__(self, figure, update, /, *, states=None, play=None, num_examples=None, **controls):
        self.states = {"start": {}, **(states or {})}
        self.error = None
        self.sentence = ""
        self._update = update
        self._painter = Painter(figure)
        self._held = False
        self.sliders = {
            name: lecture_slider(name, control, num_examples) if name in SLIDERS else control
            for name, control in controls.items()
        }
        self.states["start"] = self.values
        width, height = self._painter.size
        self.image = widgets.Image(
            format="png", width=width, height=height, layout=widgets.Layout(max_width="100%", height="auto")
        )
        self._text = widgets.HTML(layout=widgets.Layout(min_height="4.5em", max_width=f"{width}px"))
        self._text.style.font_size = "16px"
        self._text.add_class("lecture-sentence")
        rows = [row_of(self.sliders.values())]
        if play is not None:
            rows.append(row_of(self._player(self.sliders[play])))
        if states:
            rows.append(row_of(map(self._state_button, self.states)))
        self.widget = widgets.VBox([*rows, self.image, self._text])
        for slider in self.sliders.values():
            slider.observe(self._on_move, names="value")
        for name, state in self.states.items():
            self._check(state, f"state {name!r}: ")
        self._refresh()
        self._raise_error()

    @property
    def values(self):
        """Where each control stands now: {name: value}."""
        return {name: slider.value for name, slider in self.sliders.items()}

    @property
    def positions(self):
        """Every value that each control can take: {name: tuple}."""
        return {name: positions_of(slider) for name, slider in self.sliders.items()}

    def set(self, **values):
        """Move the named controls, as a hand would, to these values, and return the sentence.

        Raises ValueError for an unknown control or a value that is not one of its positions, and what `update` raises.
        """
        self._check(values)
        self._held = True
        try:
            for name, value in values.items():
                self.sliders[name].value = value
        finally:
            self._held = False
        self._refresh()
        self._raise_error()
        return self.sentence

    def tour(self):
        """Visit every named state and come back: one line for each, its name and its sentence."""
        here = self.values
        lines = [f"{name}: {self.set(**(self.states['start'] | state))}" for name, state in self.states.items()]
        self.set(**here)
        return "\n".join(lines)

    def __repr__(self):
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"panel.set({values})\n{self.sentence}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = self._painter.size
        picture = base64.b64encode(self._painter.png(compress_level=9)).decode()
        bundle = {**self.widget._repr_mimebundle_(), "text/plain": repr(self), "image/png": picture}
        return bundle, {"image/png": {"alt": self.sentence, "width": width, "height": height}}

    def _on_move(self, change):
        if not self._held:
            self._refresh()

    def _refresh(self):
        """Ask for the picture and the sentence of where the controls stand, and show both, or the error instead."""
        try:
            sentence = self._update(**self.values)
            if not isinstance(sentence, str):
                raise TypeError(f"update returns the panel's sentence, a str, but returned {sentence!r}")
            picture = self._painter.png()
        except Exception as error:  # JupyterLab hides what a callback raises, so the panel itself must show it
            self.error = error
            self._text.value = f"<b>This picture is out of date.</b> {html.escape(f'{type(error).__name__}: {error}')}"
            return
        self.error = None
        self.sentence = sentence
        self.image.value = picture
        self._text.value = html.escape(sentence)

    def _raise_error(self):
        if self.error is not None:
            raise self.error

    def _check(self, values, where=""):
        for name, value in values.items():
            if name not in self.sliders:
                raise ValueError(f"{where}this panel has the controls {', '.join(self.sliders)}, not {name!r}")
            positions = positions_of(self.sliders[name])
            if value not in positions:
                raise ValueError(f"{where}{name} is one of {shorten(positions)}, not {value!r}")

    def _state_button(self, name):
        button = widgets.Button(description=name, layout=widgets.Layout(width="auto"))
        button.on_click(lambda _: self._jump(self.states["start"] | self.states[name]))
        return button

    def _jump(self, values):
        """Move as `set` does, but from a click: an error is shown in the panel and raised nowhere."""
        try:
            self.set(**values)
        except Exception as error:
            self.error = error

    def _player(self, slider):
        """Play and pause, then Step and Restart, for a slider of ints; the browser keeps the time."""
        play = widgets.Play(min=slider.min, max=slider.max, step=slider.step, interval=100, show_repeat=False)
        step = widgets.Button(description="Step", icon="step-forward", layout=widgets.Layout(width="auto"))
        restart = widgets.Button(description="Restart", icon="fast-backward", layout=widgets.Layout(width="auto"))
        self._links = widgets.jslink((play, "value"), (slider, "value"))

        def forward(_):
            slider.value = min(slider.value + slider.step, slider.max)

        def back(_):
            slider.value = slider.min

        step.on_click(forward)
        restart.on_click(back)
        return play, step, restart


def lecture_slider(name, start, num_examples=None):
    """One of the lecture's sliders, named as in SLIDERS and standing at start."""
    positions = SLIDERS[name]
    if name == "batch_size" and num_examples is not None:
        positions = (*(size for size in positions if size < num_examples), num_examples)
    if start not in positions:
        raise ValueError(f"{name} starts at one of {shorten(positions)}, not {start!r}")
    return widgets.SelectionSlider(
        options=[(f"{position:g}", position) for position in positions],
        value=start,
        description=DESCRIPTIONS[name],
        style={"description_width": "85px"},
        layout=widgets.Layout(width="290px"),
    )


def positions_of(slider):
    """Every value that a control can take, from its options, its range or its two states."""
    if isinstance(slider, widgets.Checkbox | widgets.ToggleButton):
        return False, True
    if hasattr(slider, "options"):
        return tuple(value for _, value in slider._options_full)
    count = round((slider.max - slider.min) / slider.step)
    values = (slider.min + i * slider.step for i in range(count + 1))
    return tuple(value if isinstance(value, int) else round(value, 10) for value in values)


def shorten(positions):
    """A list of positions for an error message: all of a few, else the first three and the last."""
    shown = [f"{position!r}" for position in positions]
    return ", ".join(shown if len(shown) < 20 else [*shown[:3], "...", shown[-1]])


def row_of(children):
    """Widgets side by side, wrapping onto the next line where the page is narrow."""
    return widgets.HBox(list(children), layout=widgets.Layout(flex_flow="row wrap"))
