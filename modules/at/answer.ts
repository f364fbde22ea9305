/** What became of a command. */
export interface Answer {
	/**
	 * `ok`, `error`: the modem said so. `timeout`: it said nothing. `gone`: the port is gone or was closed.
	 * `withdrawn`: `mayStart` said no at its turn.
	 */
	result: "ok" | "error" | "timeout" | "gone" | "withdrawn";
	/** False where not a byte of the command was sent. */
	sent: boolean;
	/** The information lines, in order. */
	lines: readonly string[];
	/** The n of `+CME ERROR: n`. */
	cmeError?: number;
}
