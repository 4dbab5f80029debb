"""Who is told of what, and where each task waits: names only.

Plain names, handed to the events app as a setting, so that data can travel upwards without an
import. A test checks that every name is a registered task.
"""

# Task → the queue that its jobs wait in. Whoever enqueues needs to know no more of a task, so
# that only workers import what tasks stand on.
QUEUES: dict[str, str] = {
    "accounts.mail_invitation": "maintenance",
    "events.note": "maintenance",
    "lifecycle.close": "maintenance",
    "lifecycle.purge": "maintenance",
    "generations.run": "upstream",
    "generations.reconcile": "upstream",
    "generations.inspect": "upstream",
    "generations.tell_operators": "maintenance",
    "generations.sweep": "maintenance",
    "generations.rescue": "maintenance",
    "generations.forget": "maintenance",
    "library.change": "maintenance",
    "library.fold_counts": "maintenance",
    "library.free": "maintenance",
    "library.index": "maintenance",
    "library.index_tag": "maintenance",
    "library.look": "imaging",
    "library.move_tag": "maintenance",
    "library.purge": "maintenance",
    "library.render": "imaging",
    "library.upkeep": "maintenance",
    "moderation.decide_together": "maintenance",
    "moderation.ban_together": "maintenance",
    "moderation.classify": "maintenance",
    "moderation.forget": "maintenance",
    "moderation.follow": "maintenance",
    "moderation.let_go": "maintenance",
    "moderation.mail_answers": "maintenance",
    "moderation.mail_look": "maintenance",
    "moderation.mail_notice": "maintenance",
    "moderation.mail_request": "maintenance",
    "moderation.note_banned": "maintenance",
    "moderation.note_filtered": "maintenance",
    "moderation.simulate": "maintenance",
    "moderation.sweep": "maintenance",
    "moderation.tell": "maintenance",
    "moderation.tell_looks": "maintenance",
    "moderation.try_rule": "maintenance",
    "moderation.upkeep": "maintenance",
    "moderation.weigh_strikes": "maintenance",
    "money.announce": "maintenance",
    "money.mail": "maintenance",
}

# Event type → names of the tasks that are enqueued with each such event.
EVENT_CONSUMERS: dict[str, tuple[str, ...]] = {
    "image.created": ("library.render",),
    "image.held": ("moderation.note_banned",),
    "image.filtered": ("moderation.note_filtered",),
    "budget.warning": ("money.mail",),
    "budget.exhausted": ("money.mail",),
    "budget.asked": ("money.mail",),
    "budget.answered": ("money.mail",),
}

# Who may still need the bytes of pictures that are removed for good: functions that take ids of
# files, let go of those that they can spare, and return the others.
FILE_HOLDERS: tuple[str, ...] = ("generations.services.sources.let_go",)

# Who keeps pictures from being removed for good: functions that take ids of images and return those
# that have to stay for now.
IMAGE_HOLDERS: tuple[str, ...] = ("imagestudio.moderation.services.holding.hold",)

# Who has a say in titles: functions that take a membership, its image and the title it is to have,
# outside of any transaction, and raise what speaks against it.
TITLE_SCREENERS: tuple[str, ...] = ("imagestudio.moderation.services.screening.screen_title",)
