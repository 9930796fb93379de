"""A table nobody has seen before: profile it, propose its mapping, ask a person where unsure."""
