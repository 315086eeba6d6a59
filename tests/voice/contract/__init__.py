"""What every switch must do, run against each of them: the double in memory, browsers, a real Asterisk both ways."""
