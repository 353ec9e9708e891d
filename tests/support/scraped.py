"""What Prometheus would read."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import PREFIX, Metrics

TOKEN = "0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def figures(text: str) -> dict[str, float]:
    """Return the product's own figures: {'turns_total done': 1.0}; of histograms the counts."""
    return {
        " ".join([sample.name.removeprefix(f"{PREFIX}_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith(PREFIX) and not sample.name.endswith(("_bucket", "_created"))
    }


def counted(metrics: Metrics) -> dict[str, float]:
    return figures(metrics.written(database_up=True).decode())
