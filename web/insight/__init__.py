"""What the dashboard computes about a network and its data: plain functions, no page."""
