"""What an operator does with one user's file as a whole: export, verify, erase, restore. Knows every app."""
