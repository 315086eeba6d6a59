"""A paper that a customer attaches: a real PDF of one page, with text."""


def quote_pdf(title: str) -> bytes:
    """One page that opens in every reader. Characters beyond Latin-1 become question marks."""
    lines = [(18, title), (11, "Montant / Amount : 750,00 EUR"), (11, "Page 1 / 1")]
    text = "\n".join(
        f"BT /F1 {size} Tf 60 {760 - 40 * number} Td ({_escaped(line)}) Tj ET"
        for number, (size, line) in enumerate(lines)
    ).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    paper = b"%PDF-1.4\n"
    starts: list[int] = []
    for number, content in enumerate(objects, 1):
        starts.append(len(paper))
        paper += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(paper),
    )
    return paper + head + table + trailer


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
