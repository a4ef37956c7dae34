"""Speech: a press document in, sentences to be said, a recording and its times out.

`script` says what of an article is said, sentence by sentence; `spoken` turns what is printed into
what is said; an engine (`engines`) says one sentence; `recording` puts them together and `sound`
makes a file of them. `person` does the same with a recording that somebody made, and `align` finds the
sentences in it. Nothing here knows a database.
"""
