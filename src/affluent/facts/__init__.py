"""The vocabulary: identifiers, instants, facts, states and their transition tables."""
