"""Kit: technique that knows no word of the domain and nothing of ours."""
