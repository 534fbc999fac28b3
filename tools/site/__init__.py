"""From the book to its site: staging, scripts, pages, and what makes them light."""
