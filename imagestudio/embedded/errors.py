class EmbeddedError(Exception):
    """The embedded server cannot be used; the message tells a person why and what to do."""
