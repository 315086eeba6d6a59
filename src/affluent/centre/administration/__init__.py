"""Administration: the settings of the centre, each noun described once, one mechanism for all of them."""
