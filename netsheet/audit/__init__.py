"""What a text claims about networks, held against what is so: cell by cell, with reasons.

Where each part lives:

- printed.py: printed numbers, and "could this exact count print so?"; ways.py: which way of reading
  suits a cell, and which a whole column; slips.py, factors.py: slips of the pen
- reading.py, readings/: what a cell may stand for, one file a group of columns, each reading a sum
  of the terms of core/convention.py; other tools' rules lie in sheet/tools/
- verdict.py: verdicts, findings, reports; cells.py, shapes.py: each cell of a sheet judged
- checks/: claims against each other, one check a file, without any ground truth
- edit.py, edits/: small edits of a network, one kind a file; hypotheses.py: the bounded search
- sheets.py: the audit of a sheet, and of a document that describes several networks
- prose/: arithmetic in prose; headings.py, tables.py: tables of networks; networks.py: networks
  that a text may name, handed in; document.py: the audit of any document
- whence.py: from a number back to what was counted
- allow.py: known findings; claims/: the published corpus, as sheets and tables with their sources

Reports are shown by render/audit/. Nothing here loads a network: whoever asks hands them in.
"""
