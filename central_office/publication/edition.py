"""What one public site is made of: an analysis that may be published, and what proves it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central_office.results.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Edition:
    """`version`: of the data, as the publication record names it; `files`: what is handed out beside the figures, by
    name (analysis, plan, forms, manifest and its signature, the centre's key); `interim`: frozen before its round
    had ended; `part`: the points or unit that a package is limited to, in words, "" for the whole round."""

    version: str
    analysis: Analysis
    files: Mapping[str, bytes] = field(default_factory=dict)
    interim: bool = False
    part: str = ""
    key: str = ""  # the centre's public key, hexadecimal
