"""A quiet landscape: sky, a sun or a moon, ridges behind one another in the haze, or the sea.

All measures are pixels. Shapes are drawn at twice the size and reduced, for smooth edges.
"""

import math
import random
from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageDraw

from generations.emulator.drawing.palettes import Colour, Palette, mix

FINE = 2  # times the size at which shapes are drawn
LAYERS = {"low": 3, "medium": 5, "high": 7}  # ridges behind one another
SKY = 0.68  # of the height, where the sky has the colour of the horizon
HORIZON = 0.6  # of the height, where the farthest ridge stands

Ridge = Callable[[float], float]  # across (0 to 1) → height above its base (-1 to 1)


def landscape(
    size: tuple[int, int], palette: Palette, quality: str, chance: random.Random
) -> Image.Image:
    """Give a landscape of a size in pixels; its detail follows the quality."""
    width, height = size
    picture = Image.new("RGB", size, palette.horizon)
    picture.paste(gradient((width, round(height * SKY)), palette.top, palette.horizon))
    if palette.dark and quality != "low":
        _stars(picture, palette, chance)
    sun = _light(picture, palette, chance)
    layers = LAYERS[quality]
    if chance.random() < 1 / 3:
        _sea(picture, palette, chance, sun=sun, lines=layers * 12)
        layers = 2
    for number in range(layers):
        _ridge(picture, palette, chance, depth=(number + 1) / layers)
    if quality == "high":
        _birds(picture, palette, chance)
    return picture


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """Give a vertical gradient, slower at the top as a sky is."""
    steps = 64
    strip = Image.new("RGB", (1, steps))
    for step in range(steps):
        strip.putpixel((0, step), mix(top, bottom, (step / (steps - 1)) ** 1.3))
    tall = strip.resize((1, size[1]), Image.Resampling.BICUBIC)
    return tall.resize(size, Image.Resampling.NEAREST)


def _light(picture: Image.Image, palette: Palette, chance: random.Random) -> tuple[int, int, int]:
    """Draw the sun with its glow; give its middle and radius."""
    width, height = picture.size
    unit = min(width, height)
    radius = round(unit * chance.uniform(0.05, 0.1))
    x = round(width * chance.uniform(0.22, 0.78))
    y = round(height * chance.uniform(0.5, 0.58))
    reach = radius * 6
    glow = Image.radial_gradient("L").resize((reach * 2, reach * 2), Image.Resampling.BILINEAR)
    fading = glow.point([round(max(0, 190 - level) ** 2 / 260) for level in range(256)])
    picture.paste(palette.light, (x - reach, y - reach), fading)
    picture.paste(palette.light, (x - radius, y - radius), _disc(radius))
    return x, y, radius


def _disc(radius: int) -> Image.Image:
    side = radius * 2
    mask = Image.new("L", (side * FINE, side * FINE))
    ImageDraw.Draw(mask).ellipse((0, 0, side * FINE - 1, side * FINE - 1), fill=235)
    return mask.reduce(FINE)


def _ridge(picture: Image.Image, palette: Palette, chance: random.Random, *, depth: float) -> None:
    """Draw one ridge; depth goes from just above 0, far away, to 1, at our feet."""
    width, height = picture.size
    base = height * (HORIZON + (0.97 - HORIZON) * depth**1.2)
    rise = height * 0.1 * (1.15 - 0.6 * depth)
    shape = chance.choice((_hills, _mountains))(chance)
    top = max(0, math.floor(base - rise))
    outline = [
        (x * FINE, (base - rise * shape(x / width) - top) * FINE)
        for x in range(0, width + 8, max(1, width // 256))
    ]
    mask = Image.new("L", (width * FINE, (height - top) * FINE))
    corners = [(width * FINE, mask.height), (0, mask.height)]
    ImageDraw.Draw(mask).polygon([*outline, *corners], fill=255)
    colour = mix(palette.far, palette.near, depth**1.4)
    haze = mix(colour, palette.horizon, 0.34 * (1 - depth * 0.7))
    ground = gradient((width, height - top), colour, haze)
    picture.paste(ground, (0, top), mask.reduce(FINE))


def _hills(chance: random.Random) -> Ridge:
    """Give a soft ridge line: three waves, each shorter and lower."""
    waves = [
        (weight, length * chance.uniform(0.8, 1.3), chance.uniform(0, math.tau))
        for weight, length in ((0.6, 4.0), (0.28, 9.0), (0.12, 19.0))
    ]
    return lambda x: sum(weight * math.sin(length * x + shift) for weight, length, shift in waves)


def _mountains(chance: random.Random) -> Ridge:
    """Give a rough ridge line by moving midpoints up and down, less each time."""
    points = [chance.uniform(-0.6, 0.6) for _ in range(4)]
    roughness = 0.42
    while len(points) < 200:
        between = [
            (one + two) / 2 + chance.uniform(-roughness, roughness) for one, two in pairwise(points)
        ]
        points = [point for pair in zip(points, between, strict=False) for point in pair] + [
            points[-1]
        ]
        roughness *= 0.48
    last = len(points) - 1

    def height(x: float) -> float:
        place = min(max(x, 0.0), 1.0) * last
        left = min(int(place), last - 1)
        return points[left] + (points[left + 1] - points[left]) * (place - left)

    return height


def _sea(
    picture: Image.Image,
    palette: Palette,
    chance: random.Random,
    *,
    sun: tuple[int, int, int],
    lines: int,
) -> None:
    """Draw water up to the horizon, and the light's path on it."""
    width, height = picture.size
    top = round(height * HORIZON)
    near = mix(palette.far, palette.near, 0.55)
    water = gradient((width, height - top), mix(palette.horizon, palette.far, 0.45), near)
    picture.paste(water, (0, top))
    draw = ImageDraw.Draw(picture, "RGBA")
    x, _, radius = sun
    for number in range(lines):
        away = number / lines
        y = top + 2 + (height - top) * away**1.6
        half = radius * (0.35 + 1.8 * away) * chance.uniform(0.3, 1.0)
        middle = x + chance.uniform(-0.5, 0.5) * radius * (0.4 + away)
        thick = max(1, round(height * 0.0028 * (0.4 + away)))
        veil = round(150 * (1 - away) ** 1.5)
        draw.rounded_rectangle(
            (middle - half, y, middle + half, y + thick), thick / 2, (*palette.light, veil)
        )


def _stars(picture: Image.Image, palette: Palette, chance: random.Random) -> None:
    width, height = picture.size
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(70):
        x, y = chance.uniform(0, width), height * 0.5 * chance.random() ** 1.5
        size = min(width, height) * chance.uniform(0.0006, 0.0018)
        shine = round(150 * chance.random() * (1 - y / (height * 0.5)))
        draw.ellipse((x - size, y - size, x + size, y + size), (*palette.light, shine))


def _birds(picture: Image.Image, palette: Palette, chance: random.Random) -> None:
    width, height = picture.size
    draw = ImageDraw.Draw(picture, "RGBA")
    x, y = width * chance.uniform(0.15, 0.75), height * chance.uniform(0.47, 0.53)
    for _ in range(chance.randint(3, 6)):
        wing = min(width, height) * chance.uniform(0.006, 0.011)
        colour = (*mix(palette.far, palette.near, 0.7), 190)
        thick = max(1, round(wing * 0.22))
        draw.arc((x - 2 * wing, y - wing, x, y + wing), 200, 340, colour, thick)
        draw.arc((x, y - wing, x + 2 * wing, y + wing), 200, 340, colour, thick)
        x += wing * chance.uniform(3, 7)
        y += wing * chance.uniform(-3, 2)
