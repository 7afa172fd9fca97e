"""Files of comma-separated values: lists as files that go out, and files whose lines become rows (docs/behaviour/csv.md)."""
