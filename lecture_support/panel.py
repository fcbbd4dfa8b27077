"""The lecture's sliders, and the panel that ties them to one figure and one sentence.

A panel calls `update(**values)` on every move of a control. `update` sets the figure's artists and returns the sentence
that says in words what the picture shows. The callback is synchronous: the browser then holds back all but the newest
position until the picture is there, so a drag never queues and always ends right.
"""

import base64
import html
import math
from collections.abc import Hashable

import ipywidgets as widgets

from lecture_support.arguments import NotWritten, count, function
from lecture_support.painter import Painter
from lecture_support.screen import PANELS
from lecture_support.views import bundle, paragraph, pulse

SLIDERS = {
    "reg": (0.0, *(m * 10.0**e for e in (-4, -3, -2, -1, 0) for m in (1, 2, 5)), 10.0),
    "step_size": (*(m * 10.0**e for e in (-3, -2, -1, 0) for m in (1, 2, 5)), 10.0),
    "batch_size": (1, 2, 4, 8, 16, 32, 64, 128, 256),
}
DESCRIPTIONS = {"reg": "λ (reg)", "step_size": "step size η", "batch_size": "batch size"}
TOOLTIPS = {
    "reg": "λ, the strength of the penalty",
    "step_size": "η, the length of a step against the gradient",
    "batch_size": "how many examples each update uses",
}
ERROR = "var(--jp-error-color0, #d32f2f)"  # JupyterLab's, which goes with its theme; other front ends may have none


class Panel:
    """Controls, one matplotlib figure and one sentence, kept together: `Panel(view.figure, update, reg=0.1, ...)`.

    A keyword that names one of SLIDERS gives its start; any other keyword is an ipywidget of the notebook's own, whose
    name `update` receives. num_examples, where given, cuts the batch sizes at N and makes N, the whole data set, the
    last. states {name: values} become buttons, behind a first one, start, that goes back to where the controls stood.
    play names the IntSlider that Play, Step and Restart walk along. name is what a screen reader calls the panel; one
    that margin_panel makes is called margin. Where `update` raises, as a student's own function may, the panel says so
    and keeps its picture; what is stored of a panel has the sentence of every named state.

    `.sliders` {name: widget}, `.values` {name: value}, `.sentence`, `.image` (widgets.Image) and `.error` (None, or
    what `update` raised at the last move) can be read. Raises ValueError for a start that is no position of its
    slider, for a control without a list of positions, for a state or a play that names no control of the panel, and
    for a figure or an update that is none.
    """

    def __init__(self, figure, update, /, *, name="", states=None, play=None, num_examples=None, **controls):
        maker, is_made, _ = getattr(update, "__qualname__", "").partition("_panel.")
        self.name = name or (maker.replace("_", " ") if is_made else "")
        # The lecture's own come first, in the same order everywhere.
        controls = {name: controls[name] for name in SLIDERS if name in controls} | controls
        self.error = None
        self.sentence = ""
        self._update = function("update", update)
        self._painter = Painter(figure)
        self._held = False
        self._updating = False
        self.sliders = {
            name: lecture_slider(name, control, num_examples) if name in SLIDERS else control
            for name, control in controls.items()
        }
        for name, slider in self.sliders.items():
            self._check({name: value_of(slider)})
            dress(slider, name)
        self.states = self._checked_states(states or {})
        self._state_buttons = {name: self._state_button(name) for name in self.states}
        width, height = self._painter.size
        inside = widgets.Layout(max_width="calc(100% - 4px)", height="auto")  # with ipywidgets' margins
        self.image = widgets.Image(format="png", width=width, height=height, layout=inside)
        four_lines = widgets.Layout(min_height="112px", max_width=f"{width}px")  # so that nothing below it jumps
        words = widgets.HTML(layout=four_lines, style={"font_size": "16px"})
        self._text = named(words, "lecture-sentence", "lecture-live")
        rows = [row_of(self.sliders.values())]
        if play is not None:
            rows.append(row_of(self._player(play)))
        if states:
            rows.append(named(row_of(self._state_buttons.values()), "lecture-states"))
        self.widget = named(widgets.VBox([*rows, self.image, self._text, pulse(self.name)]), "lecture-panel")
        for slider in self.sliders.values():
            slider.observe(self._on_move, names="value")
        self._refresh()
        PANELS.add(self)

    @property
    def values(self):
        """Where each control stands now: {name: value}."""
        return {name: value_of(slider) for name, slider in self.sliders.items()}

    @property
    def positions(self):
        """Every value that each control can take: {name: tuple}."""
        return {name: positions_of(slider) for name, slider in self.sliders.items()}

    def set(self, **values):
        """Move the named controls, as a hand would, to these values, and return the sentence.

        Raises ValueError for an unknown control or a value that is not one of its positions, and what `update` raises.
        """
        self._check(values)
        self._move(values)
        self._raise_error()
        return self.sentence

    def tour(self):
        """Every named state but the start, a line each with its name and its sentence; the panel stays where it is."""
        lines = [f"{name}: {self._say(state)}" for name, state in self.states.items() if name != "start"]
        self._say(self.values)
        return "\n".join(lines)

    def draw(self):
        """Show the figure as it stands now; where the last move failed, the picture before it stays."""
        if self.error is None:
            picture = self._painter.png()
            self.image.width, self.image.height = map(str, self._painter.size)
            self.image.value = picture

    def __repr__(self):
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"panel.set({values})\n{self.sentence}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = self._painter.size
        words = f"{self!r}\n{'' if self.error else self.tour()}".strip()
        if not self.image.value:
            return bundle(self.widget, words, paragraph(self.sentence)), {}
        picture = self.image.value if self.error else self._painter.small_png()
        encoded = base64.b64encode(picture).decode()
        image = (
            f'<img src="data:image/png;base64,{encoded}" alt="{html.escape(self.sentence)}" '
            f'width="{width}" height="{height}" style="max-width: 100%; height: auto">'
        )
        data = bundle(self.widget, words, image + paragraph(self.sentence))
        # A PDF takes only the picture by itself.
        return {**data, "image/png": encoded}, {"image/png": {"alt": self.sentence, "width": width, "height": height}}

    def _on_move(self, change):
        if not self._held:
            self._refresh()

    def _move(self, values):
        """Move several controls and show where that leads, once."""
        self._held = True
        try:
            for name, value in values.items():
                self.sliders[name].value = value
        finally:
            self._held = False
            self._refresh()

    def _say(self, values):
        """Set the figure to these values of the controls and return the sentence, or what went wrong."""
        self.error = None
        try:
            sentence = self._update(**values)
            if not isinstance(sentence, str):
                raise TypeError(f"update returns the panel's sentence, a str, but returned {sentence!r}")
            return sentence
        except (Exception, KeyboardInterrupt, SystemExit) as error:  # JupyterLab hides it, so the panel must show it
            return self._fail(error)

    def _fail(self, error):
        """Remember an error, and return it in words."""
        self.error = error
        words = str(error) if isinstance(error, NotWritten) else f"{type(error).__name__}: {error}"
        return f"This picture is out of date. {words}" if self.image.value else words

    def _refresh(self):
        """Show the picture and the sentence of where the controls stand, or the old picture and what went wrong."""
        if self._updating:
            raise RuntimeError("update shows where the controls stand, and moves none of them")
        self._updating = True
        try:
            self.sentence = self._say(self.values)
            self.draw()
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            self.sentence = self._fail(error)
        finally:
            self._updating = False
        self.image.layout.display = "" if self.image.value else "none"
        values = self.values
        for name, state in self.states.items():
            here, marked = values == state, self._state_buttons[name]
            # "none", because None does not reach the page from a Python in the browser.
            marked.button_style, marked.style.text_decoration = ("primary", "underline") if here else ("", "none")
        words = html.escape(self.sentence)
        self._text.value = words if self.error is None else f'<b style="color: {ERROR}">{words}</b>'

    def _raise_error(self):
        if self.error is not None:
            raise self.error

    def _check(self, values, where=""):
        for name, value in values.items():
            if name not in self.sliders:
                raise ValueError(f"{where}this panel has the controls {', '.join(self.sliders)}, not {name!r}")
            positions = positions_of(self.sliders[name])
            if not (isinstance(value, Hashable) and value in positions):
                raise ValueError(f"{where}{name} is one of {shorten(positions)}, not {value!r}")

    def _checked_states(self, states):
        """The named states as a value for every control each, the start in front."""
        shaped = isinstance(states, dict) and all(isinstance(state, dict) for state in states.values())
        if not shaped or not all(isinstance(name, str) for name in states):
            raise ValueError(f"states is {{name: {{control: value}}}}, not {states!r}")
        if "start" in states:
            raise ValueError("a panel has a state named 'start' already: where its controls stand when it is made")
        for name, state in states.items():
            self._check(state, f"state {name!r}: ")
        return {name: self.values | state for name, state in {"start": {}, **states}.items()}

    def _state_button(self, name):
        return button(name, lambda: self._move(self.states[name]))

    def _player(self, name):
        """Play and pause, Step, and Restart, for a slider of ints; a Play widget out of sight keeps the time."""
        slider = self.sliders.get(name) if isinstance(name, str) else None
        if not isinstance(slider, widgets.IntSlider):
            raise ValueError(f"play names an IntSlider of the panel, not {name!r}")
        clock = widgets.Play(slider.value, slider.min, slider.max, slider.step, interval=100)
        clock.layout.display = "none"
        self._link = widgets.jslink((clock, "value"), (slider, "value"))

        def play_or_pause():
            clock.playing = not clock.playing

        def name_play(change):
            play.description, play.icon = ("Pause", "pause") if clock.playing else ("Play", "play")

        play = button("Play", play_or_pause, "play")
        clock.observe(name_play, names="playing")

        def go_to(place):
            slider.value = min(place, slider.max)

        step = button("Step", lambda: go_to(slider.value + slider.step), "step-forward")
        restart = button("Restart", lambda: go_to(slider.min), "fast-backward")
        return clock, play, step, restart


def button(name, action, icon=""):
    """A button as wide as its name that calls action() at a click."""
    made = widgets.Button(description=name, icon=icon, layout=widgets.Layout(width="auto"))
    made.on_click(lambda _: action())
    return made


def lecture_slider(name, start, num_examples=None):
    """One of the lecture's sliders, named as in SLIDERS and standing at start."""
    positions = SLIDERS[name]
    if name == "batch_size" and num_examples is not None:
        num_examples = count("num_examples", num_examples)
        positions = (*(size for size in positions if size < num_examples), num_examples)
    if not (isinstance(start, Hashable) and start in positions):
        raise ValueError(f"{name} starts at one of {shorten(positions)}, not {start!r}")
    slider = number_slider(DESCRIPTIONS[name], start, positions)
    slider.tooltip = TOOLTIPS[name]
    return slider


def number_slider(description, value, positions):
    """A slider over these numbers. (A FloatSlider may come to rest beside them: the browser rounds what it sends.)"""
    options = [(f"{position:g}", position) for position in positions]
    return named(widgets.SelectionSlider(options=options, value=value, description=description), "lecture-positions")


def dress(slider, name):
    """Give a control the panel's widths and a tooltip, wherever it has none of its own."""
    if slider.tooltip is None:
        slider.tooltip = slider.description or name
    many = isinstance(slider, widgets.ToggleButtons)
    if slider.layout.width is None:
        slider.layout.width = "auto" if many else "290px"
    if many:
        slider.style.button_width = slider.style.button_width or "auto"
        slider.layout.display, slider.layout.grid_gap = "flex", "8px"  # the description beside the buttons
    if getattr(slider.style, "description_width", None) == "":
        slider.style.description_width = "auto" if many else "85px"


def positions_of(slider):
    """Every value that a control can take, from its options, its range or its two states."""
    if isinstance(slider, widgets.Checkbox | widgets.ToggleButton):
        return False, True
    several = isinstance(slider, widgets.SelectMultiple | widgets.SelectionRangeSlider)
    if isinstance(slider, widgets.IntSlider | widgets.FloatSlider) and (slider.step or 0) > 0:
        steps = math.ceil(round((slider.max - slider.min) / slider.step, 9))
        values = (slider.min + i * slider.step for i in range(steps))
        return *(round(value, 10) for value in values), slider.max
    if getattr(slider, "_options_full", ()) and not several:
        return tuple(value for _, value in slider._options_full)
    raise ValueError(f"a panel's control is a widget with a list of positions, not {slider!r}")


def value_of(slider):
    """Where a control stands; a number typed in between two positions counts as the nearer one.

    A list is asked for its index, because code can set its value to None while it still shows another; None is where
    code has emptied it.
    """
    positions = positions_of(slider)
    if hasattr(slider, "index"):
        return None if slider.index is None else positions[slider.index]
    return min(positions, key=lambda position: abs(position - slider.value))


def shorten(positions):
    """A list of positions for an error message: all of a few, else the first three and the last."""
    shown = [f"{position!r}" for position in positions]
    return ", ".join(shown if len(shown) < 20 else [*shown[:3], "...", shown[-1]])


def named(widget, *names):
    """The widget, with class names that the course's JupyterLab extension (lab/) knows it by."""
    for name in names:
        widget.add_class(name)
    return widget


def row_of(children):
    """Widgets side by side, wrapping onto the next line where the page is narrow."""
    return widgets.HBox(list(children), layout=widgets.Layout(flex_flow="row wrap"))
