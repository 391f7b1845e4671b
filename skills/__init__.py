"""What can be done and how it is learned: skills, their rewards, their training and their library."""
