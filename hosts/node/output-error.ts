/** A file that a command was to make cannot be made: exit status 73 (sysexits EX_CANTCREAT). */
export class OutputError extends Error {
	override name = "OutputError";
}
