"""Small reusable pieces of the page that Panel has no widget for; each is one class and one script."""
