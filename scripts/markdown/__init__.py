"""Extensions of Python-Markdown: glossary terms and tables."""
