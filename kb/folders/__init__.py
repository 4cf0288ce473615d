"""Notes as a folder of Markdown files: writing one, and reading one or what another program exports."""
