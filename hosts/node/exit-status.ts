/** Exit statuses that all commands share; those of a product boot are `run`'s own. */
export const EXIT_OK = 0;
/** Wrong usage. */
export const EXIT_USAGE = 64;
/** An input file cannot be read or is refused. */
export const EXIT_INPUT = 66;
/** A fault in this program. */
export const EXIT_SOFTWARE = 70;
/** An output file cannot be made. */
export const EXIT_OUTPUT = 73;
