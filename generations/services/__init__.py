"""What a person, a worker or the clock can do with generations and their attempts.

Every move between states is here, one function each, as a conditional update that looks at the
row count. The tables of states stand in `docs/architecture.md`.
"""
