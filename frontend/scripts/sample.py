"""Draws the sample clip and the four loops of the first page; commit what it writes.

.venv/bin/python frontend/scripts/sample.py
"""

import math
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from exports.video.process import ffmpeg_path

OUT = Path(__file__).resolve().parents[1] / "src/sample"
SIZE = WIDTH, HEIGHT = 1280, 720
FPS, SECONDS = 24, 8
LOOP_FPS, LOOP_SIZE = 12, (480, 270)
FLOOR, PAINT, LINE, WALL, VOLT = (198, 146, 92), (164, 66, 52), (250, 244, 232), (24, 30, 44), (212, 255, 58)
TEAMS = ((36, 74, 196), (240, 240, 244))
SKINS = ((94, 62, 44), (198, 150, 116), (142, 98, 70))
FRAMES: dict[int, Image.Image] = {}


def on_screen(x: float, y: float) -> tuple[float, float, float]:
    """A place on the floor (0…1 along, 0…1 towards the camera) as pixels, and how large things are there."""
    depth = 0.5 + 0.5 * y
    return WIDTH / 2 + (x - 0.5) * WIDTH * 1.05 * (0.62 + 0.38 * y), 236 + 440 * y**1.15, depth


def place(number: int, t: float) -> tuple[float, float]:
    if number == 0:  # the one who drives to the basket
        run = min(1.0, max(0.0, (t - 0.6) / 5.2))
        run = run * run * (3 - 2 * run)
        return 0.16 + 0.66 * run, 0.5 + 0.26 * math.sin(run * 5.2)
    x = 0.5 + math.sin(t * 0.42 + number * 1.9) * 0.33 + 0.07 * math.sin(t * 0.9 + number)
    return x, 0.46 + math.cos(t * 0.37 + number * 2.4) * 0.36


def ball(t: float) -> tuple[float, float, float]:
    """Where it is, and how high: dribbled, then thrown at the basket."""
    x, y, depth = on_screen(*place(0, t))
    if t < 6:
        return x + 30 * depth, y, abs(math.sin(t * 6)) * 62 * depth
    flight = min(1.0, (t - 6) / 1.1)
    rim_x, rim_y = 1152, 212
    height = 190 * flight * (1 - flight) * 2.2
    return x + 30 + (rim_x - x - 30) * flight, y + (rim_y + 120 - y) * flight, 60 + 60 * flight + height


def court() -> Image.Image:
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    for row in range(7):  # the stands
        for seat in range(64):
            shade = 46 + (row * 37 + seat * 71) % 64
            draw.ellipse(
                [seat * 20 + row % 2 * 10, 20 + row * 27, seat * 20 + 15 + row % 2 * 10, 38 + row * 27],
                fill=(shade, shade // 2 + 24, 74 + shade // 3),
            )
    draw.rectangle([0, 206, WIDTH, 238], fill=(16, 20, 30))
    draw.text((470, 209), "REEL BALLERS ARENA", fill=VOLT, font=ImageFont.load_default(24))
    polygon([(-0.3, 0), (1.3, 0), (1.3, 1.2), (-0.3, 1.2)], draw, FLOOR)
    for plank in range(-6, 27):
        path([(plank / 20, 0), (plank / 20, 1.2)], draw, (186, 135, 84), 2)
    for left, right in ((0, 0.17), (0.83, 1)):
        polygon([(left, 0.3), (right, 0.3), (right, 0.7), (left, 0.7)], draw, PAINT)
        path([(left, 0.3), (right, 0.3), (right, 0.7), (left, 0.7), (left, 0.3)], draw, LINE, 4)
    path([(0, 0.02), (1, 0.02), (1, 0.98), (0, 0.98), (0, 0.02)], draw, LINE, 5)
    path([(0.5, 0.02), (0.5, 0.98)], draw, LINE, 4)
    for middle, reach, span in ((0.5, 0.09, (0, 360)), (0, 0.27, (-80, 80)), (1, 0.27, (100, 260))):
        turns = [math.radians(a) for a in range(span[0], span[1] + 1, 5)]
        path([(middle + reach * math.cos(a), 0.5 + reach * 1.6 * math.sin(a)) for a in turns], draw, LINE, 4)
    draw.rectangle([1196, 96, 1206, 470], fill=(70, 76, 92))
    draw.rectangle([1168, 96, 1180, 214], fill=(236, 240, 246), outline=(200, 60, 50), width=3)
    draw.ellipse([1126, 204, 1172, 220], outline=(235, 96, 40), width=5)
    return image.filter(ImageFilter.SMOOTH)


def polygon(places: list[tuple[float, float]], draw: ImageDraw.ImageDraw, fill: tuple[int, int, int]) -> None:
    draw.polygon([on_screen(*each)[:2] for each in places], fill=fill)


def path(
    places: list[tuple[float, float]], draw: ImageDraw.ImageDraw, fill: tuple[int, int, int], width: int
) -> None:
    draw.line([on_screen(*each)[:2] for each in places], fill=fill, width=width, joint="curve")


def player(draw: ImageDraw.ImageDraw, number: int, t: float) -> None:
    x, y, depth = on_screen(*place(number, t))
    s = 1.25 * depth
    stride = math.sin(t * (9 if number == 0 else 5) + number * 2) * 13 * s
    shirt, skin = TEAMS[number % 2], SKINS[number % 3]
    draw.ellipse([x - 30 * s, y - 8 * s, x + 30 * s, y + 9 * s], fill=(138, 98, 58))
    for way in (-1, 1):
        foot = x + way * stride
        draw.line([(x + way * 7 * s, y - 48 * s), (foot, y - 2 * s)], fill=skin, width=round(11 * s))
        draw.ellipse([foot - 9 * s, y - 7 * s, foot + 11 * s, y + 3 * s], fill=(28, 28, 34))
        hand = (x + way * 26 * s + stride * way * 0.3, y - (74 if number or way < 0 else 58) * s)
        draw.line([(x + way * 14 * s, y - 96 * s), hand], fill=skin, width=round(9 * s))
    draw.rounded_rectangle([x - 16 * s, y - 62 * s, x + 16 * s, y - 40 * s], 6 * s, fill=shirt)
    draw.rounded_rectangle([x - 18 * s, y - 108 * s, x + 18 * s, y - 56 * s], 10 * s, fill=shirt)
    ink = TEAMS[1 - number % 2] if number % 2 == 0 else (40, 46, 70)
    draw.text(
        (x, y - 82 * s), str(number * 7 % 30 + 4), fill=ink, anchor="mm", font=ImageFont.load_default(22 * s)
    )
    draw.ellipse([x - 12 * s, y - 136 * s, x + 12 * s, y - 108 * s], fill=skin)
    draw.chord([x - 12 * s, y - 137 * s, x + 12 * s, y - 110 * s], 180, 360, fill=(30, 22, 20))


def frame(index: int) -> Image.Image:
    if index not in FRAMES:
        t = index / FPS
        image = FRAMES.setdefault(-1, court()).copy()
        draw = ImageDraw.Draw(image)
        for number in sorted(range(8), key=lambda each: place(each, t)[1]):
            player(draw, number, t)
        x, y, up = ball(t)
        draw.ellipse([x - 12, y - 4, x + 12, y + 5], fill=(138, 98, 58))
        draw.ellipse(
            [x - 13, y - up - 26, x + 13, y - up], fill=(236, 120, 40), outline=(96, 40, 12), width=2
        )
        FRAMES[index] = image
    return FRAMES[index]


def focus(index: int) -> tuple[float, float]:
    x, y, depth = on_screen(*place(0, index / FPS))
    return x, y - 80 * depth


def reframe(index: int) -> Image.Image:
    image = frame(index)
    width = HEIGHT * 9 // 16
    left = round(min(WIDTH - width, max(0, focus(index)[0] - width / 2)))
    shown = image.point([round(v * 0.34) for v in range(256)] * 3)
    shown.paste(image.crop((left, 0, left + width, HEIGHT)), (left, 0))
    ImageDraw.Draw(shown).rectangle([left, 3, left + width, HEIGHT - 4], outline=VOLT, width=8)
    return shown


def spotlight(index: int) -> Image.Image:
    image = frame(index)
    x, y = focus(index)
    mask = Image.new("L", SIZE, 92)
    ImageDraw.Draw(mask).ellipse([x - 130, y - 130, x + 130, y + 130], fill=255)
    return Image.composite(image, Image.new("RGB", SIZE), mask.filter(ImageFilter.GaussianBlur(7)))


def telestrate(index: int) -> Image.Image:
    image = frame(index).copy()
    draw = ImageDraw.Draw(image)
    t = index / FPS
    x, y = focus(index)
    if t > 1.2:
        draw.ellipse([x - 84, y - 100, x + 84, y + 110], outline=(255, 212, 0), width=10)
    if t > 2.4:
        tip = (min(1110, x + 330), 330)
        draw.line([(x + 100, y - 20), tip], fill=(255, 90, 31), width=14)
        draw.polygon(
            [(tip[0] + 44, tip[1] - 8), (tip[0] - 6, tip[1] - 36), (tip[0] + 2, tip[1] + 28)],
            fill=(255, 90, 31),
        )
    if t > 3.4:
        big = ImageFont.load_default(72)
        draw.text(
            (640, 96), "Watch the drive", (255, 255, 255), big, "mm", stroke_width=5, stroke_fill=(0, 0, 0)
        )
    return image


def upscale(index: int) -> Image.Image:
    x, y = focus(index)
    left, top = min(WIDTH - 480, max(0, x - 240)), min(HEIGHT - 270, max(0, y - 135))
    sharp = frame(index).crop((round(left), round(top), round(left) + 480, round(top) + 270))
    coarse = sharp.resize((96, 54)).resize((480, 270), Image.Resampling.BILINEAR)
    sharp.paste(coarse.crop((0, 0, 240, 270)), (0, 0))
    ImageDraw.Draw(sharp).rectangle([237, 0, 243, 270], fill=VOLT)
    return sharp


def encode(name: str, pictures: Iterator[Image.Image], size: tuple[int, int], fps: int, *more: str) -> None:
    command = [ffmpeg_path(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += [
        "-s",
        f"{size[0]}x{size[1]}",
        "-r",
        str(fps),
        "-i",
        "-",
        *more,
        "-c:v",
        "libx264",
        "-preset",
        "slow",
    ]
    command += ["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-map_metadata", "-1", str(OUT / name)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for picture in pictures:
            encoder.stdin.write(picture.resize(size, Image.Resampling.LANCZOS).tobytes())
        encoder.stdin.close()
    assert encoder.returncode == 0


def main() -> None:
    OUT.mkdir(exist_ok=True)
    last = SECONDS * FPS
    bounce = f"sine=120:d={SECONDS},volume='0.5*lt(mod(t,0.52),0.06)':eval=frame"
    crowd = f"anoisesrc=d={SECONDS}:c=pink:a=0.03:seed=7"
    sound = ["-f", "lavfi", "-i", bounce, "-f", "lavfi", "-i", crowd]
    sound += [
        "-filter_complex",
        "[1][2]amix=normalize=0[a]",
        "-map",
        "0:v",
        "-map",
        "[a]",
        "-c:a",
        "aac",
        "-b:a",
        "64k",
    ]
    encode("sample.mp4", map(frame, range(last)), SIZE, FPS, *sound, "-crf", "27", "-t", str(SECONDS))
    loops: dict[str, Callable[[int], Image.Image]] = {
        "framing": reframe,
        "overlay": spotlight,
        "annotate": telestrate,
        "upscale": upscale,
    }
    step = FPS // LOOP_FPS
    for name, effect in loops.items():
        encode(f"{name}.mp4", map(effect, range(0, last, step)), LOOP_SIZE, LOOP_FPS, "-an", "-crf", "31")
        effect(last * 5 // 8).resize(LOOP_SIZE).save(OUT / f"{name}.webp", quality=60, method=6)
    frame(last * 5 // 8).resize((640, 360)).save(OUT / "sample.webp", quality=62, method=6)


if __name__ == "__main__":
    main()
