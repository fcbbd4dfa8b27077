"""How fast the maths, the imports and the notebooks are, against the least they could take and against others' code.

    .venv/bin/python tests/benchmarks/maths.py             all three parts, about three minutes
    .venv/bin/python tests/benchmarks/maths.py losses      one part: losses, imports or notebooks

Whatever is compared takes turns (A B C A B C ...), so a busy machine slows all of it: trust the ratios and not one
absolute time. CIFAR-10's size is 50,000 images of 3,073 numbers, the bias among them, in 10 classes; it takes about
4 GB. PyTorch and scikit-learn are compared with where they are installed. Threads are as the `lecture` command sets
them, one for each library, unless OMP_NUM_THREADS says otherwise.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy and PyTorch read it

import argparse
import gc
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from store import NOTEBOOKS, execute

from lecture_support.descent import descend
from lecture_support.losses import softmax_loss, svm_loss

N, D, C, BATCH = 50_000, 3073, 10, 256
STEP = 1e-4
TURNS = {"losses": 7, "epochs": 3, "imports": 5, "notebooks": 3}
IMPORTS = (
    "pass",
    "import numpy",
    "import matplotlib.figure",
    "import ipywidgets",
    "import lecture_support.losses",
    "import lecture_support.checks",
    "import lecture_support.drawing",
    "import lecture_support.panel",
    "from lecture_support import exercises, panel, predictions, progress",
)


def in_turn(ways, turns):
    """The median seconds of each of the ways {name: function}, which take turns after one round to warm up.

    A function that measures itself returns its seconds, a float.
    """
    seconds = {name: [] for name in ways}
    for turn in range(turns + 1):
        for name, run in ways.items():
            gc.collect()
            before = time.perf_counter()
            result = run()
            taken = time.perf_counter() - before
            if turn:
                seconds[name].append(result if isinstance(result, float) else taken)
    return {name: statistics.median(times) for name, times in seconds.items()}


def report(title, seconds, base):
    """One line for each way: its milliseconds, and how many times as long as the base it takes."""
    print(f"\n{title}")
    for name, taken in seconds.items():
        print(f"    {name:<72}{1000 * taken:>10,.0f} ms{taken / seconds[base]:>9.2f} x")


def losses():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((N, D), dtype=np.float32)
    X[:, -1] = 1
    y = rng.integers(C, size=N)
    W = rng.standard_normal((C, D), dtype=np.float32)
    for dtype, rows in ((np.float32, N), (np.float64, N // 2)):
        for size in (0.01, 1):  # with weights of size 1, softmax has probabilities that a float32 cannot hold
            one_loss((size * W).astype(dtype), X[:rows].astype(dtype), y[:rows], size)
    one_epoch(np.float32(0.01) * W, X, y)


def one_loss(W, X, y, size):
    products = np.ones((len(y), C), X.dtype)
    bare = "the two bare matrix products"
    ways = {
        bare: lambda: (X @ W.T, products.T @ X),
        "svm_loss": lambda: svm_loss(W, X, y),
        "softmax_loss": lambda: softmax_loss(W, X, y),
    }
    if find_spec("torch"):
        import torch
        from torch.nn import functional

        images, labels = torch.from_numpy(X), torch.from_numpy(y)

        def with_autograd(loss):
            weights = torch.tensor(W, requires_grad=True)
            loss(images @ weights.T, labels).backward()

        ways["PyTorch: multi_margin_loss, backward"] = lambda: with_autograd(functional.multi_margin_loss)
        ways["PyTorch: cross_entropy, backward"] = lambda: with_autograd(functional.cross_entropy)
    title = f"Loss and gradient, {X.dtype}, N = {len(y):,}, D = {D:,}, C = {C}, weights of size {size}"
    report(title, in_turn(ways, TURNS["losses"]), bare)


def one_epoch(W, X, y):
    updates = -(-N // BATCH)

    def bare_products():
        order = np.random.default_rng(0).permutation(N)
        for start in range(0, N, BATCH):
            batch = X[order[start : start + BATCH]]
            (batch @ W.T).T @ batch

    bare = "the bare matrix products of as many batches"
    ways = {bare: bare_products}
    for loss in (svm_loss, softmax_loss):
        name = loss.__name__
        ways[f"descend with {name}, a record of it over all N at either end"] = lambda loss=loss: descend(
            loss, W, X, y, STEP, BATCH, updates, record_every=updates
        )
        ways[f"    of this, two records of {name}"] = lambda loss=loss: (loss(W, X, y), loss(W, X, y))
    if find_spec("torch"):
        import torch
        from torch.nn import functional

        images, labels = torch.from_numpy(X), torch.from_numpy(y)

        def with_optimizer(loss):
            weights = torch.tensor(W, requires_grad=True)
            optimizer = torch.optim.SGD([weights], lr=STEP)
            for batch in torch.randperm(N).split(BATCH):
                optimizer.zero_grad()
                loss(images[batch] @ weights.T, labels[batch]).backward()
                optimizer.step()

        ways["PyTorch: SGD with multi_margin_loss"] = lambda: with_optimizer(functional.multi_margin_loss)
        ways["PyTorch: SGD with cross_entropy"] = lambda: with_optimizer(functional.cross_entropy)
    if find_spec("sklearn"):
        from sklearn.linear_model import SGDClassifier

        def with_scikit_learn(loss):
            model = SGDClassifier(loss=loss, penalty=None, learning_rate="constant", eta0=STEP)
            model.partial_fit(X, y, classes=np.arange(C))

        ways["scikit-learn: SGDClassifier, hinge, batch size 1"] = lambda: with_scikit_learn("hinge")
        ways["scikit-learn: SGDClassifier, log_loss, batch size 1"] = lambda: with_scikit_learn("log_loss")
    title = f"One epoch, {X.dtype}, N = {N:,}, D = {D:,}, C = {C}, batch size {BATCH}: {updates} updates"
    report(title, in_turn(ways, TURNS["epochs"]), bare)


def imports():
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def start(statement):
        def run():
            command = [sys.executable, "-c", f"{statement}\nimport time\nprint(time.process_time())"]
            return float(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)

        return run

    seconds = in_turn({statement: start(statement) for statement in IMPORTS}, TURNS["imports"])
    report("A fresh Python, its processor time", seconds, "pass")


def notebooks():
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    seconds = in_turn({path.name: lambda path=path: execute(path) for path in paths}, TURNS["notebooks"])
    report("A notebook from top to bottom, its kernel's start included", seconds, min(seconds, key=seconds.get))


def main():
    parts = {"losses": losses, "imports": imports, "notebooks": notebooks}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(parts)}")
    chosen = parser.parse_args().part
    for name, package in (("torch", "PyTorch"), ("sklearn", "scikit-learn")):
        if not find_spec(name):
            print(f"{package} is not installed: not compared with")
    for name, part in parts.items():
        if name in chosen or not chosen:
            part()


if __name__ == "__main__":
    main()
