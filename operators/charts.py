"""Column charts as plain SVG: axes, ticks, negative columns, a title on each. No script, no style, nothing to load."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from operators.words import dollars

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 22, 10, 28
_LABEL_WIDTH = 58
_NICE = (1, 2, 5)


@dataclass(frozen=True)
class Series:
    name: str
    css: str
    values: list[int]  # cents


@dataclass(frozen=True)
class _Plane:
    """Where a value stands in the picture."""

    width: int
    height: int
    lowest: int
    highest: int

    def y(self, value: int) -> float:
        room = self.height - _TOP - _BOTTOM
        return _TOP + room * (self.highest - value) / (self.highest - self.lowest)


def columns(labels: list[str], series: list[Series], *, width: int, height: int, title: str) -> SafeString:
    values = [value for each in series for value in each.values]
    step = nice_step((max([0, *values]) - min([0, *values])) / 4)
    highest = -(-max([0, *values]) // step) * step or step
    plane = _Plane(width, height, min([0, *values]) // step * step, highest)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        *(width, height, title, _grid(plane, step), _bars(plane, labels, series), _names(plane, labels)),
    )


def nice_step(rough: float) -> int:
    """1, 2 or 5 times a power of ten, at least a dollar."""
    power = 100
    while power * _NICE[-1] < rough:
        power *= 10
    return next(power * factor for factor in _NICE if power * factor >= rough)


def _grid(plane: _Plane, step: int) -> SafeString:
    return format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text x="{}" y="{}" text-anchor="end" dy=".32em">{}</text>',
        (
            (
                *("zero" if value == 0 else "grid", _LEFT, plane.width - _RIGHT),
                *(_at(plane.y(value)), _at(plane.y(value)), _LEFT - 8, _at(plane.y(value))),
                dollars(value).removesuffix(".00"),
            )
            for value in range(plane.lowest, plane.highest + 1, step)
        ),
    )


def _bars(plane: _Plane, labels: list[str], series: list[Series]) -> SafeString:
    slot = (plane.width - _LEFT - _RIGHT) / max(1, len(labels))
    bar = slot * 0.8 / len(series)
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1"><title>{}: {} {}</title></rect>',
        (
            (
                *(
                    each.css,
                    _at(_LEFT + slot * (index + 0.1) + bar * place),
                    _at(min(plane.y(value), plane.y(0))),
                ),
                *(
                    _at(bar),
                    _at(max(0.8, abs(plane.y(value) - plane.y(0)))),
                    label,
                    each.name,
                    dollars(value),
                ),
            )
            for place, each in enumerate(series)
            for index, (label, value) in enumerate(zip(labels, each.values, strict=True))
            if value
        ),
    )


def _names(plane: _Plane, labels: list[str]) -> SafeString:
    room = plane.width - _LEFT - _RIGHT
    every = max(1, -(-len(labels) * _LABEL_WIDTH // room))
    slot = room / max(1, len(labels))
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_at(_LEFT + slot * (index + 0.5)), plane.height - 8, label)
            for index, label in enumerate(labels)
            if (len(labels) - 1 - index) % every == 0
        ),
    )


def _at(value: float) -> str:
    """As text: format_html escapes its arguments before it formats them."""
    return f"{value:.1f}"
