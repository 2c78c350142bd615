"""What operators do: drafted, shown with before and after, confirmed once, with a receipt. See docs/operators.md."""
