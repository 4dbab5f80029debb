"""Screening with many rules in force (RULES): time of the processor, with asking for the stamp."""

import os
import random
import time
from statistics import median

from imagestudio.moderation.models import Screening
from imagestudio.moderation.services.rules.book import judge
from tests.factories import make_rule

RULES = int(os.environ.get("RULES", "200"))
LENGTH = 2_000  # characters of a prompt
TRIES = 60
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def bench_rules(cast, capsys):
    chance = random.Random(1)

    def word(letters=LETTERS):
        return "".join(chance.choices(letters, k=chance.randint(4, 9)))

    known = [word() for _ in range(400)]
    for number in range(RULES):
        pattern, kind = [
            (f"{word()} {word()}", "literal"),
            (f"{word()}q", "leet"),
            (rf"\b{word()}q\w*\s+{word()}", "regex"),
        ][number % 3]
        make_rule(cast, is_enabled=True, pattern=pattern, kind=kind)

    def written(words):
        return " ".join(chance.choice(words) for _ in range(LENGTH // 4))[:LENGTH]

    cyrillic = [word("абвгдежзиклмнопрстуфхцчшщыэюя") for _ in range(400)]
    chinese = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
    texts = {
        "English": [written(known) for _ in range(TRIES)],
        "Cyrillic": [written(cyrillic) for _ in range(TRIES)],
        "Chinese": ["".join(chance.choices(chinese, k=LENGTH)) for _ in range(TRIES)],
        "in signs": ["".join(chance.choices(" ._@$!|1340", k=LENGTH)) for _ in range(TRIES)],
    }
    with capsys.disabled():
        print(f"\n{RULES} rules, prompts of {LENGTH:,} characters")
        for name, some in texts.items():
            took = []
            for text in [*some, *some]:
                begun = time.process_time()
                judge(text, Screening.Field.PROMPT)
                took.append((time.process_time() - begun) * 1000)
            took = took[TRIES:]
            print(f"{name:<12} {median(took):6.2f} ms, at most {max(took):.2f}")
