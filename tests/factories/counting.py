"""Numbers for names of which there may be one of each."""

from itertools import count

NUMBER = count(1)
