/** Tells whether anything of an object may have changed, so that nobody has to compare all of it after each step. */
export class Watched {
	dirty = true;

	/**
	 * From now on a field that is set, and one that holds an object and is so much as looked at, makes it dirty. The object stays
	 * the same to everybody else.
	 */
	constructor(object: object) {
		const values: Record<string, unknown> = { ...object };
		for (const field of Object.keys(values))
			Object.defineProperty(object, field, {
				enumerable: true,
				configurable: true,
				get: () => {
					const value = values[field];
					if (typeof value === "object" && value !== null) this.dirty = true;
					return value;
				},
				set: (value) => {
					if (values[field] === value && typeof value !== "object") return;
					values[field] = value;
					this.dirty = true;
				},
			});
	}
}
