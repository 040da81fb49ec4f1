"""What leaves the page and comes back: links, files, scripts."""
