/** A call into the board gave what no board may give: a promise, a value of another type, or it threw what is no Error. */
export class BoardCallError extends Error {
	override name = "BoardCallError";
}

/** Makes a call into the board, with a name for it and what it may give. */
export type Call = <T>(name: string, action: () => T, fits: (value: unknown) => boolean) => T;

/** What throws, or gives what it must not, is told to `onFailure` and then thrown, as an Error always. */
export function checkedCall(onFailure: (error: Error) => void): Call {
	return (name, action, fits) => {
		try {
			const value = action();
			if (!fits(value)) throw new BoardCallError(`Expected ${name} to give its value, got ${kindOf(value)}`);
			return value;
		} catch (thrown) {
			const error =
				thrown instanceof Error
					? thrown
					: new BoardCallError(`Expected ${name} to throw an Error, got ${kindOf(thrown)}`);
			onFailure(error);
			throw error;
		}
	};
}

/** Anything but a promise: what is still to be done is not done. */
export function isDone(value: unknown): boolean {
	return typeof (value as { then?: unknown } | null | undefined)?.then !== "function";
}

export function isBytes(value: unknown): boolean {
	return value === undefined || value instanceof ArrayBuffer;
}

export function isNumber(value: unknown): boolean {
	return Number.isFinite(value);
}

/** For a message: never what a stranger's toString() gives. */
function kindOf(value: unknown): string {
	if (!isDone(value)) return "a promise";
	return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
