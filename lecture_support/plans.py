"""The plans of a show: what `lecture present` leaves out, and what the speaker's view says, from the teacher's page.

Each notebook has a table on that page, a row for a beat. The columns before "ask" are plans: the minutes that each
gives to the beat, none where it leaves it out. Another column is another plan.
"""

import json
import re
from pathlib import Path

CORE = "core"  # the plan whose rows the speaker's view shows where no other was asked for


def plans_of(page):
    """The plans of a page, a text: {plan: {file name: rows}}, a row as {minutes, beat, ask, notice, hear}."""
    plans = {}
    for section in re.split(r"^## (?=\[)", page, flags=re.MULTILINE)[1:]:
        notebook = re.match(r"\[.*\]\((.+)\)", section)[1]
        lines = re.findall(r"^\|(.+)\|$", section, re.MULTILINE)
        head, _, *table = [[cell.strip() for cell in line.split("|")] for line in lines]
        names = head[: head.index("ask")]
        for *minutes, ask, beat, notice, hear in (row for row in table if len(row) == len(head)):
            row = {"beat": re.sub("[*`]", "", beat), "ask": ask, "notice": notice, "hear": hear}
            for name, number in zip(names, minutes, strict=True):
                if number:
                    plans.setdefault(name, {}).setdefault(notebook, []).append({"minutes": int(number), **row})
    return plans


def choose(plans, notebook, plan=None, minutes=None):
    """The name of a plan: the one asked for, or that which gives a notebook the most of so many minutes, or None.

    Raises ValueError where there is none.
    """
    if minutes is not None:
        given = {name: sum(row["minutes"] for row in rows.get(notebook, [])) for name, rows in plans.items()}
        plan = max((name for name in given if 0 < given[name] <= minutes), key=given.get, default=None)
        if plan is None:
            raise ValueError(f"no plan shows {notebook} in {minutes} minutes")
    elif plan is not None and notebook not in plans.get(plan, {}):
        raise ValueError(f"no plan {plan!r} shows {notebook}; there are {', '.join(plans)}")
    return plan


def lay_plan(folder, plans, name=None):
    """Lay what the show reads into the folder that is served, as plan.json: a plan, or all with the core's rows."""
    notebooks = [{"path": path, "rows": rows} for path, rows in plans.get(name or CORE, {}).items()]
    Path(folder, "plan.json").write_text(json.dumps({"only": name is not None, "notebooks": notebooks}), "utf-8")
