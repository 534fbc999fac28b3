"""What pages of the site show of the book's data: pure functions, from data to Markdown."""
