/** One fault, put into one built file: each text is replaced at its only place. */
export interface Plant {
	name: string;
	/** Below dist/. */
	file: string;
	changes: readonly (readonly [find: string, replace: string])[];
}

export const PLANTS: readonly Plant[] = [];
