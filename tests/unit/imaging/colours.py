"""Colours as people see them: how far two are apart, and profiles made by hand."""

import struct

# sRGB and Display P3 to XYZ of the D50 white point, as profiles carry them
SRGB_TO_XYZ = ((0.4361, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7141))
P3_TO_XYZ = ((0.5151, 0.2919, 0.1572), (0.2412, 0.6922, 0.0666), (-0.0011, 0.0419, 0.7841))
ADOBE_TO_XYZ = ((0.6097, 0.2053, 0.1492), (0.3111, 0.6257, 0.0632), (0.0195, 0.0609, 0.7446))
WHITE = (0.9642, 1.0, 0.8249)


def lab(linear, to_xyz):
    """Return L*a*b* of linear red, green and blue from 0 to 1."""
    xyz = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in to_xyz]
    fx, fy, fz = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (value / white for value, white in zip(xyz, WHITE, strict=True))
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def srgb_linear(pixel):
    """Return linear values of an 8-bit sRGB pixel."""
    return [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in pixel[:3])
    ]


def distance(one, other):
    """Return delta E (1976) of two L*a*b* colours; below 3 hardly anybody sees it."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5


def distance_of_pixels(one, other):
    """Return delta E of two 8-bit sRGB pixels."""
    return distance(lab(srgb_linear(one), SRGB_TO_XYZ), lab(srgb_linear(other), SRGB_TO_XYZ))


def profile(to_xyz, *, gamma=2.2, space=b"RGB ") -> bytes:
    """Return a display profile with these primaries and this gamma."""
    columns = [tuple(row[index] for row in to_xyz) for index in range(3)]
    tags = [
        *(
            (name, _xyz(column))
            for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
        ),
        *((name, _curve(gamma)) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    return _profile(tags, space=space)


def grey_profile(*, gamma) -> bytes:
    """Return a display profile for grey with this gamma."""
    return _profile([(b"kTRC", _curve(gamma))], space=b"GRAY")


def _profile(tags, *, space) -> bytes:
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(79)
    tags = [(b"desc", text), (b"wtpt", _xyz(WHITE)), *tags]
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        padded = data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += padded
    size = offset + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(WHITE)
    return head.ljust(128, b"\0") + table + body


def _curve(gamma) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def _fixed(values) -> bytes:
    return struct.pack(">3i", *(round(value * 65536) for value in values))


def _xyz(values) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(values)
