"""The MACs of a two-stage detector: a formula in what it finds, `120020169216 + 14359552*proposals`."""


def terms(formula):
    """`14359552*min(nms(n12), 1000) + 120020169216` as its constant and the other coefficients, in order of size. Nothing: it is
    no sum of numbers of times that something is found."""
    coefficients, constant = [], 0
    for term in formula.split(" + "):
        coefficient, _, factor = term.partition("*")
        if not coefficient.isdigit() or "*" in factor:
            return None
        if factor:
            coefficients.append(int(coefficient))
        else:
            constant += int(coefficient)
    return constant, sorted(coefficients)


def at_counts(formula, counts):
    """The formula where `proposals=1000 detections=0`."""
    numbers = dict(count.split("=") for count in counts.split())
    total = 0
    for term in formula.split(" + "):
        coefficient, _, factor = term.partition("*")
        total += int(coefficient) * int(numbers[factor] if factor else 1)
    return total
