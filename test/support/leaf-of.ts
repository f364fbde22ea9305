/** The innermost state of a statechart's value. */
export function leafOf(value: unknown): string {
	return typeof value === "string" ? value : leafOf(Object.values(value as object)[0]);
}
