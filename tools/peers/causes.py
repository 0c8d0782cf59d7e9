"""Why a convention's number differs from the tool's, case by case. Each is explained in README.md."""

CAUSES = {}


def cause_of(peer, case, form):
    return CAUSES.get((peer, case, form)) or CAUSES.get((peer, case)) or ""


def unused_causes(rows):
    used = {(row[0], row[1], row[2]) for row in rows if row[7]} | {(row[0], row[1]) for row in rows if row[7]}
    return sorted(key for key in CAUSES if key not in used)
