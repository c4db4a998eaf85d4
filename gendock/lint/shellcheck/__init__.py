"""What ShellCheck says of the scripts in a Dockerfile, as findings `SC####` at their places in the file.

    questions.py   the texts that ShellCheck is asked about, each character with its place in the file
    variables.py   the names that a RUN finds set, from ARG and ENV
    quiet.py       the scripts, and the parts of scripts, of which ShellCheck has nothing to say
    program.py     one process of ShellCheck for many texts
    answers.py     what it said of a text, kept from run to run
    mistakes.py    its remarks as mistakes, with the edits that it proposes
    codes.py       the codes that it has
    rules.py       a rule for each code, so that they are selected, ignored and shown like any other

ShellCheck is a program of its own, GPL-3.0, and is run as one; what it says is shown in its words.
"""

from gendock.lint.shellcheck.inquiry import NOT_FOUND, Inquiry, Learned

__all__ = ["NOT_FOUND", "Inquiry", "Learned"]
