"""How many people, when: exact formulas of waiting lines, and the staffing that a target asks for."""
