"""Which mixes to live, so that the effect of each programme and of each pair can be told apart.

Two-level designs: every combination of up to four programmes; from five on, regular fractions of resolution V or
more, in which no main effect or pair is confused with another main effect or pair. Generators: Box, Hunter and
Hunter 2005, Statistics for Experimenters, 2nd ed., table 6.22; NIST/SEMATECH e-Handbook, section 5.3.3.4.7.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Mixes = npt.NDArray[np.bool_]

GENERATORS: dict[int, tuple[tuple[int, ...], ...]] = {
    5: ((0, 1, 2, 3),),
    6: ((0, 1, 2, 3, 4),),
    7: ((0, 1, 2, 3, 4, 5),),
    8: ((0, 1, 2, 3), (0, 1, 4, 5)),
    9: ((0, 2, 3, 5, 6), (1, 2, 4, 5, 6)),
    10: ((0, 1, 2, 6), (1, 2, 3, 4), (0, 2, 3, 5)),
    11: ((0, 1, 2, 6), (1, 2, 3, 4), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5, 6)),
}
"""Number of programmes to the programmes whose product sets each added one."""
MOST_PROGRAMMES = max(GENERATORS)


def two_level_design(programmes: int) -> Mixes:
    """Return which programmes are on in each point, shape (points, programmes), the empty mix first.

    Raises
    ------
    ValueError
        For fewer than one or more than eleven programmes.
    """
    if not 1 <= programmes <= MOST_PROGRAMMES:
        raise ValueError(f"a design is known for 1 to {MOST_PROGRAMMES} programmes, not {programmes}")
    generators = GENERATORS.get(programmes, ())
    free = programmes - len(generators)
    points = np.array(list(itertools.product((-1, 1), repeat=free)))
    # A sign turned round keeps the resolution and puts the empty mix, which is the baseline, into the design.
    added = [points[:, list(words)].prod(axis=1) * (-1) ** (len(words) + 1) for words in generators]
    return np.column_stack([points, *added]) > 0


def design_of(levels: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the mixes to live, each a level for every programme, where level 0 is off.

    The two-level design takes the top level of every programme; each lower level is lived alone.

    Parameters
    ----------
    levels
        Number of levels of each programme, without off.
    """
    top = two_level_design(len(levels))
    mixes = [tuple(int(level) if on else 0 for level, on in zip(levels, point, strict=True)) for point in top]
    for programme, most in enumerate(levels):
        for level in range(1, most + 1):
            mixes.append(tuple(level if other == programme else 0 for other in range(len(levels))))
    return list(dict.fromkeys(mixes))
