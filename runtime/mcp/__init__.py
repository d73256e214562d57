"""Tools of other programs, and ours for them: the Model Context Protocol over HTTP."""
