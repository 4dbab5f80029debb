"""Why a picture is not taken, in one word for programs."""


class Refused(Exception):
    """This picture is not taken; `code` says why and becomes the code of the studio's error."""

    def __init__(self, code: str) -> None:
        """Take the code, such as `truncated`."""
        super().__init__(code)
        self.code = code
