"""Statistics of moderation: what waits, what was decided how soon, and what became of it.

Every number is counted when it is asked for, each table by one statement, over a span of days of
UTC. Nothing in it names a person but the table of moderators, which their seniors alone see.
"""
