"""Well-known networks, as sheets: data, nothing else. `catalogue` finds them."""
