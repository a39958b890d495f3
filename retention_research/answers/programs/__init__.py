"""What each retention program did, whether it paid, and how sure that is."""

from retention_research.answers.programs.answer import Programs, obstacle_to_programs, programs

__all__ = ["Programs", "obstacle_to_programs", "program_results", "programs"]

program_results = programs  # notebooks' name for it: the package has a room called `programs`
