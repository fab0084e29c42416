"""Extensions of Python-Markdown: glossary terms, tables and ends of lines."""
