"""What programs of others stand on: keys, repeats without harm, contacts from outside, events going out."""
