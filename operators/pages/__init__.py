"""The operators' own pages. Each view: may you, find it, one call, a template."""
