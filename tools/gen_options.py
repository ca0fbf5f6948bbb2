#!/usr/bin/env python3
"""Turns docs/options/VERB.md into what the program and the manual need of it.

One file documents a verb: a heading "# verb — summary", sections "## …", and options as definition lists

    `-o, --output=FILE`
    :   Text.

"@include FILE" brings in options that several verbs share. From it come, so that none can disagree:
  options.h / options.c   a struct of the options' values, a parser (GOption), the text of --help
  pgarchitect-VERB.1      the man page

An option without a value is a boolean, one whose value is N an integer, one whose value ends in "..." may be
repeated, any other a string.
"""

import pathlib
import re
import sys
import textwrap

OPTION = re.compile(r"^`(?:-(?P<short>.), )?--(?P<long>[a-z-]+)(?:=(?P<value>[^`]+))?`$")


def read(path):
    """The lines of a page with its @include lines carried out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@include "):
            yield from read(path.parent / line.split()[1])
        else:
            yield line


class Option:
    def __init__(self, match):
        self.short, self.long, self.value = match["short"], match["long"], match["value"]
        self.text = []

    @property
    def field(self):
        return self.long.replace("-", "_")

    @property
    def repeated(self):
        return bool(self.value) and self.value.endswith("...")

    @property
    def metavar(self):
        return self.value.removesuffix("...") if self.value else None

    @property
    def kind(self):
        if not self.value:
            return "gboolean ", "G_OPTION_ARG_NONE"
        if self.repeated:
            return "char **", "G_OPTION_ARG_STRING_ARRAY"
        if self.value == "N":
            return "int ", "G_OPTION_ARG_INT"
        return "char *", "G_OPTION_ARG_STRING"

    @property
    def usage(self):
        short = f"-{self.short}, " if self.short else "    "
        return f"{short}--{self.long}" + (f"={self.metavar}" if self.value else "")


class Page:
    """title, summary, and sections: a name and its blocks, each a paragraph (str) or an Option."""

    def __init__(self, path):
        self.sections, self.options = [], []
        block = None
        for line in read(path):
            if line.startswith("# "):
                self.verb, self.summary = line[2:].split(" — ", 1)
                block = None
            elif line.startswith("## "):
                self.sections.append((line[3:], []))
                block = None
            elif match := OPTION.match(line):
                block = Option(match)
                self.options.append(block)
                self.sections[-1][1].append(block)
            elif not line.strip():
                block = None
            elif isinstance(block, Option):
                block.text.append(line.removeprefix(":").strip())
            elif block is not None:
                block.append(line)
            elif self.sections:
                block = [line]
                self.sections[-1][1].append(block)


def plain(text):
    return text.replace("`", "")


def help_text(page):
    out = [f"pgarchitect {page.verb} - {page.summary}"]
    for name, blocks in page.sections:
        out += ["", f"{name}:"]
        for number, block in enumerate(blocks):
            if isinstance(block, Option):
                text = textwrap.wrap(plain(" ".join(block.text)), 56, break_long_words=False)
                head = f"  {block.usage}"
                if len(head) > 22:
                    out.append(head)
                    head = ""
                out += [f"{head:<22}  {text[0]}"] + [" " * 24 + line for line in text[1:]]
            elif name == "Examples":  # to be copied: a line each
                example = plain(" ".join(block))
                if len(example) > 78:
                    sys.exit(f"{page.verb}: an example of more than 78 characters: {example}")
                out.append(f"  {example}")
            else:
                if number and not isinstance(blocks[number - 1], Option):
                    out.append("")
                out += textwrap.wrap(plain(" ".join(block)), 78, initial_indent="  ", subsequent_indent="  ",
                                     break_long_words=False, break_on_hyphens=False)
    return "\n".join(out) + "\n"


def c_string(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(f'    "{line}\\n"' for line in escaped.split("\n")[:-1])


def camel(verb):
    return "".join(part.capitalize() for part in verb.split("-"))


def header(pages):
    out = ["/* Made by tools/gen_options.py from docs/options/: do not edit. */", "#pragma once", "#include <glib.h>", ""]
    for page in pages:
        name = camel(page.verb)
        out += [f"extern const char pga_{page.verb}_help[];", "", "typedef struct {"]
        out += [f"    {option.kind[0]}{option.field};" for option in page.options]
        out += [f"}} Pga{name}Options;", "",
                "/* Takes the options out of @argv; the arguments stay. */",
                f"gboolean pga_{page.verb}_options_parse(Pga{name}Options *options, int *argc, char ***argv,",
                "                                   GError **error);",
                f"void pga_{page.verb}_options_clear(Pga{name}Options *options);",
                f"G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pga{name}Options, pga_{page.verb}_options_clear)", ""]
    return "\n".join(out)


def source(pages):
    out = ["/* Made by tools/gen_options.py from docs/options/: do not edit. */", '#include "options.h"', "",
           '#include "parse_options.h"', ""]
    for page in pages:
        name = camel(page.verb)
        out += [f"const char pga_{page.verb}_help[] =", c_string(help_text(page)) + ";", "",
                "gboolean", f"pga_{page.verb}_options_parse(Pga{name}Options *options, int *argc, char ***argv, GError **error)",
                "{", "    const GOptionEntry entries[] = {"]
        for option in page.options:
            short = f"'{option.short}'" if option.short else "0"
            out.append(f'        {{"{option.long}", {short}, 0, {option.kind[1]}, &options->{option.field}, NULL, NULL}},')
        out += ["        G_OPTION_ENTRY_NULL,", "    };", "",
                f'    return pga_cli_parse_options("{page.verb}", entries, argc, argv, error);', "}", "",
                "void", f"pga_{page.verb}_options_clear(Pga{name}Options *options)", "{"]
        for option in page.options:
            if option.repeated:
                out.append(f"    g_strfreev(options->{option.field});")
            elif option.kind[0] == "char *":
                out.append(f"    g_free(options->{option.field});")
        out += ["    (void)options;", "}", ""]
    return "\n".join(out)


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", text)
    return "\\&" + text if text[:1] in ".'" else text


def man(page, version):
    out = [f'.TH PGARCHITECT\\-{page.verb.upper()} 1 "" "pgarchitect {version}" "pgarchitect"', ".SH NAME",
           f"pgarchitect\\-{page.verb} \\- {roff(page.summary)}"]
    for name, blocks in page.sections:
        out.append(f".SH {'SYNOPSIS' if name == 'Usage' else name.upper()}")
        for block in blocks:
            if isinstance(block, Option):
                out += [".TP", f"\\fB{roff(block.usage.strip())}\\fR", roff(" ".join(block.text))]
            else:
                out += [".PP", roff(" ".join(block))]
    return "\n".join(out) + "\n"


def main():
    version, outdir, *paths = sys.argv[1:]
    outdir = pathlib.Path(outdir)
    pages = [Page(pathlib.Path(path)) for path in paths]
    (outdir / "options.h").write_text(header(pages), encoding="utf-8")
    (outdir / "options.c").write_text(source(pages), encoding="utf-8")
    for page in pages:
        (outdir / f"pgarchitect-{page.verb}.1").write_text(man(page, version), encoding="utf-8")


main()
