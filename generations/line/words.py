"""Places and times as people say them. A number and its unit stay on one line."""

TOGETHER = "\N{NO-BREAK SPACE}"
SPECIAL = {1: "st", 2: "nd", 3: "rd"}


def ordinal(number: int) -> str:
    """Return a whole number as a place: 1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in range(11, 14) else SPECIAL.get(number % 10, "th")
    return f"{number:,}{ending}"


def about_time(seconds: float) -> str:
    """Return seconds as nobody would say them more exactly: about 40 s, about 3 min."""
    if seconds < 7.5:
        return "a few seconds"
    minutes = round(seconds / 60)
    if seconds < 57.5:
        amount = f"{5 * round(seconds / 5)} s"
    elif 75 <= seconds < 105:
        amount = "1½ min"
    else:
        amount = f"{minutes} min" if minutes < 60 else f"{round(minutes / 60)} h"
    return f"about {amount}".replace(" ", TOGETHER)
