"""What both apps' APIs share: strict fields and parsing, pages."""
