"""What a class gets: notebooks for students and teachers, slides, and a kit of everything."""
