"""What an error in a student's function means, in words: by the line that failed and what it tried to do.

NumPy's messages are written for those who know NumPy, and one message has many causes. So an error is told by its kind
and by the piece of code that Python says it came from: which shapes met there, and which were wanted. An error that is
not known here is told with its line, and with what stood in the line's variables.
"""

import ast
import linecache

import numpy as np

TRUTH = "max and if want one number, and here is an array of them"


def told(error, function, arguments):
    """An error that function raised, called with arguments: words, and a mark that tells it from other errors."""
    kind = type(error).__name__
    try:
        message = str(error)
    except Exception:
        message = "an error without words"
    frame, code, line = place_of(error, function)
    node = expression(code)
    mark = (kind, doing(node), message)
    try:
        if frame is None:
            words = uncalled(error, message, function, arguments)
        else:
            words = explained(error, message, node, Shapes(frame)) or hint(line, Shapes(frame))
            words = words and f"{words} (in the line `{line}`)."
    except Exception:
        words = ""
    if words:
        return words, mark
    where = f" (in the line `{line}`{Shapes(frame).all_in(line)})" if line else ""
    text = f"your function stopped with {kind}: {' '.join(message.split())[:300]}".rstrip(".")
    return f"{text}{where}.", mark


def place_of(error, function):
    """The innermost frame of the student's own code, the piece of code that failed in it, and its whole line."""
    own = getattr(getattr(function, "__code__", None), "co_filename", None)
    trace, found = error.__traceback__, (None, "", "")
    while trace is not None:
        frame = trace.tb_frame
        if own is not None and frame.f_code.co_filename == own:
            first, last, start, end = list(frame.f_code.co_positions())[trace.tb_lasti // 2]
            lines = [linecache.getline(own, number) for number in range(first, (last or first) + 1)] if first else [""]
            piece = [line.encode() for line in lines]
            if start is not None:
                piece[-1] = piece[-1][:end]
                piece[0] = piece[0][start:]
            found = frame, b"".join(piece).decode(errors="replace"), linecache.getline(own, trace.tb_lineno).strip()
        trace = trace.tb_next
    return found


def expression(code):
    """The piece of code that failed, read by Python: an expression, or an assignment; None for what is neither."""
    try:
        body = ast.parse(code.strip()).body
    except (SyntaxError, ValueError):
        return None
    return (
        getattr(body[0], "value", body[0]) if len(body) == 1 and isinstance(body[0], ast.Expr) else (body or [None])[0]
    )


def doing(node):
    """What a piece of code does, in a word: the function that it calls, or its operator."""
    name = getattr(node, "op", None) or (getattr(node, "ops", None) or [node])[0]
    if isinstance(node, ast.Call):
        return name_of(node)
    return type(name).__name__


def name_of(call):
    """The name of the function that is called, without what stands before its dot."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


class Shapes:
    """What stood in the variables of a frame, in words."""

    def __init__(self, frame):
        self.names = {} if frame is None else {**frame.f_globals, **frame.f_locals}
        self.inside = {} if frame is None else frame.f_locals

    def value(self, node):
        return eval(compile(ast.Expression(node), "<piece>", "eval"), {**self.names})

    def of(self, node):
        """`code`, with the shape or the value of it."""
        return f"`{ast.unparse(node)}` is {thing(self.value(node))}"

    def shape(self, node):
        return np.shape(self.value(node))

    def all_in(self, line):
        """What stood in a line's variables, six of them at most: ", where W is (3, 4) and i is 2"."""
        try:
            names = [node.id for node in ast.walk(ast.parse(line.rstrip(":"))) if isinstance(node, ast.Name)]
        except SyntaxError:
            names = [name for name in self.inside if name in line.replace("(", " ").replace(")", " ").split()]
        names = [name for name in dict.fromkeys(names) if name in self.inside][:6]
        words = [f"{name} is {thing(self.inside[name])}" for name in names]
        return f", where {' and '.join(filter(None, [', '.join(words[:-1]), words[-1]]))}" if words else ""

    def whole(self, line_or_node):
        """Where all of y stands inside a loop for the one y[i] that is wanted: a sentence on it, or ""."""
        pieces = ast.walk(line_or_node) if line_or_node is not None else ()
        for node in pieces:
            index = getattr(node, "slice", None)
            if isinstance(index, ast.Name) and np.ndim(self.inside.get(index.id)) == 1:
                return f", because `{ast.unparse(node)}` takes all of {index.id}: in a loop, {index.id}[i] is one of it"
        return ""


def thing(value):
    """A value in two or three words: an array by its shape, a number as it is."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | int | float | np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        return f"{value:.4g}" if isinstance(value, float) else str(value)[:20]
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return "None" if value is None else f"a {type(value).__name__}"


def explained(error, message, node, shapes):
    """Words for an error of a known kind that comes from a piece of code of the kind that raises it so, or ""."""
    call = name_of(node) if isinstance(node, ast.Call) else ""
    if call in ("max", "min") and isinstance(node.func, ast.Attribute) and len(node.args) > 1:
        if np.ndim(shapes.value(node.args[1])):
            return (
                f"np.{call} is not np.{call}imum: np.{call}(…, a) takes a for an axis, and {shapes.of(node.args[1])}, "
                f"while np.{call}imum compares place by place"
            )
    if isinstance(error, ValueError) and "truth value" in message:
        if call in ("max", "min"):
            return f"{TRUTH}: np.{call}imum compares place by place"
        tested = next((part for part in tested_in(node) if np.ndim(shapes.value(part))), node)
        more = shapes.whole(tested) or ", and np.maximum or np.where looks at each place"
        return f"{TRUTH}: {shapes.of(tested)}{more}"
    if isinstance(error, ValueError | TypeError) and (matched := product_of(node)):
        left, right = map(shapes.shape, matched)
        if not (left and right) or left[-1] != right[-2 if len(right) > 1 else 0]:
            return (
                f"{misfits(shapes, matched)} in a product of matrices, which wants as many columns on the left as rows "
                "on the right: is one of them to be turned, or do they trade places?"
            )
    if isinstance(error, ValueError) and ("broadcast" in message or "sequence" in message):
        return broadcast(node, shapes)
    if isinstance(error, IndexError | TypeError) and isinstance(node, ast.Subscript):
        return index(error, node, shapes)
    if isinstance(error, TypeError) and isinstance(node, ast.Call) and len(node.args) == 1:
        if np.ndim(given := shapes.value(node.args[0])) and call not in ("zeros", "ones", "empty"):
            more = "range(len(…)) counts its rows" if call == "range" else "NumPy's own functions take each entry"
            return f"`{call}` wants one number, and {shapes.of(node.args[0])}: {more}"
        if call == "range":
            return f"`range` wants a whole number, and {shapes.of(node.args[0])}" if np.ndim(given) == 0 else ""
    if isinstance(error, NameError):
        name = error.name or message.split("'")[1]
        if isinstance(error, UnboundLocalError) or name in shapes.inside:
            return f"`{name}` is used before it has a value: begin with one before the loop"
        return f"there is nothing called `{name}` here: is it spelled as where it was made?"
    if "unpack" in message and isinstance(error, TypeError | ValueError):
        return f"the left side takes apart what the right side does not hold: {message}"
    if "casting" in message or "Cannot cast" in message:
        return "an array of whole numbers cannot take fractions: make it one of floats, as np.zeros(W.shape) is"
    return ""


def tested_in(node):
    """The pieces of a condition whose truth is asked for, the smallest first."""
    if isinstance(node, ast.BoolOp):
        return [part for value in node.values for part in tested_in(value)]
    return [node.operand] if isinstance(node, ast.UnaryOp) else [node]


def product_of(node):
    """Both sides of a product of matrices, or None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if isinstance(node, ast.Call) and name_of(node) in ("dot", "matmul", "inner"):
        sides = [*([] if getattr(node.func.value, "id", "") == "np" else [node.func.value]), *node.args]
        return sides if len(sides) == 2 else None
    return None


def misfits(shapes, sides):
    """Two pieces of code with their shapes, which do not fit."""
    told = [f"`{ast.unparse(side)}` of shape {shapes.shape(side) or '(), a number,'}" for side in sides]
    return f"{' and '.join(told)} do not fit together"


def broadcast(node, shapes):
    """Words where two shapes do not fit each other, place by place."""
    if isinstance(node, ast.BinOp | ast.Compare):
        sides = (node.left, node.right if isinstance(node, ast.BinOp) else node.comparators[0])
    elif isinstance(node, ast.AugAssign):
        sides = (ast.parse(ast.unparse(node.target), mode="eval").body, node.value)
    elif isinstance(node, ast.Call) and len(node.args) >= 2:
        sides = node.args[-2:]
    elif isinstance(node, ast.Subscript):
        place = ast.parse(ast.unparse(node), mode="eval").body
        return f"{shapes.of(place)}, and what it is given has another shape{shapes.whole(place)}"
    else:
        return ""
    left, right = map(shapes.shape, sides)
    unequal = [f"{a} is not {b}" for a, b in zip(left[::-1], right[::-1], strict=False) if a != b and 1 not in (a, b)]
    words = misfits(shapes, sides) + "".join(
        f": NumPy compares them from the right, and {pair}" for pair in unequal[:1]
    )
    if sorted(map(len, (left, right))) == [1, 2] and left[:1] == right[:1]:
        words += f"; write [:, None] to make {left[:1]} into ({left[0]}, 1)"
    return words


def index(error, node, shapes):
    """Words for a place that an array, a list or a number does not have."""
    base, place = shapes.value(node.value), node.slice
    name = ast.unparse(node.value)
    if isinstance(base, tuple | list):
        return f"`{name}` is {thing(base)}, not an array: take it apart first, as in X, y = data"
    if not np.ndim(base):
        return f"`{name}` is one number, {thing(base)}, and has no places" if np.isscalar(base) else ""
    count = len(place.elts) if isinstance(place, ast.Tuple) else 1
    if count > np.ndim(base):
        return f"`{name}` is {thing(base)}, and {count} places are asked of it"
    pieces = [
        part for part in (place.elts if isinstance(place, ast.Tuple) else [place]) if not isinstance(part, ast.Slice)
    ]
    told_of = " and ".join(shapes.of(part) for part in pieces)
    if "integer" in str(error):
        return f"a place in an array is a whole number, and {told_of}"
    return f"`{name}` is {thing(base)}, counted from 0, and {told_of}"


def hint(line, shapes):
    """Words on what stands in the line of an unknown error and is seldom meant, or ""."""
    try:
        nodes = list(ast.walk(ast.parse(line.rstrip(":"))))
    except SyntaxError:
        return ""
    for node in nodes:
        if isinstance(node, ast.Call) and name_of(node) == "len" and isinstance(node.args[0], ast.Name):
            value = shapes.inside.get(node.args[0].id)
            if isinstance(value, tuple):
                return f"`{ast.unparse(node)}` is {len(value)}, the length of a pair: count the rows of one of the two"
    return ""


def uncalled(error, message, function, arguments):
    """Words for an error that came before a line of the function was run: a call with other arguments than it takes."""
    count = getattr(getattr(function, "__code__", None), "co_argcount", None)
    if isinstance(error, TypeError) and "argument" in message and count not in (None, len(arguments)):
        return f"it takes {count} and is called with {len(arguments)} arguments: keep those of the stub."
    return ""
