"""InDesign: press documents in, a package for a designer out.

`words` flattens what stands inside a paragraph, `story` makes an InCopy file (ICML) of an
article, `styles` names what a designer gives a look to, `bare` takes out of pictures what
cameras wrote into them, and `package` puts it all into one ZIP.
"""
