"""A heavy hand: values from code, widgets closed, figures cleared or shared, an update that misbehaves.

Whatever was done, a panel shows where its controls stand or says that its picture is out of date, and the next move
works. A kernel that is killed in the middle of a drag is in test_hand.py.
"""

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import START
from ipywidgets.widgets.widget_selection import TraitError
from matplotlib.figure import Figure
from test_painter import full_draw, pixels
from test_panel import button, parts, text

from lecture_support.panel import Panel
from lecture_support.predictions import Question, ask


def controls():
    return {
        "update": widgets.IntSlider(20, 0, 50, 10),
        "p": widgets.FloatSlider(0.5, min=0, max=1, step=0.1),
        "loss": widgets.ToggleButtons(options=["SVM", "softmax"]),
        "bias": widgets.Checkbox(value=True),
    }


@pytest.fixture
def rich(view):
    """A panel with every kind of control, that plays."""
    return Panel(view.figure, view.update, **START, **controls(), play="update", states={"far": {"reg": 10.0}})


def expect_agreement(panel, view):
    """The panel says and shows what update says and draws of where the controls stand, or that it is out of date."""
    if panel.error is None:
        assert panel.sentence == text(panel) == view.update(**panel.values)
        assert np.array_equal(pixels(panel.image.value), full_draw(view.figure))
    else:
        assert text(panel).startswith("This picture is out of date. ")
    here = panel.values
    panel.set(reg=5.0 if here["reg"] != 5.0 else 10.0)
    assert panel.error is None and "reg is " in text(panel)
    panel.set(**here)
    assert text(panel) == panel.sentence


# Values from code


@pytest.mark.parametrize(
    ("name", "value", "stands"),
    [
        ("update", 99, 50),
        ("update", -5, 0),
        ("update", 23, 20),
        ("update", np.int64(30), 30),
        ("p", -np.inf, 0.0),
        ("batch_size", 64.0, 64),
    ],
)
def test_a_value_out_of_range_is_moved_into_it(rich, view, name, value, stands):
    rich.sliders[name].value = value
    assert rich.values[name] == stands
    expect_agreement(rich, view)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("update", value) for value in ("twenty", None)),
        *(("p", value) for value in ("a half",)),
        *(("reg", value) for value in (0.3, None)),
        *(("loss", value) for value in ("hinge", 0)),
        *(("bias", value) for value in ("no",)),
    ],
)
def test_a_value_that_is_none_is_refused_and_nothing_moves(rich, view, name, value):
    before = rich.values, rich.sentence, rich.image.value
    with pytest.raises((TraitError, TypeError)):
        rich.sliders[name].value = value
    assert (rich.values, rich.sentence, rich.image.value) == before
    expect_agreement(rich, view)


def test_a_list_that_code_has_emptied_is_shown_as_none_and_the_next_choice_wakes_it(view):
    panel = Panel(view.figure, lambda loss: f"{loss.upper()} loss", loss=controls()["loss"])
    panel.sliders["loss"].value = None
    assert panel.values == {"loss": None}
    assert text(panel).startswith("This picture is out of date. AttributeError")
    panel.sliders["loss"].value = "softmax"
    assert (panel.error, text(panel)) == (None, "SOFTMAX loss")


def test_a_slider_whose_range_was_changed_stands_where_it_says(rich, view):
    rich.sliders["update"].max = 10
    assert rich.values["update"] == 10
    expect_agreement(rich, view)
    button(rich, "Step").click()
    assert rich.values["update"] == 10


def test_a_state_that_its_control_has_no_longer_leaves_picture_and_controls_together(rich, view):
    rich.sliders["loss"].options = ["hinge"]
    rich.sliders["update"].value = 40
    button(rich, "start").click()
    assert rich.values["update"] == 20
    expect_agreement(rich, view)


# Widgets closed


@pytest.mark.parametrize("playing", [False, True], ids=["at rest", "playing"])
@pytest.mark.parametrize("part", ["widget", "image", "_text", "a slider", "Play", "all"])
def test_what_is_closed_leaves_the_rest_at_work(rich, view, part, playing):
    if playing:
        button(rich, "Play").click()
    if part == "all":
        closed = parts(rich.widget)
    elif part == "Play":
        closed = [each for each in parts(rich.widget) if isinstance(each, widgets.Play)]
    else:
        closed = [rich.sliders["reg"] if part == "a slider" else getattr(rich, part)]
    for each in closed:
        each.close()
    for click in ("Step", "Restart", "Pause" if playing else "Play", "far", "start"):
        button(rich, click).click()
        assert rich.error is None
    rich.set(reg=1.0, loss="softmax")
    rich.sliders["p"].value = 0.7
    expect_agreement(rich, view)
    bundle, _ = rich._repr_mimebundle_()
    assert {"text/plain", "text/html", "image/png"} <= bundle.keys()
    assert ("application/vnd.jupyter.widget-view+json" in bundle) is (part not in ("widget", "all"))


def test_a_closed_question_is_words():
    prediction = ask(Question("Up or down?", lambda: "up", "Because.", "the panel", choices=("up", "down")))
    for each in parts(prediction.widget):
        each.close()
    prediction.commit("up")
    assert prediction.reveal() == "Yes: up. Because. See it: the panel."
    assert prediction._repr_mimebundle_().keys() == {"text/plain", "text/html"}


# Figures closed, cleared, drawn by others and shared


def test_closing_all_of_pyplots_figures_takes_nothing_from_a_panel():
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.set(xlim=(0, 1), ylim=(0, 300))
    (line,) = ax.plot([0, 1], [0, 0], animated=True)

    def update(reg):
        line.set_ydata([0, 30 * reg])
        return f"reg is {reg}"

    panel = Panel(figure, update, reg=10.0)
    high = panel.image.value
    plt.close("all")
    assert panel.set(reg=0.0) == "reg is 0.0" and panel.image.value != high
    assert panel.set(reg=10.0) == "reg is 10.0" and panel.image.value == high


def test_a_cleared_figure_is_no_error(panel, view):
    view.figure.clear()
    panel.set(reg=0.0)
    assert (pixels(panel.image.value)[..., :3] == 255).all()


def test_two_panels_on_one_figure_each_show_it_as_it_is():
    figure = Figure(figsize=(4, 2))
    left, right = figure.subplots(1, 2)
    left.set(xlim=(0, 1), ylim=(0, 10))
    lines = [ax.plot([0, 1], [0, 1], animated=True)[0] for ax in (left, right)]

    def update_left(reg):
        lines[0].set_ydata([0, reg])
        return f"reg is {reg}"

    def update_right(step_size):
        lines[1].set_ydata([0, step_size])
        left.set(xlim=(0, 1 + step_size), title=f"step size {step_size}")
        return f"step size is {step_size}"

    one, other = Panel(figure, update_left, reg=0.1), Panel(figure, update_right, step_size=0.1)
    for step in range(1, 5):
        for panel, values in ((one, {"reg": float(step % 3)}), (other, {"step_size": (0.5, 1.0)[step % 2]})):
            panel.set(**values)
            # Not exactly: where two lines meet, the order in which they are blended rounds one level up or down.
            assert np.abs(pixels(panel.image.value) - full_draw(figure)).max() <= 1, (step, values)
    assert (one.sentence, other.sentence) == ("reg is 1.0", "step size is 0.5")


# An update that misbehaves


def test_an_update_that_moves_its_own_panel_is_told_and_ends(view):
    def moves_on(reg, step_size):
        if reg == 0.5:
            panel.set(step_size=5.0)
        if reg == 2.0:
            panel.sliders["step_size"].value = 10.0
        return view.update(reg=reg, step_size=step_size)

    panel = Panel(view.figure, moves_on, reg=0.1, step_size=0.2)
    for reg in (0.5, 2.0):
        panel.sliders["reg"].value = reg
        assert text(panel) == (
            "This picture is out of date. RuntimeError: update shows where the controls stand, and moves none of them"
        )
        panel.set(reg=1.0)
        expect_agreement(panel, view)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_during_an_update_is_shown_and_the_next_move_works(view, stop):
    def interrupted(reg):
        if reg == 10.0:
            raise stop
        return view.update(reg=reg)

    panel = Panel(view.figure, interrupted, reg=0.1)
    panel.sliders["reg"].value = 10.0
    assert text(panel) == f"This picture is out of date. {stop.__name__}: "
    with pytest.raises(stop):
        panel.set(reg=10.0)
    assert panel.set(reg=1.0) == text(panel) == "reg is 1.0"


def test_a_reveal_that_cannot_compute_says_so_and_can_be_pressed_again():
    notebook = {}
    prediction = ask(Question("How much?", lambda: notebook["loss"], "Because.", "the panel", unit="percent"))
    prediction.commit(3)
    prediction.reveal_button.click()
    assert "The answer could not be computed. KeyError: &#x27;loss&#x27;" in prediction._answer.value
    notebook["loss"] = 3.0
    prediction.reveal_button.click()
    assert "Yes: 3. Because." in prediction._answer.value
