"""The panel without a browser: a move of a widget calls `update` by name and repaints; what can go wrong is shown."""

import base64
import html
import re
from types import SimpleNamespace

import ipywidgets as widgets
import pytest
from conftest import START

from lecture_support.arguments import written
from lecture_support.panel import SLIDERS, Panel, shorten


def parts(widget):
    """A widget and all the widgets in it."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in parts(child))]


def button(panel, name):
    (found,) = (part for part in parts(panel.widget) if getattr(part, "description", None) == name)
    return found


def text(panel):
    """What the panel shows below its picture, in words."""
    (found,) = (part for part in parts(panel.widget) if isinstance(part, widgets.HTML))
    return html.unescape(re.sub("</?b[^>]*>", "", found.value))


def test_the_lectures_sliders_run_over_these_positions():
    assert SLIDERS == {
        "reg": (0, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        "step_size": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        "batch_size": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    }
    assert all(isinstance(position, float) for name in ("reg", "step_size") for position in SLIDERS[name])


def test_a_new_panel_calls_update_once_and_shows_what_it_gave(panel, view):
    assert view.calls == [START]
    assert panel.values == START
    assert panel.error is None
    assert panel.sentence == text(panel) == "reg is 0.1; step_size is 0.2; batch_size is 32"
    assert bytes(panel.image.value).startswith(b"\x89PNG")
    assert (panel.image.width, panel.image.height) == ("300", "200")
    assert not [part for part in parts(panel.widget) if isinstance(part, widgets.Button)]  # no states


@pytest.mark.parametrize(("name", "value"), [("reg", 10.0), ("step_size", 0.001), ("batch_size", 1)])
def test_a_moved_widget_calls_update_with_every_value_by_name_and_repaints(panel, view, name, value):
    before = panel.image.value
    panel.sliders[name].value = value
    assert view.calls[1:] == [START | {name: value}]
    assert panel.sentence == text(panel) and f"{name} is {value}" in panel.sentence
    assert name == "step_size" or panel.image.value != before  # 0.2 of 300 is less than a pixel


def test_set_moves_several_controls_with_one_call(panel, view):
    before, painter = panel.image.value, panel._painter
    sentence = panel.set(reg=5.0, batch_size=256, step_size=10.0)
    assert view.calls[1:] == [{"reg": 5.0, "step_size": 10.0, "batch_size": 256}]
    assert sentence == panel.sentence == text(panel)
    assert panel.sliders["batch_size"].value == 256
    assert panel.image.value != before and panel._painter is painter  # which keeps the background


def fails_at_10(reg):
    if reg == 10:
        raise RuntimeError("<b>no & never</b>")
    return f"reg is {reg} < 10"


def test_an_error_shows_in_the_panel_and_the_next_move_clears_it(view):
    panel = Panel(view.figure, fails_at_10, reg=0.1)
    picture = panel.image.value
    panel.sliders["reg"].value = 10  # as a hand does: nothing is raised, as JupyterLab would hide it
    assert isinstance(panel.error, RuntimeError)
    assert text(panel) == panel.sentence == "This picture is out of date. RuntimeError: <b>no & never</b>"
    assert panel.image.value == picture
    assert panel._text.value.startswith('<b style="color: ')  # to be seen where the course's extension is not
    assert "out of date" in repr(panel)
    bundle, metadata = panel._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]) == picture
    assert "out of date" in metadata["image/png"]["alt"]
    panel.sliders["reg"].value = 1
    assert (panel.error, text(panel)) == (None, "reg is 1.0 < 10")
    assert panel._text.value == "reg is 1.0 &lt; 10"


def test_a_panel_whose_start_fails_says_so_and_shows_no_picture_until_it_has_one(view):
    panel = Panel(view.figure, fails_at_10, reg=10.0, states={"near": {"reg": 1.0}})
    assert text(panel) == panel.sentence == "RuntimeError: <b>no & never</b>"
    assert panel.image.layout.display == "none"
    bundle, metadata = panel._repr_mimebundle_()
    assert bundle["text/plain"] == "panel.set(reg=10.0)\nRuntimeError: <b>no & never</b>"
    assert "image/png" not in bundle and not metadata
    panel.set(reg=1.0)
    assert panel.image.layout.display == "" and "image/png" in panel._repr_mimebundle_()[0]


def test_a_panel_on_a_function_that_is_not_written_yet_says_only_that(view):
    panel = Panel(view.figure, lambda reg: written("my_loss", None), reg=0.1)
    assert text(panel) == "my_loss returns nothing yet: write it, run its cell, and then run this cell again."


def test_a_picture_that_cannot_be_drawn_is_an_error_too(view):
    def update(reg):
        view.figure.axes[0].set_xlabel("$\\nonsense$" if reg else "sense")
        return f"reg is {reg}"

    panel = Panel(view.figure, update, reg=0.0)
    with pytest.raises(ValueError, match="nonsense"):
        panel.set(reg=1.0)
    assert "out of date" in text(panel)
    assert panel.set(reg=0.0) == text(panel) == "reg is 0.0"


def test_repr_is_code_that_brings_the_state_back(view):
    panel = Panel(
        view.figure,
        view.update,
        **START,
        count=widgets.ToggleButtons(options=["it's", "epochs"]),
        p=widgets.FloatSlider(value=0.1, min=0, max=1, step=0.1),
        bias=widgets.Checkbox(value=True),
    )
    panel.set(reg=0.0005, count="epochs", p=0.3, bias=False)
    code, sentence = repr(panel).split("\n", 1)
    there = panel.values, panel.image.value, panel.sentence
    assert code == "panel.set(reg=0.0005, step_size=0.2, batch_size=32, count='epochs', p=0.3, bias=False)"
    assert sentence == panel.sentence
    panel.set(reg=10.0, step_size=5.0, batch_size=1, count="it's", p=0.0, bias=True)
    assert eval(code, {"panel": panel}) == sentence
    assert (panel.values, panel.image.value, panel.sentence) == there


def test_the_bundle_has_words_a_picture_with_its_words_and_the_live_widget(panel):
    bundle, metadata = panel._repr_mimebundle_()
    assert bundle["text/plain"] == repr(panel)  # no named states
    assert base64.b64decode(bundle["image/png"], validate=True) == panel._painter.small_png() != panel.image.value
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.widget.model_id
    assert metadata == {"image/png": {"alt": panel.sentence, "width": 300, "height": 200}}
    assert bundle["text/html"].count(html.escape(panel.sentence)) == 2  # the picture's words, and those below it
    assert bundle["image/png"] in bundle["text/html"]


@pytest.mark.parametrize(
    ("typing", "server", "live"), [(True, "", True), (False, "", False), (False, "voila/0.5", True)]
)
def test_only_where_somebody_can_move_it_a_panel_is_more_than_its_picture(panel, monkeypatch, typing, server, live):
    """nbconvert, nbclient and nbval send their cells without leave to ask for input; a front end gives it."""
    monkeypatch.setenv("SERVER_SOFTWARE", server)
    shell = SimpleNamespace(get_parent=lambda: {"content": {"allow_stdin": typing}})
    monkeypatch.setattr("lecture_support.views.get_ipython", lambda: shell)
    bundle, _ = panel._repr_mimebundle_()
    assert ("application/vnd.jupyter.widget-view+json" in bundle) is live
    assert {"text/plain", "text/html", "image/png"} <= bundle.keys()


def test_a_panel_s_hidden_button_says_its_name_and_is_marked_as_it_was_last_pressed(view):
    panel = Panel(view.figure, view.update, name="A line", reg=0.1, step_size=0.2)
    (pulse,) = (part for part in parts(panel.widget) if "lecture-pulse" in part._dom_classes)
    assert (pulse.description, pulse.layout.display, panel.name) == ("A line", "none", "A line")
    for pressed in (True, False, True):
        pulse.value = pressed
        assert ("lecture-answered" in pulse._dom_classes) is pressed
    assert len(view.calls) == 1


CONTROLS = [
    (lambda: widgets.IntSlider(2, 0, 6, 2), (0, 2, 4, 6)),
    (lambda: widgets.IntSlider(3, 3, 9, 4), (3, 7, 9)),
    (lambda: widgets.FloatSlider(value=0.3, min=0.1, max=0.4, step=0.1), (0.1, 0.2, 0.3, 0.4)),  # 0.3 / 0.1 > 3
    (lambda: widgets.Dropdown(options=[("near", 12), ("far", 52)]), (12, 52)),
    (lambda: widgets.ToggleButtons(options=["SVM", "softmax"]), ("SVM", "softmax")),
    (lambda: widgets.Checkbox(value=True), (False, True)),
    (lambda: widgets.ToggleButton(value=True), (False, True)),
]


@pytest.mark.parametrize(("control", "positions"), CONTROLS)
def test_each_kind_of_control_lists_its_positions_and_goes_to_each(view, control, positions):
    panel = Panel(view.figure, view.update, control=control())
    assert panel.positions == {"control": positions}
    for position in positions:
        assert panel.set(control=position) == f"control is {position}"
        assert panel.values == {"control": position}


def test_a_number_typed_between_two_positions_counts_as_the_nearer(view):
    panel = Panel(view.figure, view.update, p=widgets.FloatSlider(value=0, min=0, max=1, step=0.1))
    for typed, position in ((0.30000000000000004, 0.3), (0.4321, 0.4), (0.98, 1.0)):
        panel.sliders["p"].value = typed
        assert panel.values == view.calls[-1] == {"p": position}
        assert repr(panel).startswith(f"panel.set(p={position})")


@pytest.mark.parametrize(
    ("num_examples", "positions"),
    [
        (9, (1, 2, 4, 8, 9)),
        (32, (1, 2, 4, 8, 16, 32)),
        (1198, (1, 2, 4, 8, 16, 32, 64, 128, 256, 1198)),
        (None, SLIDERS["batch_size"]),
    ],
)
def test_the_batch_sizes_end_with_all_examples(view, num_examples, positions):
    panel = Panel(view.figure, view.update, reg=10.0, batch_size=8, num_examples=num_examples)
    assert panel.positions == {"reg": SLIDERS["reg"], "batch_size": positions}


@pytest.fixture
def states(view):
    return Panel(
        view.figure, view.update, **START, states={"one": {"batch_size": 1}, "λ": {"reg": 10.0, "step_size": 1.0}}
    )


def test_a_click_on_a_state_goes_there_from_anywhere(states, view):
    states.set(reg=1.0, step_size=10.0)
    button(states, "one").click()
    assert states.values == START | {"batch_size": 1}
    button(states, "λ").click()
    assert states.values == START | {"reg": 10.0, "step_size": 1.0}
    button(states, "start").click()
    assert states.values == START
    assert len(view.calls) == 1 + 1 + 3


def test_the_button_of_where_the_controls_stand_is_marked(states):
    def marked():
        made = {name: button(states, name) for name in states.states}
        looks = {name: (each.button_style, each.style.text_decoration) for name, each in made.items()}
        assert set(looks.values()) <= {("primary", "underline"), ("", "none")}  # not by colour alone
        return [name for name, look in looks.items() if look[0]]

    assert marked() == ["start"]
    states.set(batch_size=1)
    assert marked() == ["one"]
    states.set(reg=1.0)
    assert marked() == []
    button(states, "λ").click()
    assert marked() == ["λ"]


def test_the_extension_finds_the_parts_of_a_panel_by_these_names(states):
    assert "lecture-panel" in states.widget._dom_classes
    assert {"lecture-sentence", "lecture-live"} <= set(states._text._dom_classes)
    assert all("lecture-positions" in slider._dom_classes for slider in states.sliders.values())
    (row,) = (part for part in parts(states.widget) if "lecture-states" in part._dom_classes)
    assert [each.description for each in row.children] == list(states.states)


def test_a_tour_tells_every_state_and_comes_back(states):
    states.set(batch_size=64)
    here = states.values, states.image.value, states.sentence
    assert states.tour().split("\n") == [
        "one: reg is 0.1; step_size is 0.2; batch_size is 1",
        "λ: reg is 10.0; step_size is 1.0; batch_size is 32",
    ]
    assert (states.values, states.image.value, states.sentence) == here
    assert states._repr_mimebundle_()[0]["text/plain"] == f"{states!r}\n{states.tour()}"


def test_a_tour_comes_back_from_a_state_that_fails(view):
    panel = Panel(view.figure, fails_at_10, reg=0.1, states={"far": {"reg": 10.0}})
    panel.set(reg=1.0)
    assert panel.tour() == "far: This picture is out of date. RuntimeError: <b>no & never</b>"
    assert (panel.values, panel.error, text(panel)) == ({"reg": 1.0}, None, "reg is 1.0 < 10")


@pytest.fixture
def walk(view):
    return Panel(view.figure, view.update, update=widgets.IntSlider(20, 0, 50, 20), play="update")


def test_step_and_restart_walk_along_the_descent(walk):
    for place in (40, 50, 50):
        button(walk, "Step").click()
        assert walk.values == {"update": place}
        assert walk.sentence == f"update is {place}"
    button(walk, "Restart").click()
    assert walk.sentence == text(walk) == "update is 0"


def test_play_becomes_pause_and_moves_the_slider_in_the_browser(walk):
    (clock,) = (part for part in parts(walk.widget) if isinstance(part, widgets.Play))
    assert (clock.value, clock.min, clock.max, clock.step, clock.repeat) == (20, 0, 50, 20, False)
    assert (clock.interval, clock.layout.display) == (100, "none")
    assert (walk._link.source, walk._link.target) == ((clock, "value"), (walk.sliders["update"], "value"))
    play = button(walk, "Play")
    play.click()
    assert (clock.playing, play.description, play.icon) == (True, "Pause", "pause")
    play.click()
    assert (clock.playing, play.description, play.icon) == (False, "Play", "play")
    clock.playing = True
    clock.playing = False  # as the browser says at the end of the walk
    assert play.description == "Play"


def test_every_control_has_a_name_and_a_tooltip(view):
    own = widgets.ToggleButtons(options=["SVM", "softmax"], description="loss")
    named = widgets.IntSlider(
        description="update", tooltip="where the dot stands", layout=widgets.Layout(width="420px")
    )
    bare = widgets.IntSlider()
    lectures = {name: START[name] for name in reversed(START)}  # they come first, and in one order
    panel = Panel(view.figure, view.update, kind=own, update=named, bare=bare, **lectures, play="update")
    names = [slider.description for slider in panel.sliders.values()]
    assert names == ["λ (reg)", "step size η", "batch size", "loss", "update", ""]
    assert [slider.tooltip for slider in panel.sliders.values()] == [
        "λ, the strength of the penalty",
        "η, the length of a step against the gradient",
        "how many examples each update uses",
        "loss",
        "where the dot stands",
        "bare",
    ]


def test_controls_have_the_panel_s_widths_where_they_have_none_of_their_own(view):
    controls = {
        "slider": widgets.IntSlider(),
        "wide": widgets.IntSlider(layout={"width": "420px"}, style={"description_width": "9em"}),
        "one_of": widgets.ToggleButtons(options=["SVM", "softmax"], description="loss"),
        "of_width": widgets.ToggleButtons(options=["a"], layout={"width": "50%"}, style={"button_width": "7em"}),
        "box": widgets.Checkbox(),
    }
    Panel(view.figure, view.update, **controls)
    style = {name: (control.layout.width, control.style.description_width) for name, control in controls.items()}
    assert style == {
        "slider": ("290px", "85px"),
        "wide": ("420px", "9em"),
        "one_of": ("auto", "auto"),
        "of_width": ("50%", "auto"),
        "box": ("290px", "85px"),
    }
    for name, width in (("one_of", "auto"), ("of_width", "7em")):
        buttons = controls[name]
        assert (buttons.style.button_width, buttons.layout.display, buttons.layout.grid_gap) == (width, "flex", "8px")
    assert controls["slider"].layout.display is None


def test_a_long_list_of_positions_is_shortened_in_a_message():
    assert shorten(range(19)) == ", ".join(map(str, range(19)))
    assert shorten(range(20)) == "0, 1, 2, ..., 19"
