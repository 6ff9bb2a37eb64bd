"""What the published model was trained to read in front of a question."""

NEED_PROMPT = "为这个句子生成表示以用于检索相关文章："
"""BGE v1.5 puts this in front of what is looked for, and nothing in front of what is found (arXiv:2309.07597)."""
