"""What has been done in this run of a notebook: exercises passed and predictions committed to."""

_DONE = {"exercise": {}, "prediction": {}}


def note(kind, name, done):
    """Remember an "exercise" or a "prediction" that was met, and whether it is done."""
    _DONE[kind][name] = done


def progress():
    """One line: how many of the exercises and predictions met so far are done, and which exercises are open."""
    counts = ", ".join(f"{sum(met.values())} of {len(met)} {kind}s" for kind, met in _DONE.items())
    still_open = [name for name, done in _DONE["exercise"].items() if not done]
    print(f"Done in this run: {counts}." + (f" Still open: {', '.join(still_open)}." if still_open else ""))
