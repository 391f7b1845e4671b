"""NetHack and MiniHack levels, through nle and minihack."""
