"""Who is told of what: event type → names of the tasks that are enqueued with each such event.

Plain names, handed to the events app as a setting, so that data can travel upwards without an
import. A test checks that every name is a registered task.
"""

EVENT_CONSUMERS: dict[str, tuple[str, ...]] = {
    "image.created": ("library.render",),
}
