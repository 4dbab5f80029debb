"""Pictures, painted in memory."""

from io import BytesIO

from PIL import Image as Pillow

from tests.factories.counting import NUMBER


def paint(
    width: int = 64, height: int = 48, *, colour: str | None = None, kind: str = "PNG"
) -> bytes:
    """Return a picture of one colour; without a colour, one that was never painted before."""
    drawn = colour or f"#{next(NUMBER) * 7919 % 0xFFFFFF:06x}"
    output = BytesIO()
    Pillow.new("RGB", (width, height), drawn).save(output, kind, lossless=True)
    return output.getvalue()


def noise_picture(width: int = 480, height: int = 400) -> bytes:
    """Return a picture of more than 512 kB: noise that was never painted before."""
    output = BytesIO()
    channels = [Pillow.effect_noise((width, height), 90 + next(NUMBER) % 9) for _ in range(3)]
    Pillow.merge("RGB", channels).save(output, "PNG", compress_level=0)
    return output.getvalue()
