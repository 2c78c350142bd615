import pytest

from exports import pricing


@pytest.mark.parametrize(
    ("duration_ms", "blocks"),
    [
        (0, 1),
        (1, 1),
        (499, 1),
        (30_000, 1),
        (30_030, 1),
        (30_500, 1),
        (30_501, 2),
        (60_500, 2),
        (60_501, 3),
        (3_600_000, 120),
        (3_600_501, 121),
    ],
)
def test_it_counts_blocks_with_half_a_second_for_free(duration_ms, blocks):
    assert pricing.blocks(duration_ms) == blocks


@pytest.mark.parametrize(
    ("kind", "cents"), [("framing", 5), ("overlay", 8), ("annotate", 10), ("upscale", 30)]
)
def test_it_multiplies_the_base_by_the_blocks(kind, cents):
    assert pricing.price_cents(kind, 1000) == cents
    assert pricing.price_cents(kind, 61_000) == 3 * cents


def test_it_lists_only_what_is_offered(settings):
    settings.EXPORT_TYPES_OFFERED = ("overlay",)
    assert pricing.price_list()["types"] == [{"type": "overlay", "base_cents": 8}]


def test_it_knows_what_every_type_should_cost_us():
    assert pricing.EXPECTED_GPU_SECONDS.keys() == pricing.BASE_CENTS.keys()
