"""Brings every clip to the one kind of colour all players agree on: 8-bit BT.709, limited range, 4:2:0.

By zscale and not by scale, which is off by four levels in two hundred when it only changes the matrix.
"""

from exports.video.facts import ClipFacts

# ISO/IEC 23091-2 code points, under zscale's names.
MATRIX = {
    0: "gbr",
    1: "709",
    4: "fcc",
    5: "470bg",
    6: "170m",
    7: "240m",
    8: "ycgco",
    9: "2020_ncl",
    10: "2020_cl",
}
PRIMARIES = {1: "709", 5: "470bg", 6: "170m", 7: "240m", 9: "2020", 11: "smpte431", 12: "smpte432"}
HDR_TRANSFER = {16: "smpte2084", 18: "arib-std-b67"}
BT2020 = 9
REFERENCE_WHITE_NITS = 203  # ITU-R BT.2408: what SDR white is in an HDR picture


def to_bt709(facts: ClipFacts) -> list[str]:
    """Filters from the clip's own colours to tagged BT.709; only tags when it has them already. Even sides only."""
    return [
        *_convert(facts),
        "format=yuv420p",
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709",
    ]


def _convert(facts: ClipFacts) -> list[str]:
    matrix, in_range = _matrix(facts), "full" if facts.is_full_range else "limited"
    source = f"min={matrix}:rin={in_range}"
    if facts.is_hdr:
        primaries = PRIMARIES.get(facts.color_primaries, "2020")
        return _tone_map(f"{source}:pin={primaries}:tin={HDR_TRANSFER[facts.color_transfer]}", primaries)
    if facts.color_primaries == BT2020:
        return [f"zscale={source}:pin=2020:tin=709:m=709:r=limited:p=709:t=709"]
    return [] if (matrix, in_range) == ("709", "limited") else [f"zscale={source}:m=709:r=limited"]


def _matrix(facts: ClipFacts) -> str:
    """Without a tag players assume BT.601 for small frames and BT.709 for HD; so did whoever made the clip."""
    if facts.pixel_format.startswith("gbr"):
        return "gbr"
    assumed = "2020_ncl" if facts.is_hdr else "709" if facts.is_hd else "170m"
    return MATRIX.get(facts.color_matrix, assumed)


def _tone_map(source: str, primaries: str) -> list[str]:
    """From HDR to SDR: in linear light, with 203 nits just below white and what is brighter rolled off.

    The primaries are named at each step: where only the container knows them, no frame carries them along.
    """
    return [
        f"zscale={source}:t=linear:npl={REFERENCE_WHITE_NITS}:p={primaries}",
        "format=gbrpf32le",
        f"zscale=pin={primaries}:tin=linear:p=709",
        "tonemap=tonemap=mobius:desat=0",
        "zscale=t=709:m=709:r=limited:d=ordered",
    ]
