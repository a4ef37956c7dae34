"""An issue as a book: EPUB 3.3, with pages that are those of print, and read aloud where it can be.

Pure: press documents, pictures and recordings go in, one file comes out. `binding.bind()` is the
way in. What a book is made of, and what is fixed in it for ever, is told in
`docs/decisions/0021-an-issue-is-a-book.md`.
"""
