"""Rule sets: from their stored form to compiled conditions and effects. Pure."""
