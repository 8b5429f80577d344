"""What people do that the app must answer: commands, clicks, forms, shortcuts, menu searches."""
