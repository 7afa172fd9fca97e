"""One evaluation: program and snapshot in, outcome out. Pure."""
