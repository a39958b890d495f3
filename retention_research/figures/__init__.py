"""Result frames to pictures with alt text: no fitting, no sampling, no filtering."""
