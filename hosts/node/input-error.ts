/** A file given to a command cannot be read or is refused: exit status 66 (sysexits EX_NOINPUT). */
export class InputError extends Error {
	override name = "InputError";
}
