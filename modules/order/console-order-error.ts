/** An order that came over the console damaged, or not to its end. The message says what was expected. */
export class ConsoleOrderError extends Error {
	override name = "ConsoleOrderError";
}
