"""The nouns, plain frozen values: table omop staging source record account."""
