/** What an injected fault says, where it can say something. */
export const INJECTED = "injected";

/** One call into the board: what it would do, and how it would do half of it. */
export interface Attempt {
	whole(): unknown;
	half(): unknown;
}

/**
 * How a call into the board can fail. `tells`: whoever calls can see that it failed; a write that silently does nothing, or
 * half, shows only to who reads it back.
 */
export const FAULTS: Readonly<
	Record<string, { readonly tells: boolean; readonly make: (attempt: Attempt) => unknown }>
> = Object.freeze({
	"throws an Error": {
		tells: true,
		make: () => {
			throw new Error(INJECTED);
		},
	},
	"throws no Error": {
		tells: true,
		make: () => {
			throw INJECTED;
		},
	},
	"throws undefined": {
		tells: true,
		make: () => {
			throw undefined;
		},
	},
	"promises, and rejects": {
		tells: true,
		make: () => {
			const promise = Promise.reject(new Error(INJECTED));
			// What the engine does with one that nobody handles is another test's.
			promise.catch(() => {});
			return promise;
		},
	},
	"does it, and throws": {
		tells: true,
		make: ({ whole }) => {
			whole();
			throw new Error(INJECTED);
		},
	},
	"gives nothing": { tells: false, make: () => undefined },
	"gives another type": { tells: false, make: () => INJECTED },
	"does half": { tells: false, make: ({ half }) => half() },
});

export interface Fault {
	readonly name: string;
	/** The number of the call into the board, in this boot, from 1. */
	readonly at?: number;
	/** Every call of this name fails. */
	readonly every?: string;
}
