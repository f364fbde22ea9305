/** Wrong usage of the command line: exit status 64 (sysexits EX_USAGE). */
export class UsageError extends Error {
	override name = "UsageError";
}
