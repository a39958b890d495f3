"""What a workspace has, put together as the answer to one report's question: values and frames."""
